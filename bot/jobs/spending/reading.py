"""The ledger of a scope as it stands at one moment, read in slices so that nobody who orders is held up.

What is read is fixed by the first transaction: the lines that were written before its time, and those of its very
millisecond that it sees. A line's time is its transaction's, and times never go back. So where one transaction runs
at a time, on SQLite and in memory, no line with an earlier time can be written any more: slices that are read one
after the other, while people order, add up to exactly what the first transaction would have seen at once. What is
ordered meanwhile is not in it, not even in part.

On PostgreSQL transactions run beside each other: one that began before the first of these and is committed after it
may have its lines in or not, those of a period together. A whole period is therefore compared with its budget, which
is carried along with every line, and read again where they differ; of other days the report promises what was
committed when it began.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from bot.core.budgets import Purse
from bot.core.conditions import fits, scalar
from bot.core.errors import Refusal
from bot.core.money import Money
from bot.core.periods import Days, Reach, Span, begin_of, day_of, days_of, span_of
from bot.core.ports import Between, Store, Transaction, Work
from bot.core.rows import Budget, Line, LineKind
from bot.core.sentences import reports
from bot.core.sums import Sum, Sums
from bot.jobs.paging import pages
from bot.jobs.spending.accounts import Account

S = TypeVar("S", bound=Sums)

log = logging.getLogger(__name__)

#: Lines that are summed in one transaction: some ten milliseconds on SQLite.
SLICE = 5_000
HOUR_MS = 3600 * 1000
#: How long a slice is at first and at most; none goes beyond its day.
LONGEST_MS = 25 * HOUR_MS
#: How often a period is read whose sums are not its budget's, because others write beside us.
TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """Lines of a ledger: which, and as they stood when."""

    scope: str
    zone: str
    #: When the reading began, UTC milliseconds.
    now: int
    #: The starts of the periods in which they are booked, the latest first.
    periods: tuple[int, ...]
    #: Their times, UTC milliseconds, both included; what was written later is not looked at.
    low: int
    high: int
    #: Lines of the moment in which the reading began.
    newest: tuple[Line, ...]
    #: The days, as they were asked for; ``None`` for all there are.
    days: Days | None
    #: The budget that the lines add up to, as it was then; ``None`` where they are some days', or of many periods.
    budget: Budget | None = None

    def where(self, start: int, low: int | None = None) -> dict[str, Any]:
        """The conditions for the lines of a period that are not the newest."""
        least = self.low if low is None else low
        return {"scope": self.scope, "period_start": start, "at": Between(low=least, high=self.high)}


async def extent(tx: Transaction, purse: Purse, reach: Reach | Days) -> Extent:
    """What is asked for of a scope, fixed at this transaction's time.

    Raises:
        Refusal: there is no period before the current one.
    """
    if reach in (Reach.PERIOD, Reach.LAST):
        budget = purse.budget if reach is Reach.PERIOD else await _previous(tx, purse)
        return await _fixed(tx, purse, (budget.period_start,), Span(0, None), _days(budget, purse.zone), budget)
    days = None
    if reach is not Reach.ALL:
        days = reach if isinstance(reach, Days) else days_of(reach, day_of(tx.now, purse.zone))
    span = Span(0, None) if days is None else span_of(days, purse.zone)
    # No period but these has a line of those days: a take is booked in the period of its first hold.
    begun = Between(high=tx.now if span.end is None else span.end)
    starts = await tx.sums(Budget, ("held",), by=("period_start",), scope=purse.scope.id, period_start=begun)
    return await _fixed(tx, purse, tuple(sorted((start for (start,) in starts), reverse=True)), span, days, None)


async def _previous(tx: Transaction, purse: Purse) -> Budget:
    current = purse.budget
    before = Between(high=current.period_start - 1)
    found = await tx.rows(Budget, scope=current.scope, period_start=before, order=("-period_start",), limit=1)
    if not found:
        raise Refusal(reports.no_earlier_period(purse))
    return found[0]


def _days(budget: Budget, zone: str) -> Days | None:
    """The calendar days of a period; none of one without end."""
    if budget.period_end is None:
        return None
    return Days(day_of(budget.period_start, zone), day_of(budget.period_end - 1, zone))


async def _fixed(
    tx: Transaction, purse: Purse, periods: tuple[int, ...], span: Span, days: Days | None, budget: Budget | None
) -> Extent:
    scope = purse.scope.id
    last = tx.now if span.end is None else span.end - 1
    newest: list[Line] = []
    if periods and last >= tx.now:
        this_moment = Between(low=max(span.start, tx.now), high=last)
        newest = await tx.rows(Line, scope=scope, period_start=periods, at=this_moment, order=("-at",))
    return Extent(
        scope=scope,
        zone=purse.zone,
        now=tx.now,
        periods=periods,
        low=span.start,
        high=min(last, tx.now - 1),
        newest=tuple(newest),
        days=days,
        budget=budget,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Slice:
    """The sums of some lines of one day; or none, because there were too many."""

    day: date
    #: The next one begins here, and is so long, in milliseconds.
    low: int
    length_ms: int
    sums: dict[tuple[Any, ...], tuple[int, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What is summed in each slice, of which lines, and what it is told apart by."""

    columns: tuple[str, ...]
    by: tuple[str, ...]
    where: Mapping[str, object]


async def sums_of(store: Store, of: Extent) -> Sums:
    """Every line of the extent, added up."""
    return await _summed(store, of, Sums())


async def _summed(store: Store, of: Extent, sums: S) -> S:
    asked = _Asked(columns=("amount", "held", "takes"), by=("person", "stage", "model"), where={})
    async for each in _all_slices(store, of, asked):
        for (person, stage, model), (amount, held, takes) in each.sums.items():
            some = Sum(amount=Money(amount), held=Money(held), takes=takes)
            sums.add(some, day=each.day, person=person, stage=stage, model=model)
    return sums


async def groups_of(
    store: Store, of: Extent, columns: tuple[str, ...], *, by: tuple[str, ...], **where: object
) -> AsyncIterator[dict[tuple[Any, ...], tuple[int, ...]]]:
    """The sums of columns in each group of lines that agree in ``by``: of one slice after the other, to be added up."""
    async for _, groups in dated_groups_of(store, of, columns, by=by, **where):
        yield groups


async def dated_groups_of(
    store: Store, of: Extent, columns: tuple[str, ...], *, by: tuple[str, ...], **where: object
) -> AsyncIterator[tuple[date, dict[tuple[Any, ...], tuple[int, ...]]]]:
    """As ``groups_of``, each with its day; a day may come several times."""
    async for each in _all_slices(store, of, _Asked(columns=columns, by=by, where=where)):
        yield each.day, each.sums


async def _all_slices(store: Store, of: Extent, asked: _Asked) -> AsyncIterator[_Slice]:
    for line in of.newest:
        if fits(line, asked.where):
            group = tuple(getattr(line, name) for name in asked.by)
            sums = {group: tuple(int(scalar(getattr(line, name))) for name in asked.columns)}
            yield _Slice(day=day_of(line.at, of.zone), low=line.at, length_ms=0, sums=sums)
    for start in of.periods:
        low, length_ms = of.low, LONGEST_MS
        while found := await store.transact(
            lambda tx, start=start, low=low, most=length_ms: _slice(tx, of, asked, start, low, most)  # type: ignore[misc]
        ):
            low, length_ms = found.low, found.length_ms
            yield found


async def _slice(tx: Transaction, of: Extent, asked: _Asked, start: int, low: int, length_ms: int) -> _Slice | None:
    """The next lines, within a day and not too many; ``None``: there are none."""
    first = (await tx.least(Line, "at", by=(), **of.where(start, low))).get(())
    if first is None:
        return None
    day = day_of(first, of.zone)
    last = min(of.high, begin_of(day + timedelta(days=1), of.zone) - 1, first + length_ms)
    where = {**of.where(start), "at": Between(low=first, high=last)}
    number = await tx.count(Line, **where)
    if number > SLICE and last > first:  # Many lines of one moment are read together all the same.
        return _Slice(day=day, low=first, length_ms=(last - first) * SLICE // (2 * number), sums={})
    longer = min(LONGEST_MS, 2 * length_ms + 1) if number < SLICE // 2 else length_ms
    sums = await tx.sums(Line, asked.columns, by=asked.by, **where, **asked.where)
    return _Slice(day=day, low=last + 1, length_ms=longer, sums=sums)


async def read(store: Store, begin: Work[tuple[Account, Extent]]) -> tuple[Account, Extent, Sums]:
    """What ``begin`` fixes, and its sums.

    A period's sums are its budget's; where others write beside us it may have to be read again.
    """
    return await read_as(Sums, store, begin)


async def read_as(kind: type[S], store: Store, begin: Work[tuple[Account, Extent]]) -> tuple[Account, Extent, S]:
    """As ``read``, with sums of another kind."""
    found = await _read_once(kind, store, begin)
    for _ in range(TRIES - 1):
        if _agrees(*found[1:]):
            return found
        found = await _read_once(kind, store, begin)
    if not _agrees(*found[1:]):
        log.warning("the lines of %s do not add up to its budget; dailies audit looks into it", found[1].scope)
    return found


def _agrees(of: Extent, sums: Sums) -> bool:
    return of.budget is None or (sums.total.amount, sums.total.held) == (of.budget.used, of.budget.held)


async def _read_once(kind: type[S], store: Store, begin: Work[tuple[Account, Extent]]) -> tuple[Account, Extent, S]:
    account, of = await store.transact(begin)
    return account, of, await _summed(store, of, kind())


async def lines_of(store: Store, of: Extent) -> AsyncIterator[list[Line]]:
    """Every line of the extent, those of the earliest period first, a page at a time."""
    for start in reversed(of.periods):
        async for page in pages(store, Line, by="at", low=of.low, high=of.high, scope=of.scope, period_start=start):
            yield page
        yield [line for line in reversed(of.newest) if line.period_start == start]


async def newest_takes(store: Store, of: Extent, number: int) -> list[str]:
    """The ids of the takes whose money was set aside last, the newest first.

    A take's first hold is written in its own period, so that no earlier period has a newer one.
    """
    found = [line.take for line in of.newest if line.kind is LineKind.HOLD]
    for start in of.periods:
        if len(found) >= number:
            break
        missing = number - len(found)
        where = {**of.where(start), "kind": LineKind.HOLD}
        lines = await store.transact(
            lambda tx, where=where, most=missing: tx.rows(Line, order=("-at",), limit=most, **where)  # type: ignore[misc]
        )
        found += [line.take for line in lines]
    return found[:number]
