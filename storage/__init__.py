"""The rows: tables, migrations and the Store port on SQLite and PostgreSQL."""

from storage.clock import StoreClock
from storage.opening import open_store
from storage.store import SqlStore

__all__ = ["SqlStore", "StoreClock", "open_store"]
