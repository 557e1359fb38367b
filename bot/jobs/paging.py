"""Reading many rows without holding up whoever else wants the store: a page in each transaction."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, TypeVar

from bot.core.conditions import key_of
from bot.core.ports import Between, Row, Store

R = TypeVar("R", bound=Row)

#: Rows that are read in one transaction: some ten milliseconds on SQLite.
PAGE = 200


async def pages(
    store: Store, table: type[R], *, by: str, low: int | None = None, high: int | None = None, **where: object
) -> AsyncIterator[list[R]]:
    """Every row that meets the conditions, by its number or time in the column ``by``, those without one left out.

    ``low`` and ``high`` are the first and the last such number that is looked at.

    Rows that change meanwhile are given as they were when their page was read; one that comes to meet the conditions
    may be left out, and one whose ``by`` grows may be given twice.
    """
    size, given, begin = PAGE, set[Any](), low
    while True:
        within = Between(low=begin, high=high)
        page = await store.transact(lambda tx, within=within, size=size: _page(tx, table, by, within, size, where))  # type: ignore[misc]
        if fresh := [row for row in page if key_of(row) not in given]:
            yield fresh
        if len(page) < size:
            return
        last = getattr(page[-1], by)
        # More rows of one moment than a page has room for: the next page has to reach beyond them.
        size = size * 2 if last == begin else PAGE
        begin, given = last, {key_of(row) for row in page if getattr(row, by) == last}


async def _page(tx: Any, table: type[R], by: str, within: Between, size: int, where: dict[str, object]) -> list[R]:
    found: list[R] = await tx.rows(table, order=(by, *table.KEY), limit=size, **{by: within}, **where)
    return found
