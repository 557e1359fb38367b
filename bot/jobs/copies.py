"""The smaller copies of clips that are being made now; in memory only: after a restart they are begun anew."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from bot.media.workers import OnProgress

T = TypeVar("T")


class Stopped(Exception):
    """Nobody wants the copy any more."""


class Copies:
    """By take: how much of its copy is made, and how to stop that."""

    def __init__(self) -> None:
        """Nothing is being made."""
        self._percents: dict[str, int] = {}
        self._stops: dict[str, Callable[[], object]] = {}

    async def make(self, take: str, work: Callable[[OnProgress], Coroutine[Any, Any, T]]) -> T:
        """Do the work, which is given whom to tell which part of it is done; cancelled, it is brought to its end first.

        Raises:
            Stopped: by ``stop``; and what ``work`` raises.
        """

        def tell(done: float) -> None:
            self._percents[take] = round(done * 100)

        self._percents[take] = 0
        task = asyncio.create_task(work(tell), name=f"copy {take}")
        self._stops[take] = task.cancel
        try:
            await asyncio.wait({task})
        finally:
            self._percents.pop(take, None)
            self._stops.pop(take, None)
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        if task.cancelled():
            raise Stopped
        return task.result()

    @property
    def under_way(self) -> int:
        """How many are being made, or wait for that."""
        return len(self._stops)

    def stop(self, take: str) -> None:
        """Stop the making of a take's copy, if one is made."""
        stop = self._stops.get(take)
        if stop is not None:
            stop()

    def percent(self, take: str) -> int | None:
        """How much of a take's copy is made; ``None`` while none is being made."""
        return self._percents.get(take)
