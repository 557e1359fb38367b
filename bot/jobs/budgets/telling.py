"""What a line about a cap's step says beside its figures: whose the takes are, and the pace. Read when it is sent.

In the transaction that passes the step nothing of a period is summed, for the budget is locked there and everybody
waits who orders. What is read later is what stood in the ledger at the step, so that a line that waited for the chat
still agrees with itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.core.budgets import Purse, Scope, holds
from bot.core.money import Money
from bot.core.periods import Reach
from bot.core.policy import CapPolicy
from bot.core.ports import Store, Transaction
from bot.core.rows import Budget
from bot.core.sentences import ladder as words
from bot.core.sentences.spenders import in_short
from bot.jobs.budgets.pace import full_at_pace
from bot.jobs.budgets.spenders import Spent, spent_by_now
from bot.jobs.spending.reading import Extent, extent
from bot.jobs.steps import named

#: The lines about steps: to everybody in a channel, and to whoever pays.
TO_CHANNEL, TO_CONTACT = "ladder", "ladder_contact"
#: People that a contact reads by name.
NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class _Step:
    """A budget and its lines as they were when the step was passed."""

    purse: Purse
    of: Extent
    #: When the line is sent, UTC milliseconds.
    now: int
    #: Whether the line speaks of the cap and the period that hold now.
    runs: bool


async def filled_in(store: Store, line: str, facts: Mapping[str, str]) -> dict[str, str]:
    """The facts of a line with what is read at its sending; those of any other line as they are.

    A line about a step that an earlier version of this program left waiting has all its facts, and names no period.
    """
    if line not in (TO_CHANNEL, TO_CONTACT) or "period" not in facts:
        return dict(facts)
    step = await store.transact(lambda tx: _at_the_step(tx, facts))
    spent = Spent(drafts=0, finals=0, people=())
    if line == TO_CONTACT or facts["counts"]:
        spent = await spent_by_now(store, step.of, most=NAMED)
    drafts, finals = (spent.drafts, spent.finals) if facts["counts"] else (0, 0)
    read = {
        "used": words.with_takes(facts["used"], drafts, finals),
        "forecast": await _forecast(store, step),
        "people": "" if step.purse.scope.id.startswith("person:") else in_short(spent.people),
    }
    return {**facts, **read}


async def _at_the_step(tx: Transaction, facts: Mapping[str, str]) -> _Step:
    budget, at = await named(tx, Budget, facts["scope"], int(facts["period"])), int(facts["at"])
    scope = Scope(id=budget.scope, name="", policy=CapPolicy(amount=budget.cap))
    purse = Purse(scope=scope, budget=replace(budget, used=Money(int(facts["used_micros"]))), zone=facts["zone"])
    of = await extent(tx, purse, Reach.PERIOD)
    newest = tuple(line for line in of.newest if line.at <= at)
    runs = holds(budget, tx.now) and str(budget.cap_version) == facts["version"]
    return _Step(purse=purse, of=replace(of, now=at, high=min(of.high, at), newest=newest), now=tx.now, runs=runs)


async def _forecast(store: Store, step: _Step) -> str:
    """What the pace at the step said, as far as it is still to come: nothing of a cap or a period that is over."""
    full_at = await full_at_pace(store, step.purse, step.of) if step.runs else None
    return "" if full_at is None or full_at <= step.now else words.forecast(full_at, step.purse, step.now)
