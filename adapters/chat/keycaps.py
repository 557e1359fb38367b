"""The numbers under a sheet, added by the bot itself: keycaps are hard to type on a phone."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable

from bot.core.errors import ChatBusy, ChatError
from bot.core.ports import Clock, Message

log = logging.getLogger(__name__)

MOST_TRIES = 5
MOST_REMEMBERED = 2_000

#: Adds the bot's reaction with a number, 1–10; one that is there already is no error.
React = Callable[[Message, int], Awaitable[None]]


class Keycaps:
    """Adds them in order, beside everything else; a missing one stops nobody from reacting."""

    def __init__(self, react: React, clock: Clock) -> None:
        """``react`` raises ChatError and its children only."""
        self._react = react
        self._clock = clock
        self._numbered: OrderedDict[str, None] = OrderedDict()
        self._adding: set[asyncio.Task[None]] = set()

    def number(self, message: Message, count: int) -> None:
        """Begin to add the first ``count`` numbers to a message, once."""
        key = f"{message.channel}/{message.id}"
        if key in self._numbered:
            return
        self._numbered[key] = None
        while len(self._numbered) > MOST_REMEMBERED:
            self._numbered.popitem(last=False)
        task = asyncio.create_task(self._add_all(message, count))
        self._adding.add(task)
        task.add_done_callback(self._adding.discard)

    async def close(self) -> None:
        """End what is being added."""
        under_way = list(self._adding)
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    async def _add_all(self, message: Message, count: int) -> None:
        try:
            for number in range(1, count + 1):
                await self._add(message, number)
        except ChatError as error:
            log.warning("%s lacks its numbers: %s", message.id, error)

    async def _add(self, message: Message, number: int) -> None:
        """Add one; where the chat asks to wait, that is done here, since nobody waits for it."""
        for tried in range(MOST_TRIES):
            try:
                await self._react(message, number)
            except ChatBusy as error:
                if tried == MOST_TRIES - 1:
                    raise
                await self._clock.sleep(error.retry_after_s)
            else:
                return
