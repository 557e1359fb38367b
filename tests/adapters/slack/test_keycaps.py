"""The numbers under a sheet."""

from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial

import pytest

from adapters.chat.keycaps import MOST_TRIES, Keycaps
from adapters.slack.keycaps import react
from bot.core.emoji import KEYCAPS, normalise
from bot.core.ports import CardView, Message
from tests.adapters.slack.workspace import LAUNCH, Workspace, workspace


@pytest.fixture
async def at() -> AsyncIterator[Workspace]:
    async with workspace() as made:
        yield made


async def posted(at: Workspace) -> Message:
    return await at.chat.show(CardView(title="A7K"), channel=LAUNCH, nonce="c1", message=None)


async def test_in_order(at: Workspace) -> None:
    """All ten are added once, in their order, waiting where Slack asks to; what is there already is there."""
    card, keycaps = await posted(at), Keycaps(partial(react, at.clients), at.clock)
    at.slack.messages("C1")[0].reactions["two"] = [at.slack.bot_user]
    at.slack.fail("reactions.add", "ratelimited", retry_after_s=7)
    for _ in range(2):
        keycaps.number(card, 10)
    await at.slack.until(lambda: len(at.slack.messages("C1")[0].reactions) == 10)
    assert sorted(map(normalise, at.slack.messages("C1")[0].reactions)) == sorted(KEYCAPS)
    assert (at.clock.slept, len(at.slack.calls("reactions.add"))) == ([7], 11)
    await keycaps.close()


@pytest.mark.parametrize(("said", "times", "calls"), [("ratelimited", 9, MOST_TRIES), ("is_archived", 1, 1)])
async def test_given_up(at: Workspace, said: str, times: int, calls: int) -> None:
    """Where Slack goes on to ask for patience, or refuses, the numbers are missing and nothing else is."""
    card, keycaps = await posted(at), Keycaps(partial(react, at.clients), at.clock)
    at.slack.fail("reactions.add", said, times=times)
    keycaps.number(card, 2)
    await at.slack.until(lambda: len(at.slack.calls("reactions.add")) == calls)
    await keycaps.close()
    assert at.slack.messages("C1")[0].reactions == {}


async def test_closed(at: Workspace) -> None:
    """What is still being added is left when the chat closes."""
    card, keycaps = await posted(at), Keycaps(partial(react, at.clients), at.clock)
    at.slack.fail("reactions.add", "hang", retry_after_s=5)
    keycaps.number(card, 1)
    await at.slack.until(lambda: at.slack.calls("chat.postMessage"))
    await keycaps.close()
    assert at.slack.messages("C1")[0].reactions == {}
