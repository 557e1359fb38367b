"""A Discord server in simcord, for tests: discord.py's own client, parsers, cache and views, offline.

The bot's workers are started in the test's own tasks, so that simcord waits for the handlers alone; what workers do is
waited for with ``until``. simcord has no file sizes and no rate limits: ``env.inject_error`` brings those about, and
``tests.adapters.discord.wire`` has them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

import discord
import pytest
import simcord
from simcord.backend.models import Overwrite
from simcord.enums import ChannelType, OverwriteType

from adapters.discord import ids

#: The permissions that the bot is invited with (discord.md); simcord's bots have nearly all of them.
PERMISSIONS = discord.Permissions(274878024768)
INTENTS = discord.Intents(guilds=True, guild_reactions=True)
#: Long enough for a loaded machine.
PATIENCE_S = 20.0


def plain_client() -> discord.AutoShardedClient:
    """A client with our intents and nothing else."""
    return discord.AutoShardedClient(intents=INTENTS, shard_count=1, max_messages=None)


async def until(check: Callable[[], object], *, what: str = "", within_s: float = PATIENCE_S) -> None:
    """Wait in real time until it holds; meanwhile workers go on."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + within_s
    while not check():
        if loop.time() > deadline:
            pytest.fail(f"never: {what or check}")
        await asyncio.sleep(0.01)


@dataclass(slots=True, kw_only=True)
class Server:
    """#launch and #other, a thread and a forum of theirs, and who is there."""

    env: simcord.Env
    guild: simcord.GuildHandle
    launch: simcord.ChannelHandle
    other: simcord.ChannelHandle
    #: In #launch.
    thread: simcord.ChannelHandle
    forum: simcord.ChannelHandle
    #: In the forum.
    post: simcord.ChannelHandle
    voice: simcord.ChannelHandle
    #: Who may make clips, where a setting says so; zed has not got it.
    crew: simcord.RoleHandle
    mina: simcord.MemberActor
    jo: simcord.MemberActor
    ravi: simcord.MemberActor
    #: Manages the server.
    dana: simcord.MemberActor
    zed: simcord.MemberActor

    @property
    def client(self) -> discord.AutoShardedClient:
        """The bot's own client."""
        client = self.env.bot
        assert isinstance(client, discord.AutoShardedClient)
        return client

    @property
    def bot_id(self) -> int:
        return self.env.backend.bot_user.id

    @property
    def people(self) -> dict[int, simcord.MemberActor]:
        """By their ids."""
        return {each.id: each for each in (self.mina, self.jo, self.ravi, self.dana, self.zed)}

    @property
    def workspace_id(self) -> str:
        return ids.workspace_id(self.guild.id)

    def channel_id(self, channel: simcord.ChannelHandle) -> str:
        """A channel's id in the rows."""
        return ids.channel_id(self.guild.id, channel.id)

    def allow(self, channel: simcord.ChannelHandle, **permissions: bool) -> None:
        """What the bot may do in a channel, from now on; everybody else may go on as before."""
        allow, deny = discord.PermissionOverwrite(**permissions).pair()
        self.env.backend.set_overwrite(
            channel.id,
            Overwrite(target_id=self.bot_id, type=OverwriteType.MEMBER, allow=allow.value, deny=deny.value),
        )

    def archive(self, thread: simcord.ChannelHandle, *, locked: bool = False) -> None:
        """As Discord does with a thread in which nobody says anything."""
        self.env.backend.edit_channel(thread.id, {}, thread_metadata={"archived": True, "locked": locked})

    def reacted(self, emoji: str, message: discord.Message) -> list[int]:
        """Who has given a reaction, as it stands now."""
        stored = self.env.backend.get_message(message.channel.id, message.id)
        reaction = stored.reaction_for(emoji)
        return list(reaction.user_ids) if reaction else []

    def direct(self, person: simcord.MemberActor) -> list[discord.Message]:
        """What the bot has said to one person, in direct messages."""
        return person.user.dm_channel.history(viewer=person.user)

    def shown(self, channel: simcord.ChannelHandle) -> list[discord.Message]:
        """What everybody in a channel sees, oldest first."""
        return channel.history()


@asynccontextmanager
async def server(
    client: discord.Client | None = None, *, check_errors: bool = True, settle_s: float = 30.0
) -> AsyncIterator[Server]:
    """Mina, Jo and Ravi, who make clips, Dana, who manages the server, and Zed, who is nobody's crew.

    ``client`` is the bot, not yet started; without one it is a plain client with our intents. What the bot's handlers
    raise fails the test at its end, unless ``check_errors`` is off or the errors were looked at.
    """
    started = client or plain_client()
    running = simcord.run(started, shard_count=1, check_errors=check_errors, settle_timeout=settle_s)
    # Its time begins long ago: every message would be older than the hour after which Discord takes few edits.
    world = running._env  # noqa: SLF001 - before it has begun there is no other way
    world.backend.advance_clock((datetime.now(UTC) - world.now()).total_seconds())
    async with running as env:
        yield _built(env)


def _built(env: simcord.Env) -> Server:
    owner = env.create_user("olga")
    guild = env.create_guild("Studio", owner=owner)
    backend = env.backend
    own = next(role for role in guild.roles.values() if role.name == backend.bot_user.name)
    backend.edit_role(guild.id, own.id, {"permissions": PERMISSIONS.value})
    crew = guild.create_role("crew")
    managers = guild.create_role("managers", permissions=discord.Permissions(manage_guild=True))
    launch, other = guild.create_text_channel("launch"), guild.create_text_channel("other")
    forum = guild.create_forum_channel("ideas")

    def person(name: str, *roles: simcord.RoleHandle) -> simcord.MemberActor:
        return guild.add_member(env.create_user(name), roles=roles)

    mina = person("mina", crew)
    made = Server(
        env=env,
        guild=guild,
        launch=launch,
        other=other,
        thread=_thread(env, guild, launch, "storyboard", mina),
        forum=forum,
        post=_thread(env, guild, forum, "A teaser", mina),
        voice=guild.create_voice_channel("stage"),
        crew=crew,
        mina=mina,
        jo=person("jo", crew),
        ravi=person("ravi", crew),
        dana=person("dana", managers),
        zed=person("zed"),
    )
    for thread in (made.thread, made.post):
        for member in made.people.values():
            backend.add_thread_member(thread.id, member.id)
    return made


def _thread(
    env: simcord.Env,
    guild: simcord.GuildHandle,
    parent: simcord.ChannelHandle,
    name: str,
    by: simcord.MemberActor,
) -> simcord.ChannelHandle:
    thread = env.backend.create_thread(parent.id, name, by.id, type=ChannelType.PUBLIC_THREAD, broadcast=False)
    env.backend.announce_thread_create(thread)
    return simcord.ChannelHandle(env, guild, thread)
