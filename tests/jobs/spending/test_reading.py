"""The sums of a report: exactly the ledger's, however the books came to be and whoever orders meanwhile."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core import ledger
from bot.core.budgets import Purse, Scope, see_purses
from bot.core.fakes import FakeClock, MemoryStore
from bot.core.lifecycle import Stage, State
from bot.core.money import Money, total
from bot.core.periods import Days, Reach
from bot.core.policy import CapPolicy, Period
from bot.core.ports import Transaction
from bot.core.rows import Line, Take
from bot.core.sums import Part, Sum, Sums
from bot.jobs.spending import reading
from bot.jobs.spending.accounts import Account, Sight
from bot.jobs.spending.reading import Extent, extent, lines_of, newest_takes, read, sums_of
from bot.jobs.steps import named
from tests.core.builders import CARD, CHANNEL, KEY, SHOT, WORKSPACE, make_take
from tests.core.conftest import Books
from tests.jobs.conftest import Office

T = TypeVar("T")
HOUR_S = 3600.0
#: Zones, and the day before the one that their clocks make longer, shorter, or leave out.
ZONES = (
    ("Europe/Berlin", "2026-10-24T18:00"),
    ("America/New_York", "2026-03-07T18:00"),
    ("Pacific/Apia", "2011-12-29T03:00"),
)
SCOPES = ("channel:local:launch", "workspace:T1")


@dataclass(frozen=True, slots=True)
class Act:
    """Something that is booked, after some hours."""

    hours: int
    what: str
    number: int
    cents: int
    person: str
    stage: Stage
    model: str


ACTS = st.builds(
    Act,
    hours=st.sampled_from([0, 0, 0, 1, 7, 13, 30]),
    what=st.sampled_from(["hold", "hold", "settle", "release", "again"]),
    number=st.integers(0, 7),
    cents=st.integers(1, 300),
    person=st.sampled_from(["U1", "U2", "U3"]),
    stage=st.sampled_from(Stage),
    model=st.sampled_from(["mini", "pro"]),
)


async def books_at(moment: str, policy: CapPolicy, zone: str) -> Books:
    """Empty books on that day, UTC."""
    clock = FakeClock(round(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp() * 1000))
    books = Books(store=MemoryStore(clock), clock=clock, zone=zone, channel=policy, workspace=policy)

    async def furnish(tx: Transaction) -> None:
        for row in (WORKSPACE, CHANNEL, SHOT, CARD, KEY):
            await tx.add(row)

    await books.do(furnish)
    return books


async def book(books: Books, takes: list[Take], act: Act) -> None:
    """Carry it out, as a transaction of its own."""
    await books.clock.advance(act.hours * HOUR_S)
    price = Money(act.cents * 10_001)

    async def work(tx: Transaction) -> None:
        if act.what == "hold" or not takes:
            take = make_take(
                id=f"T{len(takes)}", person=act.person, stage=act.stage, model=act.model, price=price, held=Money(0)
            )
            held = await ledger.hold(tx, take, await books.purses(tx), by=act.person)
            await tx.add(held)
            takes.append(held)
            return
        place = act.number % len(takes)
        take = replace(takes[place], ver=takes[place].ver + 1)
        if act.what == "settle":
            takes[place] = await ledger.settle(tx, take, price, by="provider", evidence="job")
        elif act.what == "release":
            takes[place] = await ledger.release(tx, take, by="U1", reason="cancelled")
        else:
            takes[place] = await ledger.book_second_job(tx, take, by="provider", job=f"job-{act.cents}")

    await books.do(work)


def account(purse: Purse) -> Account:
    return Account(purse=purse, workspace="T1", sight=Sight.LINES)


async def reads(books: Books, place: int, reach: Reach | Days) -> tuple[Extent, Sums]:
    """The report on the channel (0) or the workspace (1)."""

    async def begin(tx: Transaction) -> tuple[Account, Extent]:
        purse = (await books.purses(tx))[place]
        return account(purse), await extent(tx, purse, reach)

    return (await read(books.store, begin))[1:]


def summed(lines: list[Line]) -> Sum:
    """What lines add up to, line by line."""
    return Sum(
        amount=total(line.amount for line in lines),
        held=total(line.held for line in lines),
        takes=sum(line.takes for line in lines),
    )


def local_day(line: Line, zone: str) -> date:
    return datetime.fromtimestamp(line.at / 1000, UTC).astimezone(ZoneInfo(zone)).date()


def require_equal(sums: Sums, lines: list[Line], zone: str) -> None:
    """The total and every part are what the lines say, one by one."""
    assert sums.total == summed(lines)
    keys: dict[Part, Callable[[Line], Any]] = {
        Part.DAY: lambda line: local_day(line, zone),
        Part.PERSON: lambda line: line.person,
        Part.STAGE: lambda line: line.stage,
        Part.MODEL: lambda line: line.model,
    }
    for part, key in keys.items():
        groups = {key(line) for line in lines}
        assert sums.parts[part] == {group: summed([line for line in lines if key(line) == group]) for group in groups}
        assert sum(sums.of(part).values(), Sum()) == sums.total


@given(
    zone=st.sampled_from(ZONES),
    period=st.sampled_from(Period),
    acts=st.lists(ACTS, min_size=1, max_size=25),
    span=st.tuples(st.integers(0, 9), st.integers(0, 9)),
    most=st.integers(1, 4),
)
@settings(max_examples=30, deadline=None)
def test_every_sum_is_the_ledgers(
    zone: tuple[str, str], period: Period, acts: list[Act], span: tuple[int, int], most: int
) -> None:
    """In each zone, over days of 23, 24, 25 and no hours: by whatever it is broken down, to the micro-dollar."""

    async def tell() -> None:
        books = await books_at(zone[1], CapPolicy(amount=None, period=period), zone[0])
        takes: list[Take] = []
        for act in acts:
            await book(books, takes, act)
        lines = await books.do(lambda tx: tx.rows(Line))
        some = sorted({local_day(line, zone[0]) for line in lines})
        first, last = sorted(some[place % len(some)] for place in span)
        for place, scope in enumerate(SCOPES):
            own = [line for line in lines if line.scope == scope]
            require_equal((await reads(books, place, Reach.ALL))[1], own, zone[0])
            within = [line for line in own if first <= local_day(line, zone[0]) <= last]
            require_equal((await reads(books, place, Days(first, last)))[1], within, zone[0])
            await require_the_budgets(books, place, own, zone[0])

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(reading, "SLICE", most)
        asyncio.run(tell())


async def require_the_budgets(books: Books, place: int, lines: list[Line], zone: str) -> None:
    """A period's sums are what its budget says; every line of it is given once, and the newest takes first."""
    of, sums = await reads(books, place, Reach.PERIOD)
    budget = await books.budget(SCOPES[place])
    assert (sums.total.amount, sums.total.held) == (budget.used, budget.held)
    booked = [line for line in lines if line.period_start == budget.period_start]
    require_equal(sums, booked, zone)
    given = [line async for page in lines_of(books.store, of) for line in page]
    assert Counter(given) == Counter(booked)
    assert [line.at for line in given] == sorted(line.at for line in booked)
    newest = await newest_takes(books.store, of, 3)
    holds = {line.take: line.at for line in booked if line.kind.value == "hold"}
    assert [holds[take] for take in newest] == sorted(holds.values(), reverse=True)[:3]


class Busy:
    """A store in which somebody orders after every transaction of a report, in the same millisecond or later."""

    behind_ms = 0

    def __init__(self, books: Books, takes: list[Take]) -> None:
        self._books, self._takes = books, takes
        self.ordered = 0

    async def transact(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        done = await self._books.store.transact(work)
        self.ordered += 1
        act = Act(self.ordered // 4, "hold", 0, 7, "U1", Stage.DRAFT, "mini")
        await book(self._books, self._takes, act)
        await book(self._books, self._takes, replace(act, hours=0, what="settle", number=self.ordered))
        return done

    async def close(self) -> None:
        return


async def test_what_is_ordered_meanwhile_is_not_half_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line's time never goes back, so none that is written later can fall into a slice that was read, or will be."""
    monkeypatch.setattr(reading, "SLICE", 2)
    books = await books_at("2026-11-02T09:00", CapPolicy(amount=None), "UTC")
    takes: list[Take] = []
    for hours in (0, 0, 5, 20, 0, 3):
        await book(books, takes, Act(hours, "hold", 0, 32, "U1", Stage.DRAFT, "mini"))
    before = await books.do(lambda tx: tx.rows(Line, scope=SCOPES[0]))
    purse = (await books.do(books.purses))[0]
    of = await books.do(lambda tx: extent(tx, purse, Reach.PERIOD))
    busy = Busy(books, takes)
    require_equal(await sums_of(busy, of), before, "UTC")
    given = [line async for page in lines_of(busy, of) for line in page]
    assert Counter(given) == Counter(before)
    assert busy.ordered > 5


async def test_many_lines_of_one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """They cannot be told apart by their time and are read together; what is around them is not."""
    monkeypatch.setattr(reading, "SLICE", 2)
    books = await books_at("2026-11-02T09:00", CapPolicy(amount=None), "UTC")
    takes: list[Take] = []
    for hours in (0, 1, 0, 0, 0, 0, 2, 1):
        await book(books, takes, Act(hours, "hold", 0, 32, "U1", Stage.DRAFT, "mini"))
    await books.clock.advance(1)
    _, sums = await reads(books, 0, Reach.PERIOD)
    assert sums.total.takes == 8


async def test_a_defect_of_the_books_is_told_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    """A period whose lines are not what its budget says is read again, and then reported as the ledger has it."""
    books = await books_at("2026-11-02T09:00", CapPolicy(amount=None), "UTC")
    await book(books, [], Act(0, "hold", 0, 32, "U1", Stage.DRAFT, "mini"))
    budget = await books.budget()
    await books.do(lambda tx: tx.put(replace(budget, used=budget.used + Money(1))))
    _, sums = await reads(books, 0, Reach.PERIOD)
    assert sums.total.takes == 1
    assert "do not add up to its budget" in caplog.text


@pytest.mark.parametrize("kind_of_store", ["postgres"])
async def test_a_transaction_beside_the_reports(office: Office) -> None:
    """On PostgreSQL one that began earlier may be committed while slices are read: the period is read again."""
    take = (await office.order())[0]
    begun, looked_at = asyncio.Event(), asyncio.Event()

    async def cancel(tx: Transaction) -> None:
        row = await named(tx, Take, take.id)
        back = await ledger.release(tx, row, by="mina", reason="cancelled")
        await tx.step(row, replace(back, state=State.CANCELLED))
        begun.set()
        await looked_at.wait()

    await office.clock.advance(1)
    cancelling = asyncio.create_task(office.store.transact(cancel))
    await begun.wait()
    await office.clock.advance(1)
    looks = 0

    async def begin(tx: Transaction) -> tuple[Account, Extent]:
        nonlocal looks
        looks += 1
        purse = (await see_purses(tx, (Scope(id=SCOPES[0], name="#launch", policy=CapPolicy(amount=None)),), "UTC"))[0]
        found = account(purse), await extent(tx, purse, Reach.PERIOD)
        looked_at.set()
        await cancelling
        return found

    _, _, sums = await read(office.store, begin)
    assert (looks, sums.total) == (2, Sum())
