"""The forecast, from the ledger: when a cap is reached at the pace of the last days."""

from __future__ import annotations

from typing import Any

from bot.core.budgets import Purse
from bot.core.forecast import Booked, begins, full_at
from bot.core.money import Money
from bot.core.ports import Between, Transaction
from bot.core.rows import Line


async def forecast(tx: Transaction, purse: Purse) -> int | None:
    """When the cap will be full, UTC milliseconds; ``None`` where ``bot.core.forecast`` says nothing."""
    budget = purse.budget
    if budget.cap is None or budget.period_end is None:
        return None
    where: dict[str, Any] = {"scope": budget.scope, "period_start": budget.period_start}
    first = await tx.rows(Line, order=("at",), limit=1, **where)
    if not first:
        return None
    since = begins(first[0].at, tx.now)
    sums = await tx.sums(Line, ("amount", "takes"), by=(), at=Between(low=since), **where)
    amount, takes = sums[()]
    return full_at(budget, Booked(amount=Money(amount), takes=takes, since=since), tx.now)
