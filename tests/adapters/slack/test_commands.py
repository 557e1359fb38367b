"""Slash commands, as people type them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.core.commands import Draft
from bot.core.notices import Notice
from bot.core.rows import Take
from tests.adapters.slack.studio import PATIENCE_S, Studio, studio


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Studio]:
    async with studio(tmp_path) as made:
        yield made


async def test_a_prompt_becomes_a_draft(here: Studio) -> None:
    """A typed prompt is ordered, answered with the acknowledgement, and its card stands in the channel."""
    answer = await here.clip("a fox & a <hound>")
    (take,) = await here.takes()
    assert "$0.32" in answer
    assert (take.workspace, take.channel, take.person, take.person_name) == ("slack:T1", "slack:T1/C1", "U1", "mina")
    await here.office.work()
    assert take.id in here.card().text


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("/dailies", "budget", "#launch"),
        ("/clip", "status", "Nothing is under way"),
        ("/studio", "budget", "#launch"),
        ("/studio", "tips", "six things"),
    ],
)
async def test_any_name_is_answered(here: Studio, name: str, text: str, said: str) -> None:
    """The settings' names have their roots; of any other name that Slack delivers the verb decides."""
    assert said in await here.clip(text, name=name)


@pytest.mark.parametrize(
    ("name", "text", "allowed"),
    [
        ("/clip", "a fox --ratio 5:4", "16:9"),
        ("/clip", "a fox --seconds 40", "4"),
        ("/clip", "a fox --count many", "1"),
        ("/clip", "a fox --audio loud", "on"),
        ("/clip", "a fox --model maxi", "mini"),
        ("/clip", "a fox —seconds nine", "15"),
        ("/clip", "show A7K", "A7K"),
        ("/dailies", "budget sett 5", "set"),
        ("/dailies", "settings grace=900", "120"),
        ("/dailies", "spend sideways", "spend"),
        ("/dailies", "paws", "pause"),
    ],
)
async def test_wrong_words_are_answered_privately(here: Studio, name: str, text: str, allowed: str) -> None:
    """Every wrong option and verb is answered to the person alone, with what is allowed, and orders nothing."""
    acked = await here.slack.command("U1", "C1", name, text)
    assert acked.payload["response_type"] == "ephemeral"
    assert allowed in acked.payload["text"]
    assert await here.takes() == []


@pytest.mark.parametrize(
    "text",
    ["<!channel> hey", "<@U2> a fox", "x" * 19_000, "a \u202efox\u202c", "&amp;lt;b&amp;gt;", "—ratio “9:16” a fox"],
)
async def test_hostile_text_is_a_prompt_and_nothing_else(here: Studio, text: str) -> None:
    """Whatever is typed as a prompt is ordered as it is and mentions nobody, in the answer and on the card."""
    assert await here.clip(text)
    await here.office.work()
    assert len(await here.takes()) == 1
    shown = str([(each.text, each.blocks) for each in [*here.slack.messages("C1"), *here.slack.private("U1")]])
    assert "<!channel>" not in shown
    assert "<@U2>" not in shown


async def test_forty_thousand_characters_are_refused(here: Studio) -> None:
    """A prompt over the limit is refused with the limit, privately."""
    assert "20,000" in await here.clip("x" * 40_000)


async def test_a_guest_and_a_bot_order_nothing(here: Studio) -> None:
    """A guest is told so; a bot is told nothing."""
    assert "guest" in (await here.clip("a fox", user="U3")).lower()
    assert await here.clip("a fox", user="U5") == ""
    assert await here.takes() == []


async def test_a_stranger_orders_nothing_here(here: Studio) -> None:
    """A person of another organisation in a shared channel is a guest of this workspace."""
    here.slack.person("U9", "sven", team="T9", stranger=True)
    here.slack.channels["C1"].members.add("U9")
    actor = await here.desk.people.actor("T1", "U9")
    assert actor.guest


async def test_nobody_orders_whom_slack_does_not_describe(here: Studio) -> None:
    """While users.info fails nothing is ordered, and the answer says why; once it is back, everything is."""
    here.slack.fail("users.info", "internal_error", times=1)
    assert "could not find out who you are" in await here.clip("a fox")
    assert await here.takes() == []
    assert "$0.32" in await here.clip("a fox")


async def test_nothing_is_ordered_in_private(here: Studio) -> None:
    """A command in a direct message is answered and orders nothing."""
    here.slack.direct_channel("U1")
    assert "nothing can be ordered in private" in await here.clip("a fox", channel="DU1")
    assert await here.takes() == []


async def test_a_channel_that_cannot_be_read_waits(here: Studio) -> None:
    """While conversations.info fails nothing is ordered; what Slack does not show asks for an invitation."""
    here.slack.fail("conversations.info", "internal_error", times=1)
    assert "could not read this channel" in await here.clip("a fox")
    here.slack.channel("C7", "secret", members=("U1",), private=True, bot_is_in=False)
    assert "/invite" in await here.clip("a fox", channel="C7")
    assert await here.takes() == []


async def test_other_workspaces_have_no_say(here: Studio) -> None:
    """A command of a workspace without a token gets one sentence, and nothing of it is written."""
    here.slack.team("T2")
    here.slack.person("U8", "tom", team="T2")
    here.slack.channel("C8", "there", members=("U8",), team="T2")
    assert "not set up for this place" in await here.clip("a fox", user="U8", channel="C8")
    assert await here.takes() == []


async def test_a_late_answer_comes_by_the_response_url(tmp_path: Path) -> None:
    """What takes longer than Slack waits is acknowledged as under way, and answered when it is done."""
    async with studio(tmp_path, patience_s=PATIENCE_S) as here:
        go_on = asyncio.Event()
        handle = here.office.manager.handle

        async def slow(command: Draft) -> Notice:
            await go_on.wait()
            return await handle(command)

        object.__setattr__(here.desk.manager, "handle", slow)
        assert "Working on it" in await here.clip("a fox")
        go_on.set()
        assert "$0.32" in await here.answered()
        assert len(await here.takes()) == 1


async def test_a_dead_response_url_is_no_obstacle(tmp_path: Path) -> None:
    """An answer whose response URL has ended is told in the channel, to the person alone."""
    async with studio(tmp_path) as here:
        (take,) = await here.drafted()
        here.slack.later(3600)
        body = {
            "type": "block_actions",
            "team": {"id": "T1"},
            "user": {"id": "U1"},
            "trigger_id": "t",
            "channel": {"id": "C1"},
            "container": {"type": "message", "message_ts": here.card().ts, "channel_id": "C1"},
            "response_url": f"{here.slack.origin}/actions/none",
            "actions": [{"type": "button", "action_id": "x", "value": f"show:{take.id}"}],
        }
        assert (await here.slack.kit.delivery.once("interactive", body)).ok
        assert take.id in await here.answered()


@pytest.mark.parametrize("body", [{}, {"command": "/clip"}, {"command": "/clip", "user_id": "U1", "text": None}])
async def test_a_command_without_fields_is_answered(here: Studio, body: dict[str, str | None]) -> None:
    """A command that says neither who nor where is acknowledged with a sentence, or as nobody's."""
    answer = await here.slack.kit.delivery.once("slash_commands", {"team_id": "T1", "command": "/clip"} | body)
    assert "could not read that" in str(answer.payload)
    assert await here.office.rows(Take) == []
