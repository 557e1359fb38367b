"""Before the order: orders that wait for a yes, and finals that wait out their grace."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.commands import Actor, Cancel, CastVote, Undo
from bot.core.errors import ChatError
from bot.core.lifecycle import State
from bot.core.money import ZERO, Money
from bot.core.policy import CapPolicy, ChannelPolicy
from bot.core.ports import Message, Reaction
from bot.core.rows import Card, Meaning, Source, Take, Vote
from bot.jobs.engine import DONE, Wake
from bot.jobs.worker.wait import Wait
from tests.jobs.acts import votes
from tests.jobs.conftest import JO, MINA, Office, make_office
from tests.jobs.worker.conftest import posts, restart

GRACE_S = 15


async def a_draft(office: Office) -> Take:
    draft = (await office.order())[0]
    await office.work()
    return await office.take(draft.id)


async def approve(
    office: Office, draft: Take, source: Source = Source.VERB, message: str = "", *, actor: Actor = MINA
) -> Take:
    """Approve a draft; its final, armed."""
    await office.handle(
        CastVote,
        actor,
        subject=draft.id,
        meaning=Meaning.APPROVE,
        source=source,
        message=message,
        at=office.clock.now(),
    )
    return (await office.rows(Take, draft=draft.id, order=("-round",)))[0]


async def test_an_order_that_nobody_answers_ends(any_office: Office) -> None:
    """A confirmation ends after fifteen minutes, its hold released, and its maker reads it."""
    take = (await any_office.order("a slate", count=10, draft_seconds=15))[0]
    await any_office.work(0)
    take = await any_office.take(take.id)
    assert take.state is State.ASKED
    await any_office.work(14 * 60)
    assert (await any_office.take(take.id)).state is State.ASKED
    await any_office.work(2 * 60)
    assert {each.state for each in await any_office.rows(Take)} == {State.EXPIRED}
    assert (await any_office.budget()).used == ZERO
    assert any_office.lines(to="mina")
    assert posts(any_office) == 0


async def test_an_order_over_the_cap_ends_after_three_days(tmp_path: Path) -> None:
    """Nothing was held; it does not wait for ever."""
    office = make_office(tmp_path, channel_policy=ChannelPolicy(cap=CapPolicy(amount=Money.usd("0.10"))))
    take = (await office.order())[0]
    assert (take.state, take.held) == (State.ASKED, ZERO)
    await office.work(71 * 3600)
    assert (await office.take(take.id)).state is State.ASKED
    await office.work(2 * 3600)
    assert (await office.take(take.id)).state is State.EXPIRED


async def test_an_alarm_that_comes_early_changes_nothing(office: Office) -> None:
    """The time is in the row."""
    take = (await office.order("a slate", count=10, draft_seconds=15))[0]
    assert await office.worker.advance(take.id) == Wake(take.asked_until or 0)
    assert await office.take(take.id) == take


async def test_the_grace_begins_when_the_card_is_shown(any_office: Office) -> None:
    """Armed, it is ordered fifteen seconds after the Undo could be seen, and not before."""
    draft = await a_draft(any_office)
    final = await approve(any_office, draft)
    assert (final.state, final.order_at) == (State.ARMED, None)
    await any_office.clock.advance(100)
    await any_office.outbox.once()
    final = await any_office.take(final.id)
    assert final.order_at == any_office.clock.now() + GRACE_S * 1000
    await any_office.work(GRACE_S - 1)
    assert (await any_office.take(final.id)).state is State.ARMED
    await any_office.work(2)
    assert (await any_office.take(final.id)).state is State.RENDERING


async def test_a_final_whose_card_is_not_shown_for_an_hour_is_not_ordered(any_office: Office) -> None:
    """Its money is released; nobody could have undone it."""
    draft = await a_draft(any_office)
    any_office.chat.script.always("show", ChatError("down"))
    final = await approve(any_office, draft)
    await any_office.work(3599)
    assert (await any_office.take(final.id)).state is State.ARMED
    await any_office.work(10)
    final = await any_office.take(final.id)
    assert (final.state, final.held) == (State.CANCELLED, ZERO)
    await any_office.require_balanced()


async def test_an_undo_within_the_grace_is_the_end_of_it(any_office: Office) -> None:
    """Nothing is ordered afterwards."""
    draft = await a_draft(any_office)
    final = await approve(any_office, draft)
    await any_office.work(5)
    await any_office.handle(Undo, MINA, subject=final.id)
    await any_office.work()
    assert ((await any_office.take(final.id)).state, posts(any_office)) == (State.CANCELLED, 1)


async def reacted(office: Office) -> tuple[Take, Take, Message]:
    """A final that a reaction on the card has armed."""
    draft = await a_draft(office)
    card = (await office.rows(Card))[0]
    message = Message(channel=card.channel, id=str(card.message))
    office.chat.react(message, Reaction(person="mina", emoji="✅", name="mina"))
    return draft, await approve(office, draft, Source.REACTION, message.id), message


async def test_the_votes_are_read_again_before_the_order(any_office: Office) -> None:
    """A reaction that was taken back without our hearing of it: nothing is ordered."""
    _, final, message = await reacted(any_office)
    any_office.chat.react(message)
    await any_office.work()
    final = await any_office.take(final.id)
    assert (final.state, final.held, posts(any_office)) == (State.CANCELLED, ZERO, 1)


async def test_a_vote_that_still_stands_orders_the_final(any_office: Office) -> None:
    """Read again, counted again, ordered."""
    _, final, _ = await reacted(any_office)
    await any_office.work()
    assert (await any_office.take(final.id)).state is State.DELIVERED


async def test_an_order_waits_while_the_votes_cannot_be_read(office: Office) -> None:
    """They are read again every few seconds; fail closed."""
    _, final, _ = await reacted(office)
    office.chat.script.always("reactions", ChatError("down"))
    await office.work(300)
    assert ((await office.take(final.id)).state, posts(office)) == (State.ARMED, 1)
    office.chat.script.always("reactions", None)
    await office.work()
    assert (await office.take(final.id)).state is State.DELIVERED


async def test_an_undo_while_the_votes_are_read_wins(office: Office) -> None:
    """The state is looked at once more, under its lock."""
    _, final, message = await reacted(office)

    async def undo(message: Message) -> list[Reaction]:
        del message
        await office.handle(Undo, MINA, subject=final.id)
        return [Reaction(person="mina", emoji="✅", name="mina")]

    office.chat.script.add("reactions", undo)
    await office.work()
    assert ((await office.take(final.id)).state, posts(office)) == (State.CANCELLED, 1)
    assert message.channel == "local:launch"


async def test_an_armed_final_survives_a_restart(any_office: Office) -> None:
    """Its grace is in the rows."""
    draft = await a_draft(any_office)
    final = await approve(any_office, draft)
    await any_office.work(5)
    office = await restart(any_office)
    await office.work(5)
    assert (await office.take(final.id)).state is State.ARMED
    await office.work()
    assert (await office.take(final.id)).state is State.DELIVERED


async def test_a_take_that_has_gone_on_is_left_alone(office: Office) -> None:
    """An alarm with old rows in hand ends nothing."""
    take = (await office.order("a slate", count=10, draft_seconds=15))[0]
    await office.clock.advance(3600)
    await office.handle(Cancel, MINA, subject=take.id)
    assert await Wait(office.kit).asked(take) == DONE
    assert (await office.take(take.id)).state is State.CANCELLED


@pytest.mark.parametrize("shown", [False, True])
async def test_an_old_alarm_does_not_cancel_a_shown_final(office: Office, shown: bool) -> None:  # noqa: FBT001
    """The card was shown at the last moment."""
    draft = await a_draft(office)
    final = await approve(office, draft)
    await office.clock.advance(3700)
    if shown:
        await office.outbox.once()
    await Wait(office.kit).armed(final)
    state = (await office.take(final.id)).state
    assert state is (State.ARMED if shown else State.CANCELLED)


async def test_a_final_whose_votes_cannot_be_read_for_an_hour_is_not_ordered(office: Office) -> None:
    """Its money does not stay held behind a message that is gone, and the votes are not used up."""
    draft, final, _ = await reacted(office)
    office.chat.script.always("reactions", ChatError("gone"))
    await office.work(3600 + 60)
    ended = await office.take(final.id)
    assert (ended.state, ended.held, posts(office)) == (State.CANCELLED, ZERO, 1)
    assert "could not be read" in ended.problem
    assert (await office.take(draft.id)).state is State.DELIVERED
    await office.require_balanced()


async def test_a_slate_that_nobody_answers_says_so_once(office: Office) -> None:
    """One line for the whole order, not one for each take."""
    takes = await office.order("a slate", count=10, draft_seconds=15)
    await office.work(20 * 60)
    assert {(await office.take(take.id)).state for take in takes} == {State.EXPIRED}
    (line,) = [line for line in office.lines(to="mina") if "answered" in line]
    assert takes[0].card in line


async def test_votes_that_were_read_long_ago_are_read_again(office: Office) -> None:
    """A process that was frozen over the answer does not order by votes that were taken back meanwhile."""
    _, final, message = await reacted(office)
    then = await office.chat.reactions(message)

    async def freeze(message: Message) -> list[Reaction]:
        office.chat.react(message)
        await office.clock.advance(3600)
        return then

    office.chat.script.add("reactions", freeze)
    await office.work(GRACE_S + 60)
    assert (await office.take(final.id)).state is State.CANCELLED
    assert posts(office) == 1


async def test_votes_on_a_message_that_was_deleted_are_gone(any_office: Office) -> None:
    """Its reactions went with it: a final that only they have armed is not ordered."""
    draft = await a_draft(any_office)
    card = (await any_office.rows(Card))[0]
    old = Message(channel=card.channel, id=card.message or "")
    any_office.chat.react(old, Reaction(person="mina", emoji="✅"))
    final = await approve(any_office, draft, Source.REACTION, old.id)
    assert final.state is State.ARMED
    any_office.chat.lose(old)
    await any_office.work(GRACE_S * 4)
    assert (await any_office.rows(Card))[0].message not in (None, old.id)
    assert (await any_office.take(final.id)).state is State.CANCELLED
    assert posts(any_office) == 1


@pytest.mark.parametrize("source", [Source.BUTTON, Source.VERB])
@pytest.mark.parametrize("by_now", [replace(JO, guest=True), replace(JO, bot=True)])
async def test_whoever_is_no_member_by_now_does_not_count(any_office: Office, source: Source, by_now: Actor) -> None:
    """A vote without a message is of who the person is now: banned within the grace, they order nothing."""
    draft = await a_draft(any_office)
    final = await approve(any_office, draft, source, actor=replace(JO, admin=True))
    any_office.chat.people[JO.id] = by_now
    await any_office.work()
    final = await any_office.take(final.id)
    assert (final.state, final.held, posts(any_office)) == (State.CANCELLED, ZERO, 1)
    await any_office.require_balanced()


@pytest.mark.parametrize(
    ("groups", "state"), [(("crew",), State.DELIVERED), (None, State.DELIVERED), ((), State.CANCELLED)]
)
async def test_groups_are_those_of_now(tmp_path: Path, groups: tuple[str, ...] | None, state: State) -> None:
    """Whoever is out of the approvers' group by now does not count; where nobody says it, what was known does."""
    office = make_office(tmp_path, channel_policy=ChannelPolicy(approvers=("&crew",)))
    draft = await a_draft(office)
    final = await approve(office, draft, actor=replace(JO, groups=("crew",)))
    assert final.state is State.ARMED
    office.chat.people[JO.id] = replace(JO, groups=groups)
    await office.work()
    assert (await office.take(final.id)).state is state


async def test_an_order_waits_while_nobody_says_who_has_voted(office: Office) -> None:
    """As for reactions: they are asked for every few seconds; fail closed."""
    final = await approve(office, await a_draft(office), actor=JO)
    office.chat.script.always("who", ChatError("down"))
    await office.work(300)
    assert ((await office.take(final.id)).state, posts(office)) == (State.ARMED, 1)
    office.chat.script.always("who", None)
    await office.work()
    assert (await office.take(final.id)).state is State.DELIVERED


async def test_only_who_stands_behind_a_vote_without_a_message_is_asked_for(office: Office) -> None:
    """Nobody for a reaction, which says it itself, nor for a vote that was taken back; each person once."""
    draft, final, _ = await reacted(office)
    await office.work()
    assert (await office.take(final.id)).state is State.DELIVERED
    assert office.chat.script.called("who") == []
    draft = (await office.order("a dog"))[0]
    await office.work()
    for source in (Source.BUTTON, Source.VERB):
        await approve(office, draft, source, actor=JO)
    await approve(office, draft, actor=MINA)
    await votes(office, draft.id, given=False, source=Source.VERB)
    await office.work()
    assert [asked["person"] for asked in office.chat.script.called("who")] == ["jo"]


async def test_a_vote_that_comes_while_it_is_asked_for_the_others_counts(office: Office) -> None:
    """It is as new as can be; what was read is about those who had voted before."""
    draft = await a_draft(office)
    final = await approve(office, draft, actor=JO)

    async def meanwhile(person: str, channel: str) -> Actor:
        del person, channel
        await approve(office, draft, actor=MINA)
        return replace(JO, guest=True)

    office.chat.script.add("who", meanwhile)
    await office.work()
    assert (await office.take(final.id)).state is State.DELIVERED
    assert [(vote.person, vote.guest) for vote in await office.rows(Vote, order=("person",))] == [
        ("jo", True),
        ("mina", False),
    ]
