"""Time in the machine: the bot's clocks, which may be set wrong, the provider's, which are right, and stillness."""

from __future__ import annotations

import asyncio
import heapq

from bot.core.fakes.clock import MICROS_PER_SECOND, MORNING_MS, FakeClock

#: So many turns of the event loop without a port at work, and nothing goes on before time does.
CALM_TURNS = 30


class Quiet:
    """Waits until nothing can go on by itself."""

    def __init__(self) -> None:
        #: Calls of the store that are under way.
        self.busy = 0

    async def __call__(self) -> None:
        calm = 0
        while calm < CALM_TURNS:
            await asyncio.sleep(0)
            calm = 0 if self.busy else calm + 1


class DrillClock(FakeClock):
    """A clock that can leap as well: the machine was asleep, and whoever waited wakes at the end of it."""

    def __init__(self) -> None:
        self.quiet = Quiet()
        super().__init__(settle=self.quiet)

    async def leap(self, seconds: float) -> None:
        """Let both clocks be so much later at once."""
        await self.quiet()
        self._micros += round(seconds * MICROS_PER_SECOND)
        while self._sleepers and self._sleepers[0][0] <= self._micros:
            _, _, future = heapq.heappop(self._sleepers)
            if not future.done():
                future.set_result(None)
        await self.quiet()


class TrueClock:
    """The provider's clock: nobody sets it."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock

    def now(self) -> int:
        return MORNING_MS + round(self._clock.monotonic() * 1000)

    def monotonic(self) -> float:
        return self._clock.monotonic()

    async def sleep(self, seconds: float) -> None:
        await self._clock.sleep(seconds)


class DrillLoop(asyncio.SelectorEventLoop):
    """An event loop whose time limits run on the drill's clock."""

    def __init__(self, clock: FakeClock) -> None:
        self._drill_clock = clock
        super().__init__()

    def time(self) -> float:
        return self._drill_clock.monotonic()
