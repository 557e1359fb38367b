"""What its maker confirms before it is ordered: above $5, and every direct final."""

from __future__ import annotations

from bot.core.lifecycle import State
from bot.core.money import Money
from bot.core.rows import Take
from tests.jobs.acts import presses, sets, types
from tests.jobs.conftest import JO, MINA, ON_BOTH_STORES, Office


@ON_BOTH_STORES
async def test_above_five_dollars_the_maker_confirms(office: Office) -> None:
    """An order above $5 at once is held and asked; with the yes all of it is queued, with the no all is given back."""
    first = await types(office, "/clip a fox --count 5 --draft-seconds 13")
    assert first.text == (
        "5 drafts of 13 s at 480p: $5.20 held for 15 minutes. Order them?\n"
        "#launch has $44.80 of $50.00 left until 1 Dec."
    )
    assert (await office.budget()).held == Money.usd("5.20")
    await presses(office, "Never mind", first)
    assert {take.state for take in await office.rows(Take)} == {State.CANCELLED}
    assert not (await office.budget()).used
    second = await types(office, "/clip a fox --count 5 --draft-seconds 13")
    await presses(office, "Order", second)
    assert len(await office.rows(Take, state=State.QUEUED)) == 5


async def test_what_must_be_confirmed_is_a_setting(office: Office) -> None:
    """``confirm-above`` moves the line."""
    await sets(office, "settings confirm-above=0.30")
    assert "Order it?" in (await types(office, "/clip a fox")).text


@ON_BOTH_STORES
async def test_a_confirmation_ends_after_fifteen_minutes(office: Office) -> None:
    """Unanswered, its money is given back and no card is posted for it."""
    notice = await types(office, "/clip final: a race car")
    await office.work(14 * 60)
    assert (await office.rows(Take))[0].state is State.ASKED
    await office.work(120)
    assert (await office.rows(Take))[0].state is State.EXPIRED
    assert not (await office.budget()).used
    assert all(sent.to is not None for sent in office.chat.sent)
    assert "no longer waits" in (await presses(office, "Order", notice)).text


async def test_only_its_maker_confirms(office: Office) -> None:
    """Another person's yes does nothing; an approver's no is a cancel."""
    notice = await types(office, "/clip final: a race car", MINA)
    assert "can confirm it" in (await presses(office, "Order", notice, JO)).text
    assert (await office.rows(Take))[0].state is State.ASKED
    assert "is cancelled · $0.75 is back" in (await presses(office, "Never mind", notice, JO)).text


async def test_the_maker_may_have_lost_the_role(office: Office) -> None:
    """A yes counts for what the person is when it is given."""
    notice = await types(office, "/clip final: a race car", MINA)
    await sets(office, "settings approvers=@jo")
    assert "by its approvers" in (await presses(office, "Order", notice, MINA)).text
    assert (await office.rows(Take))[0].state is State.ASKED


async def test_a_yes_behind_its_time_is_too_late(office: Office) -> None:
    """Although nobody has ended it yet, as after a night without the process: nothing is ordered, and it ends."""
    notice = await types(office, "/clip final: a race car")
    await office.clock.advance(16 * 60)
    assert "was not answered in time and ends now" in (await presses(office, "Order", notice)).text
    await office.work(1)
    assert (await office.rows(Take))[0].state is State.EXPIRED
