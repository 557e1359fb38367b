"""Whether the token is good, and what the bot may and knows: asked for the doctor. Nothing is posted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import discord

from adapters.discord import needs
from adapters.discord.client import DailiesClient
from adapters.discord.errors import translated
from adapters.discord.needs import Need

#: So many servers are looked at.
MOST_SERVERS = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class App:
    """What Discord says of the app that a token is for."""

    id: int
    #: As the bot is called.
    bot: str
    #: Whether anybody can add it to a server.
    public: bool
    #: Whether it can be added by its address alone.
    by_address: bool
    #: Where commands go instead of to us; empty: nowhere.
    endpoint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server that the bot is in."""

    id: int
    name: str
    #: What it may not do anywhere there.
    lacking: Mapping[str, Need]
    #: The largest file that the server takes.
    most_bytes: int


async def signed_in(client: DailiesClient, token: str) -> App:
    """What the bot's token is for.

    Raises:
        ChatBusy: Discord cannot be reached.
        ChatClosed: it does not take the token.
        ChatError
    """
    with translated():
        await client.login(token)
        found = await client.application_info()
    return App(
        id=found.id,
        bot=client.user.name if client.user else "",
        public=found.bot_public,
        by_address=not found.bot_require_code_grant,
        endpoint=found.interactions_endpoint_url or "",
    )


async def servers(client: DailiesClient) -> Sequence[Server]:
    """Each server with what it lacks; a channel of it may allow less.

    Raises:
        ChatBusy, ChatClosed, ChatError
    """
    found = []
    with translated():
        for each in await client.http.get_guilds(MOST_SERVERS):
            granted = discord.Permissions(int(each["permissions"]))
            whole = await client.fetch_guild(int(each["id"]), with_counts=False)
            lacking = {} if granted.administrator else _without(granted)
            server = Server(id=whole.id, name=whole.name, lacking=lacking, most_bytes=whole.filesize_limit)
            found.append(server)
    return found


async def commands(client: DailiesClient, *, guild: int | None) -> frozenset[str]:
    """The names of the commands and menus that Discord shows, in all servers or in one.

    Raises:
        ChatBusy, ChatClosed, ChatError
    """
    with translated():
        where = discord.Object(guild) if guild else None
        return frozenset(each.name for each in await client.tree.fetch_commands(guild=where))


def _without(granted: discord.Permissions) -> Mapping[str, Need]:
    return {**needs.without(granted), **needs.without(granted, thread=True)}
