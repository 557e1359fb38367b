"""Discord's errors as the port's, with what to do about them and without what is secret."""

from __future__ import annotations

import traceback

import discord
import pytest

from adapters.discord.errors import AGAIN_S, Archived, Forbidden, translated
from bot.core.errors import ChatBusy, ChatClosed, ChatError, FileTooLarge, MessageGone
from tests.adapters.discord.speaking import CHANNEL, Speaking, speaking
from tests.adapters.discord.wire import TOKEN


async def say(at: Speaking) -> None:
    with translated():
        await at.client.get_partial_messageable(CHANNEL).send("a fox")


@pytest.mark.parametrize(
    ("status", "code", "error", "remedy"),
    [
        (404, 10003, ChatClosed, "gone"),
        (404, 10008, MessageGone, "does not stand"),
        (404, 10015, ChatError, "10015"),
        (404, 10062, ChatError, "10062"),
        (401, 50027, ChatError, "50027"),
        (400, 40060, ChatError, "40060"),
        (401, 0, Forbidden, "DISCORD_BOT_TOKEN"),
        (403, 50001, Forbidden, "View Channel"),
        (403, 50013, Forbidden, "permission"),
        (403, 50007, Forbidden, "direct messages"),
        (403, 1234, Forbidden, "permission"),
        (400, 50033, ChatClosed, "direct messages"),
        (400, 50083, Archived, "archived"),
        (400, 160005, ChatClosed, "moderator"),
        (400, 200000, ChatClosed, "AutoMod"),
        (413, 0, FileTooLarge, "size"),
        (400, 40005, FileTooLarge, "size"),
        (400, 50035, ChatError, "50035"),
        (400, 20016, ChatBusy, "wait"),
        (400, 30046, ChatBusy, "wait"),
        (503, 0, ChatBusy, "wait"),
    ],
)
async def test_translated(status: int, code: int, error: type[ChatError], remedy: str) -> None:
    """Each error is what it leads to, says how to mend it, and holds neither the token nor what was sent."""
    async with speaking() as at:
        at.wire.trouble("POST", "messages", status, code)
        with pytest.raises(error, match=remedy) as caught:
            await say(at)
    assert type(caught.value) is error
    shown = "".join(traceback.format_exception(caught.value))
    assert TOKEN not in shown
    assert "a fox" not in shown


async def test_rate_limited() -> None:
    """A long wait is told at once; what stands before Discord and shuts us out says none, so that one is assumed."""
    async with speaking() as at:
        at.client.http.max_ratelimit_timeout = 30.0
        at.wire.trouble("POST", "messages", 429, retry_after_s=77)
        with pytest.raises(ChatBusy) as caught:
            await say(at)
        assert caught.value.retry_after_s == 77
        at.wire.trouble("POST", "messages", 429, via=False)
        with pytest.raises(ChatBusy) as caught:
            await say(at)
        assert caught.value.retry_after_s == AGAIN_S


async def test_unreachable() -> None:
    """A connection that breaks is tried later, and what discord.py itself refuses is an error of the port."""
    async with speaking() as at:
        at.wire.trouble("POST", "messages", 0, cut=True)
        with pytest.raises(ChatBusy, match="could not be reached"):
            await say(at)
        with pytest.raises(ChatError, match="ValueError"):
            await _refused(at)


async def _refused(at: Speaking) -> None:
    with translated():
        await at.client.get_partial_messageable(CHANNEL).send(embeds=[discord.Embed()] * 11)
