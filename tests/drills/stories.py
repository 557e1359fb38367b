"""The stories that are told: each is one person's, or a team's, few minutes with the product."""

from __future__ import annotations

from dataclasses import replace

from bot.core.commands import (
    Actor,
    AnswerAsk,
    BatchLine,
    CastVote,
    Confirm,
    Draft,
    Judge,
    OrderBatch,
    OrderOptions,
    React,
    Undo,
)
from bot.core.lifecycle import State
from bot.core.policy import MATCH
from bot.core.ports import Message, Order, Reaction
from bot.core.rows import Batch, Card, Inbound, Meaning, Source, Take
from tests.drills.schedule import Told, in_state
from tests.jobs.conftest import DANA, JO, LAUNCH, MINA, keep_poster

#: The vote of the stories in which one is given.
OK = "✅"
HOUR_S = 3600.0


def _draft(event: str, count: int = 1, actor: Actor = MINA) -> Draft:
    return Draft(actor=actor, place=LAUNCH, event=event, prompt="a fox in snow", options=OrderOptions(count=count))


async def one_draft(told: Told) -> None:
    """A draft, from the order to the clip in the channel."""
    await told.does(_draft("e-draft"))
    await told.settles()


async def one_draft_and_hours(told: Told) -> None:
    """A draft, and what the history shows of it afterwards."""
    await one_draft(told)
    await told.passes(2 * HOUR_S)
    await told.settles()


async def one_final(told: Told) -> None:
    """A draft, its approval, the grace, and its final."""
    await one_draft(told)
    await _reacts(told)
    await told.settles()


async def one_final_from_the_frame(told: Told) -> None:
    """A draft of the look *match*, its picture, its approval, and a final that starts from the frame."""
    told.on.vendor.on_order = lambda order: _require_frame(told, order)
    await told.does(replace(_draft("e-draft"), options=OrderOptions(look=MATCH)))
    await told.settles()
    for draft in await told.on.store.transact(lambda tx: tx.rows(Take, state=State.DELIVERED)):
        await keep_poster(told.on.store, told.on.archive, draft)
    await _reacts(told)
    await told.settles()


async def one_final_by_the_owner(told: Told) -> None:
    """A draft and its approval; a rule wants the owner's yes to the final, which she gives twice over."""
    await one_draft(told)
    await _reacts(told)
    await told.until(in_state(State.ASKED), patience_s=HOUR_S)
    asked = await told.on.store.transact(lambda tx: tx.rows(Take, state=State.ASKED))
    if not asked and await told.on.store.transact(in_state(State.DELIVERED)):
        told.noticed.append("a final that needs the owner's yes did not wait for it")
    for take in asked:
        yes = AnswerAsk(
            actor=DANA, place=LAUNCH, event="e-yes", subject=take.id, yes=True, asked_at=take.asked_owner_at
        )
        for event in ("e-yes", "e-again"):
            await told.does(replace(yes, event=event))
    await told.settles()


async def two_of_three(told: Told) -> None:
    """Two drafts of the same prompt fill a cap, on a key that makes one at a time; a third is not ordered."""
    await told.does(_draft("e-two", count=2))
    await told.does(_draft("e-third", actor=JO))
    await told.settles()


async def a_batch(told: Told) -> None:
    """A list of two sheets is quoted and confirmed; a part of it is never ordered, and it is reported once."""
    lines = tuple(BatchLine(number=each, label=f"shot {each}", prompt=f"fox {each}") for each in range(1, 12))
    await told.does(OrderBatch(actor=MINA, place=LAUNCH, event="e-list", lines=lines))
    for batch in await told.on.store.transact(lambda tx: tx.rows(Batch)):
        await told.does(Confirm(actor=MINA, place=LAUNCH, event="e-yes", subject=batch.id, yes=True))
    await told.settles()
    await told.passes(HOUR_S)
    await told.settles()
    takes = await told.on.store.transact(lambda tx: tx.rows(Take))
    if {take.state for take in takes} - {State.EXPIRED} and len(takes) < len(lines):
        told.noticed.append("a batch was ordered that was not written whole")
    if len({take.state is State.EXPIRED for take in takes}) > 1:
        told.noticed.append("a part of a batch was ordered")
    reports = [line for line in await told.on.store.transact(lambda tx: tx.rows(Inbound)) if "line:batch:" in line.id]
    if len(reports) != any(take.state is not State.EXPIRED for take in takes):
        told.noticed.append(f"{len(reports)} reports were given")


async def judged_lost(told: Told) -> None:
    """The owner gives an unknown up for lost; then the history shows that it was made after all."""
    told.on.vendor.history = False
    await one_draft(told)
    for take in await told.on.store.transact(lambda tx: tx.rows(Take, state=State.UNKNOWN)):
        ver = take.question_ver or 0
        await told.does(Judge(actor=DANA, place=LAUNCH, event=f"e-{take.id}", subject=take.id, verdict="lost", ver=ver))
    told.on.vendor.history = True
    await told.passes(2 * HOUR_S)
    await told.settles()


async def withdrawn(told: Told) -> None:
    """A vote arms the final and is taken back at once; nobody is told of that, the platform only shows it."""
    told.on.vendor.on_order = lambda order: _require_votes(told, order)
    await one_draft(told)
    message = await _reacts(told)
    if message is not None:
        told.on.chat.react(message)
        told.votes_stand = False
    await told.settles()


async def undone(told: Told) -> None:
    """A vote arms the final, and somebody presses Undo; by button, so that it stands until it is taken back."""
    await one_draft(told)
    drafts = await told.on.store.transact(lambda tx: tx.rows(Take, state=State.DELIVERED))
    for draft in drafts:
        await told.does(
            CastVote(
                actor=JO,
                place=LAUNCH,
                event="e-vote",
                subject=draft.id,
                meaning=Meaning.APPROVE,
                source=Source.BUTTON,
                given=True,
                at=told.on.clock.now(),
            )
        )
        await told.until(in_state(State.ARMED), patience_s=2 * HOUR_S)
        await told.does(Undo(actor=JO, place=LAUNCH, event="e-undo", subject=draft.card))
    await told.settles()


async def _reacts(told: Told) -> Message | None:
    """Jo approves the draft by a reaction on its card."""
    cards = await told.on.store.transact(lambda tx: tx.rows(Card))
    if not cards or cards[0].message is None:
        return None
    message = Message(channel=LAUNCH.channel, id=cards[0].message)
    told.on.chat.react(message, Reaction(person=JO.id, emoji=OK, name=JO.name))
    told.votes_stand = True
    at = told.on.clock.now()
    await told.does(React(actor=JO, place=LAUNCH, event="e-vote", message=message.id, emoji=OK, added=True, at=at))
    return message


def _require_frame(told: Told, order: Order) -> None:
    """A final that was asked to start from the frame is never ordered without it."""
    if order.payload["resolution"] == "720p" and not str(order.payload.get("image_url")).endswith(".jpg"):
        told.noticed.append("a final was ordered without its frame")


def _require_votes(told: Told, order: Order) -> None:
    """A final is ordered only while its votes stand on the platform."""
    if order.payload["resolution"] == "720p" and not told.votes_stand:
        told.noticed.append("a final was ordered that nobody approves any more")
