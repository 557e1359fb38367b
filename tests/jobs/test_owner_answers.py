"""How a question to the owner is answered: once, by an owner, for what it was put about."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.core.commands import AskOwner
from bot.core.lifecycle import State
from bot.core.money import Money
from bot.core.ports import Transaction
from bot.core.rows import Asked, Channel, Take
from tests.jobs.acts import (
    card_of,
    declines,
    presses,
    sets,
    state_of,
    types,
)
from tests.jobs.conftest import DANA, JO, MINA, ON_BOTH_STORES, TEAM, Office
from tests.jobs.test_over_cap import double_prices
from tests.jobs.test_owner_rules import asked, question

EVE = replace(DANA, id="eve", name="eve")


@ON_BOTH_STORES
async def test_a_price_that_rose_above_the_room_is_another_question(office: Office) -> None:
    """*Allow* never exceeds a cap: the owner reads the new price and chooses again; the old button is over."""
    sent = await asked(office)
    await sets(office, "budget set 0.40")
    double_prices(office)
    again = await presses(office, "Allow", sent, DANA)
    take = (await office.rows(Take))[0]
    assert again.text == (
        f"{take.id} costs $0.64 by now, and #launch has $0.08 left besides what it holds. Nothing is ordered yet."
    )
    assert [button.label for button in again.buttons] == ["Raise by $10", "Raise by $25", "This one only", "Decline…"]
    assert "answered already" in (await presses(office, "Allow", sent, DANA)).text
    assert (await office.take(take.id)).held == Money.usd("0.32")
    await presses(office, "Raise by $10", again, DANA)
    assert ((await office.take(take.id)).held, (await office.budget()).cap) == (Money.usd("0.64"), Money.usd("10.40"))


@ON_BOTH_STORES
async def test_the_first_of_two_owners_wins(office: Office) -> None:
    """A yes and a no at the same moment: one is done, the other reads that it no longer waits."""
    object.__setattr__(office.kit, "rules", replace(office.kit.rules, owners=("dana", "eve")))
    sent = await asked(office)
    said = await asyncio.gather(presses(office, "Allow", sent, DANA), declines(office, sent, EVE))
    assert sum("no longer waits" in notice.text for notice in said) == 1
    assert (await office.rows(Take))[0].state in (State.QUEUED, State.DECLINED)


async def test_an_old_button_cannot_answer_a_later_question(office: Office) -> None:
    """The take is asked about again: the first question's buttons say that it was answered."""
    await sets(office, "budget set 0.10")
    await presses(office, "Ask for more", await types(office, "/clip a fox"))
    first = await question(office)
    await presses(office, "This one only", first, DANA)
    take = (await office.rows(Take))[0]
    double_prices(office)
    await office.work(60)
    assert (await office.take(take.id)).asked is Asked.CAP
    await presses(office, "Ask for more", await card_of(office, take))
    for label in ("Raise by $10", "This one only", "Decline"):
        assert "answered already" in (await presses(office, label, first, DANA)).text
    await presses(office, "This one only", await question(office), DANA)
    assert (await office.take(take.id)).held == Money.usd("0.64")


async def test_what_was_not_asked_yet_is_another_question(office: Office) -> None:
    """Takes of a slate that come to wait later are asked about by themselves, and answered by themselves."""
    await sets(office, "budget set 0.10")
    await presses(office, "Ask for more", await types(office, "/clip a mug on {oak|steel}"))
    first = await question(office)
    takes = await office.rows(Take, order=("number",))

    async def later(tx: Transaction) -> None:
        take = await tx.lock(Take, takes[1].id) or takes[1]
        await tx.step(take, replace(take, asked_owner_at=None))

    await office.store.transact(later)
    await office.clock.advance(1)
    await office.handle(AskOwner, MINA, subject=takes[0].card)
    second = await question(office)
    assert f"asks for $0.32 in #launch, {takes[1].id}." in second.view.title
    await presses(office, "This one only", first, DANA)
    assert [take.state for take in await office.rows(Take, order=("number",))] == [State.QUEUED, State.ASKED]
    await declines(office, second, DANA)
    assert await state_of(office, takes[1]) is State.DECLINED


async def test_makers_cannot_allow(office: Office) -> None:
    """Whoever does not pay is refused politely, and the question stands."""
    sent = await asked(office)
    for label in ("Allow", "Decline"):
        assert (await presses(office, label, sent, JO)).text == "In #launch only an owner decides that."
    assert (await office.rows(Take))[0].state is State.ASKED


async def test_without_a_contact_it_stands_in_the_channel(office: Office) -> None:
    """The maker reads that nobody looks after it; everyone sees the question, with the button for that."""
    object.__setattr__(office.kit, "rules", replace(office.kit.rules, owners=()))
    admin = replace(DANA, admin=True)
    await types(office, "/dailies settings owner-above=0.30", admin)
    notice = await types(office, "/clip a fox")
    assert notice.text.endswith("so the question stands in the channel.")
    await office.work(1)
    sent = next(sent for sent in office.chat.sent if "asks for" in sent.view.title)
    assert sent.to is None
    await presses(office, "I look after", sent, admin)
    assert (await office.rows(Channel))[0].contact == "dana"
    await presses(office, "Allow", sent, admin)
    assert (await office.rows(Take))[0].state is State.QUEUED


async def test_a_group_that_owns_is_not_written_to(office: Office) -> None:
    """The first person among the owners is asked; a member of the group may answer."""
    object.__setattr__(office.kit, "rules", replace(office.kit.rules, owners=("&S1", "dana")))
    sent = await asked(office)
    assert sent.to == "dana"
    assert "only an owner" in (await presses(office, "Allow", sent, JO)).text
    await presses(office, "Allow", sent, replace(JO, groups=("S1",)))
    assert (await office.rows(Take))[0].state is State.QUEUED


async def test_the_owner_answers_from_anywhere_in_the_workspace(office: Office) -> None:
    """In private too, for that is where she is asked; everyone in the order's channel reads of it."""
    sent = await asked(office)
    await presses(office, "Allow", sent, DANA, replace(TEAM, channel="local:dana", direct=True))
    assert (await office.rows(Take))[0].state is State.QUEUED
