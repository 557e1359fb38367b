"""The store in memory: the same rules as on a database, and nothing left when the process ends."""

from __future__ import annotations

import asyncio
from typing import Any, TypeVar, cast

from bot.core.conditions import (
    KeyValues,
    addend,
    check_conditions,
    check_limit,
    fits,
    grouping,
    key_of,
    key_values,
    ordered,
    ordering,
    scalar,
)
from bot.core.errors import Stale, StoreError, Taken
from bot.core.fakes.tables import MemoryTable
from bot.core.parents import CHILDREN, PARENTS, orphaned
from bot.core.ports.clock import Clock
from bot.core.ports.store import Row, Work
from bot.core.rows import TABLES, Take
from bot.core.transacting import (
    OpenTransaction,
    Transactor,
    inside,
    require_removable,
    require_replaceable,
    stepped,
)

R = TypeVar("R", bound=Row)
T = TypeVar("T")
Tables = dict[type[Row], MemoryTable]


class MemoryTransaction(OpenTransaction):
    """Writes at once and remembers how to undo it; each call gives others a turn, as a database would."""

    def __init__(self, tables: Tables, now: int) -> None:
        """``tables`` are nobody else's until the transaction is over."""
        super().__init__(now)
        self._tables = tables
        self._journal: list[tuple[MemoryTable, KeyValues, Row | None]] = []

    async def get(self, table: type[R], *key: str | int) -> R | None:
        """The row, as it is, without a lock."""
        values = key_values(table, key)
        rows = await self._table(table)
        return cast("R | None", rows.rows.get(values))

    async def lock(self, table: type[R], *key: str | int) -> R | None:
        """The row, locked until the end of the transaction."""
        self.locks.take(table, key_values(table, key))
        return await self.get(table, *key)

    async def lock_all(self, table: type[R], **where: object) -> list[R]:
        """The rows that meet every condition, locked until the end of the transaction; in the order of their keys."""
        found = ordered(await self._matching(table, where), ordering(table, ()))
        for row in found:
            self.locks.take(table, key_of(row))
        return found

    async def rows(
        self, table: type[R], *, order: tuple[str, ...] = (), limit: int | None = None, skip: int = 0, **where: object
    ) -> list[R]:
        """The rows that meet every condition; ``order`` names columns, ``-column`` for descending."""
        by = ordering(table, order)
        check_limit(limit, skip)
        return ordered(await self._matching(table, where), by)[skip:][:limit]

    async def count(self, table: type[Row], **where: object) -> int:
        """How many rows meet every condition."""
        return len(await self._matching(table, where))

    async def total(self, table: type[Row], column: str, **where: object) -> int:
        """The sum of a number or money column over the rows that meet every condition; 0 for none."""
        addend(table, column)
        values = [getattr(row, column) for row in await self._matching(table, where)]
        return sum(int(scalar(value)) for value in values if value is not None)

    async def sums(
        self, table: type[Row], columns: tuple[str, ...], *, by: tuple[str, ...], **where: object
    ) -> dict[tuple[Any, ...], tuple[int, ...]]:
        """The sums of number or money columns in each group of matching rows that agree in ``by``."""
        for column in columns:
            addend(table, column)
        names = grouping(table, by)
        groups: dict[tuple[Any, ...], tuple[int, ...]] = {} if by else {(): (0,) * len(columns)}
        for row in await self._matching(table, where):
            each = tuple(getattr(row, name) for name in names)
            numbers = [int(scalar(getattr(row, column) or 0)) for column in columns]
            sums = groups.get(each, (0,) * len(columns))
            groups[each] = tuple(sum_ + number for sum_, number in zip(sums, numbers, strict=True))
        return groups

    async def least(
        self, table: type[Row], column: str, *, by: tuple[str, ...], **where: object
    ) -> dict[tuple[Any, ...], int | None]:
        """The least of a number column in each group of matching rows that agree in ``by``; ``None``: all are empty."""
        addend(table, column)
        names = grouping(table, by)
        groups: dict[tuple[Any, ...], list[int]] = {}
        for row in await self._matching(table, where):
            numbers = groups.setdefault(tuple(getattr(row, name) for name in names), [])
            if (value := getattr(row, column)) is not None:
                numbers.append(int(scalar(value)))
        return {each: min(numbers, default=None) for each, numbers in groups.items()}

    async def add(self, row: Row) -> None:
        """Insert.

        Raises:
            Taken: a key or unique index refuses it.
        """
        self._write(await self._table(type(row)), row, replacing=False)
        self.locks.made(type(row), key_of(row))

    async def claim(self, row: Row) -> bool:
        """Insert unless a row with this key or in this unique index is there; whether it was inserted."""
        table = await self._table(type(row))
        if table.refuses(row, replacing=False) is not None:
            return False
        self._write(table, row, replacing=False)
        self.locks.made(type(row), key_of(row))
        return True

    async def put(self, row: Row) -> None:
        """Insert, or replace the row with the same key."""
        require_replaceable(type(row))
        self.locks.take(type(row), key_of(row))
        self._write(await self._table(type(row)), row, replacing=True)

    async def step(self, old: Take, new: Take) -> Take:
        """Replace a take by compare-and-set on id, state and version; gives it with its version counted up.

        Raises:
            Stale: the take is not (or no longer) what ``old`` says.
        """
        written = stepped(old, new, self.now)
        self.locks.take(Take, key_of(old))
        found = await self.get(Take, old.id)
        if found is None or (found.state, found.ver) != (old.state, old.ver):
            msg = f"take {old.id} is no longer {old.state.value} in version {old.ver}"
            raise Stale(msg)
        self._write(self._tables[Take], written, replacing=True)
        return written

    async def delete(self, table: type[Row], *key: str | int) -> None:
        """Remove a row; one that is not there is not an error."""
        require_removable(table)
        values = key_values(table, key)
        self.locks.take(table, values)
        self._set(await self._table(table), values, None)

    def undo(self) -> None:
        """Put back everything as it was."""
        for table, key, before in reversed(self._journal):
            table.set(key, before)

    def check_parents(self) -> None:
        """Refuse to commit a row whose parent is not there.

        Raises:
            StoreError
        """
        for table, key, _ in self._journal:
            row = table.rows.get(key)
            if row is None:
                self._check_removed(table.kind, key)
            else:
                self._check_written(row)

    def _check_written(self, row: Row) -> None:
        for column, parent in PARENTS.get(type(row), {}).items():
            named = getattr(row, column)
            if named is not None and (named,) not in self._tables[parent].rows:
                raise StoreError(orphaned(type(row), parent))

    def _check_removed(self, kind: type[Row], key: KeyValues) -> None:
        for child, column in CHILDREN.get(kind, []):
            if any(getattr(row, column) == key[0] for row in self._tables[child].rows.values()):
                raise StoreError(orphaned(child, kind))

    async def _table(self, kind: type[Row]) -> MemoryTable:
        self.require_usable()
        await asyncio.sleep(0)
        return self._tables[kind]

    async def _matching(self, kind: type[R], where: dict[str, object]) -> list[R]:
        check_conditions(kind, where)
        table = await self._table(kind)
        return [cast("R", row) for row in table.rows.values() if fits(row, where)]

    def _write(self, table: MemoryTable, row: Row, *, replacing: bool) -> None:
        if (constraint := table.refuses(row, replacing=replacing)) is not None:
            raise self.spoil(Taken(constraint))
        self._set(table, key_of(row), row)

    def _set(self, table: MemoryTable, key: KeyValues, row: Row | None) -> None:
        self._journal.append((table, key, table.set(key, row)))


class MemoryStore(Transactor):
    """The Store port in memory; one transaction at a time."""

    def __init__(self, clock: Clock) -> None:
        """No rows yet."""
        super().__init__(clock)
        self._tables: Tables = {cast("Any", kind): MemoryTable(cast("Any", kind)) for kind in TABLES}
        self._turn = asyncio.Lock()

    async def close(self) -> None:
        """Wait for every transaction that runs; nothing is run after that."""
        self._closing = True
        await self.idle()

    async def _run(self, work: Work[T]) -> T:
        async with self._turn:
            transaction = MemoryTransaction(self._tables, self._now())
            try:
                with inside(transaction):
                    result = await work(transaction)
                transaction.require_unspoiled()
                transaction.check_parents()
            except BaseException:
                transaction.undo()
                raise
        transaction.called_back()
        return result
