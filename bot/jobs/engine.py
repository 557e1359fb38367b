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
#: Takes that advance at once; more wait for their turn.
AT_ONCE = 64


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


class EmbeddedEngine:
    """One process, one heap. A take is never advanced twice at once; a wake that comes meanwhile is kept."""

    def __init__(self, clock: Clock) -> None:
        """Start with nothing due."""
        self._clock = clock
        self._bell = Bell(clock)
        self._due: dict[str, int] = {}
        self._heap: list[tuple[int, str]] = []
        self._running: dict[str, asyncio.Task[None]] = {}
        self._failures: dict[str, int] = {}
        self._late_ms = 0

    def wake(self, tx: Transaction, take: str, at: int) -> None:
        """See ``Engine``."""
        tx.after(lambda: self.wake_now(take, at))

    def wake_now(self, take: str, at: int) -> None:
        """See ``Engine``; an earlier time that is already set stays."""
        known = self._due.get(take)
        if known is None or at < known:
            self._due[take] = at
            heapq.heappush(self._heap, (at, take))
            self._bell.ring()

    def health(self) -> Health:
        """See ``Engine``."""
        return Health(running=len(self._running), waiting=len(self._due), late_ms=self._late_ms)

    async def run(self, advance: Advance, stop: asyncio.Event) -> None:
        """See ``Engine``."""
        stopping = asyncio.ensure_future(stop.wait())
        stopping.add_done_callback(lambda _: self._bell.ring())
        try:
            while not stop.is_set():
                self._start_due(advance)
                await self._bell.wait(self._seconds_to_next())
        finally:
            stopping.cancel()
            await self._end_steps()

    async def _end_steps(self) -> None:
        """Cancel what is under way; orders and posts shield themselves and are waited for."""
        under_way = list(self._running.values())
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    def _start_due(self, advance: Advance) -> None:
        now = self._clock.now()
        postponed = []
        while self._heap and self._heap[0][0] <= now and len(self._running) < AT_ONCE:
            at, take = heapq.heappop(self._heap)
            if self._due.get(take) != at:
                continue
            if take in self._running:
                postponed.append((at, take))
                continue
            del self._due[take]
            self._late_ms = now - at
            self._running[take] = asyncio.create_task(self._step(take, advance), name=f"advance {take}")
        for at, take in postponed:
            heapq.heappush(self._heap, (at, take))

    def _seconds_to_next(self) -> float | None:
        """Until the next take that can start; a running one rings when it ends."""
        if len(self._running) >= AT_ONCE:
            return None
        ready = [at for at, take in self._heap[:1] if take not in self._running]
        if not ready:
            return 1.0 if self._heap else None
        return (ready[0] - self._clock.now()) / 1000

    async def _step(self, take: str, advance: Advance) -> None:
        try:
            result = await advance(take)
        except Exception:
            wait_s = min(LAST_RETRY_S, FIRST_RETRY_S * 2 ** self._failures.get(take, 0))
            self._failures[take] = self._failures.get(take, 0) + 1
            log.exception("the step of %s failed; tried again in %.0f s", take, wait_s)
            result = Wake(self._clock.now() + round(wait_s * 1000))
        else:
            self._failures.pop(take, None)
        finally:
            del self._running[take]
            self._bell.ring()
        if isinstance(result, Wake):
            self.wake_now(take, result.at)
