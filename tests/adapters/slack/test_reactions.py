"""Reactions, as Slack delivers them: added, taken back, doubled, late, out of order, on cards and on files."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.core.errors import StoreError
from bot.core.lifecycle import State
from bot.core.rows import Post
from tests.adapters.slack.studio import Studio, served, studio


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Studio]:
    async with studio(tmp_path) as made:
        yield made


async def test_a_tick_on_the_card_arms_the_final(here: Studio) -> None:
    """✅ on a card is a vote; taken back, it disarms; given anew, it arms again. It counts at Slack's own time."""
    await here.drafted()
    card = here.card()
    await here.slack.react("U2", card, "white_check_mark")
    assert await here.finals() == [State.ARMED]
    await here.slack.unreact("U2", card, "white_check_mark")
    assert await here.finals() == [State.CANCELLED]
    await here.slack.react("U2", card, "heavy_check_mark::skin-tone-3")
    assert (await here.finals()).count(State.ARMED) == 1
    assert ("U2", True) in await here.votes()


async def test_a_tick_on_the_file_is_the_same(here: Studio) -> None:
    """✅ on the message of the clip votes for its take, and so does one that names the file alone."""
    await here.drafted()
    (post,) = await here.office.rows(Post)
    (clip,) = [each for each in here.slack.messages("C1") if each.ts == post.message]
    await here.slack.react("U2", clip, "white_check_mark")
    assert await here.finals() == [State.ARMED]
    item = {"type": "file", "file": post.file_id}
    event = {"type": "reaction_added", "user": "U1", "reaction": "+1", "item": item, "event_ts": "1.2"}
    assert (await here.event(event)).ok
    gone = {**event, "item": {"type": "file", "file": "F404"}}
    assert (await here.event(gone)).ok


async def test_whatever_comes_twice_counts_once(here: Studio) -> None:
    """The same event twice, in this process and in the next, arms one final; the rows see to that."""
    here.slack.deliver_twice = True
    await here.drafted()
    card = here.card()
    await here.slack.react("U2", card, "white_check_mark")
    item = {"type": "message", "channel": "C1", "ts": card.ts}
    event = {"type": "reaction_added", "user": "U1", "reaction": "repeat", "item": item, "event_ts": here.slack.ts()}
    again = {"event_id": "Ev1"}
    assert (await here.event(event, body=again)).ok
    async with served(here.slack, here.folder, office=here.office) as later:
        here.stop.set()
        assert (await later.event(event, body=again)).ok
        assert len([take for take in await here.takes() if take.draft is None]) == 2
        assert await later.finals() == [State.ARMED]


async def test_an_older_event_changes_nothing(here: Studio) -> None:
    """A ✅ that comes after its own taking back does not count: Slack's times decide, not the order of arrival."""
    await here.drafted()
    item = {"type": "message", "channel": "C1", "ts": here.card().ts}
    event = {"user": "U2", "reaction": "white_check_mark", "item": item}
    assert (await here.event({**event, "type": "reaction_added", "event_ts": "1800000000.000100"})).ok
    assert (await here.event({**event, "type": "reaction_removed", "event_ts": "1800000002.000100"})).ok
    assert (await here.event({**event, "type": "reaction_added", "event_ts": "1800000001.000100"})).ok
    assert await here.finals() == [State.CANCELLED]


async def test_guests_are_told_once_and_bots_never(here: Studio) -> None:
    """A guest's ✅ is answered in private, once per card; a bot's is not. Neither arms anything."""
    await here.drafted()
    card = here.card()
    await here.slack.react("U5", card, "white_check_mark")
    await here.slack.react("U3", card, "white_check_mark")
    await here.slack.unreact("U3", card, "white_check_mark")
    await here.slack.react("U3", card, "white_check_mark")
    assert len(await here.private("U3")) == 1
    assert "approved by members" in (await here.private("U3"))[0]
    assert await here.private("U5") == []
    assert await here.finals() == []


async def test_a_vote_of_nobody_known_comes_again(here: Studio) -> None:
    """While Slack does not say who somebody is, the vote is not counted; Slack sends it again, and then it is."""
    await here.drafted()
    here.slack.retry_after_s, here.slack.patience_s = (0.0,), 0.3
    here.slack.fail("users.info", "internal_error", times=1)
    await here.slack.react("U2", here.card(), "white_check_mark")
    await here.slack.until(lambda: here.office.engine.due)
    assert await here.finals() == [State.ARMED]
    assert await here.private("U2") == []


async def test_what_is_not_written_is_said_in_the_end(here: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    """An event that cannot be written is not acknowledged; the last time that Slack sends it, it is answered."""
    await here.drafted()
    card, transact = here.card(), here.office.store.transact

    async def broken(work: object) -> object:
        del work
        msg = "no rows"
        raise StoreError(msg)

    here.slack.retry_after_s, here.slack.patience_s = (), 0.3
    monkeypatch.setattr(here.office.store, "transact", broken)
    assert not (await here.slack.react("U2", card, "white_check_mark")).ok
    monkeypatch.setattr(here.office.store, "transact", transact)
    here.slack.fail("conversations.info", "internal_error", times=1)
    item = {"type": "message", "channel": "C1", "ts": card.ts}
    here.desk.places.forget("T1", "C1")
    event = {"type": "reaction_added", "user": "U2", "reaction": "white_check_mark", "item": item, "event_ts": "9.9"}
    envelope = here.envelope(event)
    assert (await here.slack.kit.delivery.once("events_api", envelope, attempt=3)).ok
    assert "could not read this channel" in (await here.private("U2"))[0]


@pytest.mark.parametrize(
    "event",
    [
        {"type": "reaction_added"},
        {"type": "reaction_added", "user": "U1", "reaction": "white_check_mark"},
        {"type": "reaction_added", "user": "U1", "reaction": "white_check_mark", "item": {"type": "message"}},
        {"type": "reaction_added", "user": None, "reaction": ["x"], "item": "F1", "event_ts": 3},
        {"type": "reaction_added", "user": "U1", "reaction": "x", "item": {"channel": "C1", "ts": "1.1"}},
        {"type": "reaction_removed", "reaction": "eyes", "item": {"channel": "C1", "ts": "1.1"}, "user": "U1"},
        {"type": "app_mention"},
        {"type": "app_mention", "user": "U1"},
        {"type": "message", "channel": "D1"},
        {"type": "message", "subtype": "bot_message", "channel": "D1"},
        {"type": "app_home_opened", "tab": "home"},
        {"type": "member_joined_channel", "user": "U0BOT"},
        {"type": "channel_rename"},
    ],
)
async def test_events_without_fields_are_left_alone(
    here: Studio, event: dict[str, object], caplog: pytest.LogCaptureFixture
) -> None:
    """An event that lacks what it should have, or is about nothing of ours, is acknowledged without a word."""
    assert (await here.event(event)).ok
    assert (await here.event(event, body={"event_id": None})).ok
    assert here.slack.messages("C1") == []
    assert "Traceback" not in caplog.text
    assert "a defect" not in caplog.text
