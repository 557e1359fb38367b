"""The embedded engine on a clock that the test moves."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import logging
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.core.fakes import FakeClock, MemoryStore
from bot.core.lifecycle import State
from bot.core.ports import Accepted, Order, Transaction
from bot.core.rows import Take
from bot.jobs.engine import AT_ONCE, DONE, Done, EmbeddedEngine, Wake
from bot.jobs.worker.advance import Worker
from tests.jobs.conftest import Office


class Steps:
    """Steps of takes that the test decides; what was advanced, and when, in milliseconds since the start."""

    def __init__(self, clock: FakeClock) -> None:
        self.clock = clock
        self.engine = EmbeddedEngine(clock)
        self.begun = clock.now()
        self.log: list[tuple[str, int]] = []
        self.answers: dict[str, list[Wake | Done | Exception]] = {}
        self.gates: dict[str, asyncio.Event] = {}

    async def __call__(self, take: str) -> Wake | Done:
        self.log.append((take, self.clock.now() - self.begun))
        if take in self.gates:
            await self.gates[take].wait()
        answers = self.answers.get(take, [])
        answer = answers.pop(0) if answers else DONE
        if isinstance(answer, Exception):
            raise answer
        return answer

    def wake(self, take: str, ms: int) -> None:
        self.engine.wake_now(take, self.begun + ms)

    def takes(self) -> list[str]:
        return [take for take, _ in self.log]


@contextlib.asynccontextmanager
async def running(steps: Steps) -> AsyncIterator[asyncio.Event]:
    stop = asyncio.Event()
    task = asyncio.create_task(steps.engine.run(steps, stop))
    await steps.clock.advance(0)
    try:
        yield stop
    finally:
        stop.set()
        for gate in steps.gates.values():
            gate.set()
        await task


@pytest.fixture
def steps() -> Steps:
    return Steps(FakeClock())


async def test_takes_are_advanced_in_the_order_of_their_times(steps: Steps) -> None:
    """Each at its own time, to the millisecond."""
    for take, ms in (("C", 3000), ("A", 1000), ("B", 2000)):
        steps.wake(take, ms)
    async with running(steps):
        await steps.clock.advance(10)
    assert steps.log == [("A", 1000), ("B", 2000), ("C", 3000)]


async def test_the_earliest_of_several_times_counts(steps: Steps) -> None:
    """One step, at the first of them."""
    for ms in (5000, 2000, 9000):
        steps.wake("A", ms)
    async with running(steps):
        await steps.clock.advance(20)
    assert steps.log == [("A", 2000)]


async def test_a_step_says_when_the_next_is(steps: Steps) -> None:
    """Until it says that it is done."""
    steps.answers["A"] = [Wake(steps.begun + 4000), Wake(steps.begun + 6000), DONE]
    steps.wake("A", 0)
    async with running(steps):
        await steps.clock.advance(20)
    assert steps.log == [("A", 0), ("A", 4000), ("A", 6000)]


async def test_a_new_alarm_is_heard_while_the_engine_sleeps(steps: Steps) -> None:
    """It does not sleep on until the alarm that it knew."""
    steps.wake("A", 60_000)
    async with running(steps):
        await steps.clock.advance(1)
        steps.wake("B", 2000)
        await steps.clock.advance(5)
    assert steps.log == [("B", 2000)]


async def test_a_take_is_never_advanced_twice_at_once(steps: Steps) -> None:
    """A wake that comes during a step is kept, and the step follows when the first has ended."""
    steps.gates["A"] = asyncio.Event()
    steps.wake("A", 0)
    async with running(steps):
        for _ in range(3):
            steps.wake("A", 0)
            await steps.clock.advance(1)
        assert steps.takes() == ["A"]
        steps.gates["A"].set()
        await steps.clock.advance(0)
        assert steps.takes() == ["A", "A"]


async def test_a_take_that_runs_does_not_hold_up_the_others(steps: Steps) -> None:
    """Its kept wake is due, and theirs come to the millisecond all the same."""
    steps.gates["A"] = asyncio.Event()
    steps.wake("A", 0)
    steps.wake("B", 1234)
    async with running(steps):
        steps.wake("A", 0)
        await steps.clock.advance(5)
        assert steps.log == [("A", 0), ("B", 1234)]


async def test_the_earlier_of_a_kept_wake_and_the_answer_counts(steps: Steps) -> None:
    """A step that wants to sleep for an hour is woken by what happened meanwhile."""
    steps.gates["A"] = asyncio.Event()
    steps.answers["A"] = [Wake(steps.begun + 3_600_000)]
    steps.wake("A", 0)
    async with running(steps):
        steps.wake("A", 3000)
        steps.gates["A"].set()
        await steps.clock.advance(5)
    assert steps.log == [("A", 0), ("A", 3000)]


async def test_a_failing_step_backs_off(steps: Steps, caplog: pytest.LogCaptureFixture) -> None:
    """After 1, 2, 4 … up to 300 s, each failure in the log; a step that works begins the count anew."""
    steps.answers["A"] = [ValueError("no")] * 11
    steps.wake("A", 0)
    with caplog.at_level(logging.ERROR):
        async with running(steps):
            await steps.clock.advance(2000)
    gaps = [round((b - a) / 1000) for (_, a), (_, b) in itertools.pairwise(steps.log)]
    assert gaps == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]
    assert caplog.text.count("the step of A failed") == 11
    steps.answers["A"] = [ValueError("no")]
    steps.log.clear()
    steps.wake("A", 0)
    async with running(steps):
        await steps.clock.advance(10)
    assert steps.log[1][1] - steps.log[0][1] == 1000


async def test_a_failing_take_can_be_woken(steps: Steps) -> None:
    """A person's press does not wait for the back-off."""
    steps.answers["A"] = [ValueError("no")] * 9
    steps.wake("A", 0)
    async with running(steps):
        await steps.clock.advance(250)
        before = len(steps.log)
        steps.wake("A", 250_000)
        await steps.clock.advance(0)
        assert len(steps.log) == before + 1


async def test_only_so_many_steps_run_at_once(steps: Steps) -> None:
    """The others follow as soon as one has ended."""
    for number in range(AT_ONCE + 5):
        steps.gates[f"T{number}"] = asyncio.Event()
        steps.wake(f"T{number}", number)
    async with running(steps):
        await steps.clock.advance(10)
        assert len(steps.log) == AT_ONCE
        assert steps.engine.health().running == AT_ONCE
        steps.gates["T0"].set()
        await steps.clock.advance(0)
        assert len(steps.log) == AT_ONCE + 1


async def test_a_stop_ends_the_steps_under_way(steps: Steps) -> None:
    """A poll that hangs is cancelled; its take is taken up at the next start."""
    steps.gates["A"] = asyncio.Event()
    steps.wake("A", 0)
    stop = asyncio.Event()
    task = asyncio.create_task(steps.engine.run(steps, stop))
    await steps.clock.advance(0)
    stop.set()
    await asyncio.wait_for(task, 5)
    assert steps.engine.health().running == 0


async def test_a_stop_does_not_wait_for_alarms(steps: Steps) -> None:
    """Nothing new is begun."""
    steps.wake("A", 1000)
    async with running(steps) as stop:
        stop.set()
        await steps.clock.advance(60)
    assert steps.log == []


async def test_a_cancelled_run_ends_its_steps_too(steps: Steps) -> None:
    """As when another part of the process has failed; the cancellation comes out."""
    steps.gates["A"] = asyncio.Event()
    steps.wake("A", 0)
    task = asyncio.create_task(steps.engine.run(steps, asyncio.Event()))
    await steps.clock.advance(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert steps.engine.health().running == 0


async def test_a_wake_in_a_transaction_counts_when_it_is_committed(steps: Steps) -> None:
    """And never when it is not."""
    store = MemoryStore(steps.clock)

    async def work(tx: Transaction) -> None:
        steps.engine.wake(tx, "A", steps.begun)

    async def fails(tx: Transaction) -> None:
        steps.engine.wake(tx, "B", steps.begun)
        msg = "no"
        raise ValueError(msg)

    async with running(steps):
        with pytest.raises(ValueError, match="no"):
            await store.transact(fails)
        await store.transact(work)
        await steps.clock.advance(1)
    assert steps.takes() == ["A"]
    await store.close()


async def test_an_alarm_keeps_its_distance_when_the_wall_clock_jumps_back(steps: Steps) -> None:
    """The rows' time does not run back with it; what is due now is not an hour late."""
    store = MemoryStore(steps.clock)
    await store.transact(lambda tx: tx.count(Take))
    steps.clock.jump(-3600)
    async with running(steps):
        await store.transact(lambda tx: _wakes(steps, tx))
        await steps.clock.advance(4)
        assert steps.takes() == ["A"]
        await steps.clock.advance(2)
    assert steps.takes() == ["A", "B"]
    await store.close()


async def _wakes(steps: Steps, tx: Transaction) -> None:
    steps.engine.wake(tx, "A", tx.now)
    steps.engine.wake(tx, "B", tx.now + 5_000)


async def test_health_says_how_late_it_is(steps: Steps) -> None:
    """Running, waiting, and the lateness of the latest step."""
    steps.wake("A", -500)
    steps.wake("B", 60_000)
    async with running(steps):
        health = steps.engine.health()
    assert (health.running, health.waiting, health.late_ms) == (0, 1, 500)


async def test_health_says_how_long_nothing_could_begin(steps: Steps) -> None:
    """Whether it is run, and for how long the earliest alarm has been due: that grows while every place is taken."""
    assert not steps.engine.health().serving
    for number in range(AT_ONCE):
        steps.gates[f"{number}"] = asyncio.Event()
        steps.wake(f"{number}", 0)
    steps.wake("late", 1_000)
    async with running(steps):
        assert steps.engine.health().serving
        assert steps.engine.health().overdue_ms == 0
        await steps.clock.advance(61)
        assert (steps.engine.health().overdue_ms, steps.engine.health().late_ms) == (60_000, 0)
    assert not steps.engine.health().serving


async def test_an_order_under_way_outlives_the_stop(office: Office) -> None:
    """The engine waits for the answer of an order that was sent; a graceful stop leaves nothing unknown."""
    sent, answers = asyncio.Event(), asyncio.Event()

    async def submit(order: Order) -> Accepted:
        del order
        sent.set()
        await answers.wait()
        return Accepted(job="job-1")

    office.provider.script.add("submit", submit)
    take = (await office.order())[0]
    engine, stop = EmbeddedEngine(office.clock), asyncio.Event()
    worker = Worker(replace(office.kit, engine=engine))
    engine.wake_now(take.id, office.clock.now())
    task = asyncio.create_task(engine.run(worker.advance, stop))
    await office.clock.advance(1)
    await asyncio.wait_for(sent.wait(), 5)
    stop.set()
    await office.clock.advance(1)
    assert not task.done()
    answers.set()
    await asyncio.wait_for(task, 5)
    assert (await office.take(take.id)).state is State.RENDERING


async def test_a_clock_that_is_set_on_makes_alarms_due() -> None:
    """What was slept towards is due at once by the new time, and what is due now is not kept waiting behind it."""
    clock, stop = FakeClock(), asyncio.Event()
    engine = EmbeddedEngine(clock)
    woken: list[str] = []

    async def advance(take: str) -> Wake | Done:
        woken.append(take)
        return DONE

    engine.wake_now("old", clock.now() + 72 * 3600 * 1000)
    running = asyncio.create_task(engine.run(advance, stop))
    await clock.advance(1)
    clock.jump(30 * 24 * 3600)
    engine.wake_now("new", clock.now())
    await clock.advance(0.1)
    assert woken == ["old", "new"]
    engine.wake_now("later", clock.now() + 3600 * 1000)
    await clock.advance(1)
    clock.jump(7200)
    await clock.advance(61)
    assert woken == ["old", "new", "later"]
    stop.set()
    await running
