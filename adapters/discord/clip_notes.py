"""What is noted of the clips: each before it is sent, so that it is found again whatever became of the answer."""

from __future__ import annotations

from dataclasses import dataclass, replace

from adapters.chat.notes import Notes, Shelf
from bot.core.ports import Clock, Message, Store

#: A clip is looked for only until its take is delivered: 72 hours at most.
CLIPS = Shelf(prefix="discord:clip:", days=7)
#: Of each card the last reply with clips, to which a late one is added.
REPLIES = Shelf(prefix="discord:reply:", days=7)
#: Of each server the largest file that it takes, where it was larger than was thought.
LIMITS = Shelf(prefix="discord:limit:", days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """A clip that Discord was asked to show, and may have shown."""

    #: Where: in the rows' words.
    channel: str
    #: The port's.
    nonce: str
    #: The file's, as Discord keeps it.
    name: str
    #: When it was first sent, and last; UTC milliseconds.
    since: int
    last: int
    #: The message to which it was to be added; empty: it was to come in one of its own.
    into: str = ""
    #: The message in which it was seen, and the file's id there.
    message: str = ""
    file: str = ""

    @property
    def key(self) -> str:
        """A nonce counts for one channel."""
        return f"{self.channel}:{self.nonce}"


class ClipNotes:
    """Committed before each call returns. Every method raises only ChatBusy."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Nothing is read before it is asked for."""
        self.notes = Notes(store, clock, (CLIPS, REPLIES, LIMITS))
        self._clock = clock

    async def get(self, channel: str, nonce: str) -> Sending | None:
        """What is noted of a clip, if anything."""
        facts = await self.notes.get(CLIPS, f"{channel}:{nonce}")
        if facts is None:
            return None
        since, last = int(facts.pop("since")), int(facts.pop("last"))
        return Sending(channel=channel, nonce=nonce, since=since, last=last, **facts)

    async def sent(self, sending: Sending, *, into: str = "") -> Sending:
        """It is sent now, for the first time or again."""
        noted = replace(sending, last=self._clock.now(), into=into)
        await self._put(noted)
        return noted

    async def seen(self, sending: Sending, message: str, file: str) -> None:
        """It is there."""
        await self._put(replace(sending, message=message, file=file))

    async def put_back(self, sending: Sending, before: Sending | None) -> None:
        """Discord has not taken it: what was known before is what is known."""
        if before is None:
            await self.notes.forget(CLIPS, sending.key)
        else:
            await self._put(before)

    async def reply(self, card: Message) -> str | None:
        """The last reply with clips of a card."""
        facts = await self.notes.get(REPLIES, card.id)
        return facts["message"] if facts else None

    async def replied(self, card: Message, message: str) -> None:
        """A reply with clips stands under a card."""
        await self.notes.put(REPLIES, card.id, {"message": message})

    async def _put(self, sending: Sending) -> None:
        facts = {
            "name": sending.name,
            "since": str(sending.since),
            "last": str(sending.last),
            "into": sending.into,
            "message": sending.message,
            "file": sending.file,
        }
        await self.notes.put(CLIPS, sending.key, facts)
