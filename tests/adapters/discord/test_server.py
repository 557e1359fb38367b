"""The server that the other tests play in is what they take it for."""

from __future__ import annotations

import discord

from tests.adapters.discord.server import PERMISSIONS, server


async def test_the_client_knows_the_server() -> None:
    """Channels, thread, forum post and what the bot may do are in discord.py's own cache."""
    async with server() as here:
        guild = here.client.get_guild(here.guild.id)
        assert guild is not None
        thread, post = guild.get_thread(here.thread.id), guild.get_thread(here.post.id)
        assert thread is not None
        assert post is not None
        assert isinstance(post.parent, discord.ForumChannel)
        channel = guild.get_channel(here.launch.id)
        assert isinstance(channel, discord.TextChannel)
        may = channel.permissions_for(guild.me)
        assert may >= PERMISSIONS
        assert not may.manage_messages


async def test_it_takes_a_permission_away() -> None:
    """The bot alone may not send files there, and Discord refuses what it may not."""
    async with server() as here:
        here.allow(here.launch, attach_files=False, send_messages=False)
        channel = here.client.get_channel(here.launch.id)
        assert isinstance(channel, discord.TextChannel)
        may = channel.permissions_for(channel.guild.me)
        assert not may.attach_files
        assert not may.send_messages
        assert may.view_channel
        await here.mina.send(here.launch, "hello")


async def test_people_react_in_a_thread() -> None:
    """Reactions are heard by raw events, with the member who gave them."""
    async with server() as here:
        heard: list[discord.RawReactionActionEvent] = []

        async def on_raw_reaction_add(payload: discord.RawReactionActionEvent) -> None:
            heard.append(payload)

        here.client.event(on_raw_reaction_add)
        said = await here.mina.send(here.thread, "look")
        await here.jo.react(said, "✅")
        assert [(each.channel_id, each.member and each.member.name) for each in heard] == [(here.thread.id, "jo")]
        assert here.reacted("✅", said) == [here.jo.id]
