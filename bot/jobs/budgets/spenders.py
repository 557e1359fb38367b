"""Who has spent what of a budget, from the ledger; people by the names that they have now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from bot.core.budgets import Purse
from bot.core.lifecycle import Stage
from bot.core.money import ZERO, Money
from bot.core.ports import Store, Transaction
from bot.core.rows import Line, Take
from bot.core.sentences.spenders import Spender, others
from bot.jobs.spending.reading import Extent, groups_of
from bot.jobs.steps import named

#: By person and stage: what is charged or held in micro-dollars, and for how many takes.
Sums = dict[tuple[str, Stage], tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What a budget's takes are, and whose."""

    drafts: int
    finals: int
    #: The biggest first; the last may be several people as one.
    people: tuple[Spender, ...]


async def spent(tx: Transaction, purse: Purse, *, most: int) -> Spent:
    """The budget's takes, and the ``most`` people who have spent most of it; the others as one."""
    return await _ranked(tx, purse, await _sums(tx, purse), most)


async def spent_by_now(store: Store, purse: Purse, of: Extent, *, most: int) -> Spent:
    """The same of the purse's period as the extent fixes it, read in slices, so that nobody who orders waits long."""
    sums: Sums = {}
    async for groups in groups_of(store, of, ("amount", "takes"), by=("person", "stage")):
        for who, (amount, takes) in groups.items():
            before, counted = sums.get(who, (0, 0))
            sums[who] = (before + amount, counted + takes)
    return await store.transact(lambda tx: _ranked(tx, purse, sums, most))


async def _sums(tx: Transaction, purse: Purse) -> Sums:
    sums = await tx.sums(Line, ("amount", "takes"), by=("person", "stage"), **_within(purse))
    return {(person, stage): (amount, takes) for (person, stage), (amount, takes) in sums.items()}


async def _ranked(tx: Transaction, purse: Purse, sums: Sums, most: int) -> Spent:
    each: dict[str, Spender] = {}
    for (person, stage), (amount, takes) in sums.items():
        own = each.get(person, Spender(name=person, amount=ZERO, drafts=0, finals=0))
        drafts, finals = (takes, 0) if stage is Stage.DRAFT else (0, takes)
        each[person] = replace(
            own, amount=own.amount + Money(amount), drafts=own.drafts + drafts, finals=own.finals + finals
        )
    whole = others([*each.values()])
    ranked = sorted(
        (own for own in each.values() if own.amount or own.drafts or own.finals),
        key=lambda own: (-own.amount.micros, own.name),
    )
    names = await names_of(tx, purse, [own.name for own in ranked[:most]])
    people = [replace(own, name=names[own.name]) for own in ranked[:most]]
    rest = [others(ranked[most:])] if ranked[most:] else []
    return Spent(drafts=whole.drafts, finals=whole.finals, people=(*people, *rest))


async def names_of(tx: Transaction, purse: Purse, people: Iterable[str]) -> dict[str, str]:
    """The names of a few people who have something booked in the purse, by their ids: as it was booked last."""
    names = {}
    for person in people:
        lines = await tx.rows(Line, person=person, order=("-at",), limit=1, **_within(purse))
        names[person] = (await named(tx, Take, lines[0].take)).person_name
    return names


def _within(purse: Purse) -> dict[str, Any]:
    return {"scope": purse.budget.scope, "period_start": purse.budget.period_start}
