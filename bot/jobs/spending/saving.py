"""What drafting has saved, against rendering everything at the final's resolution at once.

The actual side is what the ledger has charged for the period's drafts and finals, whatever became of them; a take
counts once it is charged. The other side is each of those drafts at the final's resolution, in its shot's final length,
at the price that such an order would be held at today; finals that were ordered without a draft are the same on both
sides. Finals of drafts of an earlier period are among the finals.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from bot.core.catalogue import Model
from bot.core.errors import Refusal
from bot.core.lifecycle import Stage
from bot.core.money import Money
from bot.core.ports import Transaction
from bot.core.rows import LineKind, Shot, Take
from bot.core.sentences.savings import Saving, too_many_takes
from bot.jobs.kit import Kit
from bot.jobs.paging import PAGE
from bot.jobs.quotes import at_last_charge
from bot.jobs.spending.reading import Extent, groups_of

#: Takes that are looked at for one answer; their ids are held in memory.
MOST_TAKES = 100_000
#: Lines that charge something, or take a charge back.
CHARGING = (LineKind.SETTLE, LineKind.ADJUST)


@dataclass(slots=True)
class _Tally:
    """What was found so far; amounts in micro-dollars by what they are for."""

    number: Counter[str] = field(default_factory=Counter)
    cost: Counter[str] = field(default_factory=Counter)
    at_once: int = 0
    finished: set[str] = field(default_factory=set)
    resolutions: set[str] = field(default_factory=set)

    def count(self, what: str, spent: int) -> None:
        self.number[what] += 1
        self.cost[what] += spent


async def saving_of(kit: Kit, of: Extent) -> Saving:
    """Look at every charged take of the extent, a page in each transaction.

    Raises:
        Refusal: there are too many for one answer.
    """
    charged = await _charged(kit, of)
    tally, ids = _Tally(), sorted(charged)
    for begin in range(0, len(ids), PAGE):
        page = tuple(ids[begin : begin + PAGE])
        for take, at_once, resolution in await kit.store.transact(lambda tx, page=page: _priced(kit, tx, page)):  # type: ignore[misc]
            _add(tally, take, charged[take.id], at_once, resolution)
    return Saving(
        drafts=tally.number["drafts"],
        drafts_cost=Money(tally.cost["drafts"]),
        finals=tally.number["finals"],
        finals_cost=Money(tally.cost["finals"]),
        finished=len(tally.finished),
        direct=tally.number["direct"],
        direct_cost=Money(tally.cost["direct"]),
        at_once=Money(tally.at_once),
        resolution=tally.resolutions.pop() if len(tally.resolutions) == 1 else "",
        unpriced=tally.number["unpriced"],
        unpriced_cost=Money(tally.cost["unpriced"]),
    )


async def _charged(kit: Kit, of: Extent) -> dict[str, int]:
    """By take what it was charged, in micro-dollars; only those that were charged anything."""
    spent: Counter[str] = Counter()
    async for groups in groups_of(kit.store, of, ("amount", "held"), by=("take",), kind=CHARGING):
        for (take,), (amount, held) in groups.items():
            spent[take] += amount - held
        if len(spent) > MOST_TAKES:
            raise Refusal(too_many_takes(MOST_TAKES))
    return {take: micros for take, micros in spent.items() if micros > 0}


async def _priced(kit: Kit, tx: Transaction, ids: tuple[str, ...]) -> list[tuple[Take, Money | None, str]]:
    """Each take with what its draft would cost as a final, and in what; ``None`` where no price is known."""
    takes = await tx.rows(Take, id=ids)
    drafts = [take for take in takes if take.stage is Stage.DRAFT]
    shots = {shot.id: shot for shot in await tx.rows(Shot, id=tuple({take.shot for take in drafts}))}
    models: dict[str, Model] = {}
    for name in {take.model for take in drafts}:
        if (known := kit.catalogue.known(name)) is not None:
            models[name] = await at_last_charge(kit, tx, known, Stage.FINAL)
    return [(take, *_at_once(models.get(take.model), shots.get(take.shot))) for take in takes]


def _at_once(model: Model | None, shot: Shot | None) -> tuple[Money | None, str]:
    if model is None or shot is None:
        return None, ""
    try:
        return model.quote(model.final_resolution, shot.seconds), model.final_resolution
    except Refusal:  # The model no longer makes clips of that length.
        return None, ""


def _add(tally: _Tally, take: Take, spent: int, at_once: Money | None, resolution: str) -> None:
    if take.stage is Stage.FINAL:
        tally.count("finals" if take.draft else "direct", spent)
        tally.finished |= {take.draft} if take.draft else set()
    elif at_once is None:
        tally.count("unpriced", spent)
    else:
        tally.count("drafts", spent)
        tally.at_once += at_once.micros
        tally.resolutions.add(resolution)
