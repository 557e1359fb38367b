"""❌: set aside, taken back, or cancelled while it waits."""

from __future__ import annotations

from bot.core.lifecycle import State
from bot.core.money import Money
from bot.core.rows import Meaning, Source, Vote
from tests.jobs.acts import card_of, clip_of, drafted, finals, reacts, state_of, submits, types, unreacts, votes
from tests.jobs.conftest import GUEST, JO, MINA, ON_BOTH_STORES, RAVI, Office


@ON_BOTH_STORES
async def test_a_rejected_draft_is_set_aside_until_it_is_taken_back(office: Office) -> None:
    """❌ sets a draft aside: approvals are kept and order nothing; removing the ❌ lets the next vote order."""
    draft = (await drafted(office))[0]
    message = (await card_of(office, draft)).message
    await reacts(office, "❌", message, JO)
    assert (await office.take(draft.id)).rejected_by == "jo"
    notice = await reacts(office, "✅", message, RAVI)
    assert "was set aside by jo" in notice.text
    assert await finals(office) == []
    await unreacts(office, "❌", message, JO)
    assert (await office.take(draft.id)).rejected_by == ""
    await votes(office, draft.id, MINA)
    assert (await finals(office))[0].approved_by == "mina and ravi"


@ON_BOTH_STORES
async def test_two_rejections_are_both_named(office: Office) -> None:
    """One taken back leaves the other; the same person by two means is named once."""
    draft = (await drafted(office))[0]
    await votes(office, draft.id, JO, meaning=Meaning.REJECT)
    await votes(office, draft.id, JO, meaning=Meaning.REJECT, source=Source.VERB)
    await votes(office, draft.id, RAVI, meaning=Meaning.REJECT)
    assert (await office.take(draft.id)).rejected_by == "jo and ravi"
    notice = await votes(office, draft.id, RAVI, meaning=Meaning.REJECT, given=False)
    assert (await office.take(draft.id)).rejected_by == "jo"
    assert "set aside" in notice.text


@ON_BOTH_STORES
async def test_rejecting_cancels_the_final_that_waits(office: Office) -> None:
    """❌ on a draft whose final is armed gives the final's money back; nothing is ordered."""
    draft = (await drafted(office))[0]
    message = (await card_of(office, draft)).message
    await reacts(office, "✅", message, JO)
    await reacts(office, "❌", message, RAVI)
    await office.work()
    assert [(final.state, final.held) for final in await finals(office)] == [(State.CANCELLED, Money(0))]
    assert submits(office) == 1


@ON_BOTH_STORES
async def test_rejecting_what_waits_cancels_it(office: Office) -> None:
    """❌ on a take that is not ordered yet is a cancel, with the money back; removing it changes nothing."""
    draft = (await office.order())[0]
    message = (await card_of(office, draft)).message
    await reacts(office, "❌", message)
    await unreacts(office, "❌", message)
    assert await state_of(office, draft) is State.CANCELLED
    assert await office.rows(Vote) == []
    assert not (await office.budget()).used


async def test_reject_of_an_armed_final_by_its_id(office: Office) -> None:
    """``reject A7K-F`` cancels the final and leaves the draft as it is."""
    draft = (await drafted(office))[0]
    await votes(office, draft.id, JO)
    await types(office, f"/clip reject {draft.id}-F", RAVI)
    assert await state_of(office, f"{draft.id}-F") is State.CANCELLED
    assert (await office.take(draft.id)).rejected_by == ""


async def test_a_final_that_is_there_can_be_set_aside(office: Office) -> None:
    """❌ on a final's message marks the final, not its draft."""
    draft = (await drafted(office))[0]
    await votes(office, draft.id)
    await office.work()
    await reacts(office, "❌", clip_of(office, f"{draft.id}-F").message, JO)
    assert (await office.take(f"{draft.id}-F")).rejected_by == "jo"
    assert (await office.take(draft.id)).rejected_by == ""


async def test_what_has_ended_cannot_be_rejected(office: Office) -> None:
    """A cancelled take has no clip to set aside."""
    draft = (await office.order())[0]
    await types(office, f"/clip cancel {draft.id}")
    assert "has no clip: it was cancelled" in (await types(office, f"/clip reject {draft.id}")).text


async def test_guests_reject_nothing(office: Office) -> None:
    """❌ is its maker's, an approver's or an owner's; a removed ❌ that never counted is silent."""
    draft = (await drafted(office))[0]
    message = (await card_of(office, draft)).message
    assert "Only its maker" in (await reacts(office, "❌", message, GUEST)).text
    assert not (await unreacts(office, "❌", message, GUEST)).text
    assert (await office.take(draft.id)).rejected_by == ""


async def test_an_older_rejection_does_not_come_after_a_newer_one(office: Office) -> None:
    """The platform's order counts for ❌ too."""
    draft = (await drafted(office))[0]
    message, now = (await card_of(office, draft)).message, office.clock.now()
    await reacts(office, "❌", message, JO, at=now + 10)
    await unreacts(office, "❌", message, JO, at=now + 30)
    await reacts(office, "❌", message, JO, at=now + 20)
    assert (await office.take(draft.id)).rejected_by == ""
