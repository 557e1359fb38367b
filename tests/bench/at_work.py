"""A process of the product with ten thousand takes, on a provider in this process that answers at once.

``python -m tests.bench.at_work HOME SECONDS`` works for so long on the rows in HOME and prints its figures as JSON.
"""

from __future__ import annotations

import asyncio
import inspect
import json
import statistics
import sys
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from pathlib import Path
from types import TracebackType
from typing import Any

import psutil  # type: ignore[import-untyped]

from bot.app import App, open_app
from bot.core.commands import Actor, Place, SpendReport, Status
from bot.core.errors import Gone
from bot.core.fakes.chat import FakeChat
from bot.core.money import Money
from bot.core.ports import Accepted, Balance, Downloaded, History, Job, JobStatus, Order
from bot.jobs.engine import Done, Wake
from bot.settings import Settings

#: Gaps between polls are 5 to 10 provider seconds: at this scale every 6 s on average.
SCALE = 0.8
SLOTS = 10
MIB = 2**20
#: Until every take has been polled once.
SETTLE_S = 7.0
#: A run that has not ended by then is broken.
LONGEST_S = 120.0


class AtOnce:
    """A provider whose every job renders for ever, and which answers without a network."""

    def __init__(self) -> None:
        self.polls = self.submits = 0
        #: When the first question came, seconds since the epoch.
        self.first_at = 0.0

    async def estimate(self, order: Order) -> Money | None:
        del order
        return None

    async def submit(self, order: Order) -> Accepted:
        del order
        self._begin()
        self.submits += 1
        return Accepted(job=f"made{self.submits}")

    async def poll(self, job: str) -> JobStatus:
        del job
        self._begin()
        self.polls += 1
        return JobStatus(job=Job.RUNNING, said="processing")

    async def find_recent(self, since: int) -> History:
        del since
        return History(rows=(), complete=True)

    async def upload(self, picture: Path, media_type: str) -> str:
        del media_type
        return f"https://files.invalid/{picture.name}"

    async def balance(self) -> Balance:
        return Balance(amount=Money.usd(100))

    async def download(self, url: str, into: Path, *, limit_bytes: int, timeout_s: float) -> Downloaded:
        raise Gone(url)

    async def close(self) -> None:
        return

    def _begin(self) -> None:
        self.first_at = self.first_at or time.time()


class TimedTurn:
    """The store's turn, which remembers how long each work has held it, in milliseconds.

    On a machine that does other things too the time on the clock says little: beside it stands what this process
    has computed meanwhile.
    """

    def __init__(self, turn: asyncio.Semaphore) -> None:
        self._turn = turn
        self._begun = (0.0, 0.0)
        self.held: dict[str, list[tuple[float, float]]] = defaultdict(list)

    async def __aenter__(self) -> None:
        """Take the turn."""
        await self._turn.acquire()
        self._begun = (time.perf_counter(), time.process_time())

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the turn back, and note how long it was held."""
        spans = (time.perf_counter() - self._begun[0]) * 1000, (time.process_time() - self._begun[1]) * 1000
        self.held[_work()].append(spans)
        self._turn.release()

    def longest(self) -> tuple[str, float, float]:
        """The work that has held it longest by what was computed, that, and the longest by the clock."""
        spans = [(computed, clock, work) for work, each in self.held.items() for clock, computed in each]
        computed, _, work = max(spans)
        return work, computed, max(clock for _, clock, _ in spans)


def _work() -> str:
    """Whose transaction this task runs."""
    task = asyncio.current_task()
    frame: Any = task.get_coro().cr_frame if task else None  # type: ignore[union-attr]
    work: Any = frame.f_locals.get("work") if frame else None
    while (
        inner := inspect.getclosurevars(work).nonlocals.get("work") if inspect.isfunction(work) else None
    ) is not None:
        work = inner  # The journal and the pages have it in their own.
    return str(getattr(work, "__qualname__", work)).replace(".<locals>", "").replace(".<lambda>", "")


def timed(app: App) -> TimedTurn:
    """Have the app's store tell how long its turn is held."""
    store = app.rows
    turn = TimedTurn(store._turn)  # noqa: SLF001
    store._turn = turn  # type: ignore[assignment]  # noqa: SLF001
    return turn


def _lateness(app: App) -> list[int]:
    """From now on, how late each step after a take's first begins, in milliseconds."""
    late: list[int] = []
    due: dict[str, int] = {}
    advance: Callable[[str], Awaitable[Wake | Done]] = app.worker.advance
    clock = app.kit.clock

    async def noted(take: str) -> Wake | Done:
        if take in due:
            late.append(clock.now() - due[take])
        result = await advance(take)
        if isinstance(result, Wake):
            due[take] = result.at
        return result

    app.worker.advance = noted  # type: ignore[assignment,method-assign]
    return late


async def work(home: Path, seconds: float) -> dict[str, Any]:
    """The figures of so many seconds of work after the first question to the provider."""
    process, provider = psutil.Process(), AtOnce()
    settings = Settings(home=home, provider_scale=SCALE, slots=SLOTS)
    async with asyncio.timeout(LONGEST_S), open_app(settings, chats=[FakeChat("local")], provider=provider) as app:
        turn, late, stop = timed(app), _lateness(app), asyncio.Event()
        running = asyncio.create_task(app.run(stop))
        while not provider.first_at:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        begun_by = sum(process.cpu_times()[:2])
        await asyncio.sleep(SETTLE_S)
        late.clear()
        before, polls, begun = sum(process.cpu_times()[:2]), provider.polls, time.perf_counter()
        await asyncio.sleep(seconds)
        used, spent = sum(process.cpu_times()[:2]) - before, time.perf_counter() - begun
        polls = provider.polls - polls
        rss = process.memory_info().rss / MIB
        await _look(app)
        stop.set()
        await running
    late.sort()
    held_by, held_cpu_ms, held_ms = turn.longest()
    return {
        "first_s": provider.first_at - process.create_time(),
        "first_cpu_s": begun_by,
        "cores": used / spent,
        "polls_per_s": polls / spent,
        "late_median_ms": statistics.median(late or [0]),
        "late_p99_ms": late[len(late) * 99 // 100] if late else 0,
        "rss_mib": rss,
        "held_by": held_by,
        "held_cpu_ms": held_cpu_ms,
        "held_ms": held_ms,
    }


async def _look(app: App) -> None:
    """What people ask meanwhile: the queue, and where the money went."""
    for kind in (Status, SpendReport):
        command = kind(
            actor=Actor(id="person1", name="person1"),
            place=Place(workspace="local", channel="local:channel1", name="channel1"),
            event=kind.__name__,
        )
        assert (await app.manager.handle(command)).text


if __name__ == "__main__":
    print(json.dumps(asyncio.run(work(Path(sys.argv[1]), float(sys.argv[2])))))
