"""People who open the app's home, and channels that the bot is added to."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.slack.ids import channel_id
from bot.core.errors import StoreError
from bot.core.rows import Channel
from tests.adapters.slack.fake.values import Json
from tests.adapters.slack.studio import Studio, studio


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Studio]:
    async with studio(tmp_path) as made:
        yield made


async def _welcomed(here: Studio, channel: str) -> bool:
    return any(row.welcomed_at for row in await here.office.rows(Channel, id=channel_id("T1", channel)))


def _joined(here: Studio) -> Json:
    """Mina brings the bot into a new channel, as Slack says it."""
    here.slack.channel("C3", "new", members=("U1",))
    arrival = {"type": "member_joined_channel", "user": here.slack.bot_user, "channel": "C3", "event_ts": "1.1"}
    return here.envelope(arrival | {"inviter": "U1"})


@pytest.mark.parametrize("method", ["users.info", "conversations.info"])
async def test_a_welcome_waits_for_slack(here: Studio, method: str) -> None:
    """An arrival about which Slack says nothing just now comes again, and the channel is welcomed then."""
    joined, deliver = _joined(here), here.slack.kit.delivery.once
    here.slack.fail(method, "internal_error")
    here.slack.patience_s = 0.3
    assert not (await deliver("events_api", joined)).ok
    here.slack.patience_s = 3.0
    assert (await deliver("events_api", joined, attempt=1)).ok
    assert await _welcomed(here, "C3")
    await here.office.work(1)
    assert len(here.slack.messages("C3")) == 1


async def test_an_arrival_that_is_not_written_comes_again(here: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    """While the rows cannot be written an arrival is not acknowledged; the next delivery welcomes the channel."""
    joined = _joined(here)

    async def broken(work: object) -> object:
        del work
        msg = "no rows"
        raise StoreError(msg)

    here.slack.patience_s = 0.3
    with monkeypatch.context() as broke:
        broke.setattr(here.office.store, "transact", broken)
        assert not (await here.slack.kit.delivery.once("events_api", joined)).ok
    here.slack.patience_s = 3.0
    assert (await here.slack.kit.delivery.once("events_api", joined, attempt=1)).ok
    assert await _welcomed(here, "C3")


async def test_nobody_known_has_no_home(here: Studio, caplog: pytest.LogCaptureFixture) -> None:
    """While Slack does not say who somebody is they are shown no home, nor on another tab than the home's."""
    opened = {"type": "app_home_opened", "user": "U1", "channel": "D1", "event_ts": "1.1"}
    assert (await here.event(opened | {"tab": "messages"})).ok
    here.slack.fail("users.info", "internal_error")
    assert (await here.event(opened | {"tab": "home"})).ok
    await here.desk.answering.finish()
    assert here.slack.home("U1") is None
    assert "a home was not shown" in caplog.text
    assert "Traceback" not in caplog.text


async def test_a_home_that_slack_refuses_comes_with_the_next(here: Studio, caplog: pytest.LogCaptureFixture) -> None:
    """A home that cannot be shown is a line in the log; the next visit shows it."""
    here.slack.fail("views.publish", "internal_error")
    await here.slack.open_home("U1")
    await here.desk.answering.finish()
    assert here.slack.home("U1") is None
    await here.slack.open_home("U1")
    await here.desk.answering.finish()
    assert here.slack.home("U1") is not None
    assert "Traceback" not in caplog.text
