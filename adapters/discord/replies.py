"""A card's clips in one message: those that come at the same time are gathered, and a late one is added to the last.

A message has at most ten files and 24 MiB; what has no room in it is another's. Nobody but the maker is notified, and
by a new message only: so a clip that mentions somebody is not added to one that stands. Nor is one added to a message
with a single clip, on which a ✅ would no longer mean what it meant when it was given.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Sequence
from dataclasses import replace
from weakref import WeakValueDictionary

import discord

from adapters.discord import captions, cards, ids
from adapters.discord.clip_notes import ClipNotes, Sending
from adapters.discord.filing import MOST_FILES, MOST_TOGETHER_BYTES, Attached, Filing, NotKnown, clips_of
from adapters.discord.limits import Limits
from adapters.discord.packing import ALT_CHARACTERS, Clip, Waiting, in_order, nonce_of, packed, tell
from bot.core.errors import ChatBusy, ChatError, FileTooLarge
from bot.core.ports import Clock, Message, Picture, Posted

log = logging.getLogger(__name__)

#: Clips that come within this time are posted together; a slate's begin at the same moment.
GATHER_S = 0.5
#: As long as more come, for so many times that at most.
MOST_WAITS = 6
#: What became of a message is not known: with its nonce it is sent again at once, so often.
SENT_AGAIN = 2
SEND_AGAIN_S = 2.0
#: Discord knows a nonce again within minutes only: what took longer than this, in seconds, is looked for first.
ONCE_S = 120.0


class Replies:
    """Posts clips under cards, and those that stand alone. Raises only ChatError and its children."""

    def __init__(self, filing: Filing, notes: ClipNotes, limits: Limits, clock: Clock, *, stale_s: float) -> None:
        """All of them are the uploads' too. Nobody waits any longer for what was asked for ``stale_s`` seconds ago."""
        self._stale_s = stale_s
        self._filing = filing
        self._notes = notes
        self._limits = limits
        self._clock = clock
        self._waiting: dict[Message, list[Waiting]] = {}
        #: One message after the other under each card.
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._going: set[asyncio.Task[None]] = set()

    async def alone(self, clip: Clip) -> Posted:
        """Post a clip in a message of its own, with its picture and its buttons.

        Raises:
            FileTooLarge, ChatBusy, ChatClosed, ChatError
        """
        return (await self._post([clip], None))[0]

    async def under(self, card: Message, clip: Clip) -> Posted:
        """Post a clip in answer to a card, with those that come at the same time.

        Raises:
            FileTooLarge, ChatBusy, ChatClosed, ChatError
        """
        posted: asyncio.Future[Posted] = asyncio.get_running_loop().create_future()
        waiting = self._waiting.get(card)
        if waiting is None:
            waiting = self._waiting[card] = []
            task = asyncio.create_task(self._gather(card), name=f"clips of {card.id}")
            self._going.add(task)
            task.add_done_callback(self._going.discard)
        waiting.append((clip, posted))
        return await posted

    async def _gather(self, card: Message) -> None:
        gathered = 1
        for _ in range(MOST_WAITS):
            await self._clock.sleep(GATHER_S)
            if len(self._waiting[card]) == gathered:
                break
            gathered = len(self._waiting[card])
        async with self._turns.setdefault(card.id, asyncio.Lock()):
            waiting = self._fresh(self._waiting.pop(card))
            waiting.sort(key=lambda each: in_order(each[0].sending.name))
            added = await self._added(card, waiting)
            for batch in packed([each for each in waiting if each not in added]):
                await self._answered(card, batch)

    def _fresh(self, waiting: list[Waiting]) -> list[Waiting]:
        """Those that somebody waits for; of others it may have been decided meanwhile that nobody is to see them."""
        since = self._clock.monotonic() - self._stale_s
        for clip, future in waiting:
            if clip.begun < since:
                tell(future, ChatBusy("It had to wait too long for its turn", retry_after_s=SEND_AGAIN_S))
        return [each for each in waiting if each[0].begun >= since]

    async def _answered(self, card: Message, batch: list[Waiting]) -> None:
        """Post a message; of one that is too large the largest file is tried by itself, and the others without it."""
        batch = self._fresh(batch)
        if not batch:
            return
        try:
            posted = await self._post([clip for clip, _ in batch], card)
        except FileTooLarge as error:
            if len(batch) == 1:
                tell(batch[0][1], error)
                return
            largest = max(batch, key=lambda each: each[0].size)
            await self._answered(card, [each for each in batch if each is not largest])
            await self._answered(card, [largest])
        except Exception as error:  # noqa: BLE001  # whoever waits for it is told
            for _, future in batch:
                tell(future, error)
        else:
            for (_, future), each in zip(batch, posted, strict=True):
                tell(future, each)

    async def _post(self, clips: Sequence[Clip], card: Message | None) -> list[Posted]:
        """One message with these clips."""
        rendered = await _rendered(clips)
        files = [clip.attached for clip in clips]
        if rendered.picture is not None:
            files.append(_beside(rendered.picture))
        sent = [await self._notes.sent(clip.sending) for clip in clips]
        channel = clips[0].sending.channel
        try:
            message = await self._sent(channel, rendered, files, nonce=nonce_of(sent), card=card)
        except FileTooLarge:
            await self._put_back(clips)
            if len(clips) == 1:
                await self._limits.was_too_large(channel, clips[0].size)
            raise
        except NotKnown:
            raise
        except ChatError:
            await self._put_back(clips)
            raise
        posted = [await self._seen(each, message) for each in sent]
        if card is not None:
            await self._replied(card, posted[0].message.id)
        return posted

    async def _sent(
        self, channel: str, rendered: cards.Rendered, files: Sequence[Attached], *, nonce: str, card: Message | None
    ) -> discord.Message:
        """Post it; where the answer is lost, Discord is asked again, and gives what stands there under the nonce."""
        under, begun = ids.spot(card) if card else None, self._clock.monotonic()
        lost: NotKnown | None = None
        for _ in range(1 + SENT_AGAIN):
            try:
                return await self._filing.post(channel, rendered, files, nonce=nonce, under=under)
            except NotKnown as error:
                lost = error
            except ChatError as error:
                # What becomes of a repetition says nothing of what was sent before it.
                raise lost or error from None
            if self._clock.monotonic() - begun >= ONCE_S:
                break
            log.warning("%s; it is sent again under its nonce", lost)
            await self._clock.sleep(SEND_AGAIN_S)
        raise lost or NotKnown

    async def _added(self, card: Message, waiting: list[Waiting]) -> list[Waiting]:
        """Those that found room in the card's last reply; each is told."""
        late = [each for each in waiting if not each[0].view.mentions]
        last = await self._last(card) if late else None
        if last is None:
            return []
        async with self._filing.turn(last):
            try:
                return await self._add(last, late)
            except Exception as error:  # noqa: BLE001  # whoever waits for it is told
                for _, future in late:
                    tell(future, error)
                return late

    async def _last(self, card: Message) -> str | None:
        try:
            return await self._notes.reply(card)
        except ChatBusy:
            return None

    async def _add(self, last: str, late: list[Waiting]) -> list[Waiting]:
        channel, clips = late[0][0].sending.channel, [clip for clip, _ in late]
        message = await self._read(channel, last)
        if message is None or not _has_room(message, clips):
            return []
        sent = [await self._notes.sent(clip.sending, into=last) for clip in clips]
        content = captions.fitting([message.content, *captions.words_of(clip.view for clip in clips)])
        try:
            edited = await self._filing.edit(
                message, keep=message.attachments, add=[clip.attached for clip in clips], content=content
            )
        except NotKnown:
            raise
        except ChatError:
            # Too large, deleted, edited too often, or closed to us: a message of their own says which.
            await self._put_back(clips)
            return []
        for each, (_, future) in zip(sent, late, strict=True):
            tell(future, await self._seen(each, edited))
        return late

    async def _read(self, channel: str, message: str) -> discord.Message | None:
        try:
            return await self._filing.message(channel, message)
        except ChatError as error:
            log.info("%s cannot be read, so that nothing is added to it: %s", message, error)
            return None

    async def _seen(self, sending: Sending, message: discord.Message) -> Posted:
        """The clip as it is in its message, noted."""
        found = next((each for each in clips_of(message) if each.filename == sending.name), None)
        if found is None:
            msg = f"Discord took {sending.name} and does not show it"
            raise NotKnown(msg)
        posted = posted_in(sending.channel, message, str(found.id))
        try:
            await self._notes.seen(sending, posted.message.id, posted.file_id)
        except ChatBusy as error:
            log.warning("where %s stands could not be noted: %s", sending.name, error)
        return posted

    async def _replied(self, card: Message, message: str) -> None:
        try:
            await self._notes.replied(card, message)
        except ChatBusy as error:
            log.warning("the reply to %s could not be noted: %s", card.id, error)

    async def _put_back(self, clips: Iterable[Clip]) -> None:
        for clip in clips:
            await self._notes.put_back(clip.sending, clip.before)


def posted_in(channel: str, message: discord.Message, file: str) -> Posted:
    """A clip of a message, as the port says it."""
    own = ids.message_id(message.channel.id, message.id)
    return Posted(message=Message(channel=channel, id=own), file_id=file, together=len(clips_of(message)) > 1)


async def _rendered(clips: Sequence[Clip]) -> cards.Rendered:
    """The words; a picture that is not there holds up no clip."""
    if len(clips) > 1:
        return captions.together([clip.view for clip in clips])
    view = clips[0].view
    if view.picture is not None and not await asyncio.to_thread(view.picture.path.is_file):
        log.warning("a clip is posted without %s, which is not there", view.picture.name)
        view = replace(view, picture=None)
    return cards.clip_words(view)


def _beside(picture: Picture) -> Attached:
    return Attached(path=picture.path, name=picture.name, about=picture.about[:ALT_CHARACTERS])


def _has_room(message: discord.Message, clips: Sequence[Clip]) -> bool:
    there = message.attachments
    return (
        len(clips_of(message)) > 1
        and len(there) + len(clips) <= MOST_FILES
        and sum(each.size for each in there) + sum(clip.size for clip in clips) <= MOST_TOGETHER_BYTES
        and captions.fit((clip.view for clip in clips), message.content)
    )
