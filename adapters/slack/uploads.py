"""Clips: streamed up, shared with their words in one message, and found again after a crash.

A file's id is noted before its bytes are sent, and that its share was asked for before Slack hears of it. So a nonce
whose share was never asked for is sent again freely; any other is looked for first, and its file is removed before
another is sent in its place: of two files of one clip the channel never sees more than one.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Protocol
from weakref import WeakValueDictionary

from adapters.chat.notes import Notes
from adapters.slack import cards
from adapters.slack.client import ClientOf
from adapters.slack.filing import Block, BytesGone, Filing, Info, NotKnown, Share, ThreadGone, WordsRefused, seen_at
from adapters.slack.ids import split
from adapters.slack.shelves import SHELVES, UPLOADS
from bot.core.errors import ChatBusy, ChatError
from bot.core.ports import CardView, Clock, Message, Picture, Posted, Store, Transaction
from bot.core.rows import Post

log = logging.getLogger(__name__)

#: A clip whose share Slack has forgotten is posted again this much later.
NOT_SHARED_AGAIN_S = 5.0
#: A final waits so often for its picture, and then goes without it.
PICTURE_TRIES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """The longest that each part of a post may take, in seconds."""

    #: The bytes: 100 MB at about 10 Mbit/s.
    bytes_s: float = 90.0
    #: From the end of an upload until the channel sees it; seconds as a rule.
    share_s: float = 30.0
    #: The picture beside the clip, from its first byte until Slack can show it.
    picture_s: float = 30.0
    #: Every call to the Web API together.
    calls_s: float = 30.0

    @property
    def post_s(self) -> float:
        """The whole; what an earlier attempt has left is looked for first."""
        return self.bytes_s + 2 * self.share_s + self.picture_s + self.calls_s


class Pictures(Protocol):
    """Where pictures in messages come from."""

    async def file_id(self, picture: Picture, channel: str) -> str:
        """The id of a file that an image block can show.

        Raises:
            ChatError
        """
        ...

    async def drop(self, team: str, file: str) -> None:
        """Remove a picture's file; one that is not there is not an error."""
        ...


class Step(Enum):
    """How far an upload has come."""

    #: It has a file id; the bytes may be there or not.
    BEGUN = "begun"
    #: The bytes are there, and nobody was asked to share them.
    SENT = "sent"
    #: Slack was asked to share it, and may have done so.
    ASKED = "asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """What is noted of a clip's upload."""

    channel: str
    nonce: str
    file: str
    step: Step


class Uploads:
    """The part of the Chat port that is about clips. Every method raises only ChatError and its children."""

    def __init__(
        self, client_of: ClientOf, store: Store, clock: Clock, *, pictures: Pictures, patience: Patience | None = None
    ) -> None:
        """``pictures`` uploads what is shown beside a clip."""
        self._client_of = client_of
        self._notes = Notes(store, clock, SHELVES)
        self._clock = clock
        self._pictures = pictures
        self._patience = patience or Patience()
        #: Of posts with one nonce the second finds what the first has posted.
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        #: By nonce: how often its picture could not be uploaded.
        self._no_picture = Counter[str]()
        self.post_timeout_s = self._patience.post_s

    async def post_clip(
        self, view: CardView, clip: Path, *, name: str, channel: str, nonce: str, thread: Message | None
    ) -> Posted:
        """Post a clip with its words and its picture in one message, once per nonce.

        Raises:
            FileTooLarge
            ChatBusy: nothing is to be seen of it; or Slack said that it was shared, and no message came.
            ChatClosed
            ChatError: whether it was shared is not known.
        """
        async with self._turns.setdefault(_key(channel, nonce), asyncio.Lock()):
            await self._notes.tidy()
            return await self._post(view, clip, name=name, channel=channel, nonce=nonce, thread=thread)

    async def _post(
        self, view: CardView, clip: Path, *, name: str, channel: str, nonce: str, thread: Message | None
    ) -> Posted:
        filing = self._filing(channel)
        upload = await self._noted(channel, nonce)
        if upload and upload.step is Step.ASKED:
            if posted := await self._seen(filing, upload):
                return posted
            upload = await self._left_of(filing, upload)
        shares = await self._shares(view, channel, nonce, thread)
        if upload is None or upload.step is Step.BEGUN:
            upload = await self._sent(filing, clip, name=name, channel=channel, nonce=nonce)
        upload = await self._asked(filing, upload, name, shares)
        if posted := await self._seen(filing, upload):
            self._no_picture.pop(nonce, None)
            return posted
        msg = f"Slack took {name} and has not shared it"
        raise ChatBusy(msg, retry_after_s=NOT_SHARED_AGAIN_S)

    async def find_post(self, *, channel: str, nonce: str) -> Posted | None:
        """The clip that was posted with this nonce, if the channel can see it."""
        upload = await self._noted(channel, nonce)
        if upload is None or upload.step is not Step.ASKED:
            return None
        return _posted(upload, await self._filing(channel).info(upload.file))

    async def take_down(self, message: Message) -> None:
        """Remove the files of a message, whether it stands or not, and the picture in it; the message itself stays."""
        (team, place), filing = split(message.channel), self._filing(message.channel)
        content = await filing.message(place, message.id)
        shown = [str(file["id"]) for file in (content or {}).get("files") or ()]
        for file in dict.fromkeys((*shown, *await self._notes.done(lambda tx: _posted_with(tx, message)))):
            await filing.delete(file)
        for file in _pictures_in(content):
            await self._pictures.drop(team, file)

    async def take_off_picture(self, message: Message) -> None:
        """Take the picture off a clip's message; the clip stays. No such message is no error."""
        (team, place), filing = split(message.channel), self._filing(message.channel)
        content = await filing.message(place, message.id)
        found = list(_pictures_in(content))
        for file in found:
            await self._pictures.drop(team, file)
        if content and found:
            # Last, so that whoever finds no picture in the message knows that its file is gone too.
            await filing.rewrite(place, message.id, _without_pictures(content), _words(content))

    def _filing(self, channel: str) -> Filing:
        return Filing(self._client_of(split(channel)[0]), self._clock, bytes_s=self._patience.bytes_s)

    async def _shares(self, view: CardView, channel: str, nonce: str, thread: Message | None) -> list[Share]:
        """What to ask for, best first: with the picture, without it, and in plain words if Slack shows no blocks."""
        picture = await self._picture(view, channel, nonce)
        plain = Share(channel=split(channel)[1], thread=thread.id if thread else None, words=cards.comment(view))
        shown = [cards.card(view, file).blocks for file in dict.fromkeys((picture, None))]
        return [*(replace(plain, blocks=blocks) for blocks in shown), plain]

    async def _picture(self, view: CardView, channel: str, nonce: str) -> str | None:
        """The picture's file; a paid clip does not wait for one for ever.

        Raises:
            ChatBusy: it is worth another try.
        """
        if view.picture is None:
            return None
        try:
            return await self._pictures.file_id(view.picture, channel)
        except ChatError as error:
            self._no_picture[nonce] += 1
            if isinstance(error, ChatBusy) and self._no_picture[nonce] < PICTURE_TRIES:
                raise
            log.warning("a clip is posted without %s: %s", view.picture.name, error)
            return None

    async def _sent(self, filing: Filing, clip: Path, *, name: str, channel: str, nonce: str) -> Upload:
        """Send the bytes. What an earlier attempt has sent and never completed is seen by nobody; Slack drops it."""
        ticket = await filing.ticket(name, clip)
        upload = Upload(nonce=nonce, channel=channel, file=ticket.file, step=Step.BEGUN)
        await self._note(upload)
        await filing.send(ticket, clip)
        return await self._note(replace(upload, step=Step.SENT))

    async def _asked(self, filing: Filing, upload: Upload, name: str, shares: list[Share]) -> Upload:
        """Ask for the share in the best form that Slack takes; beside its thread, where that was deleted.

        Raises:
            ChatError
        """
        asked = await self._note(replace(upload, step=Step.ASKED))
        for number, share in enumerate(shares, start=1):
            try:
                await filing.complete(upload.file, name, share)
            except WordsRefused as error:
                log.warning("%s (form %d of %d)", error, number, len(shares))
            except ThreadGone as error:
                await self._note(upload)
                if share.thread is None:
                    raise
                log.warning("%s; it is posted in the channel", error)
                return await self._asked(filing, upload, name, [replace(each, thread=None) for each in shares])
            except BytesGone as error:
                await self._notes.forget(UPLOADS, _key(upload.channel, upload.nonce))
                raise ChatBusy(str(error)) from error
            except NotKnown:
                raise
            except ChatError:
                await self._note(upload)
                raise
            else:
                return asked
        await self._note(upload)
        msg = f"Slack shows {name} in no form"
        raise ChatBusy(msg, retry_after_s=NOT_SHARED_AGAIN_S)

    async def _seen(self, filing: Filing, upload: Upload) -> Posted | None:
        """The post, as soon as the channel can see it; ``None`` when patience is at its end."""
        return await filing.look(upload.file, partial(_posted, upload), within_s=self._patience.share_s)

    async def _left_of(self, filing: Filing, upload: Upload) -> Upload | None:
        """What an upload that nobody sees is still good for: its bytes, if its end never reached Slack.

        Otherwise its file is removed, with any share that comes yet, and the clip is sent anew.
        """
        if await filing.info(upload.file) is None:
            return await self._note(replace(upload, step=Step.SENT))
        await filing.delete(upload.file)
        await self._notes.forget(UPLOADS, _key(upload.channel, upload.nonce))
        return None

    async def _noted(self, channel: str, nonce: str) -> Upload | None:
        facts = await self._notes.get(UPLOADS, _key(channel, nonce))
        return Upload(channel=channel, nonce=nonce, file=facts["file"], step=Step(facts["step"])) if facts else None

    async def _note(self, upload: Upload) -> Upload:
        facts = {"file": upload.file, "step": upload.step.value}
        await self._notes.put(UPLOADS, _key(upload.channel, upload.nonce), facts)
        return upload


def _key(channel: str, nonce: str) -> str:
    """A nonce counts for one channel."""
    return f"{channel}:{nonce}"


def _posted(upload: Upload, info: Info | None) -> Posted | None:
    ts = seen_at(info, split(upload.channel)[1])
    return Posted(message=Message(channel=upload.channel, id=ts), file_id=upload.file) if ts else None


async def _posted_with(tx: Transaction, message: Message) -> list[str]:
    """The files that the rows know of a message: a person who deletes it leaves them where they are."""
    posts = await tx.rows(Post, channel=message.channel, message=message.id)
    return [post.file_id for post in posts if post.file_id]


def _pictures_in(content: Info | None) -> Iterator[str]:
    """The files that a message's image blocks show."""
    for block in (content or {}).get("blocks") or ():
        if block.get("type") == "image" and (file := (block.get("slack_file") or {}).get("id")):
            yield str(file)


def _without_pictures(content: Info) -> list[Block]:
    return [block for block in content.get("blocks") or () if block.get("type") != "image"]


def _words(content: Info) -> str:
    """What a notification shows of a message that has blocks only."""
    said = [(block.get("text") or {}).get("text") for block in content.get("blocks") or ()]
    return str(content.get("text") or "\n".join(filter(None, said)))
