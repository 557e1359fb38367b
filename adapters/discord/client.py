"""The gateway and who hears what: the map of everything that Discord tells the bot."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import aiohttp
import discord
import yarl
from discord import app_commands
from discord.gateway import DiscordWebSocket
from discord.http import Route

from adapters.discord import needs
from adapters.discord.errors import MOST_WAIT_S

if TYPE_CHECKING:
    from adapters.discord.arrivals import Arrivals
    from adapters.discord.reactions import Reactions

log = logging.getLogger(__name__)
#: All that is listened to, and none of it privileged: servers with their channels and roles, and reactions.
INTENTS = needs.intents()
#: discord.py's own, in seconds.
QUIET_S = 2.0
#: The vendor's loggers that say again, with a traceback, what is said here in a line.
NOISY = ("discord.client", "discord.gateway", "discord.shard")


def _nothing(_shard: int | None) -> None:
    """Nobody wants to know."""


def use(api_url: str) -> None:
    """Ask another address than Discord's own, for tests; it names its gateway itself."""
    Route.BASE = api_url


def _no_limit(_guild: int, _size: int) -> None:
    """Nobody wants to know."""


Parse = Callable[[Any], None]


def _guarded(event: str, parse: Parse) -> Parse:
    """Reads an event; the vendor takes one that it cannot read for the end of everything."""

    def read(data: Any) -> None:
        try:
            parse(data)
        except Exception:
            log.exception("%s could not be read, and is passed over", event)

    return read


class Tree(app_commands.CommandTree["DailiesClient"]):
    """The commands; each that is typed tells how large a file may be where it is typed."""

    async def interaction_check(self, interaction: discord.Interaction[DailiesClient], /) -> bool:
        """Every command is carried out."""
        if interaction.guild_id is not None:
            self.client.limit_told(interaction.guild_id, interaction.filesize_limit)
        return True


class DailiesClient(discord.AutoShardedClient):
    """Discord's own client. It keeps neither messages nor members: nothing that matters lives in memory."""

    def __init__(self, *, quiet_s: float = QUIET_S) -> None:
        """Nothing is asked of Discord before ``login``.

        ``quiet_s``: so long after the last server that Discord tells of at the start all of them are taken to be known.
        """
        for name in NOISY:
            logging.getLogger(name).setLevel(logging.CRITICAL)
        super().__init__(
            intents=INTENTS,
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            allowed_mentions=discord.AllowedMentions.none(),
            max_ratelimit_timeout=MOST_WAIT_S,
            guild_ready_timeout=quiet_s,
        )
        self.tree: app_commands.CommandTree[DailiesClient] = Tree(self)
        #: Told with a server and the largest file, in bytes, that a command there may be answered with.
        self.limit_told: Callable[[int, int], None] = _no_limit
        #: Told with the number of a connection that is heard, or ``None``: what was missed can be looked up.
        self.heard: Callable[[int | None], None] = _nothing
        #: Told with the number of one that is lost.
        self.lost: Callable[[int], None] = _nothing
        parsers = self._connection.parsers
        parsers.update({event: _guarded(event, parse) for event, parse in parsers.items()})
        self._ask = self.http.request
        self.http.request = self._asked  # type: ignore[method-assign]  # the vendor's fails in its own way before
        self._reactions: Reactions | None = None
        self._arrivals: Arrivals | None = None

    async def _asked(self, route: Route, **what: Any) -> Any:
        """A request; before the bot has signed in, and once it is closed, Discord cannot be reached."""
        if self.http.token is None or self.is_closed():
            msg = "Discord is not connected"
            raise aiohttp.ClientConnectionError(msg)
        return await self._ask(route, **what)

    async def reopened(self) -> None:
        """Let go of what a failed attempt to sign in has opened, so that there can be another."""
        if not self.is_closed() and self.application is None:
            await self.http.close()
            self.http.connector, self.http.token = discord.utils.MISSING, None

    async def launch_shard(self, gateway: yarl.URL, shard_id: int, *, initial: bool = False) -> None:
        """Connect; a session that begins anew goes to the gateway that was named too, not to one of the vendor's."""
        DiscordWebSocket.DEFAULT_GATEWAY = gateway
        await super().launch_shard(gateway, shard_id, initial=initial)

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

    async def on_raw_reaction_clear(self, payload: discord.RawReactionClearEvent) -> None:
        """Somebody who may has taken all reactions off a message."""
        if self._reactions is not None:
            await self._reactions.cleared(payload)

    async def on_raw_reaction_clear_emoji(self, payload: discord.RawReactionClearEmojiEvent) -> None:
        """Or all with one emoji."""
        if self._reactions is not None:
            await self._reactions.cleared(payload)

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
        self.heard(None)

    async def on_shard_disconnect(self, shard_id: int) -> None:
        """It is not heard; discord.py tries again by itself."""
        self.lost(shard_id)

    async def on_error(self, event_method: str, /, *args: Any, **kwargs: Any) -> None:
        """Whatever an event comes to; the next is heard all the same."""
        del args, kwargs
        log.error("a defect: %s was not carried out", event_method, exc_info=sys.exc_info())
