"""The engine: an alarm clock for takes. The rows are the truth; losing the engine loses nothing.

``Engine`` is what the jobs know. ``EmbeddedEngine`` is the default: a heap of (due, take) in this
process, filled from the rows at start.
"""

from __future__ import annotations

import asyncio
import heapq
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from bot.core.ports import Clock, Transaction
from bot.jobs.bell import Bell

log = logging.getLogger(__name__)

#: After a step that raised, the take is tried again this much later, doubled each time up to the limit.
FIRST_RETRY_S = 1.0
LAST_RETRY_S = 300.0
#: Doublings after which the limit is reached in any case.
MOST_DOUBLINGS = 10
#: Takes that advance at once; more wait for their turn.
AT_ONCE = 64
#: Alarms are looked at so often at most, unless a new one comes that is earlier than all: looking costs more than most
#: A clock that is set on makes alarms due that are slept towards: they are looked at again this soon.
LOOK_S = 60.0
#: steps. Real seconds.
ROUND_S = 0.005


@dataclass(frozen=True, slots=True)
class Wake:
    """Look at the take again at ``at`` (UTC milliseconds)."""

    at: int


@dataclass(frozen=True, slots=True)
class Done:
    """Nothing to do until somebody wakes the take."""


DONE = Done()
Advance = Callable[[str], Awaitable[Wake | Done]]


class Engine(Protocol):
    """What wakes takes."""

    def wake(self, tx: Transaction, take: str, at: int) -> None:
        """Have the take looked at, once the transaction is committed and ``at`` has come."""
        ...

    def wake_now(self, take: str, at: int) -> None:
        """The same outside a transaction, for rows that are there already."""
        ...

    async def run(self, advance: Advance, stop: asyncio.Event) -> None:
        """Wake takes until ``stop``; then end the steps under way, orders and posts in their own time."""
        ...

    def health(self) -> Health:
        """How it is doing."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How many takes are under way and waiting, and how late the latest step began, in milliseconds."""

    running: int
    waiting: int
    late_ms: int
    #: How long the earliest alarm has been due, in milliseconds; grows while no step can begin.
    overdue_ms: int = 0
    #: It is run: what is due is woken.
    serving: bool = False

    @property
    def busy(self) -> bool:
        """It is run, and a step is under way or due now."""
        return self.serving and (bool(self.running) or self.overdue_ms > 0)


class EmbeddedEngine:
    """One process, one heap. A take is never advanced twice at once; a wake that comes meanwhile is kept."""

    def __init__(self, clock: Clock) -> None:
        """Start with nothing due."""
        self._clock = clock
        self._bell = Bell(clock)
        #: Every take's alarm. The heap has those that do not run now, and some that are no longer true.
        self._due: dict[str, int] = {}
        self._heap: list[tuple[int, str]] = []
        self._running: dict[str, asyncio.Task[None]] = {}
        self._failures: dict[str, int] = {}
        self._late_ms = 0
        self._serving = False

    def wake(self, tx: Transaction, take: str, at: int) -> None:
        """See ``Engine``.

        The rows' time never runs back, the wall clock may; the alarm keeps its distance, not its hour.
        """
        wait = max(0, at - tx.now)
        tx.after(lambda: self.wake_now(take, self._clock.now() + wait))

    def wake_now(self, take: str, at: int) -> None:
        """See ``Engine``; an earlier time that is already set stays."""
        known = self._due.get(take)
        if known is None or at < known:
            self._due[take] = at
            self._enter(take)

    def health(self) -> Health:
        """See ``Engine``."""
        overdue = max(0, self._clock.now() - self._heap[0][0]) if self._heap else 0
        return Health(
            running=len(self._running),
            waiting=len(self._due),
            late_ms=self._late_ms,
            overdue_ms=overdue,
            serving=self._serving,
        )

    async def run(self, advance: Advance, stop: asyncio.Event) -> None:
        """See ``Engine``."""
        stopping = asyncio.create_task(self._ring_at(stop), name="engine's stop")
        self._serving = True
        try:
            while not stop.is_set():
                self._start_due(advance)
                await self._bell.wait(self._seconds_to_next())
        finally:
            self._serving = False
            stopping.cancel()
            await self._end_steps()

    async def _ring_at(self, stop: asyncio.Event) -> None:
        await stop.wait()
        self._bell.ring()

    async def _end_steps(self) -> None:
        """Cancel what is under way; orders and posts come to their end, and are waited for."""
        under_way = list(self._running.values())
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    def _enter(self, take: str) -> None:
        """Put the take's alarm into the heap; that of a take that runs waits until it has ended."""
        if take not in self._running:
            alarm = (self._due[take], take)
            heapq.heappush(self._heap, alarm)
            if self._heap[0] is alarm or self._heap[0][0] <= self._clock.now():
                self._bell.ring()

    def _start_due(self, advance: Advance) -> None:
        now = self._clock.now()
        while self._heap and self._heap[0][0] <= now and len(self._running) < AT_ONCE:
            at, take = heapq.heappop(self._heap)
            if self._due.get(take) != at or take in self._running:
                continue
            del self._due[take]
            self._late_ms = now - at
            self._running[take] = asyncio.create_task(self._step(take, advance), name=f"advance {take}")

    def _seconds_to_next(self) -> float | None:
        """Until the next alarm, if there is one; with no room for more, until a step ends and rings."""
        if len(self._running) >= AT_ONCE or not self._heap:
            return None
        return min(LOOK_S, max(ROUND_S, (self._heap[0][0] - self._clock.now()) / 1000))

    async def _step(self, take: str, advance: Advance) -> None:
        result: Wake | Done = DONE
        try:
            result = await advance(take)
            self._failures.pop(take, None)
        except Exception:
            wait_s = self._next_pause_s(take)
            log.exception("the step of %s failed; tried again in %.0f s", take, wait_s)
            result = Wake(self._clock.now() + round(wait_s * 1000))
        finally:
            if len(self._running) >= AT_ONCE:
                self._bell.ring()
            del self._running[take]
            if take in self._due:
                self._enter(take)
        if isinstance(result, Wake):
            self.wake_now(take, result.at)

    def _next_pause_s(self, take: str) -> float:
        failures = self._failures.get(take, 0)
        self._failures[take] = min(failures + 1, MOST_DOUBLINGS)
        return min(LAST_RETRY_S, FIRST_RETRY_S * float(2**failures))
