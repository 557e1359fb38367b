"""Whether every amount is the sum of its ledger lines."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.core.lifecycle import Stage
from bot.core.money import Money, total
from bot.core.ports import Between, Store, Transaction
from bot.core.rows import Budget, Line, LineKind, Take
from bot.jobs.audit.findings import Finding, notice, serious
from bot.jobs.audit.reading import Whole, budgets_of

HOLD_MS = 24 * 3600 * 1000
ONCE = (LineKind.HOLD, LineKind.SETTLE, LineKind.RELEASE)
#: What a budget says, and the column of the lines that it is the sum of.
FIGURES = (("used", "amount"), ("held", "held"))
#: Budgets are read again so often while something is booked in between.
READINGS = 3
#: Takes that one question names.
MANY = 400

#: A scope and the start of a period.
Place = tuple[str, int]


def of_take(whole: Whole) -> Iterator[Finding]:
    """A take against its own lines."""
    take = whole.take
    for scope in sorted({line.scope for line in whole.lines}) or [""]:
        own = [line for line in whole.lines if line.scope == scope]
        held, amount = total(line.held for line in own), total(line.amount for line in own)
        if take.held != held or take.held + take.charged != amount:
            says = (
                f"it says {take.held} held and {take.charged} charged; its lines in {scope or 'the ledger'} say {held} "
                f"and {amount - held}"
            )
            yield serious("take_sum", take.id, says)
    counted = Counter((line.scope, line.kind) for line in whole.lines if line.kind in ONCE)
    for (scope, kind), number in sorted(counted.items(), key=str):
        if number > 1:
            yield serious("lines_twice", take.id, f"{number} lines {kind.value} in {scope}")
    begun = min((line.at for line in whole.lines if line.kind is LineKind.HOLD), default=whole.now)
    if take.held and whole.now - begun > HOLD_MS:
        hours = (whole.now - begun) // 3_600_000
        yield notice("hold_old", take.id, f"{take.held} is held for {hours} h while it is {take.state.value}")


@dataclass(slots=True)
class Books:
    """What the takes came to, gathered page by page."""

    #: When the first page was read, UTC milliseconds.
    begun: int
    every_final: set[str] = field(default_factory=set)
    #: The takes that are finals, by where they are booked.
    finals: dict[Place, set[str]] = field(default_factory=lambda: defaultdict(set))
    #: The takes that cost more than was held.
    overruns: dict[Place, set[str]] = field(default_factory=lambda: defaultdict(set))
    places: set[Place] = field(default_factory=set)

    def add(self, whole: Whole) -> None:
        """Note where a take is booked."""
        if whole.take.stage is Stage.FINAL:
            self.every_final.add(whole.take.id)
        for place in {(line.scope, line.period_start) for line in whole.lines}:
            self.places.add(place)
            if whole.take.stage is Stage.FINAL:
                self.finals[place].add(whole.take.id)
            if whole.take.overrun:
                self.overruns[place].add(whole.take.id)


async def of_budgets(store: Store, books: Books) -> list[Finding]:
    """Every budget against the sum of its lines, and against its cap."""
    found: list[Finding] = []
    seen: set[Place] = set()
    async for budget in budgets_of(store):
        place = (budget.scope, budget.period_start)
        seen.add(place)
        for name, column in FIGURES:
            found += await store.transact(lambda tx, what=(place, name, column): _sum(tx, *what))  # type: ignore[misc]
        found += await _finals(store, place, books)
        found += _over_cap(budget, books.overruns.get(place, set()))
    for scope, start in sorted(books.places - seen):
        if await store.transact(lambda tx, at=(scope, start): tx.get(Budget, *at)) is None:  # type: ignore[misc]
            found.append(serious("budget_missing", scope, f"lines of the period from {start} have no budget"))
    return found


async def _sum(tx: Transaction, place: Place, name: str, column: str) -> list[Finding]:
    """One figure against its lines, as of one moment: a sum in the database, some 5 ms for 10,000 lines."""
    scope, start = place
    budget = await tx.get(Budget, scope, start)
    says = Money(0) if budget is None else budget.used if name == "used" else budget.held
    ledger = Money(await tx.total(Line, column, scope=scope, period_start=start))
    if budget is None or says == ledger:
        return []
    return [serious("budget_sum", scope, f"the period from {start} says {says} {name}, its ledger {ledger}")]


async def _finals(store: Store, place: Place, books: Books) -> list[Finding]:
    """The finals' part: first by what was seen to be booked there, then by every final that there is by now."""
    read = await _read_finals(store, place, books, everything=False)
    if read is not None and read[0] != read[1]:
        read = await _read_finals(store, place, books, everything=True)
    if read is None or read[0] == read[1]:
        return []
    says = f"the period from {place[1]} says {read[0]} used by finals, their lines say {read[1]}"
    return [serious("budget_sum", place[0], says)]


async def _read_finals(store: Store, place: Place, books: Books, *, everything: bool) -> tuple[Money, Money] | None:
    """What the budget says and what its lines come to; ``None`` when it never stood still while they were added up."""
    for _ in range(READINGS):
        before = await store.transact(lambda tx: tx.get(Budget, *place))
        known = books.finals.get(place, set())
        if everything:
            new = await store.transact(lambda tx: tx.rows(Take, stage=Stage.FINAL, created_at=Between(low=books.begun)))
            known = set().union({take.id for take in new}, books.every_final)
        ids = sorted(known)
        parts = [
            await store.transact(lambda tx, some=tuple(ids[at : at + MANY]): _amount(tx, place, some))  # type: ignore[misc]
            for at in range(0, len(ids), MANY)
        ]
        if before is not None and before == await store.transact(lambda tx: tx.get(Budget, *place)):
            return before.used_finals, total(parts)
    return None


async def _amount(tx: Transaction, place: Place, takes: tuple[str, ...]) -> Money:
    scope, start = place
    return Money(await tx.total(Line, "amount", take=takes, scope=scope, period_start=start))


def _over_cap(budget: Budget, overruns: set[str]) -> Iterator[Finding]:
    if budget.cap is None or budget.used <= budget.cap:
        return
    if budget.stopped_by:
        why = f"stopped by {budget.stopped_by}"
    elif overruns:
        why = f"charged above the hold: {', '.join(sorted(overruns))}"
    elif budget.cap_version > 1:
        why = "the cap was set below what was used, or an owner allowed it"
    else:
        why = "an owner allowed it, or the charge of a second job"
    yield notice("over_cap", budget.scope, f"{budget.used} of {budget.cap} used; {why}")
