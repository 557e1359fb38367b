"""Who has spent what of a budget, from the ledger; people by the names that they have now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.core.lifecycle import Stage
from bot.core.money import ZERO, Money
from bot.core.ports import Store, Transaction
from bot.core.rows import Channel, Line, Take
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


async def spent_by_now(store: Store, of: Extent, *, most: int) -> Spent:
    """The takes of what the extent fixes, and the ``most`` people who have spent most of it; the others as one.

    Read in slices, so that nobody who orders waits long.
    """
    sums: Sums = {}
    async for groups in groups_of(store, of, ("amount", "takes"), by=("person", "stage")):
        for who, (amount, takes) in groups.items():
            before, counted = sums.get(who, (0, 0))
            sums[who] = (before + amount, counted + takes)
    return await store.transact(lambda tx: _ranked(tx, of.scope, sums, most))


async def _ranked(tx: Transaction, scope: str, sums: Sums, most: int) -> Spent:
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
    names = await names_of(tx, await _workspace_of(tx, scope), [own.name for own in ranked[:most]])
    people = [replace(own, name=names[own.name]) for own in ranked[:most]]
    rest = [others(ranked[most:])] if ranked[most:] else []
    return Spent(drafts=whole.drafts, finals=whole.finals, people=(*people, *rest))


async def names_of(tx: Transaction, workspace: str, people: Iterable[str]) -> dict[str, str]:
    """The names of a few people for whom something is booked, by their ids: as it was booked last."""
    names = {}
    for person in people:
        own = f"person:{workspace}/{person}"
        lines = await tx.rows(Line, scope=own, order=("-period_start", "-at"), limit=1)
        names[person] = (await named(tx, Take, lines[0].take)).person_name
    return names


async def _workspace_of(tx: Transaction, scope: str) -> str:
    kind, _, subject = scope.partition(":")
    match kind:
        case "channel":
            return (await named(tx, Channel, subject)).workspace
        case "workspace":
            return subject
        case _:
            return subject.partition("/")[0]
