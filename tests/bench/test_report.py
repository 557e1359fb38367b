"""A report over a million ledger lines of one channel, while people order in it: how long an order waits for it."""

from __future__ import annotations

import asyncio
import gc
import sqlite3
import statistics
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bot.core.clock import SystemClock
from bot.core.commands import Command, SpendReport
from bot.core.lifecycle import Stage
from bot.core.money import Money, total
from bot.core.periods import Span, span
from bot.core.policy import Period
from bot.core.rows import Budget, Line, LineKind
from bot.core.sums import Part
from storage import SqlStore, open_store
from storage.codec import encode
from storage.schema import NAMES
from tests.bench.at_work import TimedTurn
from tests.bench.test_orders import order, roomy_office
from tests.jobs.conftest import Office

LINES = 1_000_000
PEOPLE = 200
ROUNDS = 3
SCOPE = "channel:local:launch"
PRICE = Money.usd("0.32")
#: Between two orders, in seconds.
PAUSE_S = 0.005
#: How long a report may hold the rows.
MOST_MS = 50
#: The work of an order, as a turn of the store names it.
ORDERS = "Orders._order"


def lines(period: Span, now: int) -> Iterator[Line]:
    """A hold and its settlement in turn, spread over the period until now."""
    for number in range(LINES):
        take = number // 2
        settles = number % 2
        yield Line(
            id=f"{take}|{SCOPE}|{number}",
            take=f"old{take}",
            person=f"person{take % PEOPLE}",
            stage=Stage.FINAL if take % 4 == 0 else Stage.DRAFT,
            model="mini",
            scope=SCOPE,
            period_start=period.start,
            kind=LineKind.SETTLE if settles else LineKind.HOLD,
            amount=Money(0) if settles else PRICE,
            held=Money(-PRICE.micros) if settles else PRICE,
            takes=1 - settles,
            at=period.start + (now - period.start) * number // LINES,
            by="bench",
        )


def fill(path: Path, now: int) -> None:
    """The lines, and the budget that they add up to."""
    period = span(Period.MONTH, "UTC", now)
    budget = Budget(
        scope=SCOPE,
        period_start=period.start,
        period_end=period.end,
        cap=Money.usd(1_000_000),
        used=PRICE * (LINES // 2),
    )
    with sqlite3.connect(path) as connection:
        for table, rows in ((Budget, iter([budget])), (Line, lines(period, now))):
            names = list(encode(budget) if table is Budget else encode(next(lines(period, now))))
            marks = ", ".join(f":{name}" for name in names)
            columns = ", ".join(f'"{name}"' for name in names)
            connection.executemany(f"INSERT INTO {NAMES[table]} ({columns}) VALUES ({marks})", map(encode, rows))
    connection.close()


async def orders(office: Office, stop: asyncio.Event) -> list[float]:
    """Order until ``stop``; how long each order took, in milliseconds."""
    took: list[float] = []
    while not stop.is_set():
        begun = time.perf_counter()
        await order(office)
        took.append((time.perf_counter() - begun) * 1000)
        await asyncio.sleep(PAUSE_S)
    return took


async def beside(office: Office, doing: Any) -> tuple[float, list[float]]:
    """How long something took in seconds, and the orders meanwhile."""
    stop = asyncio.Event()
    ordering = asyncio.create_task(orders(office, stop))
    begun = time.perf_counter()
    await doing
    seconds = time.perf_counter() - begun
    stop.set()
    return seconds, await ordering


async def report(office: Office, **facts: Any) -> None:
    kind: type[Command] = SpendReport
    text = (await office.handle(kind, **facts)).text
    assert "#launch: $160,000.00 spent" in text, text


async def test_a_report_over_a_million_lines(tmp_path: Path) -> None:
    """In short and by day, on a file with every commit synced; beside it the same orders without a report."""
    path = tmp_path / "bench.db"
    address = f"sqlite+aiosqlite:///{path}"
    await (await open_store(address, SystemClock())).close()
    await asyncio.to_thread(fill, path, SystemClock().now())
    store = await open_store(address, SystemClock())
    office = roomy_office(tmp_path, store)
    await order(office)
    gc.collect()
    gc.freeze()  # What the test run itself has made is not looked through in the middle of a measurement.
    alone = [await beside(office, asyncio.sleep(2)) for _ in range(ROUNDS)]
    print(f"\norders alone: {_told(alone)}")
    for name, facts in (("in short", {}), ("by day", {"by": Part.DAY})):
        turn = _timed(store)
        rounds = [await beside(office, report(office, **facts)) for _ in range(ROUNDS)]
        seconds = statistics.median(seconds for seconds, _ in rounds)
        print(f"a report {name} of {LINES:,} lines: {seconds:.1f} s; orders meanwhile: {_told(rounds)}")
        spans = [span for work, held in turn.held.items() if work != ORDERS for span in held]
        clock, computed = (max(each) for each in zip(*spans, strict=True))
        print(f"  a transaction of the report: {clock:.0f} ms at most, {computed:.0f} ms computing (at most {MOST_MS})")
    assert (await office.budget()).used >= total([PRICE * (LINES // 2)])
    gc.unfreeze()
    await store.close()


def _timed(store: SqlStore) -> TimedTurn:
    inner = store._turn  # noqa: SLF001
    turn = TimedTurn(getattr(inner, "_turn", inner))
    store._turn = turn  # type: ignore[assignment]  # noqa: SLF001
    return turn


def _told(rounds: list[tuple[float, list[float]]]) -> str:
    """The median of the rounds' longest, and of all orders."""
    longest = statistics.median(max(took) for _, took in rounds)
    every = [each for _, took in rounds for each in took]
    return f"{len(every)}, {statistics.median(every):.0f} ms in the median, {longest:.0f} ms at most"
