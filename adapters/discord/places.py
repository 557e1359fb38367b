"""Where something was said: a channel, a room inside one, or a direct message about a server."""

from __future__ import annotations

import logging
from typing import Any

import discord

from adapters.chat.remembered import Remembered
from adapters.discord.errors import translated
from adapters.discord.ids import channel_id, workspace_id
from bot.core.commands import Place
from bot.core.errors import ChatError, Refusal
from bot.core.ports import Clock
from bot.core.sentences import talk

log = logging.getLogger(__name__)
#: A thread that the gateway does not tell of is known by its fetched description for so long.
GOOD_S = 300.0
MOST = 5_000
#: The name of a channel that may not be seen, and of a direct message.
UNSEEN_NAME, DIRECT_NAME = "this-channel", "direct message"


class Places:
    """The channels of each server, as the gateway describes them; a thread or forum post is its parent's."""

    def __init__(self, client: discord.Client, clock: Clock) -> None:
        """``client`` is the one that hears Discord."""
        self._client = client
        self._fetched = Remembered(self._fetch, clock=clock, good_s=GOOD_S, most=MOST)

    def place(self, channel: Any) -> Place:
        """The channel of an event; of a thread its parent, with the thread as its room.

        Raises:
            Refusal: it belongs to no server, or to one that has the bot's commands and not the bot.
        """
        guild = getattr(channel, "guild", None)
        if guild is None:
            raise Refusal(talk.place_unknown())
        if self._client.get_guild(guild.id) is None:
            raise Refusal(talk.not_there())
        if isinstance(channel, discord.Thread):
            return Place(
                workspace=workspace_id(guild.id),
                channel=channel_id(guild.id, channel.parent_id),
                name=_name(channel.parent or guild.get_channel(channel.parent_id)),
                room=channel_id(guild.id, channel.id),
            )
        return Place(workspace=workspace_id(guild.id), channel=channel_id(guild.id, channel.id), name=_name(channel))

    async def known(self, guild: int, channel: int) -> Place:
        """The same by ids, for what comes without a description: asked for where the gateway has none.

        Raises:
            Refusal: Discord does not say what it is.
        """
        server = self._client.get_guild(guild)
        found = server.get_channel_or_thread(channel) if server else None
        if found is not None:
            return self.place(found)
        try:
            return await self._fetched.get((guild, channel))
        except ChatError as error:
            log.warning("channel %s of %s could not be read: %s", channel, guild, error)
            raise Refusal(talk.place_unknown()) from error

    async def _fetch(self, key: tuple[int, int]) -> Place:
        guild, own = key
        with translated():
            found = await self._client.fetch_channel(own)
        if getattr(getattr(found, "guild", None), "id", None) != guild:
            msg = f"{own} is no channel of {guild}"
            raise ChatError(msg)
        return self.place(found)

    def direct(self, channel: int, home: int | None) -> tuple[int, Place]:
        """A direct message about a server: which, and the place that it is; nothing is ordered in it.

        ``home`` is what the message says; where it says nothing only one server can be meant.

        Raises:
            Refusal: it may be several.
        """
        guilds = [guild.id for guild in self._client.guilds]
        if home is None and len(guilds) != 1:
            raise Refusal(talk.home_unknown())
        own = guilds[0] if home is None else home
        place = Place(workspace=workspace_id(own), channel=channel_id(own, channel), name=DIRECT_NAME, direct=True)
        return own, place


def _name(channel: Any) -> str:
    return str(getattr(channel, "name", None) or UNSEEN_NAME)
