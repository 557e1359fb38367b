"""The gateway and who hears what: the map of everything that Discord tells the bot."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from adapters.discord import needs
from adapters.discord.errors import MOST_WAIT_S

if TYPE_CHECKING:
    from adapters.discord.arrivals import Arrivals
    from adapters.discord.reactions import Reactions

log = logging.getLogger(__name__)
#: All that is listened to, and none of it privileged: servers with their channels and roles, and reactions.
INTENTS = needs.intents()
#: The vendor's loggers that say again, with a traceback, what is said here in a line.
NOISY = ("discord.client", "discord.gateway", "discord.shard")


def _nothing(_shard: int | None) -> None:
    """Nobody wants to know."""


class DailiesClient(discord.AutoShardedClient):
    """Discord's own client. It keeps neither messages nor members: nothing that matters lives in memory."""

    def __init__(self) -> None:
        """Nothing is asked of Discord before ``login``."""
        for name in NOISY:
            logging.getLogger(name).setLevel(logging.CRITICAL)
        super().__init__(
            intents=INTENTS,
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=MOST_WAIT_S,
        )
        self.tree: app_commands.CommandTree[DailiesClient] = app_commands.CommandTree(self)
        #: Told with the shard's number, or ``None`` for all of them, when it is heard, and when it is lost.
        self.heard: Callable[[int | None], None] = _nothing
        self.lost: Callable[[int | None], None] = _nothing
        self._reactions: Reactions | None = None
        self._arrivals: Arrivals | None = None

    def install(self, *, reactions: Reactions, arrivals: Arrivals) -> None:
        """Who hears what is no interaction; commands, menus, buttons and windows have their own ``install``."""
        self._reactions, self._arrivals = reactions, arrivals

    async def on_raw_reaction_add(self, payload: discord.RawReactionActionEvent) -> None:
        """Somebody reacted to a message, anybody's."""
        if self._reactions is not None:
            await self._reactions.reacted(payload, added=True)

    async def on_raw_reaction_remove(self, payload: discord.RawReactionActionEvent) -> None:
        """A reaction was taken back."""
        if self._reactions is not None:
            await self._reactions.reacted(payload, added=False)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """The bot was added to a server."""
        if self._arrivals is not None:
            await self._arrivals.joined(guild)

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """The bot was taken out of a server, or the server is no more."""
        log.info("the server %s (%s) is left; what is under way there goes on and is kept", guild.name, guild.id)

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """What was to be posted there says so by itself, in its turn."""
        log.info("the channel #%s (%s) was deleted", channel.name, channel.id)

    async def on_ready(self) -> None:
        """Every server is known; what was missed is looked up."""
        self.heard(None)

    async def on_shard_ready(self, shard_id: int) -> None:
        """One connection of several is heard, in a new session."""
        self.heard(shard_id)

    async def on_shard_resumed(self, shard_id: int) -> None:
        """It is heard again, in the session that it had."""
        self.heard(shard_id)

    async def on_shard_disconnect(self, shard_id: int) -> None:
        """It is not heard; discord.py tries again by itself."""
        self.lost(shard_id)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """Whatever an event comes to; the next is heard all the same."""
        del args, kwargs
        log.error("a defect: %s was not carried out", event_method, exc_info=sys.exc_info())
