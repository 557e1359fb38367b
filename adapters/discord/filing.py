"""Messages with files: posted, read, edited, found again and removed; streamed from the disk, nothing whole in memory.

discord.py sends again by itself what Discord answered with a fault; a nonce keeps that from standing twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import aiohttp
import discord
from discord.utils import DISCORD_EPOCH

from adapters.discord import cards, ids
from adapters.discord.buttons import view_of
from adapters.discord.errors import AGAIN_S, translated
from adapters.discord.threads import in_open
from bot.core.errors import ChatBusy, ChatError, MessageGone

#: Of a message.
MOST_FILES = 10
#: Of all files of a message together: Discord takes requests of 25 MiB from bots without more ado.
MOST_TOGETHER_BYTES = 24 * (1 << 20)
#: A clip is looked for among at most so many messages that came at its time.
MOST_READ = 10_000
#: The endings of the pictures that go with a clip; a clip has others.
PICTURES = (".jpg", ".png")


class NotKnown(ChatError):
    """Whether Discord has carried it out is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A file of the disk, as it is to hang at a message."""

    path: Path
    name: str
    about: str


class Filing:
    """The calls. Every method raises only ChatError and its children."""

    def __init__(self, client: discord.Client) -> None:
        """``client`` need not be connected, only signed in."""
        self._client = client
        #: Who edits a message has read it before: one after the other.
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def turn(self, message: str) -> asyncio.Lock:
        """Held by whoever reads a message to edit it."""
        return self._turns.setdefault(message, asyncio.Lock())

    async def post(
        self,
        channel: str,
        rendered: cards.Rendered,
        files: Sequence[Attached],
        *,
        nonce: str,
        under: tuple[int, int] | None = None,
    ) -> discord.Message:
        """A message with files, in answer to another where ``under`` names it: channel and message.

        Raises:
            NotKnown, FileTooLarge, ChatBusy, ChatClosed, ChatError
        """
        guild, place = ids.split(channel)
        more: dict[str, Any] = {"embed": rendered.embed} if rendered.embed else {}
        if rendered.buttons:
            more["view"] = view_of(rendered.buttons)
        if under is not None:
            more["reference"] = discord.MessageReference(
                message_id=under[1], channel_id=under[0], guild_id=guild, fail_if_not_exists=False
            )
        self._require_open()

        async def post() -> discord.Message:
            async with _opened(files) as opened:
                with _known():
                    return await self._place(place, guild).send(
                        rendered.content or None,
                        files=opened,
                        nonce=nonce,
                        allowed_mentions=rendered.allowed,
                        **more,
                    )

        return await in_open(self._client, place, post)

    async def edit(
        self,
        message: discord.Message,
        *,
        keep: Iterable[discord.Attachment],
        add: Sequence[Attached] = (),
        **changes: Any,
    ) -> discord.Message:
        """Keep only these of its files and add those; nobody is notified.

        Raises:
            MessageGone, NotKnown, FileTooLarge, ChatBusy, ChatClosed, ChatError
        """
        stay = discord.AllowedMentions(everyone=False, roles=False, users=list(message.mentions), replied_user=False)
        self._require_open()
        kept = list(keep)

        async def edit() -> discord.Message:
            async with _opened(add) as opened:
                with _known():
                    return await message.edit(attachments=[*kept, *opened], allowed_mentions=stay, **changes)

        return await in_open(self._client, message.channel.id, edit)

    async def message(self, channel: str, message: str) -> discord.Message | None:
        """What stands there, if anything; ``channel`` says in which server."""
        place, _, own = message.partition("/")
        try:
            with translated():
                return await self._place(int(place), ids.split(channel)[0]).fetch_message(int(own))
        except MessageGone:
            return None

    async def delete(self, channel: str, message: str) -> None:
        """Remove a message; one that is not there is no error."""
        place, _, own = message.partition("/")
        standing = self._place(int(place), ids.split(channel)[0]).get_partial_message(int(own))

        async def delete() -> None:
            with translated():
                await standing.delete()

        try:
            await in_open(self._client, int(place), delete)
        except MessageGone:
            return

    async def since(self, channel: str, low: int, high: int) -> AsyncIterator[discord.Message]:
        """Our own messages that came between two times, UTC milliseconds; oldest first.

        Raises:
            ChatBusy, ChatClosed, ChatError
        """
        guild, place = ids.split(channel)
        after, last = discord.Object(_first_id(low) - 1), _first_id(high + 1)
        me = self._client.user.id if self._client.user else 0
        history = self._place(place, guild).history(after=after, limit=MOST_READ, oldest_first=True)
        while True:
            with translated():
                try:
                    found = await anext(history)
                except StopAsyncIteration:
                    return
            if found.id >= last:
                return
            if found.author.id == me:
                yield found

    def _require_open(self) -> None:
        """Before the bot has signed in, and once it is closed, nothing is sent.

        Raises:
            ChatBusy
        """
        if self._client.is_closed() or self._client.user is None:
            msg = "Discord is not connected"
            raise ChatBusy(msg, retry_after_s=AGAIN_S)

    def _place(self, place: int, guild: int) -> discord.PartialMessageable:
        return self._client.get_partial_messageable(place, guild_id=guild)


def clips_of(message: discord.Message) -> list[discord.Attachment]:
    """The clips of a message, without the pictures beside them."""
    return [each for each in message.attachments if not is_picture(each)]


def is_picture(attachment: discord.Attachment) -> bool:
    """Whether it is a picture that goes with a clip."""
    return attachment.filename.lower().endswith(PICTURES)


@contextmanager
def _known() -> Iterator[None]:
    """What a call that changes something leaves open is told apart from what it certainly did not do.

    Raises:
        NotKnown, and what ``translated`` raises
    """
    with translated():
        try:
            yield
        except aiohttp.ClientConnectorError:
            raise
        except discord.HTTPException as error:
            if error.status < HTTPStatus.INTERNAL_SERVER_ERROR:
                raise
            msg = f"Discord answered with a fault ({error.status}); what became of a file is not known"
            raise NotKnown(msg) from None
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            msg = f"Discord's answer to a file was lost ({type(error).__name__})"
            raise NotKnown(msg) from None


@asynccontextmanager
async def _opened(files: Sequence[Attached]) -> AsyncIterator[list[discord.File]]:
    """The files, open to be read piece by piece.

    Raises:
        ChatError: one cannot be read.
    """
    opened: list[discord.File] = []
    try:
        for each in files:
            opened.append(await asyncio.to_thread(_file, each))  # noqa: PERF401  # of some that fail, the first are closed
        yield opened
    finally:
        for file in opened:
            file.close()


def _file(attached: Attached) -> discord.File:
    try:
        return discord.File(attached.path, filename=attached.name, description=attached.about or None)
    except OSError as error:
        msg = f"{attached.name} cannot be read: {error.strerror or error}"
        raise ChatError(msg) from error


def _first_id(at: int) -> int:
    """The lowest id of what comes at a time, UTC milliseconds."""
    return max(0, at - DISCORD_EPOCH) << 22
