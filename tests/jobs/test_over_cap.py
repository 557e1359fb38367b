"""Too little left: no hold and no order; ask, raise, allow, decline, fewer; the first answer wins."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.core.commands import AnswerAsk, AskOwner, Fewer
from bot.core.errors import NotSent, NotSentFor
from bot.core.lifecycle import State
from bot.core.money import Money
from bot.core.notices import Notice
from bot.core.ports.chat import Sent
from bot.core.rows import Asked, Budget, Channel, Line, Shot, Take, Workspace
from tests.jobs.acts import (
    button_of,
    card_of,
    charges,
    declines,
    drafted,
    presses,
    sets,
    state_of,
    submits,
    to_dana,
    types,
)
from tests.jobs.conftest import DANA, GUEST, JO, LAUNCH, MINA, ON_BOTH_STORES, RAVI, TEAM, Office


async def over(office: Office, line: str = "/clip a mug on {oak|steel|marble}", cap: str = "0.70") -> Notice:
    """An order that the channel's cap has no room for."""
    await sets(office, f"budget set {cap}")
    return await types(office, line)


async def asked(office: Office, line: str = "/clip a mug on {oak|steel|marble}", cap: str = "0.70") -> Sent:
    """The question about such an order, in front of the owner."""
    await presses(office, "Ask for more", await over(office, line, cap))
    return await question(office)


def double_prices(office: Office) -> None:
    """The catalogue's prices are twice what they were."""
    models = tuple(
        replace(model, price=replace(model.price, rates={name: rate * 2 for name, rate in model.price.rates.items()}))
        for model in office.kit.catalogue.models
    )
    object.__setattr__(office.kit, "catalogue", replace(office.kit.catalogue, models=models))


async def question(office: Office) -> Sent:
    await office.work(1)
    return to_dana(office, "asks for")


@ON_BOTH_STORES
async def test_a_slate_over_the_cap_is_all_or_nothing(office: Office) -> None:
    """No take of it is ordered and nothing is held, although two would fit; the prompt is kept with its takes."""
    notice = await over(office)
    assert notice.text == (
        "Not ordered: this needs $0.96, #launch has $0.70 left until 1 Dec (cap $0.70: $0.00 spent)."
    )
    assert [button.label for button in notice.buttons] == ["Ask for more", "2 drafts instead · $0.64"]
    takes = await office.rows(Take)
    assert [(take.state, take.held) for take in takes] == [(State.ASKED, Money(0))] * 3
    assert await office.rows(Line) == []
    assert {shot.prompt for shot in await office.rows(Shot)} == {"a mug on oak", "a mug on steel", "a mug on marble"}
    await office.work(60)
    assert submits(office) == 0
    assert office.chat.sent == []


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("budget set 0.30 --scope channel", "#launch has $0.30 left"),
        ("budget set 0.30 --scope workspace", "the workspace has $0.30 left"),
        ("budget set 0.30 --scope person", "mina has $0.30 left"),
    ],
)
async def test_every_cap_that_applies_is_checked(office: Office, line: str, said: str) -> None:
    """Channel, workspace and person: whichever is short is named."""
    await sets(office, line)
    assert said in (await types(office, "/clip a fox")).text
    assert await office.rows(Line) == []


async def test_drafts_leave_the_finals_envelope(office: Office) -> None:
    """A draft needs its price besides what is unused of the envelope; a final may use it."""
    await sets(office, "budget set 2 --envelope 1.80")
    assert "$0.20 left for drafts" in (await types(office, "/clip a fox")).text
    assert "Order it?" in (await types(office, "/clip final: a fox")).text


@ON_BOTH_STORES
async def test_the_owner_hears_of_it_when_asked(office: Office) -> None:
    """Only *Ask for more* tells the owner, privately: who, how much, for what, how the cap stands; and only once."""
    notice = await over(office)
    await office.work(60)
    assert office.lines("dana") == []
    assert "has been asked" in (await presses(office, "Ask for more", notice)).text
    assert "one question is enough" in (await presses(office, "Ask for more", notice, JO)).text
    sent = await question(office)
    card = (await office.rows(Take))[0].card
    assert sent.view.title == f"mina asks for $0.96 for 3 drafts in #launch, {card}. $0.00 of $0.70 spent."
    assert sent.view.quote == "a mug on {oak|steel|marble}"
    labels = [button.label for button in sent.view.buttons]
    assert labels == ["Raise by $10", "Raise by $25", "This one only", "Decline…"]
    assert len(office.lines("dana")) == 1


async def test_without_a_contact_the_question_stands_in_the_channel(office: Office) -> None:
    """With nobody looking after the budget everyone sees it, with the button that changes that."""
    rules = replace(office.kit.rules, owners=())
    object.__setattr__(office.kit, "rules", rules)
    admin = replace(DANA, admin=True)
    await types(office, "/dailies budget set 0.10", admin)
    notice = await presses(office, "Ask for more", await types(office, "/clip a fox"))
    assert "Nobody looks after the budget of #launch yet" in notice.text
    await office.work(1)
    sent = office.chat.sent[-1]
    assert sent.to is None
    assert "only an owner decides" in (await presses(office, "I look after", sent, JO)).text
    await presses(office, "I look after", sent, admin)
    assert (await office.rows(Channel))[0].contact == "dana"


async def test_who_may_not_order_cannot_ask(office: Office) -> None:
    """A guest does not reach the owner with somebody's order."""
    notice = await over(office)
    assert "Guests" in (await presses(office, "Ask for more", notice, GUEST)).text
    await office.work(1)
    assert office.lines("dana") == []


@ON_BOTH_STORES
async def test_raise_is_one_step(office: Office) -> None:
    """The owner's yes raises the cap, now and for the periods to come, holds and orders; the text names the cap."""
    sent = await asked(office)
    notice = await presses(office, "Raise by $10", sent, DANA)
    card = (await office.rows(Take))[0].card
    assert notice.text == f"#launch was raised to $10.70. {card} is ordered."
    budget = await office.budget()
    assert (budget.cap, budget.cap_version, budget.held) == (Money.usd("10.70"), 3, Money.usd("0.96"))
    assert (await office.rows(Channel))[0].policy.cap.amount == Money.usd("10.70")
    await office.work()
    assert {take.state for take in await office.rows(Take)} == {State.DELIVERED}
    assert f"#launch was raised to $10.70. {card} is ordered; dana said yes." in office.lines()


@ON_BOTH_STORES
async def test_a_raise_raises_every_cap_that_is_short(office: Office) -> None:
    """Channel, workspace and person are raised together and named; a person's only for this period."""
    for scope in ("workspace", "person"):
        await sets(office, f"budget set 0.50 --scope {scope}")
    sent = await asked(office)
    assert "The workspace: $0.00 of $0.50 spent." in sent.view.title
    notice = await presses(office, "Raise by $10", sent, DANA)
    for said in ("#launch was raised to $10.70", "he workspace was raised to $10.50", "he cap of mina was raised to"):
        assert said in notice.text
    workspace = (await office.rows(Workspace))[0]
    assert (workspace.policy.cap.amount, workspace.policy.person_cap.amount) == (Money.usd("10.50"), Money.usd("0.50"))
    assert (await office.budget("person:local/mina")).cap == Money.usd("10.50")


async def test_a_cap_with_room_is_not_raised(office: Office) -> None:
    """Only what is short is raised."""
    await presses(office, "Raise by $10", await asked(office), DANA)
    assert (await office.budget("workspace:local")).cap == Money.usd(100)


@ON_BOTH_STORES
async def test_a_raise_that_is_not_enough_changes_nothing(office: Office) -> None:
    """The cap stays, the order waits, and the answer says what is missing."""
    sent = await asked(office, "/clip a fox --count 10 --draft-seconds 15")
    notice = await presses(office, "Raise by $10", sent, DANA)
    assert notice.text.startswith("That is not enough for $12.00: #launch has $10.70 left")
    assert (await office.budget()).cap == Money.usd("0.70")
    assert {take.state for take in await office.rows(Take)} == {State.ASKED}
    await presses(office, "Raise by $25", sent, DANA)
    assert {take.state for take in await office.rows(Take)} == {State.QUEUED}


async def test_this_one_only_leaves_the_cap(office: Office) -> None:
    """The one-off allowance holds above the cap; what is left shows nothing, and the next order is refused again."""
    notice = await presses(office, "This one only", await asked(office), DANA)
    assert notice.text.endswith("is ordered; the cap stays as it is.")
    budget = await office.budget()
    assert (budget.cap, budget.held) == (Money.usd("0.70"), Money.usd("0.96"))
    assert "Not ordered" in (await types(office, "/clip a fox")).text


@ON_BOTH_STORES
async def test_decline_ends_it_and_tells_the_maker(office: Office) -> None:
    """The takes are declined without a card in the channel, and their maker is told."""
    notice = await declines(office, await asked(office), DANA)
    assert "is declined; its maker is told" in notice.text
    assert {take.state for take in await office.rows(Take)} == {State.DECLINED}
    await office.work(60)
    assert any("declined" in line for line in office.lines("mina"))
    assert office.lines() == []


async def test_only_an_owner_answers(office: Office) -> None:
    """A maker's press on the owner's buttons is answered, and does nothing."""
    sent = await asked(office)
    for label in ("Raise by $10", "This one only", "Decline"):
        assert "only an owner decides that" in (await presses(office, label, sent, MINA)).text
    assert {take.state for take in await office.rows(Take)} == {State.ASKED}
    assert (await office.budget()).cap == Money.usd("0.70")


async def test_the_owner_may_answer_in_private(office: Office) -> None:
    """The question came in private, and so may the answer: it orders in the channel that asked."""
    private = replace(LAUNCH, channel="local:dana", name="dana", direct=True)
    await presses(office, "Raise by $10", await asked(office), DANA, private)
    assert {(take.state, take.channel) for take in await office.rows(Take)} == {(State.QUEUED, LAUNCH.channel)}


@ON_BOTH_STORES
async def test_the_first_answer_wins(office: Office) -> None:
    """Ten presses at once raise once and order once; later ones are told that it is settled."""
    sent = await asked(office)
    notices = await asyncio.gather(*(presses(office, "Raise by $10", sent, DANA) for _ in range(10)))
    assert sum("was raised to" in notice.text for notice in notices) == 1
    assert (await office.budget()).cap == Money.usd("10.70")
    assert "no longer waits" in (await declines(office, sent, DANA)).text
    await office.work()
    assert submits(office) == 3


async def test_unanswered_it_ends_after_three_days(office: Office) -> None:
    """After 72 h it ends and says so, to its maker; no later yes orders it."""
    sent = await asked(office)
    await office.work(71 * 3600)
    assert {take.state for take in await office.rows(Take)} == {State.ASKED}
    await office.work(2 * 3600)
    assert {take.state for take in await office.rows(Take)} == {State.EXPIRED}
    assert any("not answered in time" in line for line in office.lines("mina"))
    assert "no longer waits" in (await presses(office, "This one only", sent, DANA)).text


@ON_BOTH_STORES
async def test_fewer_are_ordered_and_the_others_end(office: Office) -> None:
    """As many as fit, the first by number; the others are cancelled."""
    notice = await presses(office, "2 drafts instead", await over(office))
    takes = await office.rows(Take, order=("number",))
    assert [take.state for take in takes] == [State.QUEUED, State.QUEUED, State.CANCELLED]
    assert notice.card == takes[0].card
    assert (await office.budget()).held == Money.usd("0.64")
    await office.work()
    assert submits(office) == 2
    assert (await card_of(office, takes[0])).view.numbers


async def test_the_first_are_counted_by_number(office: Office) -> None:
    """Of ten takes the first four are 1 to 4, although ``A7K-10`` comes before ``A7K-2`` by letters."""
    await presses(office, "4 drafts instead", await over(office, "/clip a fox --count 10", "1.40"))
    queued = await office.rows(Take, state=State.QUEUED, order=("number",))
    assert [take.number for take in queued] == [1, 2, 3, 4]


async def test_fewer_is_its_makers(office: Office) -> None:
    """Nobody else orders a part of somebody's slate; nothing is ordered in private or where nothing may be posted."""
    notice = await over(office)
    assert "can confirm it" in (await presses(office, "2 drafts", notice, JO)).text
    private = replace(LAUNCH, channel="local:mina", direct=True)
    assert "in private" in (await presses(office, "2 drafts", notice, MINA, private)).text
    office.chat.closed_channels[LAUNCH.channel] = "I may not attach files."
    assert (await presses(office, "2 drafts", notice)).text == "I may not attach files."
    assert {take.state for take in await office.rows(Take)} == {State.ASKED}


async def test_fewer_that_do_not_fit_any_more(office: Office) -> None:
    """What was left may be gone meanwhile: nothing is ordered, and nothing ended."""
    notice = await over(office)
    await types(office, "/clip a dog", JO)
    assert "Not ordered: this still needs $0.64, #launch has $0.38 left" in (await presses(office, "2", notice)).text
    assert len(await office.rows(Take, state=State.ASKED)) == 3


@ON_BOTH_STORES
async def test_the_price_is_taken_anew_with_the_yes(office: Office) -> None:
    """A price that rose while the owner thought about it is what is held."""
    sent = await asked(office, "/clip a fox", "0.10")
    dear = (await office.rows(Take))[0]
    await sets(office, "budget set 5")
    charges(office, "0.48")
    await drafted(office, actor=JO)
    await presses(office, "Go on", to_dana(office, "cost"), DANA)
    await presses(office, "This one only", sent, DANA)
    assert (await office.take(dear.id)).held == Money.usd("0.48")


async def test_an_answer_comes_from_any_channel_of_the_workspace(office: Office) -> None:
    """The order's own channel decides whose cap is raised."""
    await presses(office, "Raise by $10", await asked(office), DANA, TEAM)
    assert (await office.budget("channel:local:launch")).cap == Money.usd("10.70")
    assert await office.rows(Budget, scope="channel:local:team") == []


async def test_forged_answers_find_nothing_to_answer(office: Office) -> None:
    """Questions that were never asked cannot be answered: a queued take is not raised, asked or made fewer."""
    take = (await office.order())[0]
    for kind, facts in ((AskOwner, {}), (Fewer, {"count": 1}), (AnswerAsk, {"yes": True, "raise_by": Money.usd(10)})):
        notice = await office.handle(kind, DANA, subject=take.id, **facts)
        assert "no longer waits for an answer" in notice.text
    assert (await office.budget()).cap == Money.usd(50)
    assert await state_of(office, take) is State.QUEUED


async def test_a_price_that_rose_in_the_queue_is_asked(office: Office) -> None:
    """A queued take whose price rises above what is left keeps its hold and waits; the yes changes the hold."""
    office.provider.script.add("submit", NotSent("no credit", reason=NotSentFor.CREDIT))
    office.provider.wallet = Money(0)
    take = (await office.order())[0]
    await office.work(1)
    await sets(office, "budget set 0.40")
    double_prices(office)
    office.provider.wallet = Money.usd(100)
    await office.work(120)
    assert (await office.take(take.id)).asked is Asked.CAP
    card = await card_of(office, take)
    await presses(office, "Ask for more", card)
    await presses(office, "Raise by $10", await question(office), DANA)
    assert ((await office.take(take.id)).held, (await office.budget()).cap) == (Money.usd("0.64"), Money.usd("10.40"))
    await office.work()
    assert await state_of(office, take) is State.DELIVERED


async def test_whoever_looks_after_the_budget_is_asked(office: Office) -> None:
    """The contact, not the first owner, gets the question."""
    object.__setattr__(office.kit, "rules", replace(office.kit.rules, owners=("dana", "eve")))
    eve = replace(DANA, id="eve", name="eve")
    await presses(office, "I look after", await types(office, "/clip help"), eve)
    await presses(office, "Ask for more", await over(office))
    await office.work(1)
    assert (len(office.lines("eve")), office.lines("dana")) == (1, [])


async def test_the_workspaces_question_names_the_workspace(office: Office) -> None:
    """Where only the workspace's cap is short, the owner reads how that one stands."""
    await sets(office, "budget set 0.10 --scope workspace")
    await presses(office, "Ask for more", await types(office, "/clip a fox", RAVI), RAVI)
    assert "The workspace: $0.00 of $0.10 spent." in (await question(office)).view.title
    assert button_of(await question(office), "Raise by $25")
