"""Whether the bot may post in a channel; a public one is joined before any money is spent."""

from __future__ import annotations

from typing import Any

from adapters.chat.remembered import Remembered
from adapters.slack.client import ClientOf, translated
from adapters.slack.ids import split
from bot.core.errors import ChatBusy, ChatClosed, ChatError
from bot.core.ports import Clock
from bot.core.sentences import access

#: How long an open channel is taken to be open, in seconds. What is closed is looked at each time: it may be mended.
REMEMBERED_S = 60.0
MOST = 5_000
#: How the ids of direct messages begin; nobody has to let us in, and no scope of ours looks at them.
DIRECT = "D"


class Rooms:
    """Looks at channels, and joins them."""

    def __init__(self, client_of: ClientOf, clock: Clock, *, bot: str) -> None:
        """``bot`` is the name by which it is invited."""
        self._client_of = client_of
        self._bot = bot
        self._open = Remembered(self._require_open, clock=clock, good_s=REMEMBERED_S, most=MOST)

    async def obstacle(self, channel: str) -> str | None:
        """The sentence that says how to allow posts there; ``None``: they are allowed. Many at once are one question.

        Raises:
            ChatBusy: Slack cannot be asked.
        """
        try:
            await self._open.get(channel)
        except ChatBusy:
            raise
        except ChatError as error:
            return access.not_ordered(str(error))
        return None

    async def _require_open(self, channel: str) -> None:
        why = await self._look(channel)
        if why is not None:
            raise ChatClosed(why)

    async def _look(self, channel: str) -> str | None:
        team, place = split(channel)
        if place.startswith(DIRECT):
            return None
        with translated(bot=self._bot):
            found = await self._client_of(team).conversations_info(channel=place)
        room: dict[str, Any] = found["channel"]
        name = access.where(room.get("name", ""))
        if room.get("is_archived"):
            return access.archived(name)
        if room.get("is_member"):
            return None
        if room.get("is_private"):
            return access.invite(self._bot, name)
        return await self._join(team, place, name)

    async def _join(self, team: str, place: str, name: str) -> str | None:
        try:
            with translated(bot=self._bot):
                await self._client_of(team).conversations_join(channel=place)
        except ChatClosed:
            return access.may_not_join(self._bot, name)
        return None
