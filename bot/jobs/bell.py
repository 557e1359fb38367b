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
        waits: list[asyncio.Future[Any]] = [asyncio.ensure_future(self._rung.wait())]
        if seconds is not None:
            waits.append(asyncio.ensure_future(self._clock.sleep(max(0.0, seconds))))
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for each in waits:
                each.cancel()
            await asyncio.gather(*waits, return_exceptions=True)
        self._rung.clear()
