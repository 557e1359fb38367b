"""A bell: rung in one place, waited for in another, with a time limit."""

from __future__ import annotations

import asyncio
from typing import Any

from bot.core.ports import Clock


class Bell:
    """Rings are not counted: one that nobody waited for is heard by the next who waits."""

    def __init__(self, clock: Clock) -> None:
        """``clock`` bounds the waiting."""
        self._clock = clock
        self._rung = asyncio.Event()

    def ring(self) -> None:
        """Wake whoever waits."""
        self._rung.set()

    async def wait(self, seconds: float | None) -> None:
        """Until it rings, or at most so long; ``None`` waits for the ring alone."""
        await until(self._rung, self._clock, seconds)
        self._rung.clear()


async def until(event: asyncio.Event, clock: Clock, seconds: float | None) -> None:
    """Wait for the event, on this clock at most so long; ``None`` waits for the event alone."""
    if seconds is None or event.is_set():
        await event.wait()
        return
    waits: list[asyncio.Task[Any]] = [
        asyncio.create_task(event.wait(), name="wait for an event"),
        asyncio.create_task(_asleep(clock, seconds), name="wait for a time"),
    ]
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for each in waits:
            each.cancel()
        await asyncio.gather(*waits, return_exceptions=True)


async def _asleep(clock: Clock, seconds: float) -> None:
    await clock.sleep(max(0.0, seconds))
