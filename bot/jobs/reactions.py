"""What a reaction on a message of ours asks for: it becomes one of the commands that the verbs become."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.commands import Again, CastVote, Keep, React
from bot.core.emoji import APPROVE, KEYCAPS, ReactionMeaning, meaning_of, number_of
from bot.core.errors import Refusal
from bot.core.lifecycle import CLIP, WAITING, Stage
from bot.core.notices import SILENCE, Notice
from bot.core.ports import Message, Transaction
from bot.core.rows import Card, Inbound, Meaning, Post, PostState, Slate, Source, Take
from bot.core.sentences import answers, batches
from bot.jobs.events import note, once
from bot.jobs.finals import finals_of, live_final, plan_final
from bot.jobs.keeping import Keeping
from bot.jobs.kit import Kit
from bot.jobs.orders import Orders
from bot.jobs.steps import named, say, takes_of_batch
from bot.jobs.stopping import Stopping
from bot.jobs.votes import Votes, are_together


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What a message of ours shows: a card with its takes, or the clips of some."""

    card: Card
    takes: tuple[Take, ...]
    #: How many takes the card is about.
    of: int = 1
    #: It is a batch's own card: its takes are chosen among on their sheets.
    batch: bool = False
    #: It shows several clips, or did when it came: a ✅ that was given then did not mean the one that is left.
    together: bool = False

    @property
    def alone(self) -> bool:
        """Whether a ✅ or a ❌ says which take it means."""
        return len(self.takes) == 1 and not self.together

    @property
    def subject(self) -> str:
        """The id of all of it."""
        return self.takes[0].id if len(self.takes) == 1 else self.card.id


class WhichOne(Refusal):
    """A vote on several takes, or for a number that there is not."""


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
        """Carry out what the reaction means; what the card itself shows needs no words.

        Raises:
            Refusal: it may not act; raised once per person and card, and once more to ask *which one?*.
        """
        meaning = meaning_of(command.emoji)
        if command.actor.bot or meaning is ReactionMeaning.NOTHING:
            return SILENCE
        shown = await self._kit.store.transact(lambda tx: find_shown(tx, command.place.channel, command.message))
        if shown is None:
            return SILENCE
        try:
            notice = await (self._on_batch if shown.batch else self._act)(command, meaning, shown)
        except Refusal as refusal:
            kind = "which" if isinstance(refusal, WhichOne) else "refused"
            if await self._kit.store.transact(lambda tx: _told_before(tx, command, f"{kind}:{shown.card.id}")):
                return SILENCE
            raise
        return notice if notice.buttons or notice.needed else SILENCE

    async def _act(self, command: React, meaning: ReactionMeaning, shown: Shown) -> Notice:
        match meaning:
            case ReactionMeaning.APPROVE | ReactionMeaning.PICK:
                return await self._vote(command, _picked(command, shown), Meaning.APPROVE)
            case ReactionMeaning.REJECT:
                return await self._reject(command, shown)
            case ReactionMeaning.AGAIN if command.added:
                return await self._orders.again(_again(command, shown))
            case ReactionMeaning.KEEP if command.added:
                return await self._keeping.keep(_keep(command, shown))
            case ReactionMeaning.APPLAUSE if command.added:
                return await once(self._kit, command, lambda tx: self._applaud(tx, shown)) or SILENCE
            case _:
                return SILENCE

    async def _on_batch(self, command: React, meaning: ReactionMeaning, shown: Shown) -> Notice:
        """❌ cancels what waits; a choice is made on the sheets."""
        if not command.added:
            return SILENCE
        match meaning:
            case ReactionMeaning.REJECT if any(take.state in WAITING for take in shown.takes):
                return await self._stopping.cancel_of(command, shown.card.id)
            case ReactionMeaning.APPLAUSE:
                return SILENCE
            case _:
                raise WhichOne(batches.which_sheet(shown.card.id))

    async def _vote(self, command: React, take: Take | None, meaning: Meaning) -> Notice:
        if take is None:
            return SILENCE
        return await self._votes.cast(
            CastVote(
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
        )

    async def _reject(self, command: React, shown: Shown) -> Notice:
        """❌ on one take is a vote; on a whole slate it cancels what still waits."""
        if shown.alone:
            return await self._vote(command, shown.takes[0], Meaning.REJECT)
        if not command.added:
            return SILENCE
        if not shown.together and any(take.state in WAITING for take in shown.takes):
            return await self._stopping.cancel_of(command, shown.card.id)
        raise WhichOne(answers.which([take.id for take in shown.takes]))

    async def _applaud(self, tx: Transaction, shown: Shown) -> Notice:
        """The first 👍 on a card where something can be approved earns one hint."""
        for take in shown.takes:
            if take.stage is Stage.DRAFT and take.state in CLIP and not live_final(await finals_of(tx, take.id)):
                await say(
                    self._kit,
                    tx,
                    "applause",
                    about=shown.card.id,
                    channel=shown.card.channel,
                    card=shown.card.id,
                    pick=APPROVE if shown.alone else KEYCAPS[take.number - 1],
                    price=str((await plan_final(self._kit, tx, take)).price),
                )
                break
        return SILENCE


async def find_shown(tx: Transaction, channel: str, message: str) -> Shown | None:
    """The card or clip that a message shows; ``None`` for a message that is not ours."""
    posts = await tx.rows(Post, channel=channel, message=message)
    if posts:
        return await _of_posts(tx, posts)
    for card in await tx.rows(Card, channel=channel, message=message, limit=1):
        takes = await tx.rows(Take, card=card.id, draft=None, order=("number",))
        batch = not takes
        takes = takes or await takes_of_batch(tx, card.id)
        return Shown(card=card, takes=tuple(takes), of=len(takes), batch=batch)
    return None


async def _of_posts(tx: Transaction, posts: list[Post]) -> Shown:
    """What a message with clips shows; those that were taken from it, it does not."""
    standing = [post for post in posts if post.state is not PostState.GONE] or posts
    ids = tuple(sorted({post.take for post in standing}))
    takes = tuple(await tx.rows(Take, id=ids, order=("number", "id")))
    of = (await named(tx, Slate, takes[0].slate)).count if takes[0].slate else 1
    return Shown(card=await named(tx, Card, takes[0].card), takes=takes, of=of, together=are_together(posts))


async def find_file(tx: Transaction, platform: str, file_id: str) -> Message | None:
    """The message with a clip that was uploaded under this id; the newest where it was shared again."""
    for post in await tx.rows(Post, file_id=file_id, order=("-created_at",)):
        if post.message is not None and post.channel.startswith(f"{platform}:"):
            return Message(channel=post.channel, id=post.message)
    return None


async def _told_before(tx: Transaction, command: React, what: str) -> bool:
    """Whether the person was told so of this card before; then the event is done."""
    if await tx.claim(Inbound(id=f"{what}:{command.actor.id}", at=tx.now)):
        return False
    await note(tx, command)
    return True


def _picked(command: React, shown: Shown) -> Take | None:
    """The take that a ✅ or a keycap means; ``None`` where one that meant none is taken back.

    Raises:
        WhichOne: ✅ on several takes, or a number that is not there.
    """
    number = number_of(command.emoji)
    for take in shown.takes:
        if number == take.number or (not number and shown.alone):
            return take
    if command.added:
        raise WhichOne(answers.which_number(shown.card.id, shown.of))
    return None


def _again(command: React, shown: Shown) -> Again:
    return Again(
        actor=command.actor,
        place=command.place,
        event=command.event,
        subject=shown.subject,
        source=Source.REACTION,
        message=command.message,
    )


def _keep(command: React, shown: Shown) -> Keep:
    return Keep(actor=command.actor, place=command.place, event=command.event, subject=shown.subject)
