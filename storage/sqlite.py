"""How a connection to SQLite is set up."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage.one_trip import OneTripConnection

#: How long a statement waits for another program (a backup, a viewer) before it fails.
BUSY_TIMEOUT_MS = 5_000

#: FULL: at power loss NORMAL can lose the last commit, and a lost intent is a second bill.
PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON")
#: A migration may rebuild a table; with foreign keys on, that would delete or refuse its children.
MIGRATION_PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = OFF")


def serving_engine(path: Path) -> AsyncEngine:
    """One connection, in which every transaction locks the rows for writing from its beginning."""
    url = sa.URL.create("sqlite+aiosqlite", database=str(path))
    engine = create_async_engine(
        url,
        pool_size=1,
        max_overflow=0,
        pool_reset_on_return="rollback",  # a commit that failed leaves its transaction open
        hide_parameters=True,
        connect_args={"async_creator_fn": OneTripConnection},
    )
    _listen(engine.sync_engine, PRAGMAS)
    return engine


def migrating_engine(path: Path) -> sa.Engine:
    """A connection in this thread, without foreign keys, whose transactions include changes of tables."""
    url = sa.URL.create("sqlite+pysqlite", database=str(path))
    engine = sa.create_engine(
        url, poolclass=sa.pool.NullPool, hide_parameters=True, connect_args={"isolation_level": None}
    )
    _listen(engine, MIGRATION_PRAGMAS)
    return engine


def _listen(engine: sa.Engine, pragmas: tuple[str, ...]) -> None:
    def connected(connection: DBAPIConnection, _record: object) -> None:
        cursor = connection.cursor()
        for pragma in (f"busy_timeout = {BUSY_TIMEOUT_MS}", *pragmas):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    def begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    sa.event.listen(engine, "connect", connected)
    sa.event.listen(engine, "begin", begin)
