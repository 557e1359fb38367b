"""The wire answers discord.py as Discord does."""

from __future__ import annotations

import hashlib
import io

import aiohttp
import discord
import pytest

from tests.adapters.discord.wire import signed_in, wire

CHANNEL, GUILD = 77, 5


async def test_a_form_with_files() -> None:
    """A message with files travels as a form: its JSON, then each file under its number, and it reads back."""
    async with wire() as discord_, signed_in() as client:
        channel = client.get_partial_messageable(CHANNEL, guild_id=GUILD)
        files = [discord.File(io.BytesIO(each), f"{each.decode()}.mp4", description="a clip") for each in (b"a", b"b")]
        sent = await channel.send("two", files=files, nonce="n1")
        (asked,) = discord_.requests("POST", "messages")
        assert asked.content_type.startswith("multipart/form-data")
        assert asked.by_bot
        assert asked.body["enforce_nonce"]
        assert [(each.field, each.name, each.size) for each in asked.files] == [
            ("files[0]", "a.mp4", 1),
            ("files[1]", "b.mp4", 1),
        ]
        assert asked.files[0].sha256 == hashlib.sha256(b"a").hexdigest()
        read = await channel.fetch_message(sent.id)
        assert [each.description for each in read.attachments] == ["a clip", "a clip"]
        edited = await channel.get_partial_message(sent.id).edit(attachments=[read.attachments[1]])
        assert [each.filename for each in edited.attachments] == ["b.mp4"]
        assert [each.id async for each in channel.history(limit=5)] == [sent.id]


async def test_a_nonce_is_said_once() -> None:
    """The same nonce again is answered with the message that has it."""
    async with wire() as discord_, signed_in() as client:
        channel = client.get_partial_messageable(CHANNEL, guild_id=GUILD)
        first, again = await channel.send("hello", nonce="n1"), await channel.send("hello", nonce="n1")
        assert first.id == again.id
        assert len(discord_.said(CHANNEL)) == 1


async def test_a_rate_limit_is_waited_for() -> None:
    """discord.py takes a 429 for Discord's own by its headers, waits and asks again."""
    async with wire() as discord_, signed_in() as client:
        discord_.trouble("POST", "messages", 429)
        await client.get_partial_messageable(CHANNEL).send("hello")
        assert len(discord_.requests("POST", "messages")) == 2
        discord_.trouble("POST", "messages", 429, via=False)
        with pytest.raises(discord.HTTPException) as refused:
            await client.get_partial_messageable(CHANNEL).send("hello")
        assert refused.value.status == 429


@pytest.mark.parametrize(
    ("status", "code", "error"),
    [
        (403, 50013, discord.Forbidden),
        (404, 10003, discord.NotFound),
        (400, 50083, discord.HTTPException),
        (503, 0, discord.DiscordServerError),
    ],
)
async def test_refusals(status: int, code: int, error: type[discord.HTTPException]) -> None:
    """Codes and statuses arrive as discord.py's exceptions."""
    async with wire() as discord_, signed_in() as client:
        discord_.trouble("POST", "messages", status, code)
        with pytest.raises(error) as refused:
            await client.get_partial_messageable(CHANNEL).send("hello")
        assert (refused.value.status, refused.value.code) == (status, code)
        assert discord_.said(CHANNEL) == []


async def test_a_file_that_is_too_large() -> None:
    """413 with 40005, as Discord says it, and nothing is posted."""
    async with wire() as discord_, signed_in() as client:
        discord_.largest_bytes = 10
        with pytest.raises(discord.HTTPException) as refused:
            await client.get_partial_messageable(CHANNEL).send(file=discord.File(io.BytesIO(b"12345678901"), "a.mp4"))
        assert (refused.value.status, refused.value.code) == (413, 40005)
        assert discord_.said(CHANNEL) == []


async def test_an_answer_that_gets_lost() -> None:
    """The message stands, though the one who sent it saw the connection break."""
    async with wire() as discord_, signed_in() as client:
        discord_.trouble("POST", "messages", 500, after=True, cut=True)
        with pytest.raises(aiohttp.ServerDisconnectedError):
            await client.get_partial_messageable(CHANNEL).send("hello")
        assert len(discord_.said(CHANNEL)) == 1
