"""One transaction on a database connection."""

from __future__ import annotations

import asyncio
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.conditions import (
    addend,
    check_conditions,
    check_limit,
    group,
    grouping,
    key_of,
    key_values,
    ordering,
)
from bot.core.errors import Stale
from bot.core.ports.store import Row
from bot.core.rows import Take
from bot.core.transacting import OpenTransaction, require_removable, require_replaceable, stepped
from storage import statements
from storage.codec import decode, decode_all, encode
from storage.translation import FAILURES, translate

R = TypeVar("R", bound=Row)

#: Rows that are made in one turn of the event loop.
PAGE_ROWS = 200


class SqlTransaction(OpenTransaction):
    """The Transaction port on a connection that has begun."""

    def __init__(self, connection: AsyncConnection, now: int) -> None:
        """``now`` is UTC milliseconds."""
        super().__init__(now)
        self._connection = connection
        self._dialect = connection.dialect.name

    async def get(self, table: type[R], *key: str | int) -> R | None:
        """The row, as it is, without a lock."""
        return await self._one(table, key, lock=False)

    async def lock(self, table: type[R], *key: str | int) -> R | None:
        """The row, locked until the end of the transaction."""
        self.locks.take(table, key_values(table, key))
        return await self._one(table, key, lock=True)

    async def rows(
        self, table: type[R], *, order: tuple[str, ...] = (), limit: int | None = None, **where: object
    ) -> list[R]:
        """The rows that meet every condition; ``order`` names columns, ``-column`` for descending."""
        check_limit(limit)
        check_conditions(table, where)
        shape, values = statements.shape_of(where)
        query = statements.many(table, shape, ordering(table, order), limited=limit is not None)
        found = (await self._execute(query, values if limit is None else {**values, "row_limit": limit})).fetchall()
        made: list[R] = []
        for start in range(0, len(found), PAGE_ROWS):
            made += decode_all(table, found[start : start + PAGE_ROWS])
            await asyncio.sleep(0)
        return made

    async def count(self, table: type[Row], **where: object) -> int:
        """How many rows meet every condition."""
        check_conditions(table, where)
        shape, values = statements.shape_of(where)
        return await self._number(statements.how_many(table, shape), values)

    async def total(self, table: type[Row], column: str, **where: object) -> int:
        """The sum of a number or money column over the rows that meet every condition; 0 for none."""
        addend(table, column)
        check_conditions(table, where)
        shape, values = statements.shape_of(where)
        return await self._number(statements.summed(table, column, shape), values)

    async def add(self, row: Row) -> None:
        """Insert.

        Raises:
            Taken: a key or unique index refuses it.
        """
        await self._execute(statements.insert(type(row)), encode(row), row=row)

    async def claim(self, row: Row) -> bool:
        """Insert unless a row with this key or in this unique index is there; whether it was inserted."""
        return (await self._execute(statements.claim(type(row), self._dialect), encode(row))).rowcount == 1

    async def put(self, row: Row) -> None:
        """Insert, or replace the row with the same key."""
        require_replaceable(type(row))
        self.locks.take(type(row), key_of(row))
        await self._execute(statements.put(type(row), self._dialect), encode(row), row=row)

    async def step(self, old: Take, new: Take) -> Take:
        """Replace a take by compare-and-set on id, state and version; gives it with its version counted up.

        Raises:
            Stale: the take is not (or no longer) what ``old`` says.
        """
        written = stepped(old, new, self.now)
        self.locks.take(Take, key_of(old))
        done = await self._execute(statements.step(), statements.step_values(old, written), row=written)
        if done.rowcount != 1:
            msg = f"take {old.id} is no longer {old.state.value} in version {old.ver}"
            raise Stale(msg)
        return written

    async def delete(self, table: type[Row], *key: str | int) -> None:
        """Remove a row; one that is not there is not an error."""
        require_removable(table)
        values = key_values(table, key)
        self.locks.take(table, values)
        await self._execute(statements.delete(table), statements.by_key(table, values))

    async def _one(self, table: type[R], key: tuple[str | int, ...], *, lock: bool) -> R | None:
        values = statements.by_key(table, key_values(table, key))
        found = (await self._execute(statements.one(table, lock=lock), values)).fetchone()
        return None if found is None else decode(table, found)

    async def least(
        self, table: type[Row], column: str, *, by: tuple[str, ...], **where: object
    ) -> dict[tuple[Any, ...], int | None]:
        """The least of a number column in each group of matching rows that agree in ``by``; ``None``: all are empty."""
        addend(table, column)
        check_conditions(table, where)
        shape, values = statements.shape_of(where)
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
