"""Who somebody is on Discord, and where: members, managers, people who have left, threads and direct messages."""

from __future__ import annotations

from pathlib import Path

import discord
import pytest

from adapters.discord.people import GOOD_S
from adapters.discord.places import Places
from bot.core.errors import ChatError, Refusal
from tests.adapters.discord.server import plain_client
from tests.adapters.discord.studio import studio


async def test_roles_and_managers(tmp_path: Path) -> None:
    """A member has their roles but not everybody's; whoever has Manage Server, and the server's owner, is an admin."""
    async with studio(tmp_path) as here:
        guild, there = here.server.guild.id, here.server
        mina, dana = await here.people.known(guild, there.mina.id), await here.people.known(guild, there.dana.id)
        assert (mina.name, mina.groups, mina.admin, mina.guest) == ("mina", (str(there.crew.id),), False, False)
        assert dana.admin
        owner = await here.people.known(guild, here.client.guilds[0].owner_id or 0)
        assert owner.admin
        assert (await here.people.known(guild, there.bot_id)).bot


async def test_a_deleted_role_is_nobodys(tmp_path: Path) -> None:
    """A role that was deleted belongs to nobody any more, within seconds."""
    async with studio(tmp_path) as here:
        key = (here.server.guild.id, here.server.mina.id)
        assert (await here.people.known(*key)).groups
        here.server.env.backend.delete_role(here.server.guild.id, here.server.crew.id)
        await here.clock.sleep(GOOD_S + 1)
        assert (await here.people.known(*key)).groups == ()


async def test_whom_discord_does_not_know(tmp_path: Path) -> None:
    """A stranger is a guest; where Discord cannot be asked, or the bot is not in the server, nothing is done."""
    async with studio(tmp_path) as here:
        guild = here.server.guild.id
        assert (await here.people.in_workspace(f"discord:{guild}", "4242")).guest
        with pytest.raises(ChatError, match="nobody on Discord"):
            await here.people.in_workspace(f"discord:{guild}", "U1")
        with pytest.raises(ChatError, match="no server of Discord"):
            await here.people.in_workspace("discord:x", "1")
        with pytest.raises(Refusal, match="could not find out"):
            await here.people.asking(99, here.server.mina.id)
        here.server.env.inject_error("GET", f"/guilds/{guild}/members/{here.server.jo.id}", status=500, code=0, times=9)
        with pytest.raises(Refusal, match="could not find out"):
            await here.people.asking(guild, here.server.jo.id)


async def test_threads_and_posts_are_their_parents(tmp_path: Path) -> None:
    """A thread and a forum post are rooms of their channel; a voice channel's chat is the channel itself."""
    async with studio(tmp_path) as here:
        there, guild = here.server, here.server.guild.id
        thread = await here.places.known(guild, there.thread.id)
        assert (thread.channel, thread.room) == (there.channel_id(there.launch), there.channel_id(there.thread))
        assert (thread.name, thread.direct) == ("launch", False)
        post = await here.places.known(guild, there.post.id)
        assert (post.channel, post.where) == (there.channel_id(there.forum), there.channel_id(there.post))
        assert (await here.places.known(guild, there.voice.id)).room == ""
        with pytest.raises(Refusal, match="could not read this channel"):
            await here.places.known(guild, 4242)


async def test_an_unknown_thread_is_asked_for(tmp_path: Path) -> None:
    """A thread that the gateway does not tell of is read once, and belongs to its channel."""
    async with studio(tmp_path) as here:
        there = here.server
        there.archive(there.thread)
        here.client.guilds[0]._threads.pop(there.thread.id, None)  # noqa: SLF001 - as after a start
        for _ in range(2):
            assert (await here.places.known(there.guild.id, there.thread.id)).name == "launch"
        assert len([each for each in there.env.http_requests if each.path == f"/channels/{there.thread.id}"]) == 1
        with pytest.raises(Refusal):
            await here.places.known(99, there.thread.id)


async def test_a_direct_message_is_about_one_server(tmp_path: Path) -> None:
    """Where its buttons do not say which server a direct message is about, only the single one can be meant."""
    async with studio(tmp_path) as here:
        own, place = here.places.direct(5, None)
        assert (own, place.direct, place.workspace) == (here.server.guild.id, True, here.server.workspace_id)
        here.server.env.create_guild("Strangers", owner=here.server.env.create_user("ozzy"))
        with pytest.raises(Refusal, match="which server"):
            here.places.direct(5, None)
        assert here.places.direct(5, own)[0] == own
        with pytest.raises(Refusal):
            here.places.place(discord.Object(5))


async def test_a_server_with_commands_alone(tmp_path: Path) -> None:
    """Commands that were added without the bot do nothing, and say why: it could post no clip there."""
    async with studio(tmp_path) as here:
        channel = here.client.get_channel(here.server.launch.id)
        with pytest.raises(Refusal, match="my commands are in this server and I am not"):
            Places(plain_client(), here.clock).place(channel)
