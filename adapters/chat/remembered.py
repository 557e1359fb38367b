"""What the platform was asked a moment ago, so that it is not asked again for each event."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

from bot.core.ports import Clock

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Remembered(Generic[K, V]):
    """Answers by key; each is asked for once at a time, and good for a while. A failure is not remembered."""

    def __init__(self, read: Callable[[K], Awaitable[V]], *, clock: Clock, good_s: float, most: int) -> None:
        """``good_s`` are seconds; of more than ``most`` answers the one that was asked for longest ago goes."""
        self._read = read
        self._clock = clock
        self._good_s = good_s
        self._most = most
        self._known: OrderedDict[K, tuple[float, asyncio.Task[V]]] = OrderedDict()

    async def get(self, key: K, *, good_s: float | None = None) -> V:
        """The answer, for whom it may have to be newer; whoever gives up waiting takes it from nobody else."""
        now = self._clock.monotonic()
        known = self._known.get(key)
        if known is None or now - known[0] > (self._good_s if good_s is None else good_s):
            known = (now, asyncio.ensure_future(self._ask(key)))
            self._known[key] = known
        self._known.move_to_end(key)
        while len(self._known) > self._most:
            self._known.popitem(last=False)
        return await asyncio.shield(known[1])

    def forget(self, key: K) -> None:
        """Ask again the next time."""
        self._known.pop(key, None)

    async def _ask(self, key: K) -> V:
        try:
            return await self._read(key)
        except BaseException:
            self.forget(key)
            raise
