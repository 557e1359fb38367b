"""Votes that were given, or taken back, while nobody listened: read from the platform, and carried out as they come.

Whatever is found becomes the reaction that was missed, and goes through the same door: who may, what counts and what
it sets in motion is decided there.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Any

from bot.core.commands import Actor, Command, Place, React
from bot.core.emoji import APPROVE, KEYCAPS, REJECT, ReactionMeaning, meaning_of, number_of
from bot.core.errors import ChatBusy, ChatError
from bot.core.lifecycle import CLIP, Stage
from bot.core.notices import Notice
from bot.core.ports import Message, Reaction, Transaction
from bot.core.rows import Card, Channel, Meaning, Post, Source, Take, Vote, Workspace
from bot.jobs.kit import Kit
from bot.jobs.reactions import Shown, find_shown

log = logging.getLogger(__name__)
#: Drafts that were made so long ago are not looked at again: whoever still votes for one is heard now.
BACK_MS = 7 * 24 * 3600 * 1000
#: Messages that are read after one connection, those of the newest drafts; at 50 a minute the most takes two minutes.
MOST_MESSAGES = 100
PACE_S = 1.2
#: So many are read at once: platforms take short bursts.
BURST = 10
#: How often one is tried that the platform wants to be asked for later.
TRIES = 3

#: Who a person is, by the workspace and their id. Raises ChatError where the platform does not say.
Who = Callable[[str, str], Awaitable[Actor]]
Handle = Callable[[Command], Awaitable[Notice]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What the rows know of a message."""

    place: Place
    message: Message
    shown: Shown
    #: The votes by reaction on it that stand, of any round.
    votes: frozenset[tuple[str, str, Meaning]]


class CatchUp:
    """Reads the votes on the newest drafts again."""

    def __init__(self, kit: Kit, handle: Handle, who: Who) -> None:
        """``handle`` is the manager's."""
        self._kit = kit
        self._handle = handle
        self._who = who
        self._runs = 0

    async def run(self, platform: str) -> int:
        """Look at every message of a platform that can be voted on; how many votes had been missed.

        A run that another one follows leaves the rest to it, so that a connection that breaks often is not made up for
        many times at once. A message that cannot be read is passed over: the votes of a final are read once more
        before it is ordered.
        """
        self._runs += 1
        own, found = self._runs, 0
        for number, message in enumerate(await self._kit.store.transact(lambda tx: votable(tx, platform))):
            if number >= BURST:
                await self._kit.clock.sleep(PACE_S)
            if own != self._runs:
                break
            try:
                found += await self.look(message)
            except ChatError as error:
                log.warning("the votes on a message could not be read again: %s", error)
        if found:
            log.info("%s votes had been missed on %s", found, platform)
        return found

    async def look(self, message: Message) -> int:
        """Look at one message, and again where the platform wants to be asked for it later; how many had been missed.

        Raises:
            ChatError: it cannot be read.
            StoreError: the rows cannot be read.
        """
        for _ in range(TRIES - 1):
            try:
                return await self._one(message)
            except ChatBusy as busy:
                await self._kit.clock.sleep(busy.retry_after_s)
        return await self._one(message)

    async def _one(self, message: Message) -> int:
        read_at = self._kit.clock.now()
        reactions = await self._kit.chat_of(message.channel).reactions(message)
        standing = await self._kit.store.transact(lambda tx: _standing(tx, message))
        if standing is None:
            return 0
        votes = {(each.person, vote) for each in reactions if not each.bot for vote in _votes(each, standing.shown)}
        stands = {(person, take, meaning) for person, (take, meaning) in votes}
        missed = [(vote, True) for vote in sorted(stands - standing.votes, key=str)]
        gone = [(vote, False) for vote in sorted(standing.votes - stands, key=str)]
        for (person, take, meaning), added in (*missed, *gone):
            await self._carry_out(standing, person, _emoji(standing.shown, take, meaning), added=added, at=read_at)
        return len(missed) + len(gone)

    async def _carry_out(self, standing: Standing, person: str, emoji: str, *, added: bool, at: int) -> None:
        """Give or take back what was found; its time is that of the reading, so that what comes after it counts."""
        message = standing.message.id
        command = React(
            actor=await self._who(standing.place.workspace, person),
            place=standing.place,
            event=f"{standing.place.channel}:read:{message}:{person}:{emoji}:{added}:{at}",
            message=message,
            emoji=emoji,
            added=added,
            at=at,
        )
        await self._handle(command)


async def votable(tx: Transaction, platform: str) -> list[Message]:
    """The messages of a platform's newest drafts: their cards, and the posts of their clips."""
    found: dict[Message, None] = {}
    # Of its own servers alone, so that a busy chat beside it takes none of its places.
    theirs = tuple(each.id for each in await tx.rows(Workspace) if each.id.partition(":")[0] == platform)
    newest: dict[str, Any] = {"order": ("-created_at",), "limit": MOST_MESSAGES}
    for draft in await tx.rows(Take, workspace=theirs, stage=Stage.DRAFT, state=tuple(CLIP), **newest):
        if draft.created_at < tx.now - BACK_MS or draft.hidden:
            continue
        card = await tx.get(Card, draft.card)
        posts = await tx.rows(Post, take=draft.id)
        for message in (card.message if card else None, *(post.message for post in posts)):
            if message:
                found[Message(channel=draft.channel, id=message)] = None
    return list(found)[:MOST_MESSAGES]


async def _standing(tx: Transaction, message: Message) -> Standing | None:
    shown = await find_shown(tx, message.channel, message.id)
    channel = await tx.get(Channel, message.channel)
    if shown is None or channel is None or shown.batch:
        return None
    votes = [
        vote
        for take in shown.takes
        for vote in await tx.rows(Vote, take=take.id, message=message.id, source=Source.REACTION, standing=True)
    ]
    return Standing(
        place=Place(workspace=channel.workspace, channel=channel.id, name=channel.name),
        message=message,
        shown=shown,
        votes=frozenset((vote.person, vote.take, vote.meaning) for vote in votes),
    )


def _votes(reaction: Reaction, shown: Shown) -> Iterator[tuple[str, Meaning]]:
    """The take that a reaction is a vote on, and what it says; of all others nothing."""
    meaning, number = meaning_of(reaction.emoji), number_of(reaction.emoji)
    for take in shown.takes:
        match meaning:
            case ReactionMeaning.APPROVE if shown.alone:
                yield take.id, Meaning.APPROVE
            case ReactionMeaning.PICK if take.number == number:
                yield take.id, Meaning.APPROVE
            case ReactionMeaning.REJECT if shown.alone:
                yield take.id, Meaning.REJECT
            case _:
                pass


def _emoji(shown: Shown, take: str, meaning: Meaning) -> str:
    """The reaction that says so on this message."""
    if meaning is Meaning.REJECT:
        return REJECT
    if shown.alone:
        return APPROVE
    return next(KEYCAPS[each.number - 1] for each in shown.takes if each.id == take)
