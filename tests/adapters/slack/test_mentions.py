"""Mentions, shortcuts and direct messages: what works in threads, where Slack has no slash commands."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.slack.mentions import about
from bot.core.errors import StoreError
from bot.core.lifecycle import State
from tests.adapters.slack.fake.values import FileStub
from tests.adapters.slack.studio import Studio, studio


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Studio]:
    async with studio(tmp_path) as made:
        yield made


async def test_a_mention_in_a_thread_means_its_card(here: Studio) -> None:
    """In the thread of a card a verb without an id is about the card; its answer is seen by the person alone."""
    (take,) = await here.drafted()
    await here.slack.mention("U2", "C1", "promote", thread=here.card().ts)
    assert await here.finals() == [State.ARMED]
    await here.slack.mention("U1", "C1", "show", thread=here.card().ts)
    assert take.id in (await here.private())[-1]
    await here.slack.mention("U1", "C1", "remix a fox in the rain", thread=here.card().ts)
    assert len([each for each in await here.takes() if each.draft is None]) == 2


async def test_a_mention_has_both_roots(here: Studio) -> None:
    """The verb decides which of the two commands is meant."""
    await here.slack.mention("U1", "C1", "spend")
    assert "$0.00" in (await here.private())[-1]
    await here.slack.mention("U1", "C1", "status")
    assert "Nothing is under way" in (await here.private())[-1]


@pytest.mark.parametrize("talk", ["thanks, that is great", "show me the money", "draft a letter", "", "make it so"])
async def test_talk_orders_nothing(here: Studio, talk: str) -> None:
    """A mention that is talk is answered with how to order, and orders nothing, even where it begins like a verb."""
    await here.slack.mention("U1", "C1", talk)
    assert "Nothing was ordered" in (await here.private())[-1]
    assert await here.takes() == []


async def test_a_mention_orders_with_a_colon(here: Studio) -> None:
    """``draft:`` after the name orders, once, even where Slack delivers it twice."""
    here.slack.deliver_twice = True
    await here.slack.mention("U1", "C1", "draft: a fox in snow")
    assert len(await here.takes()) == 1
    assert len(await here.private()) == 1


@pytest.mark.parametrize(
    ("first", "then"),
    [("draft: a fox in snow", "draft: a fox in the snow"), ("draft: a fox --ratio 5:7", "draft: a fox")],
)
async def test_a_message_orders_once_however_often_it_is_edited(here: Studio, first: str, then: str) -> None:
    """Slack sends a message anew when its writer edits it: what was ordered stays once; what was wrong is mended."""
    said = {"type": "app_mention", "user": "U1", "channel": "C1", "ts": "77.000100"}
    assert (await here.event(said | {"text": f"<@{here.slack.bot_user}> {first}", "event_ts": "77.000100"})).ok
    edited = said | {"text": f"<@{here.slack.bot_user}> {then}", "edited": {"user": "U1", "ts": "80.0"}}
    for event_ts in ("80.000100", "81.000100"):
        assert (await here.event(edited | {"event_ts": event_ts})).ok
    assert len(await here.takes()) == 1


async def test_an_event_is_acknowledged_before_it_is_answered(here: Studio) -> None:
    """However long Slack takes to show the answers to a mention and to a visit of the home, neither comes again."""
    for method in ("chat.postEphemeral", "users.conversations"):
        here.slack.fail(method, "hang", retry_after_s=1.0)
    here.slack.patience_s = 0.5
    assert (await here.slack.mention("U1", "C1", "draft: a fox in snow")).ok
    assert (await here.slack.open_home("U1")).ok
    assert "$0.32" in await here.answered()
    assert here.slack.home("U1") is not None


async def test_what_an_app_writes_for_a_person_orders_nothing(here: Studio) -> None:
    """An app that posts in somebody's name is no person: it orders nothing, and is not answered."""
    text = f"<@{here.slack.bot_user}> draft: a fox in snow"
    said = {"type": "app_mention", "user": "U1", "bot_id": "B77", "channel": "C1", "ts": "77.1", "event_ts": "77.1"}
    assert (await here.event(said | {"text": text})).ok
    assert await here.takes() == []
    assert await here.private() == []


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (" promote", "promote A7K"),
        (" show: ", "show A7K"),
        (" show B8K", " show B8K"),
        (" edit a fox", "edit A7K: a fox"),
        (" remix A7K-2: a fox", " remix A7K-2: a fox"),
        (" status", " status"),
        ("", ""),
    ],
)
def test_ids_that_are_left_out(text: str, meant: str) -> None:
    """Only what takes an id and has none is given the card's."""
    assert about(text, "A7K") == meant


async def test_direct_messages_are_answered_with_help(here: Studio) -> None:
    """Whoever writes to the bot alone is shown the verbs, and orders nothing; the bot does not answer itself."""
    await here.slack.direct("U1", "a fox in snow")
    said = [each for each in here.slack.messages("DU1") if each.user == here.slack.bot_user]
    assert len(said) == 1
    assert "/clip" in said[0].text
    assert await here.takes() == []


@pytest.mark.parametrize("shortcut", ["promote", "remix", "info", "animate"])
async def test_a_shortcut_on_a_strange_message_says_so(here: Studio, shortcut: str) -> None:
    """A shortcut on a message that is not ours, or has no picture, is answered to the person alone."""
    message = here.slack.say("U2", "C1", "lunch?")
    await here.slack.shortcut("U1", message, shortcut)
    assert "message" in await here.answered()


async def test_shortcuts_find_their_take(here: Studio) -> None:
    """On a card and on the message of a clip alike, *Take info* tells of the take and *Remix* opens its window."""
    (take,) = await here.drafted()
    for message in here.slack.messages("C1")[:2]:
        await here.slack.shortcut("U1", message, "info")
        assert take.id in await here.answered()
    await here.slack.shortcut("U1", here.card(), "remix")
    assert len(here.slack.views("U1")) == 1


async def test_a_shortcut_without_rows_says_that_ordering_is_stopped(
    here: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it cannot be read what a message shows, a shortcut on it is answered so, and no defect is claimed."""
    await here.drafted()

    async def broken(work: object) -> object:
        del work
        msg = "no rows"
        raise StoreError(msg)

    monkeypatch.setattr(here.office.store, "transact", broken)
    await here.slack.shortcut("U1", here.card(), "promote")
    assert "ordering is stopped" in await here.answered()


async def test_a_picture_is_animated(here: Studio) -> None:
    """*Animate this picture* opens the form with the picture given, and orders from it."""
    await here.slack.mention(
        "U2", "C1", "status", files=(FileStub(name="fox.png", content=b"\x89PNG\r\n\x1a\n" + bytes(64)),)
    )
    message = next(each for each in here.slack.messages("C1") if each.files)
    await here.slack.shortcut("U1", message, "animate")
    (view,) = here.slack.views("U1")
    await here.slack.submit("U1", view, {"prompt.1": "the fox runs"})
    await here.desk.answering.finish()
    assert [take.model for take in await here.takes()], await here.private()


async def test_a_channel_is_welcomed_once(here: Studio) -> None:
    """The bot's arrival in a channel is noticed once for ever; anybody else's is nobody's business."""
    here.slack.channel("C3", "new", members=("U1",), bot_is_in=False)
    await here.slack.invite("C3", by="U1")
    await here.office.work(1)
    here.slack.remove("C3")
    await here.slack.invite("C3", by="U1")
    await here.office.work(1)
    assert len(here.slack.messages("C3")) == 1
    assert (await here.event({"type": "member_joined_channel", "user": "U2", "channel": "C1", "event_ts": "1.1"})).ok
