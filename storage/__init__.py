"""The rows: tables, migrations and the Store port on SQLite, in a text that PostgreSQL takes too."""

from storage.opening import open_store
from storage.store import SqlStore

__all__ = ["SqlStore", "open_store"]
