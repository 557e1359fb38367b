"""What an owner decides: an unknown, an overrun, who looks after the budget."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.core.errors import OutcomeUnknown
from bot.core.ledger import stop_scopes
from bot.core.lifecycle import State
from bot.core.money import Money
from bot.core.ports import Transaction
from bot.core.ports.chat import Sent
from bot.core.rows import Budget, Channel, Slot, Take
from tests.jobs.acts import charges, presses, sets, state_of, submits, to_dana, types
from tests.jobs.conftest import DANA, JO, LAUNCH, MINA, ON_BOTH_STORES, TEAM, Office


async def unknown(office: Office) -> Sent:
    """A take whose order got no answer, and the question about it."""
    office.provider.script.add("submit", OutcomeUnknown("no answer"))
    take = (await office.order())[0]
    await office.work(60)
    assert await state_of(office, take) is State.UNKNOWN
    return to_dana(office, "Not sure")


async def test_one_question_for_one_incident(office: Office) -> None:
    """The owner is asked once, the money stays held, and nothing is ordered again."""
    await unknown(office)
    await office.work(3600)
    assert len([line for line in office.lines("dana") if "Not sure" in line]) == 1
    assert (await office.budget()).held == Money.usd("0.32")
    assert submits(office) == 1


@ON_BOTH_STORES
async def test_it_was_lost(office: Office) -> None:
    """*It was lost, release* gives the money back; its slot stays for its fifteen minutes."""
    notice = await presses(office, "It was lost", await unknown(office), DANA)
    take = (await office.rows(Take))[0]
    assert notice.text.startswith(f"Released: {take.id} · $0.32 is back.")
    assert (take.state, take.held) == (State.RELEASED, Money(0))
    assert not (await office.budget()).used
    assert len(await office.rows(Slot)) == 1


@ON_BOTH_STORES
async def test_it_was_made(office: Office) -> None:
    """*It was made, charge* books the price, without a clip."""
    notice = await presses(office, "It was made", await unknown(office), DANA)
    take = (await office.rows(Take))[0]
    assert notice.text.startswith(f"Written off: {take.id} · $0.32 charged.")
    assert (take.state, take.charged, take.held) == (State.WRITTEN_OFF, Money.usd("0.32"), Money(0))
    assert ((await office.budget()).used, (await office.budget()).held) == (Money.usd("0.32"), Money(0))


async def test_check_again(office: Office) -> None:
    """*Check again* looks at once and changes nothing by itself."""
    notice = await presses(office, "Check again", await unknown(office), DANA)
    take = (await office.rows(Take))[0]
    assert "Looking again" in notice.text
    assert office.engine.due[take.id] <= office.clock.now()
    assert take.state is State.UNKNOWN


async def test_only_an_owner_judges(office: Office) -> None:
    """The maker's press on the question is answered and changes nothing."""
    sent = await unknown(office)
    for label in ("It was lost", "It was made", "Check again"):
        assert "only an owner decides that" in (await presses(office, label, sent, JO)).text
    assert (await office.rows(Take))[0].state is State.UNKNOWN


@ON_BOTH_STORES
async def test_the_first_verdict_wins(office: Office) -> None:
    """Of ten presses at once one judges; the others are told that it is settled."""
    sent = await unknown(office)
    notices = await asyncio.gather(*(presses(office, "It was lost", sent, DANA) for _ in range(10)))
    assert sum("Released:" in notice.text for notice in notices) == 1
    assert sum("That question is settled" in notice.text for notice in notices) == 9


async def test_an_old_question_does_not_answer_a_new_incident(office: Office) -> None:
    """A button of another version than the question's is refused while the take is unknown."""
    sent = await unknown(office)
    lost = sent.view.buttons[1]
    forged = replace(lost, action=f"{lost.action.rpartition('.')[0]}.1")
    old = replace(sent, view=replace(sent.view, buttons=(forged,)))
    assert "That question is settled" in (await presses(office, "It was lost", old, DANA)).text
    assert (await office.rows(Take))[0].state is State.UNKNOWN


async def overrun(office: Office) -> Sent:
    """A take that cost more than was held."""
    charges(office, "0.90")
    await office.order()
    await office.work()
    return to_dana(office, "cost")


@ON_BOTH_STORES
async def test_an_overrun_stops_ordering_until_the_owner_lets_it_go_on(office: Office) -> None:
    """It is booked in full; orders, confirmations and yeses are refused until *Go on*, which only an owner presses."""
    confirm = await types(office, "/clip final: a race car")
    sent = await overrun(office)
    assert (await office.budget()).used == Money.usd("1.65")
    for notice in (await types(office, "/clip a fox"), await presses(office, "Order", confirm)):
        assert "cost more than was held for it. An owner lets it go on." in notice.text
    assert "only an owner decides that" in (await presses(office, "Go on", sent, JO)).text
    assert (await presses(office, "Go on", sent, DANA)).text == "Ordering in #launch goes on."
    assert "$0.90 held" in (await types(office, "/clip a fox")).text
    assert "is ordered" in (await presses(office, "Order", confirm)).text


async def test_an_overrun_stops_the_workspace_and_the_person_too(office: Office) -> None:
    """Nobody orders anywhere until *Go on*; then that model is quoted at its last charge, to everyone."""
    await sets(office, "budget set 20 --scope person")
    sent = await overrun(office)
    take = (await office.rows(Take))[0]
    stopped = f"{take.id} cost more than was held for it. An owner lets it go on."
    for person, place, where in ((JO, LAUNCH, "#launch"), (JO, TEAM, "the workspace"), (MINA, TEAM, "the workspace")):
        said = (await types(office, "/clip a dog", person, place)).text
        assert said == f"Ordering is stopped for {where}: {stopped}"
    await presses(office, "Go on", sent, DANA)
    assert "$0.90 held" in (await types(office, "/clip a dog", JO, TEAM)).text
    assert "mina has $18.20 of $20.00 left" in (await types(office, "/clip a dog", MINA, TEAM)).text
    stops = {budget.scope: budget.stopped_by for budget in await office.rows(Budget)}
    assert stops["person:local/mina"] is stops["workspace:local"] is None


@ON_BOTH_STORES
async def test_go_on_lifts_only_its_own_stop(office: Office) -> None:
    """Where a second take has stopped the scope meanwhile, the first one's button says that it is still stopped."""
    sent = await overrun(office)
    first = (await office.rows(Take))[0]
    await presses(office, "Go on", sent, DANA)
    second = (await office.order())[0]

    async def stop(tx: Transaction) -> None:
        await stop_scopes(tx, second)

    await office.store.transact(stop)
    notice = await presses(office, "Go on", sent, DANA)
    assert second.id in notice.text
    assert first.id not in notice.text
    assert "cost more than was held" in (await types(office, "/clip a fox")).text


@ON_BOTH_STORES
async def test_who_looks_after_a_budget(office: Office) -> None:
    """Whoever presses *I look after this budget* and may is told and asked from then on; everyone reads it."""
    welcome = await types(office, "/clip help")
    assert "only an owner decides" in (await presses(office, "I look after", welcome, JO)).text
    assert (await office.rows(Channel))[0].contact is None
    notice = await presses(office, "I look after", welcome, DANA)
    assert (notice.text, notice.private) == ("dana looks after the budget of #launch now.", False)
    assert (await office.rows(Channel))[0].contact == "dana"
    assert "dana looks after" in (await types(office, "/dailies budget")).text


async def test_a_contact_belongs_to_a_channel(office: Office) -> None:
    """Another channel's budget is not looked after by that, and no private message has one."""
    button = await types(office, "/clip help")
    await presses(office, "I look after", button, DANA)
    await types(office, "/clip status", place=TEAM)
    private = replace(LAUNCH, channel="local:dana", direct=True)
    assert "in private" in (await presses(office, "I look after", button, DANA, private)).text
    contacts = {channel.id: channel.contact for channel in await office.rows(Channel)}
    assert contacts == {"local:launch": "dana", "local:team": None}
