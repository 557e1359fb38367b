"""What a vote cannot do: finals, takes without a clip, pauses, closed channels, private messages, short caps."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.catalogue import Catalogue
from bot.core.lifecycle import State
from bot.core.money import Money
from bot.core.ports import Transaction
from bot.core.rows import Channel, Vote
from tests.jobs.acts import card_of, drafted, finals, presses, reacts, sets, to_dana, types, votes
from tests.jobs.conftest import DANA, JO, LAUNCH, ON_BOTH_STORES, RAVI, Office


async def paused(office: Office, by: str | None) -> None:
    """The channel's ordering is stopped, or goes on."""

    async def work(tx: Transaction) -> None:
        channel = await tx.get(Channel, LAUNCH.channel)
        assert channel is not None
        await tx.put(replace(channel, paused_by=by))

    await office.store.transact(work)


async def test_a_final_is_not_promoted(office: Office) -> None:
    """A final has nothing to promote, whether it was promoted itself or ordered straight."""
    draft = (await drafted(office))[0]
    await votes(office, draft.id)
    await office.work()
    assert "is a final" in (await votes(office, f"{draft.id}-F")).text
    straight = await types(office, "/clip final: a race car")
    assert "is a final" in (await votes(office, straight.buttons[0].action.split(":")[1])).text


async def test_a_draft_is_not_promoted_before_it_was_seen(office: Office) -> None:
    """While it waits and renders there is nothing to judge; after it failed there never will be."""
    draft = (await office.order())[0]
    assert "vote when you have seen it" in (await votes(office, draft.id)).text
    await types(office, f"/clip cancel {draft.id}")
    assert f"/clip again {draft.id} makes a new one" in (await votes(office, draft.id)).text


@ON_BOTH_STORES
async def test_a_draft_that_was_taken_down_is_not_promoted(office: Office) -> None:
    """Nobody can see what they would approve; but a vote that armed before can still be taken back."""
    draft = (await drafted(office))[0]
    await votes(office, draft.id, JO)
    await types(office, f"/clip hide {draft.id}")
    assert "was taken down" in (await votes(office, draft.id, RAVI)).text
    await votes(office, draft.id, JO, given=False)
    assert [final.state for final in await finals(office)] == [State.CANCELLED]


@ON_BOTH_STORES
async def test_a_paused_channel_keeps_the_vote_and_orders_nothing(office: Office) -> None:
    """A vote is state: it stands while ordering is paused, and the next press after it orders."""
    draft = (await drafted(office))[0]
    await paused(office, "dana")
    message = (await card_of(office, draft)).message
    notice = await reacts(office, "✅", message, JO)
    assert "dana paused ordering in #launch" in notice.text
    assert [vote.standing for vote in await office.rows(Vote)] == [True]
    assert await finals(office) == []
    await paused(office, None)
    await votes(office, draft.id, JO)
    assert len(await finals(office)) == 1


async def test_a_channel_that_takes_no_files_keeps_the_vote(office: Office) -> None:
    """May not post there: found out before money is spent; the vote stands and says why nothing is ordered."""
    await sets(office, "settings quorum=2")
    draft = (await drafted(office))[0]
    office.chat.closed_channels[LAUNCH.channel] = "I may not attach files in #launch."
    assert "1 of 2" in (await votes(office, draft.id, JO)).text
    assert (await votes(office, draft.id, RAVI)).text == "I may not attach files in #launch."
    assert len(await office.rows(Vote)) == 2
    assert await finals(office) == []


async def test_nothing_is_approved_in_private(office: Office) -> None:
    """Nothing is ordered in direct messages; what was approved can be taken back there."""
    draft = (await drafted(office))[0]
    private = replace(LAUNCH, channel="local:jo", name="jo", direct=True)
    assert "in private" in (await votes(office, draft.id, JO, place=private)).text
    await votes(office, draft.id, JO)
    await votes(office, draft.id, JO, given=False, place=private)
    assert [final.state for final in await finals(office)] == [State.CANCELLED]


async def test_a_final_is_what_its_draft_was_asked_for(office: Office) -> None:
    """Settings that changed since do not change the shot: shape, sound and the final's length stay."""
    draft = (await drafted(office, seconds=9, ratio="1:1"))[0]
    await sets(office, "settings seconds=15 ratio=9:16 audio=off")
    await votes(office, draft.id)
    final = (await finals(office))[0]
    assert (final.shot, final.seconds, final.price) == (draft.shot, 9, Money.usd("1.35"))


@ON_BOTH_STORES
async def test_a_model_that_is_off_by_now_keeps_the_vote(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is no longer offered is not ordered; the vote stands."""
    draft = (await drafted(office))[0]
    off = tuple(replace(model, on=False) for model in office.kit.catalogue.models)
    monkeypatch.setattr(Catalogue, "models", property(lambda _: off), raising=False)
    assert "mini is off" in (await votes(office, draft.id, JO)).text
    assert len(await office.rows(Vote)) == 1
    assert await finals(office) == []


@ON_BOTH_STORES
async def test_a_final_that_does_not_fit_is_asked(office: Office) -> None:
    """The quorum is there, the money is not: the final is asked without a hold, its votes used; the owner decides."""
    draft = (await drafted(office, seconds=15))[0]
    await sets(office, "budget set 1")
    notice = await votes(office, draft.id, JO)
    assert notice.text.startswith("Not ordered: this needs $2.25, #launch has $0.68 left")
    final = (await finals(office))[0]
    assert (final.state, final.held) == (State.ASKED, Money(0))
    await presses(office, "Ask for more", notice, JO)
    await office.work(1)
    question = to_dana(office, "asks for")
    assert "mina asks for $2.25 in #launch" in question.view.title
    await presses(office, "Raise by $10", question, DANA)
    await office.work()
    assert (await finals(office))[0].state is State.DELIVERED
    assert (await office.budget()).cap == Money.usd(11)


@ON_BOTH_STORES
async def test_the_owners_yes_counts_the_votes_again(office: Office) -> None:
    """A final whose approval was taken back while the owner thought about it is not ordered."""
    draft = (await drafted(office, seconds=15))[0]
    await sets(office, "budget set 1")
    notice = await votes(office, draft.id, JO)
    await presses(office, "Ask for more", notice, JO)
    await votes(office, draft.id, JO, given=False)
    await office.work(1)
    question = to_dana(office, "asks for")
    assert "approvals were taken back" in (await presses(office, "This one only", question, DANA)).text
    assert (await finals(office))[0].state is State.ASKED
