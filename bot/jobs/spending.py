"""Who has spent what of a budget, from the ledger; people by the names that they have now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.core.budgets import Purse
from bot.core.lifecycle import Stage
from bot.core.money import ZERO, Money
from bot.core.ports import Transaction
from bot.core.rows import Line, Take
from bot.core.sentences.spenders import Spender, others


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What a budget's takes are, and whose."""

    drafts: int
    finals: int
    #: The biggest first; the last may be several people as one.
    people: tuple[Spender, ...]


async def spent(tx: Transaction, purse: Purse, workspace: str, *, named: int) -> Spent:
    """The budget's takes, and the ``named`` people who have spent most of it; the others as one."""
    sums = await tx.sums(
        Line,
        ("amount", "takes"),
        by=("person", "stage"),
        scope=purse.budget.scope,
        period_start=purse.budget.period_start,
    )
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
    names = await names_of(tx, workspace, [own.name for own in ranked[:named]])
    people = [replace(own, name=names[own.name]) for own in ranked[:named]]
    rest = [others(ranked[named:])] if ranked[named:] else []
    return Spent(drafts=whole.drafts, finals=whole.finals, people=(*people, *rest))


async def names_of(tx: Transaction, workspace: str, people: Iterable[str]) -> dict[str, str]:
    """The names of a few people by their ids, each as their newest take has it; without a take, the id."""
    names = {}
    for person in people:
        newest = await tx.rows(Take, workspace=workspace, person=person, order=("-created_at",), limit=1)
        names[person] = newest[0].person_name if newest else person
    return names
