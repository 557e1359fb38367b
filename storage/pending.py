"""What a transaction has written and no statement has carried to the database yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby, islice
from typing import cast

from bot.core.conditions import KeyValues, fits, key_of, unique_values, uniques
from bot.core.ports.store import Row
from bot.core.rows import TABLES
from storage.statements import Write

#: Rows of one statement; the widest table has some 60 columns, and SQLite takes 32,766 values.
MOST_ROWS = 200


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows that one statement writes. When it fails on a unique index, every row says the same one."""

    table: type[Row]
    way: Write
    rows: tuple[Row, ...]


class Pending:
    """Rows to be written, each once, as they are by now; in each table in the order in which they came."""

    def __init__(self) -> None:
        """Nothing yet."""
        self._tables: dict[type[Row], dict[KeyValues, tuple[Write, Row]]] = {}

    def add(self, row: Row) -> None:
        """A row that must be new."""
        self._tables.setdefault(type(row), {})[key_of(row)] = Write.ADD, row

    def put(self, row: Row) -> None:
        """A row that may be there."""
        rows = self._tables.setdefault(type(row), {})
        way, _ = rows.get(key_of(row), (Write.PUT, row))
        rows[key_of(row)] = way, row

    def would_reorder(self, row: Row) -> bool:
        """Whether to write only the row's newest values would hide from a unique index what came in between."""
        way_and_row = self._tables.get(type(row), {}).get(key_of(row))
        if way_and_row is None:
            return False
        return any(unique_values(each, row) != unique_values(each, way_and_row[1]) for each in uniques(type(row)))

    def take(self, *tables: type[Row]) -> Iterator[Batch]:
        """Take out what is pending in these tables, in all without one; the tables always in the same order."""
        for table in cast("tuple[type[Row], ...]", TABLES):
            if (not tables or table in tables) and (rows := self._tables.pop(table, None)):
                yield from _batches(table, rows)


def _batches(table: type[Row], rows: dict[KeyValues, tuple[Write, Row]]) -> Iterator[Batch]:
    def alike(written: tuple[Write, Row]) -> tuple[Write, tuple[str, ...]]:
        way, row = written
        return way, tuple(unique.name for unique in uniques(table) if fits(row, unique.when))

    for (way, _), several in groupby(rows.values(), key=alike):
        while page := tuple(row for _, row in islice(several, MOST_ROWS)):
            yield Batch(table=table, way=way, rows=page)
