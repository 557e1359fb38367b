"""A cap raised by the verb or by a button, and a maker's wish for more."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.core.commands import AskMore, Place, RaiseCap
from bot.core.money import Money
from bot.core.notices import Notice
from bot.core.parsing import raise_cap_action
from bot.core.ports import Button, Transaction
from bot.core.ports.chat import Sent
from bot.core.rows import Channel, Workspace
from tests.jobs.acts import button_of, presses, sets, to_dana, types
from tests.jobs.conftest import DANA, GUEST, JO, LAUNCH, MINA, ON_BOTH_STORES, ON_EVERY_STORE, TEAM, Office
from tests.jobs.meeting import meet
from tests.jobs.test_owner_answers import EVE

PRIVATE = replace(LAUNCH, channel="local:dana", direct=True)
CHANNEL = "channel:local:launch"


def raise_button(scope: str = CHANNEL, version: int = 1, dollars: int = 10) -> Notice:
    """A message with the button that raises a cap."""
    return Notice(buttons=(Button(label="Raise", action=raise_cap_action(scope, Money.usd(dollars), version)),))


@ON_BOTH_STORES
async def test_the_verb_raises_the_channels_cap(office: Office) -> None:
    """At once, in this period and in those to come; the channel reads it, the owner how many still wait."""
    await sets(office, "budget set 0.40")
    for _ in range(3):
        await types(office, "/clip a fox")
    notice = await types(office, "/dailies budget raise 10.50", DANA)
    assert notice.text == "#launch was raised to $10.90. Still waiting for an owner's yes of their own: 2 takes."
    assert (await office.budget()).cap == Money.usd("10.90")
    assert (await office.rows(Channel))[0].policy.cap.amount == Money.usd("10.90")
    await office.work(1)
    assert office.lines().count("#launch was raised to $10.90.") == 1


@ON_BOTH_STORES
async def test_of_two_owners_who_press_the_first_has_raised_it(office: Office) -> None:
    """The second, and a press days later, reads how the cap stands; it is raised once."""
    object.__setattr__(office.kit, "rules", replace(office.kit.rules, owners=("dana", "eve")))
    await office.order()
    said = await asyncio.gather(*(presses(office, "Raise", raise_button(), who, PRIVATE) for who in (DANA, EVE)))
    assert sorted(notice.text for notice in said) == [
        "#launch has a cap of $60.00 by now: that question was answered already, and nothing more was raised.",
        "#launch was raised to $60.00.",
    ]
    assert (await office.budget()).cap == Money.usd(60)


@ON_EVERY_STORE
@pytest.mark.parametrize("kind", ["channel:local:launch", "workspace:local"])
async def test_a_raise_and_a_ladder_set_at_once(office: Office, kind: str) -> None:
    """Neither undoes the other: the cap stays raised, and the step stays set."""
    await office.order()
    before, scope = await office.budget(kind), kind.partition(":")[0]

    await meet(
        office,
        before,
        lambda: presses(office, "Raise", raise_button(kind), DANA, PRIVATE),
        lambda: types(office, f"/dailies budget set --scope {scope} --warn 70", DANA),
    )
    channel, workspace = (await office.rows(Channel))[0], (await office.rows(Workspace))[0]
    policy = channel.policy.cap if scope == "channel" else workspace.policy.cap
    assert before.cap is not None
    assert policy.amount == (await office.budget(kind)).cap == before.cap + Money.usd(10)
    assert policy.ladder.warn == 70


async def test_a_button_of_an_earlier_period_raises_nothing(office: Office) -> None:
    """The cap of a new period is another version."""
    await office.order()
    await office.clock.advance(40 * 24 * 3600)
    await office.order()
    assert "answered already" in (await presses(office, "Raise", raise_button(), DANA)).text
    assert (await office.budget()).cap == Money.usd(50)


@ON_BOTH_STORES
async def test_the_workspaces_cap_is_raised(office: Office) -> None:
    """By the verb in any channel; no channel is told of it."""
    notice = await types(office, "/dailies budget raise 20 --scope workspace", DANA, TEAM)
    assert notice.text == "The workspace was raised to $120.00."
    assert (await office.rows(Workspace))[0].policy.cap.amount == Money.usd(120)
    await office.work(1)
    assert office.lines() == []


async def test_a_persons_cap_is_raised_for_this_period(office: Office) -> None:
    """What their periods begin with is everybody's, and stays."""
    await sets(office, "budget set 5 --scope person")
    await office.order()
    notice = await presses(office, "Raise", raise_button("person:local/mina"), DANA, PRIVATE)
    assert notice.text == "The cap of mina was raised to $15.00 for this period only."
    assert (await office.budget("person:local/mina")).cap == Money.usd(15)
    assert (await office.rows(Workspace))[0].policy.person_cap.amount == Money.usd(5)


@pytest.mark.parametrize(
    "scope",
    ["channel:local:nowhere", "channel:local:theirs", "workspace:other", "person:other/mina", "person:local/nobody"],
)
async def test_only_budgets_of_the_place_are_raised(office: Office, scope: str) -> None:
    """Another workspace's channel, one that nobody knows, a person who never ordered: one sentence, nothing changes."""

    async def theirs(tx: Transaction) -> None:
        await tx.add(Workspace(id="other", platform="local"))
        await tx.add(Channel(id="local:theirs", workspace="other", name="theirs"))

    await office.order()
    await office.store.transact(theirs)
    assert "not one of this place" in (await presses(office, "Raise", raise_button(scope), DANA)).text
    assert (await office.budget()).cap == Money.usd(50)


async def test_who_may_not_raise(office: Office) -> None:
    """A maker is refused for every kind of budget."""
    await office.order()
    said = [(await presses(office, "Raise", raise_button(each), JO)).text for each in (CHANNEL, "workspace:local")]
    said.append((await types(office, "/dailies budget raise 10")).text)
    assert said == [
        "In #launch only an owner decides that.",
        "Only an owner decides that.",
        "In #launch only an owner decides that. /dailies budget ask 10 asks for it.",
    ]
    set_higher = "In #launch only an owner decides that. /dailies budget ask 10 asks for more."
    assert (await types(office, "/dailies budget set 60")).text == set_higher
    assert (await types(office, "/dailies budget set 60", GUEST)).text == "In #launch only an owner decides that."


async def test_what_cannot_be_raised(office: Office) -> None:
    """A cap that is not there, one that would be more than any, and by the verb in private: nothing changes."""
    assert "is at most $10,000,000" in (await types(office, "/dailies budget raise 9999999", DANA)).text
    for line in ("budget raise 5", "budget raise 5 --scope workspace"):
        assert "in private" in (await types(office, f"/dailies {line}", DANA, PRIVATE)).text
    await sets(office, "budget set none")
    notice = await types(office, "/dailies budget raise 5", DANA)
    assert notice.text == "#launch has no cap, so there is nothing to raise."
    assert "has no cap by now" in (await presses(office, "Raise", raise_button(), DANA)).text


async def asks(office: Office, line: str = "20 for the launch film", place: Place = LAUNCH) -> Sent:
    """A maker's wish, in front of the owner."""
    assert "has been asked" in (await types(office, f"/dailies budget ask {line}", MINA, place)).text
    await office.work(1)
    return to_dana(office, "asks for")


async def test_a_maker_asks_for_more(office: Office) -> None:
    """The contact reads who, how much, why and how the cap stands, with the buttons that answer it."""
    await office.order()
    sent = await asks(office)
    assert sent.view.title == "mina asks for $20.00 more in #launch. $0.00 of $50.00 spent, $0.32 held."
    assert sent.view.quote == "for the launch film"
    assert [button.label for button in sent.view.buttons] == [
        "Raise by $20",
        "Raise by $10",
        "Raise by $25",
        "Report",
    ]
    assert button_of(sent, "Report").action == f"report-of:{CHANNEL}"
    assert (await presses(office, "Raise by $20", sent, DANA, PRIVATE)).text == "#launch was raised to $70.00."
    assert "answered already" in (await presses(office, "Raise by $25", sent, DANA, PRIVATE)).text


async def test_without_an_amount(office: Office) -> None:
    """Only the reason, or nothing at all: the two usual raises are offered, and no amount twice."""
    sent = await asks(office, "for the launch film")
    assert sent.view.title.startswith("mina asks for more in #launch.")
    assert [button.label for button in sent.view.buttons] == ["Raise by $10", "Raise by $25", "Report"]
    await office.work(3600)
    assert len((await asks(office, "25")).view.buttons) == 3


async def test_the_cap_that_has_least_left_is_what_is_asked_about(office: Office) -> None:
    """Where the workspace's or the person's own is the tight one, its raise is what helps."""
    await sets(office, "budget set 20 --scope workspace")
    sent = await asks(office)
    assert "The workspace: $0.00 of $20.00 spent." in sent.view.title
    await presses(office, "Raise by $10", sent, DANA)
    assert (await office.rows(Workspace))[0].policy.cap.amount == Money.usd(30)
    await sets(office, "budget set 1 --scope person")
    await office.order()
    await office.work(3600)
    sent = await asks(office)
    assert button_of(sent, "Report").action == f"report-of:{CHANNEL}"
    assert "of mina was raised to $11.00 for this period" in (await presses(office, "Raise by $10", sent, DANA)).text


async def test_once_an_hour(office: Office) -> None:
    """The same person in the same channel; another person, another channel and a later hour ask anew."""
    await asks(office)
    assert "within this hour already" in (await types(office, "/dailies budget ask 5", MINA)).text
    assert "has been asked" in (await types(office, "/dailies budget ask 5", JO)).text
    await asks(office, place=TEAM)
    await office.work(3600)
    await asks(office)
    assert len([line for line in office.lines("dana") if "asks for" in line]) == 4


async def test_who_may_not_ask(office: Office) -> None:
    """A guest does not reach the owner; where there is no cap there is nothing to ask for."""
    assert "Guests" in (await types(office, "/dailies budget ask 5", GUEST)).text
    await sets(office, "budget set none")
    await sets(office, "budget set none --scope workspace")
    assert "nothing to raise" in (await types(office, "/dailies budget ask 5")).text
    assert office.lines("dana") == []


async def test_nobody_looks_after_it(office: Office) -> None:
    """Then the wish stands in the channel, with the button for that."""
    object.__setattr__(office.kit, "rules", replace(office.kit.rules, owners=()))
    assert "stands in the channel" in (await types(office, "/dailies budget ask 5")).text
    await office.work(1)
    assert button_of(office.chat.sent[-1], "I look after this budget")


async def test_a_reason_mentions_nobody(office: Office) -> None:
    """However it came, it stands in the quote, and no more than 200 characters of it."""
    await office.handle(AskMore, MINA, why="<!channel> " + "please " * 100)
    await office.work(1)
    sent = to_dana(office, "asks for")
    assert len(sent.view.quote) <= 200
    assert "<!channel>" not in sent.view.title


async def test_the_same_press_twice_raises_once(office: Office) -> None:
    """A platform that sends the event again gets silence for it."""
    said = [await office.handle(RaiseCap, DANA, event="e1", by=Money.usd(5)) for _ in range(2)]
    assert [bool(notice.text) for notice in said] == [True, False]
    assert (await office.budget()).cap == Money.usd(55)
