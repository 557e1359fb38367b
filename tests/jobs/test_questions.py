"""One question for an outage: who is asked about what, and how it is answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.core.commands import LookAfter
from bot.core.errors import OutcomeUnknown
from bot.core.lifecycle import State
from bot.core.money import ZERO, Money
from bot.core.ports import History
from bot.core.ports.chat import Sent
from bot.core.rows import Take
from tests.jobs.acts import presses
from tests.jobs.conftest import DANA, JO, ON_BOTH_STORES, TEAM, Office
from tests.jobs.worker.conftest import attempts, rebuilt, restart, row_for

LOST = OutcomeUnknown("no answer")
pytestmark = ON_BOTH_STORES


def questions(office: Office, to: str = "dana") -> Sequence[Sent]:
    """What a person was asked about unknowns."""
    return [sent for sent in office.chat.sent if sent.to == to and sent.view.title.startswith("Not sure")]


async def outage(office: Office, number: int = 3) -> Sent:
    """So many orders get no answer, and the owner is asked."""
    office.provider.script.add("submit", *[LOST] * number)
    await office.order("a mug", count=number)
    await office.work(60)
    assert {take.state for take in await office.rows(Take)} == {State.UNKNOWN}
    assert len(questions(office)) == 1
    return questions(office)[0]


async def test_an_outage_is_one_question(office: Office) -> None:
    """Three orders without an answer: one line, which names them, their money, and the wallet before the first."""
    asked = await outage(office)
    ids = sorted(take.id for take in await office.rows(Take))
    assert asked.view.title.startswith("Not sure about 3 takes: no answer. $0.96 stays held")
    assert asked.view.lines[0] == f"{ids[0]}, {ids[1]} and {ids[2]}"
    assert "The wallet held $100.00 before" in asked.view.lines[1]
    office = await restart(office)
    await office.work(3600)
    assert len(questions(office)) == 1


async def test_all_of_it_was_lost(office: Office) -> None:
    """One press releases all; the next finds the question settled."""
    asked = await outage(office)
    notice = await presses(office, "They were lost", asked, DANA)
    assert notice.text.startswith("Released: ")
    assert "$0.96 is back" in notice.text
    assert {(take.state, take.held) for take in await office.rows(Take)} == {(State.RELEASED, ZERO)}
    assert "That question is settled" in (await presses(office, "They were made", asked, DANA)).text


async def test_all_of_it_was_made(office: Office) -> None:
    """One press charges all at their prices."""
    asked = await outage(office)
    assert "$0.96 charged" in (await presses(office, "They were made", asked, DANA)).text
    charged = {(take.state, take.charged) for take in await office.rows(Take)}
    assert charged == {(State.WRITTEN_OFF, Money.usd("0.32"))}


async def test_what_was_found_meanwhile_is_not_judged(office: Office) -> None:
    """A take that has its job by now is none of the verdict's."""
    asked = await outage(office)
    found = (await office.rows(Take, order=("id",)))[1]
    row = row_for((await attempts(office, found))[0], "job-x")
    office.provider.script.add("find_recent", History(rows=(row,), complete=True))
    await presses(office, "Check again", asked, DANA)
    await office.work(120)
    states = sorted(take.state.value for take in await office.rows(Take))
    assert states == ["delivered", "unknown", "unknown"]
    notice = await presses(office, "They were lost", asked, DANA)
    assert "$0.64 is back" in notice.text
    assert sorted(take.state.value for take in await office.rows(Take)) == ["delivered", "released", "released"]


async def test_one_by_one(office: Office) -> None:
    """The question is taken apart: each take is judged alone then, and the old buttons judge nothing."""
    asked = await outage(office)
    assert "3 questions come" in (await presses(office, "One by one", asked, DANA)).text
    await office.work(5)
    assert len(questions(office)) == 4
    assert "That question is settled" in (await presses(office, "They were lost", asked, DANA)).text
    await presses(office, "It was lost", questions(office)[1], DANA)
    await presses(office, "It was made", questions(office)[2], DANA)
    states = sorted(take.state.value for take in await office.rows(Take))
    assert states == ["released", "unknown", "written_off"]


async def test_everybody_is_asked_about_their_own(office: Office) -> None:
    """A channel that another person looks after has its own question; who is no owner judges nothing."""
    await office.handle(LookAfter, DANA, TEAM)
    office.provider.script.add("submit", LOST, LOST)
    await office.order("a mug")
    await office.order("a hat", place=TEAM)
    await office.work(60)
    assert [sent.view.title.startswith("Not sure about 2 takes") for sent in questions(office)] == [True]
    assert "only an owner decides" in (await presses(office, "They were lost", questions(office)[0], JO)).text


async def test_a_channel_that_nobody_looks_after(office: Office) -> None:
    """Its question stands in it, and speaks of its own takes only."""
    office = rebuilt(office, rules=replace(office.kit.rules, owners=()))
    office.provider.script.add("submit", LOST, LOST)
    await office.order("a mug")
    await office.order("a hat", place=TEAM)
    await office.work(60)
    standing = [sent for sent in office.chat.sent if sent.view.title.startswith("Not sure")]
    asked = sorted((sent.message.channel, sent.to) for sent in standing)
    assert asked == [("local:launch", None), ("local:team", None)]
