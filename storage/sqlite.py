"""A database in a file: its folder, its lock, and how a connection to it is set up."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.core.errors import StoreError
from bot.core.ports.clock import Clock
from storage.lock_file import LockFile
from storage.mounts import refuse_network
from storage.one_trip import OneTripConnection

#: How long a statement waits for another program (a backup, a viewer) before it fails.
BUSY_TIMEOUT_MS = 5_000

#: FULL: at power loss NORMAL can lose the last commit, and a lost intent is a second bill.
PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = ON")
#: A migration may rebuild a table; with foreign keys on, that would delete or refuse its children.
MIGRATION_PRAGMAS = ("journal_mode = WAL", "synchronous = FULL", "foreign_keys = OFF")


@dataclass(frozen=True, slots=True)
class SqliteFile:
    """A SQLite database."""

    path: Path
    at_once: int = 1

    @property
    def name(self) -> str:
        """Its path."""
        return str(self.path)

    async def hold(self) -> LockFile:
        """Make the folder and take the lock file beside the database, for as long as this process lives.

        Raises:
            StoreError: another process has it, the folder cannot be made, or is on a network file system.
        """
        return await asyncio.to_thread(self._hold)

    def _hold(self) -> LockFile:
        try:
            self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            msg = f"The folder {self.path.parent} cannot be made: {error.strerror}."
            raise StoreError(msg) from error
        refuse_network(self.path)
        return LockFile(self.path.with_name(f"{self.path.name}.lock"))

    def migrating_engine(self) -> sa.Engine:
        """A connection in this thread, without foreign keys, whose transactions include changes of tables."""
        return migrating_engine(self.path)

    def serving_engine(self, clock: Clock) -> AsyncEngine:
        """One connection; time is the clock's, whatever it is."""
        del clock
        return serving_engine(self.path)

    def check(self, connection: sa.Connection) -> None:
        """Look for damage.

        Raises:
            StoreError: there is some.
        """
        found = connection.exec_driver_sql("PRAGMA quick_check(1)").scalar_one()
        connection.rollback()
        if found != "ok":
            msg = f"The database {self.path} is damaged ({found}); restore the last backup."
            raise StoreError(msg)

    def check_parents(self, connection: sa.Connection) -> bool:
        """Whether every row's parent is there; nothing has looked while foreign keys were off."""
        return connection.exec_driver_sql("PRAGMA foreign_key_check").first() is None


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
