"""A chat that only remembers: what is on its screen, in which order it came, and who reacted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from bot.core.commands import Actor
from bot.core.errors import ChatClosed, FileTooLarge, MessageGone
from bot.core.fakes.script import Script
from bot.core.ports import CardView, Message, Posted, Reaction
from bot.core.ports.chat import Sent
from bot.core.rows import Rank

T = TypeVar("T")

#: Discord's limit without boosts, the smaller of the two.
LARGEST_FILE_BYTES = 10 * (1 << 20)
#: Clips that one message shows at most; as on Discord.
MOST_TOGETHER = 10


class FakeChat:
    """The Chat port in memory.

    ``script.add("show", ChatBusy(…))`` makes the next call fail before its effect, ``After(error)`` after it.
    """

    def __init__(
        self,
        platform: str = "local",
        *,
        progress_every_s: float | None = None,
        post_timeout_s: float = 60.0,
        largest_file_bytes: int = LARGEST_FILE_BYTES,
        says_limit: bool = True,
        clips_together: bool = False,
    ) -> None:
        """An empty screen, as the ``platform``; whether its limit can be asked for, or is only found out by a post.

        With ``clips_together`` the clips under a card share a message, as long as it mentions nobody and has room.
        """
        self.platform = platform
        self.progress_every_s = progress_every_s
        self.post_timeout_s = post_timeout_s
        self.largest_file_bytes = largest_file_bytes
        self.says_limit = says_limit
        self.clips_together = clips_together
        self.script = Script()
        #: The sentence of each channel where nothing may be posted.
        self.closed_channels: dict[str, str] = {}
        #: How the addresses of its messages begin; ``None``: they have none.
        self.links_begin: str | None = None
        #: What was uploaded, by the file's id.
        self.files: dict[str, bytes] = {}
        self._sent: dict[Message, Sent] = {}
        self._given = 0
        self._by_nonce: dict[tuple[str, str], Message] = {}
        #: Of each clip that stands: what was posted, by its nonce.
        self._posted: dict[tuple[str, str], Posted] = {}
        self._reactions: dict[Message, list[Reaction]] = {}
        #: People by id, as they are now; of anybody else nothing is known but that they are here.
        self.people: dict[str, Actor] = {}

    @property
    def sent(self) -> list[Sent]:
        """Every message that stands, in the order in which they came, as it is now."""
        return list(self._sent.values())

    def at(self, message: Message) -> Sent | None:
        """What stands there."""
        return self._sent.get(message)

    def react(self, message: Message, *reactions: Reaction) -> None:
        """These, and no others, stand on the message now."""
        self._reactions[message] = list(reactions)

    def lose(self, message: Message) -> None:
        """A person deletes the message, with its file."""
        self._sent.pop(message, None)
        for key, posted in list(self._posted.items()):
            if posted.message == message:
                del self._posted[key], self.files[posted.file_id]
        self._reactions.pop(message, None)

    async def may_post(self, channel: str) -> str | None:
        """The channel's sentence in ``closed_channels``, if any."""
        return await self.script.answer("may_post", {"channel": channel}, lambda: self.closed_channels.get(channel))

    async def most_bytes(self, channel: str) -> int | None:
        """``largest_file_bytes``, where it says so."""
        return await self._do(
            "most_bytes", lambda: self.largest_file_bytes if self.says_limit else None, channel=channel
        )

    async def show(
        self, view: CardView, *, channel: str, nonce: str, message: Message | None, rank: Rank = Rank.STATE
    ) -> Message:
        """Post a card once per nonce, or edit it.

        Raises:
            ChatClosed: the channel is in ``closed_channels``.
            MessageGone: the card to edit does not stand.
        """

        def do() -> Message:
            self._require_open(channel)
            return self._edit(message, view) if message else self._add(channel, nonce, view)

        return await self._do("show", do, view=view, channel=channel, nonce=nonce, message=message, rank=rank)

    async def say(self, view: CardView, *, channel: str, nonce: str, to: str | None, thread: Message | None) -> Message:
        """Post a line once per nonce, also where a person has deleted it.

        Raises:
            ChatClosed: the channel is in ``closed_channels``.
        """

        def do() -> Message:
            self._require_open(channel)
            return self._by_nonce.get((channel, nonce)) or self._add(channel, nonce, view, to=to, thread=thread)

        return await self._do("say", do, view=view, channel=channel, nonce=nonce, to=to, thread=thread)

    async def post_clip(
        self, view: CardView, clip: Path, *, name: str, channel: str, nonce: str, thread: Message | None
    ) -> Posted:
        """Post a clip once per nonce, and keep its bytes.

        Raises:
            ChatClosed: the channel is in ``closed_channels``.
            FileTooLarge: larger than ``largest_file_bytes``.
        """

        def do() -> Posted:
            self._require_open(channel)
            content = clip.read_bytes()
            if len(content) > self.largest_file_bytes:
                msg = f"{name} has {len(content):,} bytes, {self.largest_file_bytes:,} are allowed"
                raise FileTooLarge(msg)
            if (channel, nonce) not in self._posted:
                self._posted[channel, nonce] = posted = self._clip(view, name, channel, nonce, thread)
                self.files[posted.file_id] = content
            return self._posted[channel, nonce]

        return await self._do(
            "post_clip", do, view=view, clip=clip, name=name, channel=channel, nonce=nonce, thread=thread
        )

    async def find_post(self, *, channel: str, nonce: str) -> Posted | None:
        """The clip that was posted with this nonce, while it stands."""

        def do() -> Posted | None:
            return self._posted.get((channel, nonce))

        return await self._do("find_post", do, channel=channel, nonce=nonce)

    async def link(self, message: Message) -> str | None:
        """``links_begin`` with the message's place and id, while it stands."""

        def do() -> str | None:
            has_one = self.links_begin is not None and message in self._sent
            return f"{self.links_begin}{message.channel}/{message.id}" if has_one else None

        return await self._do("link", do, message=message)

    async def reactions(self, message: Message) -> list[Reaction]:
        """As ``react`` has set them."""
        return await self._do("reactions", lambda: list(self._reactions.get(message, ())), message=message)

    async def who(self, person: str, *, channel: str) -> Actor:
        """As ``people`` has them."""
        usual = self.people.get(person) or Actor(id=person, name=person, groups=None)
        return await self._do("who", lambda: usual, person=person, channel=channel)

    async def take_down(self, message: Message, *, file: str | None = None) -> None:
        """Remove the message with its files, or one of several from it."""
        await self._do("take_down", lambda: self._take_down(message, file), message=message, file=file)

    async def take_off_picture(self, message: Message) -> None:
        """Show the message without its picture."""

        def do() -> None:
            sent = self._sent.get(message)
            if sent is not None and sent.view.picture is not None:
                self._edit(message, replace(sent.view, picture=None))

        await self._do("take_off_picture", do, message=message)

    def _clip(self, view: CardView, name: str, channel: str, nonce: str, thread: Message | None) -> Posted:
        """A message for a clip: that of others under the same card, where there is one with room."""
        together = self.clips_together and thread is not None
        for sent in reversed(self._sent.values() if together and not view.mentions else ()):
            if sent.thread == thread and 0 < len(sent.files) < MOST_TOGETHER:
                view = replace(sent.view, lines=(*sent.view.lines, view.title, *view.lines))
                self._sent[sent.message] = replace(sent, view=view, files=(*sent.files, name), edits=sent.edits + 1)
                self._given += 1
                return Posted(message=sent.message, file_id=f"file-m{self._given}", together=True)
        message = self._add(channel, nonce, view, thread=thread, files=(name,))
        return Posted(message=message, file_id=f"file-{message.id}", together=together)

    def _take_down(self, message: Message, file: str | None) -> None:
        here = {key: posted for key, posted in self._posted.items() if posted.message == message}
        if file is None or all(posted.file_id == file for posted in here.values()):
            self.lose(message)
            return
        for number, (key, posted) in enumerate(here.items()):
            if posted.file_id == file:
                sent = self._sent[message]
                names = (*sent.files[:number], *sent.files[number + 1 :])
                self._sent[message] = replace(sent, files=names, edits=sent.edits + 1)
                del self._posted[key], self.files[file]

    async def _do(self, method: str, deed: Callable[[], T], **arguments: object) -> T:
        return await self.script.answer(method, arguments, deed)

    def _require_open(self, channel: str) -> None:
        if channel in self.closed_channels:
            raise ChatClosed(self.closed_channels[channel])

    def _edit(self, message: Message, view: CardView) -> Message:
        if message not in self._sent:
            msg = f"{message.id} was deleted"
            raise MessageGone(msg)
        sent = self._sent[message]
        self._sent[message] = replace(sent, view=view, edits=sent.edits + 1)
        return message

    def _add(
        self,
        channel: str,
        nonce: str,
        view: CardView,
        *,
        to: str | None = None,
        thread: Message | None = None,
        files: tuple[str, ...] = (),
    ) -> Message:
        before = self._by_nonce.get((channel, nonce))
        if before in self._sent:
            return before
        self._given += 1
        message = Message(channel=channel, id=f"m{self._given}")
        self._by_nonce[channel, nonce] = message
        self._sent[message] = Sent(message=message, view=view, to=to, thread=thread, files=files)
        return message
