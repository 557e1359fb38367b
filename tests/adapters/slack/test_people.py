"""Who somebody is: guests, strangers, administrators and bots, remembered for some minutes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from adapters.slack.payloads import is_whole, team_of, time_of
from adapters.slack.people import GOOD_S, VOTER_GOOD_S
from bot.core.errors import ChatError, Refusal
from bot.core.lifecycle import State
from tests.adapters.slack.studio import Studio, studio


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Studio]:
    async with studio(tmp_path) as made:
        yield made


async def test_people_are_remembered_for_some_minutes(here: Studio) -> None:
    """A person is asked for once, and anew after some minutes: whoever becomes a guest is one then."""
    here.slack.person("U7", "eve", admin=True)
    for _ in range(3):
        assert (await here.desk.people.actor("T1", "U7")).admin
    assert len([call for call in here.slack.calls("users.info") if call.args.get("user") == "U7"]) == 1
    here.slack.person("U7", "eve", guest=True)
    await here.clock.sleep(GOOD_S + 1)
    actor = await here.desk.people.actor("T1", "U7")
    assert (actor.guest, actor.admin) == (True, False)


@pytest.mark.parametrize("by_button", [True, False])
async def test_whoever_has_left_after_voting_orders_nothing(here: Studio, by_button: bool) -> None:  # noqa: FBT001
    """A final that a member has armed is not ordered once they are none, though they were looked up for the vote."""
    await here.drafted()
    if by_button:
        await here.slack.press("U2", here.card(), "Finish it")
    else:
        await here.slack.react("U2", here.card(), "white_check_mark")
    assert await here.finals() == [State.ARMED]
    here.slack.people["U2"].deleted = True
    await here.clock.sleep(VOTER_GOOD_S + 1)
    await here.office.work()
    assert await here.finals() == [State.CANCELLED]


async def test_nobody_waits_for_who_the_bot_is(here: Studio) -> None:
    """Who the bot is was asked for once: no command waits for it again, however long the process has run."""
    await here.clip("status")
    here.clock.slept.append(30 * 24 * 3600)
    here.slack.fail("auth.test", "internal_error", times=5)
    assert "$0.32" in await here.clip("a fox")


async def test_whom_slack_does_not_show_is_no_member(here: Studio) -> None:
    """Somebody whom Slack hides from this workspace is a guest; whoever cannot be read now does nothing now."""
    assert (await here.desk.people.actor("T1", "U404")).guest
    here.slack.fail("users.info", "internal_error", times=2)
    with pytest.raises(Refusal, match="could not find out"):
        await here.desk.people.actor("T1", "U2")
    with pytest.raises(ChatError):
        await here.desk.people.in_workspace("slack:T1", "U2")
    assert (await here.desk.people.in_workspace("slack:T1", "U5")).bot


@pytest.mark.parametrize(
    ("body", "team"),
    [
        ({"team_id": "T9", "authorizations": [{"team_id": "T1"}]}, "T1"),
        ({"team_id": "T9", "context_team_id": "T1"}, "T1"),
        ({"team": {"id": "T1"}, "user": {"team_id": "T9"}}, "T1"),
        ({"team": None, "user": {"team_id": "T1"}}, "T1"),
        ({"view": {"app_installed_team_id": "T1"}, "team": {"id": "T9"}}, "T1"),
        ({"authorizations": "x", "team": 3}, ""),
    ],
)
def test_the_workspace_is_where_the_app_is_installed(body: dict[str, Any], team: str) -> None:
    """In a shared channel the workspace is never the stranger's."""
    assert team_of(body) == team


@pytest.mark.parametrize(
    ("ts", "at"), [("1360782804.083113", 1360782804083), ("12.5", 12500), ("7", 7000), ("", None), ("now", None)]
)
def test_slacks_times_are_milliseconds(ts: str, at: int | None) -> None:
    """One of Slack's times is read exactly; anything else is none."""
    assert time_of(ts) == at


def test_what_goes_to_nobody_is_not_whole() -> None:
    """A payload of no known kind is not whole, a command is."""
    assert not is_whole({"type": "view_closed"})
    assert is_whole({"command": "/clip"})
