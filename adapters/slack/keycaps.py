"""The numbers under a sheet, added by the bot itself: keycaps are hard to type on a phone."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict

from slack_sdk.errors import SlackApiError

from adapters.slack.client import ClientOf, code_of, translated
from adapters.slack.ids import split
from bot.core.errors import ChatBusy, ChatError
from bot.core.ports import Clock, Message

log = logging.getLogger(__name__)

NAMES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "keycap_ten")
MOST_TRIES = 5
#: A second process, or this one before it was restarted, may have added it.
_THERE = frozenset({"already_reacted"})
MOST_REMEMBERED = 2_000


class Keycaps:
    """Adds them in order, beside everything else; a missing one stops nobody from reacting."""

    def __init__(self, client_of: ClientOf, clock: Clock) -> None:
        """Nothing is numbered yet."""
        self._client_of = client_of
        self._clock = clock
        self._numbered: OrderedDict[Message, None] = OrderedDict()
        self._adding: set[asyncio.Task[None]] = set()

    def number(self, message: Message, count: int) -> None:
        """Begin to add the first ``count`` numbers to a message, once."""
        if message in self._numbered:
            return
        self._numbered[message] = None
        while len(self._numbered) > MOST_REMEMBERED:
            self._numbered.popitem(last=False)
        task = asyncio.create_task(self._add_all(message, NAMES[:count]))
        self._adding.add(task)
        task.add_done_callback(self._adding.discard)

    async def close(self) -> None:
        """End what is being added."""
        under_way = list(self._adding)
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    async def _add_all(self, message: Message, names: tuple[str, ...]) -> None:
        try:
            for name in names:
                await self._add(message, name)
        except ChatError as error:
            log.warning("%s lacks its numbers: %s", message.id, error)

    async def _add(self, message: Message, name: str) -> None:
        """Add one; where Slack asks to wait, that is done here, since nobody waits for it."""
        team, place = split(message.channel)
        for tried in range(MOST_TRIES):
            try:
                with translated():
                    await self._react(team, place, message.id, name)
            except ChatBusy as error:
                if tried == MOST_TRIES - 1:
                    raise
                await self._clock.sleep(error.retry_after_s)
            else:
                return

    async def _react(self, team: str, place: str, ts: str, name: str) -> None:
        try:
            await self._client_of(team).reactions_add(channel=place, timestamp=ts, name=name)
        except SlackApiError as error:
            if code_of(error) not in _THERE:
                raise
