"""Votes as state: the latest of each person, in the platform's order; what they arm, and what takes it back."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.core.commands import Actor, Undo
from bot.core.errors import ChatBusy
from bot.core.lifecycle import Stage, State
from bot.core.money import Money
from bot.core.ports import Reaction
from bot.core.rows import Meaning, Source, Vote
from tests.jobs.acts import card_of, drafted, finals, presses, reacts, sets, state_of, submits, types, unreacts, votes
from tests.jobs.conftest import DANA, GUEST, JO, LAUNCH, MINA, ON_BOTH_STORES, RAVI, TEAM, Office

#: The grace, and a little.
GRACE_S = 16


@ON_BOTH_STORES
async def test_the_vote_that_completes_the_quorum_arms_the_final(office: Office) -> None:
    """With quorum two the first vote is counted, the second arms the final: held, and ordered after the grace."""
    await sets(office, "settings quorum=2")
    draft = (await drafted(office, seconds=10))[0]
    first = await types(office, f"/clip promote {draft.id}", JO)
    assert first.text == f"{draft.id}: 1 of 2 approvals · final $1.50."
    assert await finals(office) == []
    second = await types(office, f"/clip promote {draft.id}", RAVI)
    assert "is ordered in 15 s · $1.50 held. Undo is on the card." in second.text
    final = (await finals(office))[0]
    assert (final.id, final.stage, final.state, final.held) == (
        f"{draft.id}-F",
        Stage.FINAL,
        State.ARMED,
        Money.usd("1.50"),
    )
    assert (final.approved_by, final.person, final.resolution, final.seconds) == ("jo and ravi", "mina", "720p", 10)
    assert submits(office) == 1
    await office.work()
    assert await state_of(office, final) is State.DELIVERED


async def test_each_number_of_a_slate_counts_alone(office: Office) -> None:
    """A slate may have several finals, each by its own votes."""
    takes = await drafted(office, "a mug on {oak|steel|marble}")
    for take in takes[:2]:
        await votes(office, take.id)
    assert [final.id for final in await finals(office)] == [f"{takes[0].id}F", f"{takes[1].id}F"]


@ON_BOTH_STORES
async def test_twenty_approvals_at_once_make_one_final(office: Office) -> None:
    """At most one live final per draft and round, however many click."""
    draft = (await drafted(office))[0]
    people = [Actor(id=f"p{number}", name=f"p{number}") for number in range(20)]
    notices = await asyncio.gather(*(votes(office, draft.id, person) for person in people))
    assert sum("Undo is on the card" in notice.text for notice in notices) == 1
    assert sum("it is the one" in notice.text for notice in notices) == 19
    assert [final.state for final in await finals(office)] == [State.ARMED]
    await office.work()
    assert submits(office) == 2
    assert (await office.budget()).used == Money.usd("1.07")


async def test_one_person_is_one_vote(office: Office) -> None:
    """The same person by reaction, button and verb counts once."""
    await sets(office, "settings quorum=2")
    draft = (await drafted(office))[0]
    await reacts(office, "✅", (await card_of(office, draft)).message, JO)
    await votes(office, draft.id, JO, source=Source.BUTTON)
    assert "1 of 2" in (await votes(office, draft.id, JO, source=Source.VERB)).text
    assert await finals(office) == []
    assert len(await office.rows(Vote)) == 3


async def test_own_drafts_are_approved_while_the_quorum_is_one(office: Office) -> None:
    """The maker's own vote counts at quorum one, never above; the answer says so."""
    first, second = await drafted(office, "a mug on {oak|steel}")
    await votes(office, first.id, MINA)
    assert len(await finals(office)) == 1
    await sets(office, "settings quorum=2")
    await votes(office, second.id, JO)
    notice = await votes(office, second.id, MINA)
    assert notice.text == f"{second.id}: 1 of 2 approvals · final $0.75. Your own draft needs the others' approvals."
    assert notice.needed
    assert len(await finals(office)) == 1


@ON_BOTH_STORES
async def test_an_older_event_never_overwrites_a_newer_one(office: Office) -> None:
    """Events that come in the wrong order leave the newest state, given or taken back."""
    await sets(office, "settings quorum=2")
    draft = (await drafted(office))[0]
    message, now = (await card_of(office, draft)).message, office.clock.now()
    await unreacts(office, "✅", message, JO, at=now + 200)
    await reacts(office, "✅", message, JO, at=now + 300)
    await unreacts(office, "✅", message, JO, at=now + 100)
    assert [vote.standing for vote in await office.rows(Vote)] == [True]
    await unreacts(office, "✅", message, JO, at=now + 500)
    await reacts(office, "✅", message, JO, at=now + 400)
    assert [vote.standing for vote in await office.rows(Vote)] == [False]


async def test_taken_back_and_given_again_counts(office: Office) -> None:
    """✅ taken back before the quorum, ✅ again: it counts once, as given anew."""
    await sets(office, "settings quorum=2")
    draft = (await drafted(office))[0]
    message = (await card_of(office, draft)).message
    await reacts(office, "✅", message, JO)
    await unreacts(office, "✅", message, JO)
    await votes(office, draft.id, RAVI)
    assert await finals(office) == []
    await reacts(office, "✅", message, JO)
    assert [final.state for final in await finals(office)] == [State.ARMED]


async def test_a_vote_taken_back_within_the_grace_disarms(office: Office) -> None:
    """The final is cancelled, its money is back, and nothing is ordered."""
    draft = (await drafted(office))[0]
    message = (await card_of(office, draft)).message
    await reacts(office, "✅", message, JO)
    await office.work(5)
    await unreacts(office, "✅", message, JO)
    await office.work(60)
    final = (await finals(office))[0]
    assert (final.state, final.held) == (State.CANCELLED, Money(0))
    assert submits(office) == 1


async def test_a_quorum_that_still_stands_is_not_disarmed(office: Office) -> None:
    """One of three votes taken back leaves two, and the final is ordered."""
    await sets(office, "settings quorum=2")
    draft = (await drafted(office))[0]
    for person in (JO, RAVI, DANA):
        await votes(office, draft.id, person)
    assert "taken back" in (await votes(office, draft.id, JO, given=False)).text
    await office.work()
    assert await state_of(office, f"{draft.id}-F") is State.DELIVERED


async def test_taking_back_what_was_never_given_does_nothing(office: Office) -> None:
    """No vote, no answer, no row."""
    draft = (await drafted(office))[0]
    assert not (await votes(office, draft.id, given=False)).text
    assert await office.rows(Vote) == []


@ON_BOTH_STORES
async def test_undo_disarms_and_uses_the_votes_up(office: Office) -> None:
    """After Undo the votes that armed arm nothing more, by themselves or read again; a vote given anew does."""
    draft = (await drafted(office))[0]
    message = (await card_of(office, draft)).message
    await reacts(office, "✅", message, JO)
    answer = await presses(office, "Undo", await card_of(office, draft), MINA)
    assert answer.text == f"{draft.id}-F is not ordered · $0.75 is back."
    await office.work(3600)
    assert [final.state for final in await finals(office)] == [State.CANCELLED]
    await unreacts(office, "✅", message, JO)
    await reacts(office, "✅", message, JO)
    await office.work()
    assert [(final.id, final.state) for final in await finals(office)] == [
        (f"{draft.id}-F", State.CANCELLED),
        (f"{draft.id}-F2", State.DELIVERED),
    ]


async def test_used_votes_do_not_count_toward_a_later_quorum(office: Office) -> None:
    """Of the two who armed the undone final one votes anew: that is one of two."""
    await sets(office, "settings quorum=2")
    draft = (await drafted(office))[0]
    message = (await card_of(office, draft)).message
    await reacts(office, "✅", message, JO)
    await votes(office, draft.id, RAVI)
    await presses(office, "Undo", await card_of(office, draft))
    assert "1 of 2" in (await votes(office, draft.id, RAVI)).text
    assert len(await finals(office)) == 1
    await votes(office, draft.id, DANA)
    await office.work()
    assert (await finals(office))[1].approved_by == "dana and ravi"


@pytest.mark.parametrize("subject", ["the draft", "the final"])
async def test_undo_by_either_id(office: Office, subject: str) -> None:
    """Undo of the draft undoes its armed final."""
    draft = (await drafted(office))[0]
    await votes(office, draft.id)
    named = draft.id if subject == "the draft" else f"{draft.id}-F"
    button = (await card_of(office, draft)).view.buttons[0]
    assert button.action == f"undo:{draft.id}-F"
    await office.handle(Undo, JO, subject=named)
    assert await state_of(office, f"{draft.id}-F") is State.CANCELLED


async def test_it_can_be_too_late_to_undo(office: Office) -> None:
    """After the grace Undo changes nothing and says how far it is."""
    draft = (await drafted(office))[0]
    await votes(office, draft.id)
    card = await card_of(office, draft)
    await office.work(GRACE_S)
    before = await office.take(f"{draft.id}-F")
    assert "nothing to undo" in (await presses(office, "Undo", card)).text
    assert await office.take(f"{draft.id}-F") == before


async def test_the_grace_begins_when_undo_is_shown(office: Office) -> None:
    """While the card cannot be shown nothing is ordered; 15 s after it was, it is."""
    draft = (await drafted(office))[0]
    office.chat.script.always("show", ChatBusy("not now"))
    await votes(office, draft.id)
    await office.work(120)
    assert await state_of(office, f"{draft.id}-F") is State.ARMED
    office.chat.script.always("show", None)
    await office.work(300)
    assert await state_of(office, f"{draft.id}-F") is State.DELIVERED


@ON_BOTH_STORES
async def test_a_final_whose_undo_was_never_shown_uses_no_vote(office: Office) -> None:
    """Not shown within the hour it is cancelled and its money back; the votes stand, and one more press orders."""
    await sets(office, "settings quorum=2")
    draft = (await drafted(office))[0]
    office.chat.script.always("show", ChatBusy("not now"))
    await votes(office, draft.id, JO)
    await votes(office, draft.id, RAVI)
    await office.work(2 * 3600)
    assert [(final.state, final.held) for final in await finals(office)] == [(State.CANCELLED, Money(0))]
    office.chat.script.always("show", None)
    await votes(office, draft.id, JO)
    await office.work()
    assert (await finals(office))[1].state is State.DELIVERED


@ON_BOTH_STORES
async def test_votes_are_read_again_before_the_order(office: Office) -> None:
    """A reaction that is gone from the platform no longer counts, although no event said so."""
    draft = (await drafted(office))[0]
    message = (await card_of(office, draft)).message
    await reacts(office, "✅", message, JO)
    office.chat.react(message)
    await office.work()
    assert [final.state for final in await finals(office)] == [State.CANCELLED]


@ON_BOTH_STORES
async def test_a_reaction_whose_event_was_lost_counts_when_read(office: Office) -> None:
    """One whose vote was taken back is replaced by one that stands on the platform; bots and guests are none."""
    draft = (await drafted(office))[0]
    message = (await card_of(office, draft)).message
    await reacts(office, "✅", message, JO)
    office.chat.react(
        message,
        Reaction(person="ravi", emoji="✅"),
        Reaction(person="a-bot", emoji="✅", bot=True),
        Reaction(person="zed", emoji="✅", guest=True),
    )
    await office.work()
    assert await state_of(office, f"{draft.id}-F") is State.DELIVERED
    standing = {vote.person for vote in await office.rows(Vote, take=draft.id, standing=True)}
    assert standing == {"ravi", "zed"}


@ON_BOTH_STORES
async def test_a_tick_on_a_sheet_counts_for_no_take(office: Office) -> None:
    """✅ on a slate's card asks which; standing there it is nobody's approval when the votes are read again."""
    takes = await drafted(office, "a mug on {oak|steel}")
    message = (await card_of(office, takes[0])).message
    await reacts(office, "2️⃣", message, JO)
    office.chat.react(message, Reaction(person="ravi", emoji="✅"), Reaction(person="dana", emoji="1️⃣"))
    await office.work()
    assert [final.state for final in await finals(office)] == [State.CANCELLED]


#: Jo as a member of the group that may approve, somebody who is not, and one of whom it is not known just now.
MEMBER, UNSURE = replace(JO, groups=("S1",)), replace(JO, groups=None)


@ON_BOTH_STORES
async def test_a_members_vote_counts_while_the_settings_name_the_group(office: Office) -> None:
    """It arms the final, and orders nothing any more when the settings stop naming the group."""
    await sets(office, "settings approvers=<!subteam^S1|@designers>")
    draft = (await drafted(office))[0]
    assert "are approved by" in (await votes(office, draft.id, RAVI)).text
    assert "Undo is on the card" in (await votes(office, draft.id, MEMBER)).text
    assert [vote.groups for vote in await office.rows(Vote, person="jo")] == [("S1",)]
    await sets(office, "settings approvers=<!subteam^S2>")
    await office.work()
    assert [final.state for final in await finals(office)] == [State.CANCELLED]


async def test_whoever_joins_the_group_may_vote_anew(office: Office) -> None:
    """A vote that did not count is one when it is given again; not known just now takes nothing away."""
    await sets(office, "settings approvers=&S1 quorum=2")
    draft = (await drafted(office))[0]
    await votes(office, draft.id, JO)
    for known in (MEMBER, UNSURE):
        await votes(office, draft.id, known)
        assert [vote.groups for vote in await office.rows(Vote)] == [("S1",)]
    await votes(office, draft.id, replace(RAVI, groups=("S1",)))
    assert [final.state for final in await finals(office)] == [State.ARMED]


@pytest.mark.parametrize(
    ("groups", "state"), [(("S1",), State.DELIVERED), ((), State.CANCELLED), (None, State.DELIVERED)]
)
async def test_groups_are_read_again_before_the_order(
    office: Office, groups: tuple[str, ...] | None, state: State
) -> None:
    """Whoever has left the group meanwhile approves nothing; where that cannot be read, the vote is what it was."""
    await sets(office, "settings approvers=&S1")
    draft = (await drafted(office))[0]
    message = (await card_of(office, draft)).message
    await reacts(office, "✅", message, MEMBER)
    office.chat.react(message, Reaction(person="jo", emoji="✅", groups=groups))
    await office.work()
    assert [final.state for final in await finals(office)] == [state]


async def test_who_has_left_is_seen_before_the_order(office: Office) -> None:
    """Whoever is a guest when the votes are read again approves nothing, an administrator neither; others still do."""
    for left, state in ((True, State.CANCELLED), (False, State.DELIVERED)):
        draft = (await drafted(office))[0]
        message = (await card_of(office, draft)).message
        await reacts(office, "✅", message, replace(JO, admin=True))
        office.chat.react(message, Reaction(person="jo", emoji="✅", guest=left))
        await office.work()
        assert [final.state for final in await finals(office) if final.draft == draft.id] == [state]


async def test_a_members_reaction_whose_event_was_lost_counts_when_read(office: Office) -> None:
    """By the groups that the platform says."""
    await sets(office, "settings approvers=&S1")
    draft = (await drafted(office))[0]
    message = (await card_of(office, draft)).message
    await reacts(office, "✅", message, MEMBER)
    lee, kim = Reaction(person="lee", emoji="✅", groups=("S1",)), Reaction(person="kim", emoji="✅", groups=None)
    office.chat.react(message, lee, kim)
    await office.work()
    assert [final.state for final in await finals(office)] == [State.DELIVERED]
    assert {vote.person: vote.groups for vote in await office.rows(Vote, standing=True)} == {"lee": ("S1",), "kim": ()}


async def test_buttons_and_verbs_stand_when_the_platform_is_read(office: Office) -> None:
    """Reading replaces only the votes that came by that reaction on that message."""
    draft = (await drafted(office))[0]
    await votes(office, draft.id, JO, source=Source.VERB)
    await office.work()
    assert await state_of(office, f"{draft.id}-F") is State.DELIVERED


async def test_a_vote_after_the_final_orders_nothing(office: Office) -> None:
    """While a final is under way, and once it is there, more votes are only counted."""
    draft = (await drafted(office))[0]
    await votes(office, draft.id, JO)
    await office.work(GRACE_S)
    assert "it is the one" in (await votes(office, draft.id, RAVI)).text
    await office.work()
    assert "is in the channel already; nothing more is ordered" in (await votes(office, draft.id, DANA)).text
    assert len(await finals(office)) == 1


@ON_BOTH_STORES
async def test_a_final_that_ended_without_a_clip_opens_the_next_round(office: Office) -> None:
    """A cancelled final leaves the draft free: votes given anew arm the next."""
    draft = (await drafted(office))[0]
    await votes(office, draft.id, JO)
    await types(office, f"/clip cancel {draft.id}-F")
    await votes(office, draft.id, JO)
    await office.work()
    assert [(final.round, final.state) for final in await finals(office)] == [
        (1, State.CANCELLED),
        (2, State.DELIVERED),
    ]


async def test_who_is_no_approver_is_shown_and_does_not_count(office: Office) -> None:
    """A guest's pick is recorded, answered privately, and arms nothing."""
    draft = (await drafted(office))[0]
    notice = await votes(office, draft.id, GUEST)
    assert notice.text == "Finals in #launch are approved by members. Your pick is shown."
    assert [(vote.person, vote.guest) for vote in await office.rows(Vote)] == [("zed", True)]
    assert await finals(office) == []


@ON_BOTH_STORES
async def test_named_approvers_alone_decide(office: Office) -> None:
    """With approvers named the others' votes are kept and count from the moment that they are approvers."""
    await sets(office, "settings approvers=@jo,@ravi quorum=2")
    draft = (await drafted(office))[0]
    assert "the approvers that its settings name" in (await votes(office, draft.id, DANA)).text
    await votes(office, draft.id, JO)
    assert await finals(office) == []
    await sets(office, "settings approvers=@jo,@dana")
    await votes(office, draft.id, JO)
    assert (await finals(office))[0].approved_by == "dana and jo"


async def test_a_smaller_quorum_counts_with_the_next_press(office: Office) -> None:
    """A change of the quorum arms nothing by itself; a press again does."""
    await sets(office, "settings quorum=2")
    draft = (await drafted(office))[0]
    await votes(office, draft.id, JO)
    await sets(office, "settings quorum=1")
    await office.work()
    assert await finals(office) == []
    await votes(office, draft.id, JO)
    assert len(await finals(office)) == 1


@ON_BOTH_STORES
async def test_the_takes_own_channel_decides(office: Office) -> None:
    """Approved from another channel, a take's own roles, cap and quorum count; the final is posted where it belongs."""
    await sets(office, "settings approvers=@jo")
    draft = (await drafted(office))[0]
    assert "Your pick is shown" in (await votes(office, draft.id, RAVI, place=TEAM)).text
    await votes(office, draft.id, JO, place=TEAM)
    final = (await finals(office))[0]
    assert final.channel == LAUNCH.channel
    assert (await office.budget("channel:local:launch")).held == Money.usd("0.75")
    assert "Only its maker" in (await types(office, f"/clip cancel {final.id}", RAVI, TEAM)).text
    await office.work()
    assert await state_of(office, final) is State.DELIVERED


@ON_BOTH_STORES
async def test_approved_by_a_rejecter(office: Office) -> None:
    """A person's own rejection by button or verb is taken back by their approval; another's stands."""
    draft = (await drafted(office))[0]
    await types(office, f"/clip reject {draft.id}", JO)
    assert "was set aside by jo" in (await votes(office, draft.id, RAVI)).text
    await votes(office, draft.id, JO, meaning=Meaning.APPROVE)
    assert (await office.take(draft.id)).rejected_by == ""
    assert len(await finals(office)) == 1
