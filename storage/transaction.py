"""One transaction on a database connection."""

from __future__ import annotations

import asyncio
from typing import Any, TypeVar, cast

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.conditions import (
    KeyValues,
    addend,
    check_conditions,
    check_limit,
    group,
    grouping,
    key_name,
    key_of,
    key_values,
    ordering,
)
from bot.core.errors import Stale, Taken
from bot.core.lock_order import RANKS
from bot.core.ports.store import Row
from bot.core.rows import Take
from bot.core.transacting import OpenTransaction, require_removable, require_replaceable, stepped
from storage import statements
from storage.codec import decode, decode_all
from storage.pending import Pending
from storage.statements import Write
from storage.translation import FAILURES, translate

R = TypeVar("R", bound=Row)

#: Rows that are made in one turn of the event loop.
PAGE_ROWS = 200


class SqlTransaction(OpenTransaction):
    """The Transaction port on a connection that has begun.

    A row that it has locked or written cannot be changed by others before its end, so it is read once; and what it
    writes waits until an answer depends on it, or the commit, so that a row is written once, and beside its like.
    """

    def __init__(self, connection: AsyncConnection, now: int) -> None:
        """``now`` is UTC milliseconds."""
        super().__init__(now)
        self._connection = connection
        self._pending = Pending()
        #: Rows that are locked or written, as they are by now.
        self._own: dict[tuple[type[Row], KeyValues], Row] = {}

    async def get(self, table: type[R], *key: str | int) -> R | None:
        """The row, as it is, without a lock; as it is here, when this transaction has locked or written it."""
        return await self._one(table, key_values(table, key), lock=False)

    async def lock(self, table: type[R], *key: str | int) -> R | None:
        """The row, locked until the end of the transaction."""
        values = key_values(table, key)
        self.locks.take(table, values)
        return await self._one(table, values, lock=True)

    async def lock_all(self, table: type[R], **where: object) -> list[R]:
        """The rows that meet every condition, locked until the end of the transaction; in the order of their keys."""
        check_conditions(table, where)
        await self.flush(table)
        shape, values = statements.shape_of(where)
        found = decode_all(table, (await self._execute(statements.locking(table, shape), values)).fetchall())
        for row in found:
            self.locks.take(table, key_of(row))
            self._own[table, key_of(row)] = row
        return found

    async def rows(
        self, table: type[R], *, order: tuple[str, ...] = (), limit: int | None = None, skip: int = 0, **where: object
    ) -> list[R]:
        """The rows that meet every condition; ``order`` names columns, ``-column`` for descending."""
        check_limit(limit, skip)
        check_conditions(table, where)
        shape, values = statements.shape_of(where)
        query = statements.many(table, shape, ordering(table, order), limited=limit is not None)
        await self.flush(table)
        part = {} if limit is None else {"row_limit": limit, "row_skip": skip}
        found = (await self._execute(query, {**values, **part})).fetchall()
        made: list[R] = []
        for start in range(0, len(found), PAGE_ROWS):
            made += decode_all(table, found[start : start + PAGE_ROWS])
            await asyncio.sleep(0)
        return made

    async def count(self, table: type[Row], **where: object) -> int:
        """How many rows meet every condition."""
        check_conditions(table, where)
        await self.flush(table)
        shape, values = statements.shape_of(where)
        return await self._number(statements.how_many(table, shape), values)

    async def total(self, table: type[Row], column: str, **where: object) -> int:
        """The sum of a number or money column over the rows that meet every condition; 0 for none."""
        addend(table, column)
        check_conditions(table, where)
        await self.flush(table)
        shape, values = statements.shape_of(where)
        return await self._number(statements.summed(table, column, shape), values)

    async def add(self, row: Row) -> None:
        """Insert.

        Raises:
            Taken: a key or unique index refuses it, as late as by the commit.
        """
        self.require_usable()
        if (type(row), key_of(row)) in self._own:
            raise self.spoil(Taken(key_name(type(row))))
        self._pending.add(row)
        self._made(row)

    async def claim(self, row: Row) -> bool:
        """Insert unless a row with this key or in this unique index is there; whether it was inserted."""
        await self.flush(type(row))
        statement = statements.write(type(row), Write.CLAIM, 1)
        if (await self._execute(statement, statements.write_values([row]))).rowcount != 1:
            return False
        self._made(row)
        return True

    async def put(self, row: Row) -> None:
        """Insert, or replace the row with the same key.

        Raises:
            Taken: a unique index refuses it, as late as by the commit.
        """
        table, key = type(row), key_of(row)
        require_replaceable(table)
        self.require_usable()
        self.locks.take(table, key)
        if self._pending.would_reorder(row):
            await self.flush(table)
        self._pending.put(row)
        locked = (table, key) in self._own
        self._own[table, key] = row
        if not locked and table in RANKS:
            await self.flush(table)  # it locks the row, whose turn in the lock order is now

    async def step(self, old: Take, new: Take) -> Take:
        """Replace a take by compare-and-set on id, state and version; gives it with its version counted up.

        Raises:
            Stale: the take is not (or no longer) what ``old`` says.
        """
        written = stepped(old, new, self.now)
        self.locks.take(Take, key_of(old))
        await self.flush(Take)
        done = await self._execute(statements.step(), statements.step_values(old, written), row=written)
        if done.rowcount != 1:
            msg = f"take {old.id} is no longer {old.state.value} in version {old.ver}"
            raise Stale(msg)
        self._own[Take, key_of(written)] = written
        return written

    async def delete(self, table: type[Row], *key: str | int) -> None:
        """Remove a row; one that is not there is not an error."""
        require_removable(table)
        values = key_values(table, key)
        self.locks.take(table, values)
        await self.flush(table)
        await self._execute(statements.delete(table), statements.by_key(table, values))
        self._own.pop((table, values), None)

    async def flush(self, *tables: type[Row]) -> None:
        """Send what is not written yet: of these tables, or of all of them without one.

        Raises:
            Taken: a key or unique index refuses a row.
        """
        for batch in self._pending.take(*tables):
            statement = statements.write(batch.table, batch.way, len(batch.rows))
            await self._execute(statement, statements.write_values(batch.rows), row=batch.rows[0])

    def _made(self, row: Row) -> None:
        """Note a row that nobody else can see yet."""
        self.locks.made(type(row), key_of(row))
        self._own[type(row), key_of(row)] = row

    async def _one(self, table: type[R], key: KeyValues, *, lock: bool) -> R | None:
        self.require_usable()
        if (own := self._own.get((table, key))) is not None:
            return cast("R", own)
        found = (await self._execute(statements.one(table, lock=lock), statements.by_key(table, key))).fetchone()
        if found is None:
            return None
        row = decode(table, found)
        if lock:
            self._own[table, key] = row
        return row

    async def sums(
        self, table: type[Row], columns: tuple[str, ...], *, by: tuple[str, ...], **where: object
    ) -> dict[tuple[Any, ...], tuple[int, ...]]:
        """The sums of number or money columns in each group of matching rows that agree in ``by``."""
        for column in columns:
            addend(table, column)
        check_conditions(table, where)
        shape, values = statements.shape_of(where)
        await self.flush(table)
        found = await self._execute(statements.sums(table, columns, grouping(table, by), shape), values)
        return {group(table, by, row[: len(by)]): tuple(map(int, row[len(by) :])) for row in found.fetchall()}

    async def least(
        self, table: type[Row], column: str, *, by: tuple[str, ...], **where: object
    ) -> dict[tuple[Any, ...], int | None]:
        """The least of a number column in each group of matching rows that agree in ``by``; ``None``: all are empty."""
        addend(table, column)
        check_conditions(table, where)
        shape, values = statements.shape_of(where)
        await self.flush(table)
        found = await self._execute(statements.least(table, column, grouping(table, by), shape), values)
        return {group(table, by, row[:-1]): row[-1] for row in found.fetchall()}

    async def _number(self, query: sa.Select[Any], values: statements.Values) -> int:
        return int((await self._execute(query, values)).scalar_one())

    async def _execute(
        self, statement: sa.Executable, values: statements.Values, *, row: Row | None = None
    ) -> sa.CursorResult[Any]:
        self.require_usable()
        try:
            return await self._connection.execute(statement, values)
        except FAILURES as error:
            raise self.spoil(translate(error, row=row)) from error
