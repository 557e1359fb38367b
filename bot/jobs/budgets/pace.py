"""When a cap is full at the pace of the last days: the bookings of its period, summed in slices."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from bot.core.budgets import Purse
from bot.core.forecast import Booked, begins, full_at
from bot.core.money import Money
from bot.core.ports import Store, Transaction
from bot.core.rows import Line
from bot.jobs.spending.reading import Extent, groups_of


async def full_at_pace(store: Store, purse: Purse, of: Extent) -> int | None:
    """When the cap will be full, UTC milliseconds, as of the moment that the report is of; ``None``: nothing to say.

    ``of`` is the purse's current period.
    """
    if purse.budget.cap is None or purse.budget.period_end is None:
        return None
    first = await store.transact(partial(_first, of))
    if first is None:
        return None
    since, amount, takes = begins(first, of.now), 0, 0
    async for groups in groups_of(store, replace(of, low=since), ("amount", "takes"), by=()):
        for some, number in groups.values():
            amount, takes = amount + some, takes + number
    return full_at(purse.budget, Booked(amount=Money(amount), takes=takes, since=since), of.now)


async def _first(of: Extent, tx: Transaction) -> int | None:
    """When the first line of the period was booked."""
    found = (await tx.least(Line, "at", by=(), **of.where(of.periods[0]))).get(())
    return found if found is not None else min((line.at for line in of.newest), default=None)
