"""User groups in the settings: who is in one, and what becomes of it where Slack does not say."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.slack import groups
from adapters.slack.groups import GOOD_S
from bot.core.lifecycle import State
from tests.adapters.slack.studio import Studio, studio


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Studio]:
    """Jo is one of the @designers."""
    async with studio(tmp_path) as made:
        made.slack.groups |= {"S1": ["U2"], "S2": ["U1", "U2"]}
        made.slack.handles["designers"] = "S1"
        yield made


async def groups_of(here: Studio, person: str) -> tuple[str, ...] | None:
    return (await here.desk.people.known("T1", person)).groups


async def test_one_request_says_who_is_in_which_group(here: Studio) -> None:
    """For everybody, and for some minutes: whoever leaves a group is out of it then."""
    found = [await groups_of(here, person) for person in ("U1", "U2", "U4", "U404")]
    assert found == [("S2",), ("S1", "S2"), (), ()]
    assert len(here.slack.calls("usergroups.list")) == 1
    here.slack.groups["S1"] = []
    await here.clock.sleep(GOOD_S + 1)
    assert await groups_of(here, "U2") == ("S2",)


async def test_a_members_tick_is_an_approval(here: Studio) -> None:
    """@designers, as it is typed, names the group; the tick of a member arms a final, nobody else's does."""
    assert await here.clip("settings approvers=@designers", user="U4", name="/dailies") == "approvers: @designers (&S1)"
    await here.drafted()
    await here.slack.react("U1", here.card(), "white_check_mark")
    assert "approved by the approvers" in await here.answered("U1")
    await here.slack.react("U2", here.card(), "white_check_mark")
    assert await here.finals() == [State.ARMED]
    await here.office.work()
    assert await here.finals() == [State.DELIVERED]


async def test_a_plan_without_groups(here: Studio, caplog: pytest.LogCaptureFixture) -> None:
    """Nobody is known to be in one: said once in the log, and to whoever names one; named people act all the same."""
    here.slack.fail("usergroups.list", "paid_teams_only", times=9)
    said = await here.clip("settings makers=&S1,@mina", user="U4", name="/dailies")
    assert said.startswith("makers: &S1, U1\nWho is in a group is not known")
    await here.clock.sleep(GOOD_S + 1)
    assert "are ordered by the makers" in await here.clip("a fox", user="U2")
    assert len(await here.drafted()) == 1
    assert caplog.text.count("nobody of T1 counts as a member of a user group") == 1


async def test_slack_that_cannot_be_asked_keeps_nobody_waiting(here: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is in a group meanwhile, and the next who asks knows it: a failure is not remembered, a late list is."""
    here.slack.fail("usergroups.list", "internal_error", times=1)
    assert await groups_of(here, "U2") is None
    monkeypatch.setattr(groups, "WAIT_S", 0)
    assert await groups_of(here, "U2") is None
    monkeypatch.undo()
    await asyncio.sleep(0)
    assert await groups_of(here, "U2") == ("S1", "S2")
    assert len(here.slack.calls("usergroups.list")) == 2
