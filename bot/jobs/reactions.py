"""What a reaction on a message of ours asks for: it becomes one of the commands that the verbs become."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.commands import Again, CastVote, Keep, React
from bot.core.emoji import ReactionMeaning, meaning_of, number_of
from bot.core.errors import Refusal
from bot.core.lifecycle import WAITING
from bot.core.notices import SILENCE, Notice
from bot.core.ports import Transaction
from bot.core.rows import Card, Inbound, Meaning, Post, Source, Take
from bot.core.sentences import answers
from bot.jobs.finals import plan_final
from bot.jobs.keeping import Keeping
from bot.jobs.kit import Kit
from bot.jobs.orders import Orders
from bot.jobs.places import first_time
from bot.jobs.steps import say
from bot.jobs.stopping import Stopping
from bot.jobs.votes import Votes


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a message of ours shows: a card with its takes, or the clip of one."""

    card: Card
    takes: tuple[Take, ...]


class Reactions:
    """Handler of ``React``."""

    def __init__(self, kit: Kit, *, orders: Orders, votes: Votes, keeping: Keeping, stopping: Stopping) -> None:
        """The handlers that the reactions turn into."""
        self._kit = kit
        self._orders = orders
        self._votes = votes
        self._keeping = keeping
        self._stopping = stopping

    async def react(self, command: React) -> Notice:
        """Carry out what the reaction means; one that may not act is answered once per person and card."""
        meaning = meaning_of(command.emoji)
        if command.actor.bot or meaning is ReactionMeaning.NOTHING:
            return SILENCE
        shown = await self._kit.store.transact(lambda tx: find_shown(tx, command))
        if shown is None:
            return SILENCE
        try:
            return _quiet(await self._act(command, meaning, shown))
        except Refusal as refusal:
            if not await self._once(f"refused:{shown.card.id}:{command.actor.id}:{meaning.value}"):
                return SILENCE
            return Notice(text=refusal.sentence)

    async def _act(self, command: React, meaning: ReactionMeaning, shown: Shown) -> Notice:
        match meaning:
            case ReactionMeaning.APPROVE | ReactionMeaning.PICK:
                return await self._votes.cast(_vote(command, _picked(command, shown), Meaning.APPROVE))
            case ReactionMeaning.REJECT:
                return await self._reject(command, shown)
            case ReactionMeaning.AGAIN if command.added:
                return await self._orders.again(_again(command, shown))
            case ReactionMeaning.KEEP if command.added:
                return await self._keeping.keep(_keep(command, shown))
            case ReactionMeaning.APPLAUSE if command.added:
                return await self._applaud(command, shown)
            case _:
                return SILENCE

    async def _reject(self, command: React, shown: Shown) -> Notice:
        """❌ on one take is a vote; on a whole slate it cancels what still waits."""
        if len(shown.takes) == 1:
            return await self._votes.cast(_vote(command, shown.takes[0], Meaning.REJECT))
        if not command.added:
            return SILENCE
        if any(take.state in WAITING for take in shown.takes):
            return await self._stopping.cancel_waiting(command, shown.card.id)
        raise Refusal(answers.which([take.id for take in shown.takes]))

    async def _applaud(self, command: React, shown: Shown) -> Notice:
        """The first 👍 on a card earns one hint."""

        async def work(tx: Transaction) -> None:
            if await first_time(tx, command):
                made = await plan_final(self._kit, tx, shown.takes[0])
                pick = "✅" if len(shown.takes) == 1 else "1️⃣"
                await say(
                    self._kit,
                    tx,
                    "applause",
                    about=shown.card.id,
                    channel=shown.card.channel,
                    card=shown.card.id,
                    pick=pick,
                    price=str(made.price),
                )

        await self._kit.store.transact(work)
        return SILENCE

    async def _once(self, what: str) -> bool:
        return await self._kit.store.transact(lambda tx: tx.claim(Inbound(id=what, at=tx.now)))


async def find_shown(tx: Transaction, command: React) -> Shown | None:
    """The card or clip that a message shows; ``None`` for a message that is not ours."""
    for post in await tx.rows(Post, channel=command.place.channel, message=command.message, limit=1):
        take = await tx.get(Take, post.take)
        card = await tx.get(Card, take.card) if take else None
        return Shown(card=card, takes=(take,)) if take and card else None
    for card in await tx.rows(Card, channel=command.place.channel, message=command.message, limit=1):
        takes = await tx.rows(Take, card=card.id, draft=None, order=("number",))
        return Shown(card=card, takes=tuple(takes))
    return None


def _picked(command: React, shown: Shown) -> Take:
    """The take that a ✅ or a keycap means.

    Raises:
        Refusal: ✅ on several takes, or a number that the slate does not have.
    """
    number = number_of(command.emoji)
    if not number and len(shown.takes) == 1:
        return shown.takes[0]
    for take in shown.takes:
        if number and take.number == number:
            return take
    raise Refusal(answers.which_number(shown.card.id, len(shown.takes)))


def _vote(command: React, take: Take, meaning: Meaning) -> CastVote:
    return CastVote(
        actor=command.actor,
        place=command.place,
        event=command.event,
        subject=take.id,
        meaning=meaning,
        source=Source.REACTION,
        given=command.added,
        at=command.at,
        message=command.message,
    )


def _again(command: React, shown: Shown) -> Again:
    subject = shown.takes[0].id if len(shown.takes) == 1 else shown.card.id
    return Again(
        actor=command.actor,
        place=command.place,
        event=command.event,
        subject=subject,
        source=Source.REACTION,
        message=command.message,
    )


def _keep(command: React, shown: Shown) -> Keep:
    subject = shown.takes[0].id if len(shown.takes) == 1 else shown.card.id
    return Keep(actor=command.actor, place=command.place, event=command.event, subject=subject)


def _quiet(notice: Notice) -> Notice:
    """What the card itself shows needs no words; a question or a refusal does."""
    return notice if notice.buttons or notice.needed else SILENCE
