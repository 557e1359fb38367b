"""Whether the bot may post, found out before money is spent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.core.errors import ChatBusy
from tests.adapters.slack.workspace import LAUNCH, Workspace, workspace


@pytest.fixture
async def at() -> AsyncIterator[Workspace]:
    async with workspace() as made:
        yield made


async def test_open(at: Workspace) -> None:
    """A channel that the bot is in is open, and is asked about once a minute; so are direct messages, unasked."""
    for _ in range(3):
        assert await at.chat.may_post(LAUNCH) is None
    assert await at.chat.may_post("slack:T1/D1") is None
    assert len(at.slack.calls("conversations.info")) == 1
    await at.clock.sleep(61)
    assert await at.chat.may_post(LAUNCH) is None
    assert len(at.slack.calls("conversations.info")) == 2


async def test_many_at_once(at: Workspace) -> None:
    """Fifty orders at once are one question, for Slack answers hardly more in a minute."""
    assert await asyncio.gather(*(at.chat.may_post(LAUNCH) for _ in range(50))) == [None] * 50
    assert len(at.slack.calls("conversations.info")) == 1


async def test_joins(at: Workspace) -> None:
    """A public channel is joined."""
    at.slack.channel("C3", "open", members=("U1",), bot_is_in=False)
    assert await at.chat.may_post("slack:T1/C3") is None
    assert at.slack.bot_is_in(at.slack.channels["C3"])


@pytest.mark.parametrize(
    ("facts", "failing", "says"),
    [
        (
            {"private": True, "bot_is_in": False},
            "",
            "I cannot see the channel: it was deleted, or it is private, and /invite @dailies there lets me in.",
        ),
        ({"archived": True}, "", "#hall is archived; whoever may unarchive it lets me post there again."),
        ({"bot_is_in": False}, "method_not_supported_for_channel_type", "Slack refused this"),
        ({"bot_is_in": False}, "missing_scope", "I may not join #hall by myself; /invite @dailies there lets me in."),
    ],
)
async def test_closed(at: Workspace, facts: dict[str, Any], failing: str, says: str) -> None:
    """Where it may not post, the answer says how to allow it, and it looks again each time."""
    at.slack.channel("C3", "hall", members=("U1",), **facts)
    for _ in range(2):
        if failing:
            at.slack.fail("conversations.join", failing)
        assert (await at.chat.may_post("slack:T1/C3") or "").startswith(says)
    assert len(at.slack.calls("conversations.info")) == 2


async def test_cannot_be_asked(at: Workspace) -> None:
    """Where Slack cannot be asked it is not known."""
    at.slack.fail("conversations.info", "http_500")
    with pytest.raises(ChatBusy):
        await at.chat.may_post(LAUNCH)
