"""The Store port on a database."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy.exc as sa_exc
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.core.errors import Conflict, StoreError
from bot.core.parents import orphaned
from bot.core.ports.clock import Clock
from bot.core.ports.store import Work
from bot.core.transacting import Transactor, inside
from storage.backup import copy_database
from storage.databases import Held
from storage.schema import ROW
from storage.transaction import SqlTransaction
from storage.translation import FAILURES, parent_missing, translate

T = TypeVar("T")

#: How often a whole transaction is run again. Each of an order's three budgets may be begun by another order a moment
#: earlier; after that there are three more for a deadlock or a serialisation failure.
REPEATS = 3 + 3
LOST_IN_COMMIT = (
    "The connection to the database was lost at the very end of a change; whether it was made is seen when it is read."
)


class Shared:
    """No lock: other processes are welcome to the rows, as they are to a server's."""

    def __init__(self) -> None:
        """Nothing is taken."""
        self.lost = asyncio.Event()

    def require(self) -> None:
        """Nothing that could be lost."""

    async def let_go(self) -> None:
        """Nothing to let go of."""


class SqlStore(Transactor):
    """Rows in a database; made by ``open_store``."""

    def __init__(self, engine: AsyncEngine, clock: Clock, *, held: Held, newest: int, at_once: int) -> None:
        """``newest`` is the latest time in the rows, UTC milliseconds; ``at_once`` bounds the transactions that run."""
        super().__init__(clock, newest=newest)
        #: The latest time in the rows when they were opened, UTC milliseconds.
        self.newest_found = newest
        self.engine = engine
        self._held = held
        self._turn = asyncio.Semaphore(at_once)

    @property
    def is_held(self) -> bool:
        """Whether every other process is still kept away, as far as is known; without it nothing may be ordered."""
        return not self._held.lost.is_set()

    async def guard(self, stop: asyncio.Event) -> None:
        """Until ``stop``, as long as every other process is kept away.

        Raises:
            LockLost: the lock is gone; the process must end.
        """
        waiting = [asyncio.create_task(each.wait()) for each in (stop, self._held.lost)]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waiting:
                each.cancel()
        self._held.require()

    async def copy_to(self, target: Path, *, overwrite: bool = False) -> int:
        """Write a whole, consistent copy of the rows to a file; its size in bytes. No transaction waits for it.

        Raises:
            StoreError: not a database file of our own, or the copy cannot be written; nothing is left of it.
        """
        if self.engine.dialect.name != "sqlite":
            msg = "Only a database file is copied so; PostgreSQL has pg_dump."
            raise StoreError(msg)
        return await copy_database(Path(str(self.engine.url.database)), target, overwrite=overwrite)

    async def close(self) -> None:
        """Wait for every transaction that runs, then let go of the rows and the lock."""
        self._closing = True
        await self.idle()
        await self.engine.dispose()
        await self._held.let_go()

    async def _run(self, work: Work[T]) -> T:
        for _ in range(REPEATS):
            with contextlib.suppress(Conflict):
                return await self._once(work)
        return await self._once(work)

    async def _once(self, work: Work[T]) -> T:
        async with self._turn, begun(self.engine) as connection:
            self._held.require()
            transaction = SqlTransaction(connection, self._now())
            with inside(transaction):
                result = await work(transaction)
                await transaction.flush()
            transaction.require_unspoiled()
            self._held.require()
            await commit(connection)
        transaction.called_back()
        return result


@contextlib.asynccontextmanager
async def begun(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection inside a transaction that is rolled back unless it was committed.

    Raises:
        StoreError: the database cannot be opened or locked.
    """
    connection = await _begun(engine)
    try:
        yield connection
    finally:
        await _let_go(connection)


async def _begun(engine: AsyncEngine) -> AsyncConnection:
    """A connection that has begun; one that was lost while nobody used it is replaced, once."""
    try:
        return await _connect(engine)
    except FAILURES as error:
        if not getattr(error, "connection_invalidated", False):
            raise translate(error) from error
    try:
        return await _connect(engine)
    except FAILURES as error:
        raise translate(error) from error


async def _connect(engine: AsyncEngine) -> AsyncConnection:
    connection = await engine.connect()
    try:
        _ = await connection.begin()
    except BaseException:
        await _let_go(connection)
        raise
    return connection


async def commit(connection: AsyncConnection) -> None:
    """Commit.

    Raises:
        StoreError: the disk is full or failed, a row's parent is not there, or the connection was lost, and with it
            the knowledge whether anything was written.
    """
    try:
        await connection.commit()
    except FAILURES as error:
        if getattr(error, "connection_invalidated", False):
            raise StoreError(LOST_IN_COMMIT) from error
        raise (await _orphan(connection) if parent_missing(error) else translate(error)) from error


async def _orphan(connection: AsyncConnection) -> StoreError:
    """Which row of a SQLite file has no parent; its transaction is still open after a commit that failed for it."""
    raw: Any = (await connection.get_raw_connection()).driver_connection
    found = await raw.execute_fetchall("PRAGMA foreign_key_check")
    sentences = [orphaned(ROW[child], ROW[parent]) for child, _, parent, _ in found]
    return StoreError(sentences[0])


async def _let_go(connection: AsyncConnection) -> None:
    """Roll back what is not committed; a connection that cannot even do that is thrown away."""
    try:
        await connection.rollback()
    except sa_exc.SQLAlchemyError:
        await connection.invalidate()
    await connection.close()
