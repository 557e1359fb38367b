"""Clips: noted, then posted with their words, and found again after a crash.

What Discord was asked to show is in the notes before it hears of it. So a clip of which there is no note was never
sent; any other is looked for first, by its file's name among our own messages of that time, and sent again only when
it is not there. A repetition within minutes has the same nonce, which Discord does not post twice.
"""

from __future__ import annotations

import asyncio
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import discord

from adapters.discord import ids
from adapters.discord.captions import without
from adapters.discord.clip_notes import ClipNotes, Sending
from adapters.discord.filing import Filing, clips_of, is_picture
from adapters.discord.limits import Limits
from adapters.discord.packing import Clip
from adapters.discord.replies import GATHER_S, MOST_WAITS, Replies, posted_in
from bot.core.errors import ChatBusy, MessageGone
from bot.core.filenames import safe_name
from bot.core.ports import CardView, Clock, Message, Posted, Store, Transaction
from bot.core.rows import Post

#: Our clock and Discord's may differ by so much.
SKEW_MS = 5 * 60 * 1000
READ_AGAIN_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """The longest that each part of a post may take, in seconds."""

    #: The reply before it under the same card.
    turn_s: float = 60.0
    #: The bytes: 100 MiB at about 10 Mbit/s.
    bytes_s: float = 90.0
    #: What discord.py waits between its own repetitions, and for a limit of Discord's.
    waits_s: float = 55.0

    @property
    def post_s(self) -> float:
        """The whole."""
        return GATHER_S * MOST_WAITS + self.turn_s + self.bytes_s + self.waits_s


class Uploads:
    """The part of the Chat port that is about clips. Every method raises only ChatError and its children."""

    def __init__(
        self,
        client: discord.Client,
        store: Store,
        clock: Clock,
        *,
        largest_bytes: int | None = None,
        patience: Patience | None = None,
    ) -> None:
        """``largest_bytes`` is the largest file, where a setting says it; otherwise Discord does, server by server."""
        self._notes = ClipNotes(store, clock)
        self._filing = Filing(client)
        self._limits = Limits(client, self._notes.notes, largest_bytes=largest_bytes)
        self.post_timeout_s = (patience or Patience()).post_s
        self._replies = Replies(self._filing, self._notes, self._limits, clock, stale_s=self.post_timeout_s)
        self._clock = clock
        #: By channel and nonce: of two posts the second has what the first posts, whoever has given up waiting.
        self._going: dict[tuple[str, str], asyncio.Task[Posted]] = {}

    async def close(self) -> None:
        """Wait for what has begun."""
        await asyncio.gather(*self._going.values(), return_exceptions=True)

    async def most_bytes(self, channel: str) -> int:
        """The largest file that may be posted there.

        Raises:
            ChatBusy: what was noted cannot be read.
        """
        return await self._limits.most_bytes(channel)

    def limit_told(self, guild: int, size: int) -> None:
        """An interaction says that its answer may have files of so many bytes."""
        self._limits.told(guild, size)

    async def post_clip(
        self, view: CardView, clip: Path, *, name: str, channel: str, nonce: str, thread: Message | None
    ) -> Posted:
        """Post a clip with its words, once per nonce; in answer to a card with others that come at the same time.

        Raises:
            FileTooLarge
            ChatBusy, ChatClosed: nothing is to be seen of it.
            ChatError: whether it was posted is not known.
        """
        key = (channel, nonce)
        going = self._going.get(key)
        if going is None:
            work = self._post(view, clip, name=name, channel=channel, nonce=nonce, thread=thread)
            going = self._going[key] = asyncio.create_task(work, name=f"post {name}")
            going.add_done_callback(lambda done: self._settled(key, done))
        return await asyncio.shield(going)

    async def find_post(self, *, channel: str, nonce: str) -> Posted | None:
        """The clip that was posted with this nonce, if the channel can see it."""
        noted = await self._notes.get(channel, nonce)
        return await self._find(noted) if noted else None

    async def take_down(self, message: Message, *, file: str | None = None) -> None:
        """Remove a message with its files; with ``file`` only that and its words, while other clips stand in it.

        A message or a file that is not there is no error.
        """
        ids.spot(message)
        async with self._filing.turn(message.id):
            content = await self._filing.message(message.channel, message.id) if file else None
            others = [each for each in clips_of(content) if str(each.id) != file] if content else []
            if content is None or not others:
                await self._filing.delete(message.channel, message.id)
                return
            for gone in content.attachments:
                if str(gone.id) == file:
                    keep = [each for each in content.attachments if each is not gone]
                    names = [each.filename for each in clips_of(content)]
                    await self._edit(content, keep, content=without(content.content, names, gone.filename))

    async def take_off_picture(self, message: Message) -> None:
        """Take the picture off a clip's message, or off the words that stand for one; nothing where there is none."""
        ids.spot(message)
        async with self._filing.turn(message.id):
            content = await self._filing.message(message.channel, message.id)
            if content is None or not any(is_picture(each) for each in content.attachments):
                return
            embeds = [_without_image(embed) for embed in content.embeds if embed.type == "rich"]
            shown = [embed for embed in embeds if embed.description or embed.title]
            await self._edit(content, clips_of(content), embeds=shown)

    async def _edit(self, message: discord.Message, keep: list[discord.Attachment], **changes: Any) -> None:
        try:
            await self._filing.edit(message, keep=keep, **changes)
        except MessageGone:
            return

    async def _post(
        self, view: CardView, path: Path, *, name: str, channel: str, nonce: str, thread: Message | None
    ) -> Posted:
        begun = self._clock.monotonic()
        await self._notes.notes.tidy()
        before = await self._notes.get(channel, nonce)
        if before is not None:
            if posted := await self._find(before):
                return posted
            if before.message:  # It stood there, and was deleted: another one has a nonce of its own.
                before = None
        size = await asyncio.to_thread(_size, path)
        now = self._clock.now()
        new = Sending(channel=channel, nonce=nonce, name=file_name(name), since=now, last=now)
        clip = Clip(view=view, path=path, sending=before or new, before=before, size=size, begun=begun)
        return await (self._replies.under(thread, clip) if thread else self._replies.alone(clip))

    async def _find(self, noted: Sending) -> Posted | None:
        """Where it was seen, else to where it was to be added, else among what came at its time."""
        if noted.message:
            return await self._in(noted, noted.message)
        if noted.into and (posted := await self._in(noted, noted.into)):
            return posted
        low, high = noted.since - SKEW_MS, noted.last + round(self.post_timeout_s * 1000) + SKEW_MS
        async for message in self._filing.since(noted.channel, low, high):
            if posted := await self._of(noted, message):
                return posted
        return None

    async def _in(self, noted: Sending, message: str) -> Posted | None:
        standing = await self._filing.message(noted.channel, message)
        return await self._of(noted, standing) if standing else None

    async def _of(self, noted: Sending, message: discord.Message) -> Posted | None:
        """The clip in this message, noted; one that another post of the same take has left there is not it."""
        for each in clips_of(message):
            file = str(each.id)
            if each.filename != noted.name or (noted.file and file != noted.file):
                continue
            if not noted.file and await self._notes.notes.done(lambda tx, file=file: _is_anothers(tx, file, noted)):  # type: ignore[misc]
                continue
            posted = posted_in(noted.channel, message, file)
            if not noted.message:
                await self._notes.seen(noted, posted.message.id, file)
            return posted
        return None

    def _settled(self, key: tuple[str, str], done: asyncio.Task[Posted]) -> None:
        del self._going[key]
        if not done.cancelled():
            done.exception()  # Whoever was cancelled does not ask for it; that is no defect.


def file_name(name: str) -> str:
    """As Discord keeps a file's name: it drops what is not ASCII, so that the file would not be found by its own."""
    stem, _, ending = name.rpartition(".")
    plain = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode().strip("-._")
    return f"{safe_name(plain) if plain else 'clip'}.{ending}"


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError as error:
        msg = f"{path.name} cannot be read: {error.strerror or error}"
        raise ChatBusy(msg, retry_after_s=READ_AGAIN_S) from error


def _without_image(embed: discord.Embed) -> discord.Embed:
    return embed.copy().set_image(url=None)


async def _is_anothers(tx: Transaction, file: str, noted: Sending) -> bool:
    """Whether the rows know the file as another post's: of a clip that was posted before, and is to be once more."""
    return any(post.nonce != noted.nonce for post in await tx.rows(Post, file_id=file))
