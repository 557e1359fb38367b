"""Whether the bot may post, in Discord's own cache."""

from __future__ import annotations

import discord
import pytest
import simcord
from simcord.enums import ChannelType

from adapters.discord.rooms import Rooms
from bot.core.errors import ChatBusy
from tests.adapters.discord.server import Server, plain_client, server


async def why_not(at: Server, channel: simcord.ChannelHandle) -> str | None:
    return await Rooms(at.client).obstacle(at.channel_id(channel))


async def test_open() -> None:
    """With what the invitation asks for, every place is open, and nothing has to be asked for that."""
    async with server() as at:
        before = len(at.env.http_requests)
        for channel in (at.launch, at.thread, at.post, at.voice, at.forum):
            assert await why_not(at, channel) is None
        assert len(at.env.http_requests) == before


@pytest.mark.parametrize(
    ("permission", "deed", "name"),
    [
        ("view_channel", "see the channel", "View Channel"),
        ("send_messages", "post", "Send Messages"),
        ("embed_links", "show cards", "Embed Links"),
        ("attach_files", "attach clips", "Attach Files"),
        ("read_message_history", "read votes again", "Read Message History"),
        ("add_reactions", "put the numbers below a sheet", "Add Reactions"),
    ],
)
async def test_missing(permission: str, deed: str, name: str) -> None:
    """What is missing is named, with where to allow it; the channel beside it stays open."""
    async with server() as at:
        at.allow(at.launch, **{permission: False})
        await at.env.settle()
        why = await why_not(at, at.launch) or ""
        assert f"“{name}”" in why
        assert deed in why
        assert "in #launch;" in why
        assert why.endswith("there. Nothing was ordered.")
        assert await why_not(at, at.other) is None


async def test_threads() -> None:
    """In a thread its own permission counts, and it is the channel's to allow it."""
    async with server() as at:
        at.allow(at.launch, send_messages_in_threads=False)
        at.allow(at.forum, send_messages=False)
        await at.env.settle()
        assert await why_not(at, at.thread) == (
            "I may not post in threads in #launch; allow “Send Messages in Threads” for me there. Nothing was ordered."
        )
        assert await why_not(at, at.launch) is None
        assert await why_not(at, at.post) is None
        assert "“Send Messages”" in (await why_not(at, at.forum) or "")


async def test_archived() -> None:
    """An archived thread is opened by what is said there; a locked one is closed to all but moderators."""
    async with server() as at:
        at.archive(at.thread)
        await at.env.settle()
        assert await why_not(at, at.thread) is None
        at.archive(at.thread, locked=True)
        await at.env.settle()
        assert "#storyboard is locked; a moderator unlocks it" in (await why_not(at, at.thread) or "")


async def test_gone() -> None:
    """A channel that was deleted, and a server that the bot is not in, are closed."""
    async with server() as at:
        at.env.backend.delete_channel(at.other.id)
        await at.env.settle()
        assert "gone" in (await why_not(at, at.other) or "")
        assert "not in this server" in (await Rooms(at.client).obstacle("discord:1/2") or "")


async def test_category() -> None:
    """Nobody writes in a category."""
    async with server() as at:
        category = at.guild.create_category("films")
        await at.env.settle()
        assert "Nobody can write messages in #films" in (await why_not(at, category) or "")


async def test_not_connected() -> None:
    """Before Discord has told anything, nobody knows."""
    async with plain_client() as client:
        with pytest.raises(ChatBusy):
            await Rooms(client).obstacle("discord:1/2")


async def test_away() -> None:
    """A server that Discord has an outage of is asked again later."""
    async with server() as at:
        guild = at.client.get_guild(at.guild.id)
        assert isinstance(guild, discord.Guild)
        guild.unavailable = True
        with pytest.raises(ChatBusy, match="just now"):
            await why_not(at, at.launch)
        guild.unavailable = False


async def test_private_thread() -> None:
    """A private thread shows itself to who was added to it; a moderator's bot sees it all the same."""
    async with server() as at:
        made = at.env.backend.create_thread(
            at.launch.id, "secrets", at.mina.id, type=ChannelType.PRIVATE_THREAD, broadcast=False
        )
        thread = simcord.ChannelHandle(at.env, at.guild, made)
        at.env.backend.announce_thread_create(made)
        await at.env.settle()
        assert "#secrets is a private thread; mention me there" in (await why_not(at, thread) or "")
        at.allow(at.launch, manage_threads=True)
        await at.env.settle()
        assert await why_not(at, thread) is None
