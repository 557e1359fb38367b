"""Time that moves when it is told to, and chance that is known beforehand."""

from __future__ import annotations

import asyncio
import heapq
import random
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

T = TypeVar("T")

MICROS_PER_SECOND = 1_000_000
MICROS_PER_MS = 1_000
#: 2026-11-02 09:00 UTC, a Monday.
MORNING_MS = 1_793_610_000_000
#: Turns of the event loop that a woken task gets before time moves on.
TURNS = 100

#: A speakable id has no 0 O 1 I L.
LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ"
DIGITS = "23456789"


async def yield_turns() -> None:
    """Give every task that can run ``TURNS`` turns of the event loop; none where the caller is alone in it."""
    for _ in range(TURNS):
        if len(asyncio.all_tasks()) == 1:
            return
        await asyncio.sleep(0)


class FakeClock:
    """A clock whose ``sleep`` ends only when ``advance`` reaches its time."""

    def __init__(self, now: int = MORNING_MS, *, settle: Callable[[], Awaitable[None]] = yield_turns) -> None:
        """Begin at ``now`` (UTC milliseconds).

        ``settle`` is awaited after each wake, before time moves on; where tasks wait for threads or
        sockets, pass one that waits for those too.
        """
        self._settle = settle
        self._micros = 0
        self._wall_offset_ms = now
        self._order = 0
        self._sleepers: list[tuple[int, int, asyncio.Future[None]]] = []

    @property
    def sleepers(self) -> int:
        """How many tasks sleep."""
        return sum(not future.done() for _, _, future in self._sleepers)

    def now(self) -> int:
        """UTC milliseconds."""
        return self._wall_offset_ms + self._micros // MICROS_PER_MS

    def monotonic(self) -> float:
        """Seconds since this clock was made."""
        return self._micros / MICROS_PER_SECOND

    async def sleep(self, seconds: float) -> None:
        """Wait until ``advance`` has moved time this far; zero or less gives others a turn."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        future = asyncio.get_running_loop().create_future()
        self._order += 1
        due = self._micros + max(1, round(seconds * MICROS_PER_SECOND))
        heapq.heappush(self._sleepers, (due, self._order, future))
        await future

    async def advance(self, seconds: float) -> None:
        """Move both clocks on, waking each sleeper at its own time and letting it run before the next."""
        end = self._micros + round(seconds * MICROS_PER_SECOND)
        await self._settle()
        while self._sleepers and self._sleepers[0][0] <= end:
            due, _, future = heapq.heappop(self._sleepers)
            if future.done():  # its task was cancelled
                continue
            self._micros = due
            future.set_result(None)
            await self._settle()
        self._micros = end
        await self._settle()

    def jump(self, seconds: float) -> None:
        """Set the wall clock on, or back when negative; nobody wakes and ``monotonic`` does not notice."""
        self._wall_offset_ms += round(seconds * 1_000)


class FakeIds:
    """Ids and jitter that are the same for the same seed; ids of different seeds never meet."""

    def __init__(self, seed: int = 0) -> None:
        """Begin the sequence that belongs to ``seed``."""
        self._seed = seed
        self._random = random.Random(seed)  # noqa: S311  # known beforehand is what it is for
        self._given = 0

    def word(self, length: int) -> str:
        """A speakable id of ``length`` letters and digits, at least one of each; it may come again.

        Raises:
            ValueError: shorter than two.
        """
        least = 2
        if length < least:
            msg = f"a letter and a digit need {least} places, not {length}"
            raise ValueError(msg)
        rest = self._random.choices(LETTERS + DIGITS, k=length - least)
        word = [self._random.choice(LETTERS), self._random.choice(DIGITS), *rest]
        self._random.shuffle(word)
        return "".join(word)

    def unique(self) -> str:
        """An id that is never given twice."""
        self._given += 1
        return f"u{self._seed}-{self._given:06d}"

    def between(self, low: float, high: float) -> float:
        """A number in [low, high)."""
        return low + (high - low) * self._random.random()

    def one_of(self, items: Sequence[T]) -> T:
        """One of the items."""
        return self._random.choice(items)
