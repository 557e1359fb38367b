"""🔁 on a final: the next round, confirmed with its price, one at a time."""

from __future__ import annotations

import asyncio
from dataclasses import replace

from bot.core.lifecycle import State
from bot.core.money import Money
from bot.core.rows import Take
from tests.jobs.acts import clip_of, drafted, finals, presses, reacts, sets, state_of, to_dana, types, votes
from tests.jobs.conftest import DANA, GUEST, JO, LAUNCH, MINA, ON_BOTH_STORES, RAVI, TEAM, Office


async def finished(office: Office, prompt: str = "a fox in snow") -> Take:
    """A final that is in the channel."""
    draft = (await drafted(office, prompt))[0]
    await votes(office, draft.id, JO)
    await office.work()
    final = (await finals(office))[-1]
    assert final.state is State.DELIVERED
    return final


@ON_BOTH_STORES
async def test_the_next_round_is_confirmed_by_who_asks(office: Office) -> None:
    """🔁 on a final holds its price and asks; the yes of the person who asked orders another roll, on their budget."""
    final = await finished(office)
    notice = await reacts(office, "🔁", clip_of(office, final).message, RAVI)
    assert notice.text == (
        "1 final of 5 s at 720p: $0.75 held for 15 minutes. Order it?\n#launch has $48.18 of $50.00 left until 1 Dec."
    )
    assert "can confirm it" in (await presses(office, "Order", notice, MINA)).text
    await presses(office, "Order", notice, RAVI)
    await office.work()
    second = await office.take(f"{final.draft}-F2")
    assert (second.state, second.person, second.round) == (State.DELIVERED, "ravi", 2)
    assert (await office.budget("person:local/ravi")).used == Money.usd("0.75")


@ON_BOTH_STORES
async def test_an_open_round_is_joined(office: Office) -> None:
    """While a round is open 🔁 orders nothing more, however many ask, and whether it waits, renders or is posted."""
    final = await finished(office)
    message = clip_of(office, final).message
    people = [replace(JO, id=f"p{number}") for number in range(5)]
    notices = await asyncio.gather(*(reacts(office, "🔁", message, person) for person in people))
    assert sum("Order it?" in notice.text for notice in notices) == 1
    assert len(await finals(office)) == 2
    await presses(office, "Order", next(notice for notice in notices if notice.text), people[0])
    assert "it is the one" in (await types(office, f"/clip again {final.id}", RAVI)).text


@ON_BOTH_STORES
async def test_a_round_that_ended_without_a_clip_is_followed_by_another(office: Office) -> None:
    """After *Never mind* the next 🔁 opens round three."""
    final = await finished(office)
    await presses(office, "Never mind", await types(office, f"/clip again {final.id}"))
    await types(office, f"/clip again {final.id}", JO)
    assert [(each.round, each.state) for each in await finals(office)] == [
        (1, State.DELIVERED),
        (2, State.CANCELLED),
        (3, State.ASKED),
    ]


async def test_a_vote_does_not_order_beside_a_final_that_is_there(office: Office) -> None:
    """When a further round was declined, ✅ on the draft still orders nothing: 🔁 on the final does."""
    final = await finished(office)
    await presses(office, "Never mind", await types(office, f"/clip again {final.id}"))
    assert "React 🔁 on it" in (await votes(office, final.draft or "", RAVI)).text
    assert len(await finals(office)) == 2


async def test_votes_while_a_round_is_asked_do_not_stop_it(office: Office) -> None:
    """A round that 🔁 has asked for needs no votes, and one that is cast meanwhile takes it none."""
    await sets(office, "settings quorum=2")
    draft = (await drafted(office, seconds=15))[0]
    for person in (JO, RAVI):
        await votes(office, draft.id, person)
    await office.work()
    await sets(office, "budget set 3")
    notice = await types(office, f"/clip again {draft.id}-F")
    await votes(office, draft.id, JO)
    await presses(office, "Ask for more", notice)
    await office.work(1)
    question = to_dana(office, "asks for")
    await presses(office, "Raise by $10", question, DANA)
    assert await state_of(office, f"{draft.id}-F2") is State.QUEUED


async def test_a_round_belongs_to_its_finals_channel(office: Office) -> None:
    """Asked for from another channel, it is held in the channel of the draft, and posted there."""
    final = await finished(office)
    notice = await types(office, f"/clip again {final.id}", JO, TEAM)
    second = (await finals(office))[1]
    assert second.channel == LAUNCH.channel
    assert (await office.budget("channel:local:launch")).held == Money.usd("0.75")
    await presses(office, "Order", notice, JO, TEAM)
    await office.work()
    assert clip_of(office, second).message.channel == LAUNCH.channel


async def test_who_may_not_order_asks_for_no_round(office: Office) -> None:
    """Guests ask for nothing; nobody does where nothing may be posted, in private, or for what was set aside."""
    final = await finished(office)
    assert "Guests" in (await types(office, f"/clip again {final.id}", GUEST)).text
    private = replace(LAUNCH, channel="local:jo", direct=True)
    assert "in private" in (await types(office, f"/clip again {final.id}", JO, private)).text
    office.chat.closed_channels[LAUNCH.channel] = "I may not attach files."
    assert "I may not attach files." in (await types(office, f"/clip again {final.id}", JO, TEAM)).text
    office.chat.closed_channels.clear()
    await types(office, f"/clip reject {final.draft}", JO)
    assert "was set aside by jo" in (await types(office, f"/clip again {final.id}", JO)).text
    assert len(await finals(office)) == 1


@ON_BOTH_STORES
async def test_rejecting_the_draft_cancels_somebody_elses_round(office: Office) -> None:
    """❌ on the draft gives the money back to whoever asked for the round that waits."""
    final = await finished(office)
    await types(office, f"/clip again {final.id}", RAVI)
    await types(office, f"/clip reject {final.draft}", JO)
    assert (await finals(office))[1].state is State.CANCELLED
    assert not (await office.budget("person:local/ravi")).used
