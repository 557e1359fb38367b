"""The Store port on a database."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Protocol, TypeVar

import sqlalchemy.exc as sa_exc
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.core.errors import StoreError
from bot.core.parents import orphaned
from bot.core.ports.clock import Clock
from bot.core.ports.store import Work
from bot.core.transacting import Transactor, inside
from storage.backup import copy_database
from storage.schema import ROW
from storage.transaction import SqlTransaction
from storage.translation import FAILURES, Conflict, parent_missing, translate

T = TypeVar("T")

#: How often a whole transaction is run again after a deadlock or a serialisation failure.
REPEATS = 3


class Held(Protocol):
    """What keeps every other process away from the rows for as long as the store is open."""

    def release(self) -> None:
        """Let others in."""
        ...


class SqlStore(Transactor):
    """Rows in a database file, one transaction at a time; made by ``open_store``."""

    def __init__(self, engine: AsyncEngine, clock: Clock, *, held: Held, newest: int) -> None:
        """``newest`` is the latest time in the rows, UTC milliseconds."""
        super().__init__(clock, newest=newest)
        #: The latest time in the rows when they were opened, UTC milliseconds.
        self.newest_found = newest
        self.engine = engine
        self._held = held
        self._turn = asyncio.Lock()

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
        """Wait for every transaction that runs, then let go of the rows and the lock file."""
        self._closing = True
        await self.idle()
        await self.engine.dispose()
        self._held.release()

    async def _run(self, work: Work[T]) -> T:
        for _ in range(REPEATS):
            with contextlib.suppress(Conflict):
                return await self._once(work)
        return await self._once(work)

    async def _once(self, work: Work[T]) -> T:
        async with self._turn, begun(self.engine) as connection:
            transaction = SqlTransaction(connection, self._now())
            with inside(transaction):
                result = await work(transaction)
            transaction.require_unspoiled()
            await commit(connection)
        transaction.called_back()
        return result


@contextlib.asynccontextmanager
async def begun(engine: AsyncEngine) -> AsyncIterator[AsyncConnection]:
    """A connection inside a transaction that is rolled back unless it was committed.

    Raises:
        StoreError: the database cannot be opened or locked.
    """
    try:
        connection = await engine.connect()
    except FAILURES as error:
        raise translate(error) from error
    try:
        await _begin(connection)
        yield connection
    finally:
        await _let_go(connection)


async def _begin(connection: AsyncConnection) -> None:
    try:
        _ = await connection.begin()
    except FAILURES as error:
        raise translate(error) from error


async def commit(connection: AsyncConnection) -> None:
    """Commit.

    Raises:
        StoreError: the disk is full or failed, or a row's parent is not there.
    """
    try:
        await connection.commit()
    except FAILURES as error:
        raise (await _orphan(connection) if parent_missing(error) else translate(error)) from error


async def _orphan(connection: AsyncConnection) -> StoreError:
    """Which row has no parent; the transaction is still open after a commit that failed for it."""
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
