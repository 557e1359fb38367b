"""A database on a PostgreSQL server: how connections to it are set up, and what each of them may wait for."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from bot.core.errors import StoreError
from bot.core.ports.clock import Clock
from bot.core.steady import SteadyClock
from storage.clock import StoreClock

if TYPE_CHECKING:
    from storage.postgres_lock import AdvisoryLock

#: Connections of the store, and so transactions that run at once; the lock has one more, of its own.
POOL_SIZE = 10
CONNECT_TIMEOUT_S = 10
#: How long one statement may take, and of that how long it may wait for a row that another transaction has.
STATEMENT_TIMEOUT_MS = 30_000
LOCK_TIMEOUT_MS = 10_000
#: A transaction whose program says nothing for so long (it was frozen, or its network is gone) loses its locks.
IDLE_TIMEOUT_MS = 60_000
#: How long a migration may wait for another that is under way; how long it takes itself is not limited.
MIGRATION_WAIT_MS = 120_000
#: A server that does not answer at all is given up on after so long.
UNANSWERED_MS = 20_000
#: Under which a migration locks the database, so that no two are under way. A number of our own choosing.
MIGRATION_LOCK = 0x4441494C

#: The time comes with the same trip that begins the transaction: what stands before BEGIN becomes part of it.
BEGIN = "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint; BEGIN"
UTF8 = "UTF8"
NO_DRIVER = (
    "The database is on PostgreSQL, and its driver is not installed; install it with: pip install 'psycopg[binary]'"
)
#: The longest name of a connection that the server keeps.
LONGEST_NAME_CHARS = 63


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A PostgreSQL database."""

    address: sa.URL
    at_once: int = POOL_SIZE

    def __post_init__(self) -> None:
        """Look at what can be seen without the server.

        Raises:
            StoreError: no driver, or no name of a database.
        """
        try:
            import psycopg  # noqa: F401, PLC0415  # an extra: without it everything else works
        except ImportError:
            raise StoreError(NO_DRIVER) from None
        if not self.address.database:
            msg = "The database address names no database; it ends with one, as in postgresql+psycopg://user@host/dailies."
            raise StoreError(msg)

    @property
    def name(self) -> str:
        """The database and its server."""
        given = self.address.host or self.address.query.get("host") or ()
        where = given if isinstance(given, str) else ", ".join(given)
        return f"{self.address.database} on {where}" if where else str(self.address.database)

    async def hold(self) -> AdvisoryLock:
        """Take the advisory lock that one process has, on a connection of its own.

        Raises:
            StoreError: another process has it, or the server cannot be reached.
        """
        from storage.postgres_lock import AdvisoryLock  # noqa: PLC0415  # needs the driver

        return await AdvisoryLock.take(self)

    def migrating_engine(self) -> sa.Engine:
        """A connection in this thread; each of its transactions waits until no other one migrates."""
        timeouts = {"lock_timeout": MIGRATION_WAIT_MS}
        engine = sa.create_engine(
            self._url, poolclass=sa.pool.NullPool, hide_parameters=True, connect_args=self.arguments(timeouts)
        )

        def begin(connection: sa.Connection) -> None:
            connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})")

        sa.event.listen(engine, "begin", begin)
        sa.event.listen(engine, "handle_error", _without_values)
        return engine

    def serving_engine(self, clock: Clock) -> AsyncEngine:
        """A pool whose connections begin each transaction with the database's time, in one trip."""
        timeouts = {
            "default_transaction_isolation": r"read\ committed",
            "statement_timeout": STATEMENT_TIMEOUT_MS,
            "lock_timeout": LOCK_TIMEOUT_MS,
            "idle_in_transaction_session_timeout": IDLE_TIMEOUT_MS,
            # Off, the server loses its last commits when it crashes, and a lost intent is a second bill.
            "synchronous_commit": "on",
        }
        engine = create_async_engine(
            self._url,
            # The driver begins nothing by itself: BEGIN is sent below. Commit and rollback are what they always are.
            isolation_level="AUTOCOMMIT",
            pool_size=self.at_once,
            max_overflow=0,
            hide_parameters=True,
            connect_args=self.arguments(timeouts),
        )

        def begin(connection: sa.Connection) -> None:
            before = clock.monotonic()
            at = connection.exec_driver_sql(BEGIN).scalar_one()
            wall = clock.wall if isinstance(clock, SteadyClock) else clock
            if isinstance(wall, StoreClock):
                wall.told(at, trip_s=clock.monotonic() - before)

        sa.event.listen(engine.sync_engine, "begin", begin)
        sa.event.listen(engine.sync_engine, "handle_error", _without_values)
        return engine

    def check(self, connection: sa.Connection) -> None:
        """See that every text can be kept.

        Raises:
            StoreError: the database has an encoding that lacks some.
        """
        encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
        connection.rollback()
        if encoding != UTF8:
            msg = f"The database {self.name} has the encoding {encoding}; make one with the encoding {UTF8}."
            raise StoreError(msg)

    def check_parents(self, connection: sa.Connection) -> bool:
        """Whether every row's parent is there: the server has checked, or does so now."""
        connection.exec_driver_sql("SET CONSTRAINTS ALL IMMEDIATE")
        return True

    def arguments(self, options: Mapping[str, object]) -> dict[str, Any]:
        """What the driver is given beside the address; ``options`` are the server's settings for the connection."""
        given = self.address.query.get("options", ())
        ours = " ".join(f"-c {name}={value}" for name, value in options.items())
        return {
            "application_name": f"dailies {os.getpid()}@{socket.gethostname()}"[:LONGEST_NAME_CHARS],
            "connect_timeout": CONNECT_TIMEOUT_S,
            "tcp_user_timeout": UNANSWERED_MS,
            "options": " ".join([ours, *([given] if isinstance(given, str) else given)]),
        }

    @property
    def _url(self) -> sa.URL:
        return self.address.set(drivername="postgresql+psycopg")


def _without_values(context: sa.engine.ExceptionContext) -> None:
    """Cut off the part of the server's answer that quotes rows: it would be logged with the traceback."""
    primary = getattr(getattr(context.original_exception, "diag", None), "message_primary", None)
    if primary is None:
        return
    context.original_exception.args = (primary,)
    if context.sqlalchemy_exception is not None:
        context.sqlalchemy_exception.args = (primary,)
