"""Deeds that go on to their end, one after the other for each key: a post that was begun is never begun twice."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Hashable
from typing import Any, TypeVar
from weakref import WeakValueDictionary

T = TypeVar("T")


class Turns:
    """Who comes again after it has given up finds what its first call has done."""

    def __init__(self) -> None:
        """Nothing is under way yet."""
        self._turns: WeakValueDictionary[Hashable, asyncio.Lock] = WeakValueDictionary()
        self._deeds: set[asyncio.Task[Any]] = set()

    async def take(self, key: Hashable, deed: Callable[[], Awaitable[T]]) -> T:
        """Do it when all that came before with this key is done, and to its end, whatever is cancelled around it."""
        turn = self._turns.setdefault(key, asyncio.Lock())

        async def whole() -> T:
            async with turn:
                return await deed()

        return await self.to_its_end(whole)

    async def to_its_end(self, deed: Callable[[], Coroutine[Any, Any, T]]) -> T:
        """Do it beside everything else, and to its end, whatever is cancelled around it."""
        task = asyncio.create_task(deed())
        self._deeds.add(task)
        task.add_done_callback(self._settled)
        return await asyncio.shield(task)

    async def close(self) -> None:
        """Wait for what has begun."""
        await asyncio.gather(*self._deeds, return_exceptions=True)

    def _settled(self, task: asyncio.Task[Any]) -> None:
        self._deeds.discard(task)
        if not task.cancelled():
            task.exception()  # Whoever was cancelled does not ask for it; that is no defect.
