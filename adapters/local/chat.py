"""The Chat port for channels in the terminal: messages in a file for each channel, clips in a folder."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from adapters.chat.turns import Turns
from adapters.local import disk
from adapters.local.book import BookDamaged, Books
from adapters.local.entries import Entry, Kind, message_at, posted_at
from adapters.local.names import GUEST, PLATFORM
from adapters.local.screen import NoScreen, Screen
from adapters.local.shelf import Shelf
from bot.core.commands import Actor
from bot.core.errors import ChatBusy, ChatClosed, FileTooLarge
from bot.core.notices import Notice
from bot.core.ports import CardView, Message, Posted, Reaction
from bot.core.rows import Rank

T = TypeVar("T")

#: The copy of a clip on the same machine.
POST_TIMEOUT_S = 5.0
#: A disk that cannot be written is tried again this much later.
DISK_AGAIN_S = 5.0


class LocalChat:
    """The channels of this machine; what stands in them is kept in ``home`` between runs.

    Of two processes with the same home only one may use it; the rows' lock file sees to that, so nothing is
    read before the first use.
    """

    platform = PLATFORM
    post_timeout_s = POST_TIMEOUT_S
    clips_together = False

    def __init__(
        self, home: Path, *, clips: Path | None = None, screen: Screen | None = None, largest_bytes: int | None = None
    ) -> None:
        """``home`` has the channels' files, ``clips`` (``home/clips``) the posted clips; both are made when needed.

        Without a screen nothing is drawn; what is posted is kept all the same. ``largest_bytes`` is the largest clip
        that it takes, so that one can see what becomes of larger ones; ``None``: any.
        """
        self._largest_bytes = largest_bytes
        self._home = home
        self.clips = (clips or home / "clips").absolute()
        self._screen = screen or NoScreen()
        self.progress_every_s = self._screen.progress_every_s
        self._books = Books(home)
        self._posting = threading.Lock()
        self._shelf = Shelf(self.clips, lambda: (entry for book in self._books.opened for entry in book))
        self._deeds = Turns()
        #: What is drawn when the answer is there; ``None``: nobody waits for one.
        self._held: list[tuple[str, Entry]] | None = None

    async def close(self) -> None:
        """Wait for what has begun."""
        await self._deeds.close()

    @contextmanager
    def answer_first(self) -> Iterator[None]:
        """Until its end only answers are drawn, so that a card never comes before the answer that announces it."""
        self._held = []
        try:
            yield
        finally:
            held, self._held = self._held, None
            for channel, entry in held:
                self._screen.show(channel, entry)

    async def may_post(self, channel: str) -> str | None:
        """Why nothing can be kept or posted, if so."""
        return await asyncio.to_thread(self._obstacle, channel)

    async def most_bytes(self, channel: str) -> int | None:  # noqa: ARG002  # the port's argument
        """As it was made; else there is no limit but the disk's."""
        return self._largest_bytes

    async def show(
        self,
        view: CardView,
        *,
        channel: str,
        nonce: str,
        message: Message | None,
        rank: Rank = Rank.STATE,  # noqa: ARG002  # the port's argument; edits are not scarce here
    ) -> Message:
        """Post a card once per nonce, or edit it; its picture is copied into the folder of the clips.

        Raises:
            MessageGone: the card to edit does not stand.
            ChatBusy: the disk cannot be written.
            ChatClosed: what is kept of the channel is damaged.
        """
        return message_at(channel, await self._show(channel, lambda: self._card(view, channel, nonce, message)))

    async def say(self, view: CardView, *, channel: str, nonce: str, to: str | None, thread: Message | None) -> Message:
        """Post a line once per nonce.

        Raises:
            ChatBusy: the disk cannot be written.
            ChatClosed: what is kept of the channel is damaged.
        """
        hangs_under = thread.id if thread else None
        return message_at(
            channel,
            await self._show(
                channel, lambda: self._books.of(channel).post(Kind.LINE, view, nonce=nonce, to=to, thread=hangs_under)
            ),
        )

    async def answer(self, notice: Notice, *, channel: str, nonce: str, person: str) -> Message:
        """Show what a command was answered, to the person or to all, and keep it, for its buttons.

        A document and a picture are copied into the folder of the clips; where one cannot be, the answer says so.

        Raises:
            ChatBusy: the disk cannot be written.
            ChatClosed: what is kept of the channel is damaged.
        """
        to = person if notice.private else None
        return message_at(channel, await self._show(channel, lambda: self._answer(notice, channel, nonce, to)))

    async def post_clip(
        self, view: CardView, clip: Path, *, name: str, channel: str, nonce: str, thread: Message | None
    ) -> Posted:
        """Copy a clip into the folder once per nonce; it and its message are there together, or neither.

        Raises:
            ChatBusy: the disk cannot be written.
            ChatClosed: what is kept of the channel is damaged.
            FileTooLarge: it is larger than it may be here.
        """
        hangs_under = thread.id if thread else None
        entry = await self._show(
            channel, lambda: self._post(view, clip, name=name, channel=channel, nonce=nonce, thread=hangs_under)
        )
        return posted_at(channel, entry)

    async def find_post(self, *, channel: str, nonce: str) -> Posted | None:
        """The clip that was posted with this nonce, while its message stands and its file is there."""

        def find() -> Posted | None:
            entry = self._books.of(channel).with_nonce(nonce)
            return posted_at(channel, entry) if entry and entry.has_file else None

        return await self._whole(find)

    async def link(self, message: Message) -> None:
        """None: what stands in a terminal has no address."""

    async def reactions(self, message: Message) -> list[Reaction]:
        """Every reaction that stands on the message."""

        def find() -> list[Reaction]:
            entry = self._books.of(message.channel).get(message.id)
            return list(entry.reactions) if entry else []

        return await self._whole(find)

    async def who(self, person: str, *, channel: str) -> Actor:  # noqa: ARG002  # everybody is in each
        """Everybody is who their id says."""
        return Actor(id=person, name=person.removeprefix(GUEST), guest=person.startswith(GUEST))

    async def take_down(self, message: Message, *, file: str | None = None) -> None:  # noqa: ARG002  # it has one
        """Remove the message with its file."""

        def deed() -> None:
            book = self._books.of(message.channel)
            entry = book.get(message.id)
            if entry and entry.file:
                Path(entry.file).unlink(missing_ok=True)
            with self._posting:
                book.remove(message.id)
                self._shelf.take_off(entry)

        await self._whole(deed, then=lambda _: self._screen.gone(message.channel, message.id))

    async def take_off_picture(self, message: Message) -> None:
        """Remove the picture's copy, unless another message shows it; what is printed stays as it is."""

        def deed() -> None:
            book = self._books.of(message.channel)
            with self._posting:
                before = book.get(message.id)
                if before is not None and before.view.picture is not None:
                    book.edit(message.id, replace(before.view, picture=None))
                    self._shelf.take_off(before)

        await self._whole(deed)

    async def react(self, message: Message, reaction: Reaction, *, stands: bool = True) -> bool:
        """Let a person's reaction stand on a message, or no longer; ``False`` where that is so already.

        Raises:
            MessageGone
        """
        return await self._whole(lambda: self._books.of(message.channel).react(message.id, reaction, stands=stands))

    async def standing(self, channel: str) -> list[Entry]:
        """Every message of the channel; the one that changed last comes first."""
        return await self._whole(lambda: list(self._books.of(channel)))

    async def _show(self, channel: str, deed: Callable[[], tuple[Entry, bool]]) -> Entry:
        """Do it, and bring what is new to the screen."""

        def draw(done: tuple[Entry, bool]) -> None:
            entry, new = done
            if new and self._held is not None and entry.kind is not Kind.ANSWER:
                self._held.append((channel, entry))
            elif new:
                self._screen.show(channel, entry)

        return (await self._whole(deed, then=draw))[0]

    async def _whole(self, deed: Callable[[], T], *, then: Callable[[T], None] = lambda _: None) -> T:
        """Do something on the disk to its end, whatever is cancelled around it.

        Raises:
            ChatBusy, ChatClosed
        """

        async def both() -> T:
            try:
                done = await asyncio.to_thread(deed)
            except OSError as error:
                msg = f"{self._home} cannot be written: {error.strerror or error}"
                raise ChatBusy(msg, retry_after_s=DISK_AGAIN_S) from error
            except BookDamaged as error:
                raise ChatClosed(str(error)) from error
            then(done)
            return done

        return await self._deeds.to_its_end(both)

    def _obstacle(self, channel: str) -> str | None:
        try:
            self._books.of(channel)
            disk.make_folder(self.clips)
        except (OSError, BookDamaged) as error:
            return f"Nothing can be kept here, so nothing was ordered: {error}"
        closed = disk.closed(self._home, self.clips)
        return (
            f"{closed} cannot be written, so nothing was ordered. Allow it, or choose another folder."
            if closed
            else None
        )

    def _card(self, view: CardView, channel: str, nonce: str, message: Message | None) -> tuple[Entry, bool]:
        book = self._books.of(channel)
        with self._posting:
            if message is None:
                if standing := book.with_nonce(nonce):
                    return standing, False
                return book.post(Kind.CARD, view, nonce=nonce, picture=self._shelf.hung(view))
            before = book.get(message.id)
            done = book.edit(message.id, view, picture=self._shelf.hung(view) if before else None)
            self._shelf.take_off(before)
            return done

    def _post(
        self, view: CardView, clip: Path, *, name: str, channel: str, nonce: str, thread: str | None
    ) -> tuple[Entry, bool]:
        book = self._books.of(channel)
        with self._posting:
            before = book.with_nonce(nonce)
            if before and before.has_file:
                return before, False
            if self._largest_bytes is not None and clip.stat().st_size > self._largest_bytes:
                msg = f"{name} is larger than {self._largest_bytes:,} bytes"
                raise FileTooLarge(msg)
            copied = self._shelf.copy(clip, nonce)
            if before:  # A person has deleted its file: it is posted anew.
                book.remove(before.id)
            file, picture = self._shelf.named(copied, name), self._shelf.hung(view)
            posted = book.post(Kind.CLIP, view, nonce=nonce, thread=thread, file=file, picture=picture)
            self._shelf.take_off(before)
            return posted

    def _answer(self, notice: Notice, channel: str, nonce: str, to: str | None) -> tuple[Entry, bool]:
        book = self._books.of(channel)
        with self._posting:
            if before := book.with_nonce(nonce):
                return before, False
            text = f"{notice.text}\n{notice.table}" if notice.table else notice.text
            file, no_file = self._shelf.document(notice.document, nonce)
            picture, no_picture = self._shelf.picture(notice.picture)
            view = CardView(title=text + no_file + no_picture, buttons=notice.buttons, picture=notice.picture)
            return book.post(Kind.ANSWER, view, nonce=nonce, to=to, file=file, picture=picture)
