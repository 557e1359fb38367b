"""Finals that a rule keeps until an owner's yes: approved by votes, armed, or asked for by 🔁."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.errors import ChatError
from bot.core.lifecycle import State
from bot.core.money import Money
from bot.core.ports import Transaction
from bot.core.rows import Asked, Key, Vote
from tests.jobs.acts import (
    button_of,
    card_of,
    declines,
    drafted,
    finals,
    presses,
    reacts,
    sets,
    state_of,
    types,
    unreacts,
    votes,
)
from tests.jobs.conftest import DANA, JO, ON_BOTH_STORES, RAVI, Office
from tests.jobs.test_owner_rules import ladder, question


async def test_an_approved_final_waits_for_the_owner(office: Office) -> None:
    """The quorum is there; the card and the voters' answer say what is missing, and Allow orders it."""
    draft = (await drafted(office))[0]
    await sets(office, "settings owner-above=0.70")
    message = (await card_of(office, draft)).message
    assert "waits for an owner: " in (await reacts(office, "✅", message, JO)).text
    final = (await finals(office))[0]
    assert (final.state, final.asked, final.held) == (State.ASKED, Asked.OWNER, Money.usd("0.75"))
    card = await card_of(office, draft)
    assert f"{draft.id}: approved by jo · waits for an owner's yes, $0.75" in card.view.lines
    assert button_of(card, f"Cancel {final.id} · $0.75 back")
    sent = await question(office)
    assert sent.view.lines[1] == "Approved by jo."
    await presses(office, "Allow", sent, DANA)
    await office.work()
    assert await state_of(office, final) is State.DELIVERED


async def test_a_final_that_waits_needs_its_votes(office: Office) -> None:
    """A vote that is taken back meanwhile ends it with the money back, and the question is answered by that."""
    draft = (await drafted(office))[0]
    await sets(office, "settings owner-above=0.70")
    message = (await card_of(office, draft)).message
    await reacts(office, "✅", message, JO)
    sent = await question(office)
    await unreacts(office, "✅", message, JO)
    final = (await finals(office))[0]
    assert (final.state, final.held) == (State.CANCELLED, Money(0))
    assert "no longer waits for an answer: it was cancelled" in (await presses(office, "Allow", sent, DANA)).text


async def test_votes_are_counted_again_with_the_yes(office: Office) -> None:
    """Whoever has lost the role meanwhile counts no longer: nothing is ordered, and the money is back."""
    draft = (await drafted(office))[0]
    await sets(office, "settings owner-above=0.70")
    await votes(office, draft.id, JO)
    sent = await question(office)
    await sets(office, "settings approvers=@ravi")
    assert "its approvals were taken back" in (await presses(office, "Allow", sent, DANA)).text
    final = (await finals(office))[0]
    assert (final.state, final.held) == (State.CANCELLED, Money(0))


async def test_votes_are_read_again_with_the_yes(office: Office) -> None:
    """One that is gone from the platform no longer counts; a chat that does not answer orders nothing."""
    draft = (await drafted(office))[0]
    await sets(office, "settings owner-above=0.70")
    message = (await card_of(office, draft)).message
    await reacts(office, "✅", message, JO)
    sent = await question(office)
    office.chat.script.add("reactions", ChatError("no answer"))
    assert "the chat did not answer" in (await presses(office, "Allow", sent, DANA)).text
    assert (await finals(office))[0].state is State.ASKED
    office.chat.react(message)
    assert "its approvals were taken back" in (await presses(office, "Allow", sent, DANA)).text
    assert (await finals(office))[0].state is State.CANCELLED


async def test_who_has_voted_is_read_again_with_the_yes(office: Office) -> None:
    """Whoever has pressed and is no member by now does not count; while nobody says it, nothing is ordered."""
    draft = (await drafted(office))[0]
    await sets(office, "settings owner-above=0.70")
    await votes(office, draft.id, JO)
    sent = await question(office)
    office.chat.script.add("who", ChatError("no answer"))
    assert "the chat did not answer" in (await presses(office, "Allow", sent, DANA)).text
    assert (await finals(office))[0].state is State.ASKED
    office.chat.people["jo"] = replace(JO, guest=True)
    assert "its approvals were taken back" in (await presses(office, "Allow", sent, DANA)).text
    assert (await finals(office))[0].state is State.CANCELLED


@pytest.mark.parametrize("declined", [True, False])
async def test_votes_of_what_was_not_allowed_are_not_used_up(office: Office, declined: bool) -> None:  # noqa: FBT001
    """They arm nothing by themselves; with the next vote they count again, and the owner is asked anew."""
    draft = (await drafted(office))[0]
    await sets(office, "settings owner-above=0.70 quorum=2")
    for person in (JO, RAVI):
        await votes(office, draft.id, person)
    if declined:
        await declines(office, await question(office), DANA)
    await office.work(73 * 3600)
    assert [vote.used_by for vote in await office.rows(Vote, round=2)] == [None, None]
    assert len(await finals(office)) == 1
    await votes(office, draft.id, RAVI)
    assert [final.state for final in await finals(office)] == [
        State.DECLINED if declined else State.EXPIRED,
        State.ASKED,
    ]
    assert len([line for line in office.lines("dana") if "asks for" in line]) == 1
    await question(office)
    assert len([line for line in office.lines("dana") if "asks for" in line]) == 2


async def test_another_round_is_confirmed_and_then_asked(office: Office) -> None:
    """🔁 on a final: the maker's yes, then the owner's; a vote that is taken back has no part in it."""
    draft = (await drafted(office))[0]
    await votes(office, draft.id)
    await office.work()
    await sets(office, "settings owner-above=0.70")
    await presses(office, "Order", await types(office, f"/clip again {draft.id}-F", JO), JO)
    await votes(office, draft.id, JO)
    await votes(office, draft.id, JO, given=False)
    await presses(office, "Allow", await question(office), DANA)
    assert await state_of(office, f"{draft.id}-F2") is State.QUEUED


@ON_BOTH_STORES
async def test_an_armed_final_may_need_the_owner_when_its_grace_ends(office: Office) -> None:
    """What was set meanwhile counts: it is asked with its hold, and ordered by the yes."""
    draft = (await drafted(office))[0]
    await votes(office, draft.id, JO)
    await office.work(1)
    await sets(office, "settings owner-above=0.70")
    await office.work(20)
    final = (await finals(office))[0]
    assert (final.state, final.asked, final.held, final.order_at) == (
        State.ASKED,
        Asked.OWNER,
        Money.usd("0.75"),
        None,
    )
    await presses(office, "Allow", await question(office), DANA)
    await office.work()
    assert await state_of(office, final) is State.DELIVERED


@pytest.mark.parametrize(("more", "state"), [(False, State.QUEUED), (True, State.ASKED)])
async def test_an_armed_final_is_judged_without_its_own_hold(office: Office, more: bool, state: State) -> None:  # noqa: FBT001
    """Only what others have used meanwhile brings a step upon it."""
    ladder(office, cap="3", approve=20)
    draft = (await drafted(office))[0]
    await votes(office, draft.id, JO)
    if more:
        await office.order(actor=DANA)
    await office.store.transact(_no_slots)
    await office.work(20)
    assert (await finals(office))[0].state is state


async def _no_slots(tx: Transaction) -> None:
    """Nothing more is admitted."""
    for key in await tx.rows(Key):
        await tx.put(replace(key, slots=0))
