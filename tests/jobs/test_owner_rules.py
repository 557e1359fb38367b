"""Orders that a rule keeps until an owner's yes, by price or by a cap's step: held, asked once, answered once."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.core.lifecycle import State
from bot.core.money import Money
from bot.core.policy import CapPolicy, Ladder
from bot.core.ports.chat import Sent
from bot.core.rows import Asked, Take
from tests.jobs.acts import (
    button_of,
    card_of,
    declines,
    drafted,
    finals,
    presses,
    sets,
    state_of,
    submits,
    to_dana,
    types,
    votes,
)
from tests.jobs.conftest import DANA, JO, MINA, ON_BOTH_STORES, Office
from tests.jobs.test_over_cap import double_prices


def ladder(office: Office, *, scope: str = "channel", cap: str = "2", **steps: Any) -> None:
    """From the first minute a cap has these steps."""
    policy, rules = CapPolicy(amount=Money.usd(cap), ladder=Ladder(**steps)), office.kit.rules
    first = {"channel_policy": replace(rules.channel_policy, cap=policy)} if scope == "channel" else {scope: policy}
    object.__setattr__(office.kit, "rules", replace(rules, **first))


async def question(office: Office) -> Sent:
    """The newest question in front of the owner."""
    await office.work(1)
    return to_dana(office, "asks for")


async def asked(office: Office, line: str = "/clip a fox in snow") -> Sent:
    """An order that is above the price from which the owner approves it."""
    await sets(office, "settings owner-above=0.30")
    await types(office, line)
    return await question(office)


@ON_BOTH_STORES
async def test_an_order_above_the_price_waits_for_the_owner(office: Office) -> None:
    """Its money is held, its maker reads why, for whom, until when; the owner is asked at once, once, with the why."""
    await sets(office, "settings owner-above=0.30")
    notice = await types(office, "/clip a fox in snow")
    take = (await office.rows(Take))[0]
    assert notice.text == (
        f"{take.id} waits for an owner: orders above $0.30 in #launch need a yes. "
        "$0.32 is held until 5 Nov. dana has been asked."
    )
    assert (take.state, take.asked, take.held) == (State.ASKED, Asked.OWNER, Money.usd("0.32"))
    sent = await question(office)
    assert sent.view.title == f"mina asks for $0.32 in #launch, {take.id}. $0.00 of $50.00 spent."
    assert (sent.view.quote, sent.view.lines) == (
        "a fox in snow",
        ("Orders above $0.30 in #launch need an owner's yes.",),
    )
    assert [button.label for button in sent.view.buttons] == ["Allow", "Decline…"]
    card = await card_of(office, take)
    assert card.view.lines == ("Waits for an owner's yes",)
    assert button_of(card, "Cancel · $0.32 back")
    await office.work(3600)
    assert (len(office.lines("dana")), submits(office)) == (1, 0)


@ON_BOTH_STORES
async def test_the_owners_yes_orders_it(office: Office) -> None:
    """*Allow* queues it at today's price, everyone reads who said yes, and a second press finds it answered."""
    sent = await asked(office)
    double_prices(office)
    notice = await presses(office, "Allow", sent, DANA)
    take = (await office.rows(Take))[0]
    assert notice.text == f"{take.id} is ordered; the cap stays as it is."
    assert (take.state, take.held, take.asked) == (State.QUEUED, Money.usd("0.64"), None)
    assert "no longer waits for an answer" in (await presses(office, "Allow", sent, DANA)).text
    await office.work()
    assert any("dana said yes" in line for line in office.lines())
    assert await state_of(office, take) is State.DELIVERED


@pytest.mark.parametrize("declined", [True, False])
async def test_without_a_yes_the_money_is_back(office: Office, declined: bool) -> None:  # noqa: FBT001
    """A no and 72 hours without an answer end it, and its maker is told once."""
    sent = await asked(office)
    if declined:
        await declines(office, sent, DANA)
    await office.work(73 * 3600)
    take = (await office.rows(Take))[0]
    assert (take.state, take.held) == (State.DECLINED if declined else State.EXPIRED, Money(0))
    assert not (await office.budget()).used
    said = f"dana declined {take.id}. Nothing was charged; $0.32 is back."
    late = f"{take.id} was not answered in time and has ended. Nothing was charged; what was held is back."
    assert office.lines("mina") == [said if declined else late]


async def test_an_owners_own_order_has_the_yes(office: Office) -> None:
    """She is not asked about what she orders, approves or confirms herself."""
    await sets(office, "settings owner-above=0.10")
    take = (await office.order(actor=DANA))[0]
    assert take.state is State.QUEUED
    await office.work()
    await votes(office, take.id, DANA)
    assert (await finals(office))[0].state is State.ARMED
    await presses(office, "Order", await types(office, "/clip final: a race car", DANA), DANA)
    assert await office.rows(Take, asked=Asked.OWNER) == []


async def test_a_step_applies_to_what_begins_at_or_above_it(office: Office) -> None:
    """Before its own price: the order that passes the step goes on, the next one waits for the owner."""
    ladder(office, cap="2", approve=32)
    assert [(await office.order())[0].state for _ in range(3)] == [State.QUEUED, State.QUEUED, State.ASKED]
    sent = await question(office)
    assert sent.view.lines == ("32 % of the cap of #launch is used, and from there each order needs an owner's yes.",)
    assert "$0.00 of $2.00 spent, $0.64 held." in sent.view.title


@pytest.mark.parametrize(("scope", "named"), [("workspace_cap", "the workspace"), ("person_cap", "mina")])
async def test_every_cap_has_its_ladder(office: Office, scope: str, named: str) -> None:
    """A step of the workspace's or of a person's cap asks too, and says whose it is."""
    ladder(office, scope=scope, cap="2", approve=16)
    await office.order()
    assert f"16 % of the cap of {named} is used" in (await types(office, "/clip a dog")).text


async def test_drafts_alone_go_on(office: Office) -> None:
    """With drafts-only set, from the warning on finals are the owner's to approve."""
    ladder(office, cap="10", warn=3, drafts_only=True)
    draft = (await drafted(office))[0]
    assert (await office.order())[0].state is State.QUEUED
    notice = await votes(office, draft.id, JO)
    assert "3 % of the cap of #launch is used, and from there finals need a yes" in notice.text
    assert (await finals(office))[0].asked is Asked.OWNER


async def test_a_slate_is_one_question(office: Office) -> None:
    """All its takes wait, are held, and are allowed together; what was cancelled meanwhile is not."""
    sent = await asked(office, "/clip a mug on {oak|steel|marble}")
    assert "asks for $0.96 for 3 drafts in #launch" in sent.view.title
    assert sent.view.quote == "a mug on {oak|steel|marble}"
    takes = await office.rows(Take, order=("number",))
    await types(office, f"/clip cancel {takes[0].id}")
    await presses(office, "Allow", sent, DANA)
    assert [take.state for take in await office.rows(Take, order=("number",))] == [
        State.CANCELLED,
        State.QUEUED,
        State.QUEUED,
    ]
    assert (await office.budget()).held == Money.usd("0.64")


async def test_the_maker_confirms_before_the_owner_is_asked(office: Office) -> None:
    """A direct final: the question of its price comes first, and only with the maker's yes the owner hears of it."""
    await sets(office, "settings owner-above=0.70")
    confirm = await types(office, "/clip final: a race car")
    assert "Order it?" in confirm.text
    await office.work(1)
    assert office.lines("dana") == []
    assert "waits for an owner: " in (await presses(office, "Order", confirm)).text
    take = (await office.rows(Take))[0]
    assert (take.asked, take.held) == (Asked.OWNER, Money.usd("0.75"))
    await office.work(3600)
    await presses(office, "Allow", await question(office), DANA)
    assert await state_of(office, take) is State.QUEUED


async def test_what_the_confirmed_order_holds_is_not_counted_against_it(office: Office) -> None:
    """A step is judged without the order's own hold, however long that has stood."""
    ladder(office, cap="2", approve=20)
    confirm = await types(office, "/clip final: a race car")
    assert "is ordered" in (await presses(office, "Order", confirm)).text


async def test_fewer_takes_may_need_the_owner(office: Office) -> None:
    """The part that fits is held and waits; the rest ends."""
    await sets(office, "budget set 0.70")
    await sets(office, "settings owner-above=0.40")
    notice = await types(office, "/clip a mug on {oak|steel|marble}")
    assert "waits for an owner: " in (await presses(office, "2 drafts", notice)).text
    takes = await office.rows(Take, order=("number",))
    assert [take.state for take in takes] == [State.ASKED, State.ASKED, State.CANCELLED]
    assert (await office.budget()).held == Money.usd("0.64")
    await presses(office, "Allow", await question(office), DANA)
    assert len(await office.rows(Take, state=State.QUEUED)) == 2


async def test_a_short_cap_is_asked_first(office: Office) -> None:
    """Without room nothing is held, and the owner's yes to that is the yes to the rule too."""
    await sets(office, "budget set 0.10")
    await sets(office, "settings owner-above=0.20")
    notice = await types(office, "/clip a fox")
    assert "Not ordered: this needs $0.32" in notice.text
    await presses(office, "Ask for more", notice)
    await presses(office, "This one only", await question(office), DANA)
    assert (await office.rows(Take))[0].state is State.QUEUED


async def test_the_rule_is_off_unless_it_is_set(office: Office) -> None:
    """``off`` takes it away again."""
    await sets(office, "settings owner-above=0.30")
    assert "owner-above: off" in (await types(office, "/dailies settings owner-above=off", DANA)).text
    assert (await office.order(actor=MINA))[0].state is State.QUEUED
