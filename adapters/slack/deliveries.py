"""Slack sends an event again when it was not acknowledged in time, and now and then twice at once."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable

#: Slack repeats itself for about six minutes; this is far more than what comes in that time.
MOST = 10_000


class Deliveries:
    """Events of this process: each is carried out once, unless it failed. After a restart the rows see to that."""

    def __init__(self, *, most: int = MOST) -> None:
        """Nothing came yet."""
        self._most = most
        self._known: OrderedDict[str, asyncio.Task[None]] = OrderedDict()

    async def once(self, event: str, work: Callable[[], Awaitable[None]]) -> None:
        """Carry an event out, or wait for it where it is being carried out; what failed may come again.

        Raises:
            Exception: what the work raised.
        """
        task = self._known.get(event)
        if task is None or (task.done() and (task.cancelled() or task.exception() is not None)):
            task = asyncio.ensure_future(_do(work))
            self._known[event] = task
            while len(self._known) > self._most:
                self._known.popitem(last=False)
        await asyncio.shield(task)


async def _do(work: Callable[[], Awaitable[None]]) -> None:
    await work()
