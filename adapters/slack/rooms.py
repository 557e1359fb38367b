"""Whether the bot may post in a channel; a public one is joined before any money is spent."""

from __future__ import annotations

from typing import Any

from adapters.slack.client import ClientOf, translated
from adapters.slack.ids import split
from bot.core.errors import ChatBusy, ChatClosed, ChatError
from bot.core.ports import Clock
from bot.core.sentences import access

#: How long an open channel is taken to be open, in seconds. What is closed is looked at each time: it may be mended.
REMEMBERED_S = 60.0
#: How the ids of direct messages begin; nobody has to let us in, and no scope of ours looks at them.
DIRECT = "D"


class Rooms:
    """Looks at channels, and joins them."""

    def __init__(self, client_of: ClientOf, clock: Clock, *, bot: str) -> None:
        """``bot`` is the name by which it is invited."""
        self._client_of = client_of
        self._clock = clock
        self._bot = bot
        self._open_until: dict[str, float] = {}

    async def obstacle(self, channel: str) -> str | None:
        """The sentence that says how to allow posts there; ``None``: they are allowed.

        Raises:
            ChatBusy: Slack cannot be asked.
        """
        now = self._clock.monotonic()
        if self._open_until.get(channel, now) > now:
            return None
        self._open_until = {each: until for each, until in self._open_until.items() if until > now}
        try:
            why = await self._look(channel)
        except ChatBusy:
            raise
        except ChatError as error:
            return access.not_ordered(str(error))
        if why is not None:
            return access.not_ordered(why)
        self._open_until[channel] = now + REMEMBERED_S
        return None

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
