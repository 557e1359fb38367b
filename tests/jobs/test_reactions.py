"""The reactions paragraph of product.md: what each emoji does, and what is answered to one that may not act."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.lifecycle import State
from bot.core.ports import Message
from bot.core.rows import Take, Vote
from tests.jobs.acts import (
    BOT,
    card_of,
    clip_of,
    drafted,
    finals,
    presses,
    reacts,
    sets,
    state_of,
    submits,
    unreacts,
    votes,
)
from tests.jobs.conftest import GUEST, JO, MINA, ON_BOTH_STORES, RAVI, Office


@pytest.mark.parametrize("emoji", ["✅", "white_check_mark", "heavy_check_mark", "✔️", ":white_check_mark:"])
async def test_a_tick_approves(office: Office, emoji: str) -> None:
    """✅, its aliases and its variants approve the card's take; the card shows it, so nothing is answered."""
    draft = (await drafted(office))[0]
    notice = await reacts(office, emoji, (await card_of(office, draft)).message, JO)
    assert not notice.text
    assert [final.state for final in await finals(office)] == [State.ARMED]


@pytest.mark.parametrize("emoji", ["2️⃣", "two", "2\u20e3"])
async def test_a_keycap_approves_that_number(office: Office, emoji: str) -> None:
    """1️⃣…🔟 on a sheet approves that take."""
    takes = await drafted(office, "a mug on {oak|steel}")
    await reacts(office, emoji, (await card_of(office, takes[0])).message, JO)
    assert [final.draft for final in await finals(office)] == [takes[1].id]


async def test_ten_is_a_number_too(office: Office) -> None:
    """🔟 approves the tenth take of a slate."""
    await sets(office, "settings confirm-above=10")
    takes = await drafted(office, "a fox", count=10)
    await reacts(office, "🔟", (await card_of(office, takes[0])).message, JO)
    assert [final.draft for final in await finals(office)] == [f"{takes[0].card}-10"]


@ON_BOTH_STORES
async def test_a_tick_on_several_takes_asks_which(office: Office) -> None:
    """✅ on a sheet approves nothing and asks once per person; taking it back is silent."""
    takes = await drafted(office, "a mug on {oak|steel}")
    message = (await card_of(office, takes[0])).message
    assert "React with its number, 1 to 2" in (await reacts(office, "✅", message, JO)).text
    assert not (await unreacts(office, "✅", message, JO)).text
    assert not (await reacts(office, "✅", message, JO)).text
    assert "React with its number" in (await reacts(office, "3️⃣", message, RAVI)).text
    assert await office.rows(Vote) == []


@ON_BOTH_STORES
async def test_a_clips_own_message_is_reacted_to_as_its_take(office: Office) -> None:
    """✅ or its own number on a clip of a slate approves that take; another number asks which."""
    takes = await drafted(office, "a mug on {oak|steel}")
    await reacts(office, "✅", clip_of(office, takes[0]).message, JO)
    await reacts(office, "2️⃣", clip_of(office, takes[1]).message, JO)
    assert [final.draft for final in await finals(office)] == [takes[0].id, takes[1].id]
    assert "1 to 2" in (await reacts(office, "1️⃣", clip_of(office, takes[1]).message, RAVI)).text


async def test_a_number_on_a_single_draft(office: Office) -> None:
    """A keycap on a card with one take approves nothing and says what does."""
    draft = (await drafted(office))[0]
    notice = await reacts(office, "1️⃣", (await card_of(office, draft)).message, JO)
    assert "react with ✅" in notice.text
    assert await finals(office) == []


@ON_BOTH_STORES
async def test_a_cross_on_a_slate_cancels_what_waits(office: Office) -> None:
    """❌ on a slate's card drops its waiting takes; with none waiting it asks which."""
    takes = await office.order("a mug on {oak|steel}")
    message = (await card_of(office, takes[0])).message
    assert not (await unreacts(office, "❌", message)).text
    await reacts(office, "❌", message)
    assert [await state_of(office, take) for take in takes] == [State.CANCELLED] * 2
    assert "Which one?" in (await reacts(office, "❌", message, JO)).text


@ON_BOTH_STORES
async def test_again_once_per_person_and_card(office: Office) -> None:
    """🔁 makes the same once more; the same person's second 🔁 on it does nothing, another person's does."""
    draft = (await drafted(office))[0]
    message = (await card_of(office, draft)).message
    await reacts(office, "🔁", message, JO)
    await unreacts(office, "🔁", message, JO)
    await reacts(office, "🔁", message, JO)
    await reacts(office, "🔁", message, RAVI)
    assert [take.person for take in await office.rows(Take, state=State.QUEUED, order=("person",))] == ["jo", "ravi"]


async def test_again_on_a_slate_is_confirmed(office: Office) -> None:
    """🔁 on a whole slate answers with its price and buys nothing before the yes."""
    takes = await drafted(office, "a mug on {oak|steel}")
    notice = await reacts(office, "🔁", (await card_of(office, takes[0])).message, JO)
    assert [button.label for button in notice.buttons] == ["Order · $0.64", "Never mind"]
    assert await office.rows(Take, state=State.QUEUED) == []


async def test_again_that_was_refused_can_be_given_again(office: Office) -> None:
    """Who was no maker then and is one now gets the clip: a refused 🔁 is not counted."""
    await sets(office, "settings makers=@mina")
    draft = (await drafted(office))[0]
    message = (await card_of(office, draft)).message
    assert "makers that its settings name" in (await reacts(office, "🔁", message, JO)).text
    await sets(office, "settings makers=everyone")
    await unreacts(office, "🔁", message, JO)
    await reacts(office, "🔁", message, JO)
    assert len(await office.rows(Take, person="jo")) == 1


@ON_BOTH_STORES
async def test_a_pin_keeps(office: Office) -> None:
    """📌 keeps for ever; on a sheet all of it. Removing it changes nothing."""
    takes = await drafted(office, "a mug on {oak|steel}")
    message = (await card_of(office, takes[0])).message
    await reacts(office, "pushpin", message, JO)
    await unreacts(office, "📌", message, JO)
    assert [take.kept for take in await office.rows(Take)] == [True, True]
    await reacts(office, "📌", clip_of(office, takes[0]).message, RAVI)


@pytest.mark.parametrize(("prompt", "pick"), [("a fox", "✅"), ("a mug on {oak|steel}", "1️⃣")])
async def test_the_first_thumb_on_a_card_earns_a_hint(office: Office, prompt: str, pick: str) -> None:
    """👍 is applause and spends nothing; the first one on a card is told what orders the final, and its price."""
    takes = await drafted(office, prompt)
    message = (await card_of(office, takes[0])).message
    await reacts(office, "👍🏽", message, JO)
    await reacts(office, "+1::skin-tone-3", message, RAVI)
    await unreacts(office, "👍", message, RAVI)
    await office.work(1)
    assert office.lines().count(f"👍 is applause; {pick} orders the final, $0.75.") == 1
    assert await finals(office) == []


async def test_applause_where_nothing_can_be_approved(office: Office) -> None:
    """A card whose final is under way gets no hint."""
    draft = (await drafted(office))[0]
    await votes(office, draft.id)
    await reacts(office, "👍", (await card_of(office, draft)).message, JO)
    await office.work()
    assert not any("applause" in line for line in office.lines())


@pytest.mark.parametrize("emoji", ["🎉", "eyes", "🔥", "0️⃣"])
async def test_everything_else_spends_nothing(office: Office, emoji: str) -> None:
    """Any other emoji does and says nothing."""
    draft = (await drafted(office))[0]
    assert not (await reacts(office, emoji, (await card_of(office, draft)).message, JO)).text
    assert await office.rows(Vote) == []


async def test_bots_are_ignored(office: Office) -> None:
    """A bot's reaction is nobody's."""
    draft = (await drafted(office))[0]
    assert not (await reacts(office, "✅", (await card_of(office, draft)).message, BOT)).text
    assert await office.rows(Vote) == []


async def test_other_messages_are_ignored(office: Office) -> None:
    """A reaction on a message that is not ours does nothing."""
    draft = (await drafted(office))[0]
    card = (await card_of(office, draft)).message
    assert not (await reacts(office, "✅", replace(card, id="m999"), JO)).text
    assert not (await reacts(office, "✅", Message(channel="local:team", id=card.id), JO)).text
    assert await office.rows(Vote) == []


@ON_BOTH_STORES
async def test_who_may_not_act_is_told_once_per_person_and_card(office: Office) -> None:
    """A guest's reactions on one card are answered once, on another card again; each guest for themselves."""
    first, second = (await drafted(office))[0], (await drafted(office, "a dog"))[0]
    message = (await card_of(office, first)).message
    assert "Your pick is shown" in (await reacts(office, "✅", message, GUEST)).text
    for emoji in ("❌", "🔁", "📌"):
        assert not (await reacts(office, emoji, message, GUEST)).text
    assert (await reacts(office, "✅", message, replace(GUEST, id="yan"))).text
    assert (await reacts(office, "✅", (await card_of(office, second)).message, GUEST)).text
    assert submits(office) == 2


async def test_the_first_vote_for_what_does_not_fit_is_answered(office: Office) -> None:
    """A reaction whose answer has buttons is answered: the final does not fit, and *Ask for more* is there."""
    draft = (await drafted(office, seconds=15))[0]
    await sets(office, "budget set 1")
    notice = await reacts(office, "✅", (await card_of(office, draft)).message, JO)
    assert "Not ordered: this needs $2.25" in notice.text
    assert "has been asked" in (await presses(office, "Ask for more", notice, MINA)).text


async def test_a_reaction_that_comes_after_the_card_was_posted_anew(office: Office) -> None:
    """A card that a person deleted is posted anew, and reactions on the new one count."""
    draft = (await drafted(office))[0]
    office.chat.lose((await card_of(office, draft)).message)
    await votes(office, draft.id, GUEST)
    await reacts(office, "✅", (await card_of(office, draft)).message, JO)
    assert len(await finals(office)) == 1
