"""What each scope has spent in its newest period."""

from __future__ import annotations

from typing import Any

from bot.core.budgets import newest_budget
from bot.core.money import ZERO
from bot.core.ports import Transaction
from bot.core.rows import Budget, Channel
from bot.operations.views import dollars

#: People are looked up by this many at most; the rest is in ``SUM(ledger)``.
MOST_SCOPES = 500


async def scopes(tx: Transaction) -> list[dict[str, Any]]:
    """Channels, then workspaces, then people, each in its newest period."""
    names = {f"channel:{channel.id}": f"#{channel.name}" for channel in await tx.rows(Channel)}
    newest = await tx.rows(Budget, order=("-period_start", "scope"), limit=MOST_SCOPES)
    latest: dict[str, Budget] = {}
    for budget in newest:
        latest.setdefault(budget.scope, budget)
    for scope in names:
        if scope not in latest and (budget_ := await newest_budget(tx, scope)) is not None:
            latest[scope] = budget_
    ranks = ("channel", "workspace", "person")
    ranked = sorted(latest.values(), key=lambda each: (ranks.index(each.scope.partition(":")[0]), each.scope))
    return [_scope(budget, names.get(budget.scope, ""), tx.now) for budget in ranked]


def _scope(budget: Budget, name: str, now: int) -> dict[str, Any]:
    left = None if budget.cap is None else max(ZERO, budget.cap - budget.used)
    excess = None if budget.cap is None else max(ZERO, budget.used - budget.cap)
    return {
        "scope": budget.scope,
        "name": name,
        "from": budget.period_start,
        "until": budget.period_end,
        "over": budget.period_end is not None and now >= budget.period_end,
        "cap": dollars(budget.cap),
        "spent": dollars(budget.used - budget.held),
        "held": dollars(budget.held),
        "finals": dollars(budget.used_finals),
        "left": dollars(left),
        "excess": dollars(excess),
        "stopped_by": budget.stopped_by,
    }
