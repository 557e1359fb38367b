"""The Chat port on Discord. How it looks is in ``cards``, how it is sent in ``sending``, files are the uploads'."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import discord

from adapters.chat.keycaps import Keycaps
from adapters.chat.notes import Notes
from adapters.chat.said import Said
from adapters.chat.turns import Turns
from adapters.discord import cards, keycaps, votes
from adapters.discord.asides import Asides, with_words
from adapters.discord.beside import Beside
from adapters.discord.direct import Direct, address
from adapters.discord.ids import PLATFORM, person_of, split, spot
from adapters.discord.rooms import Rooms
from adapters.discord.sending import Sender, TooOld
from adapters.discord.shelves import SAID, SHELVES
from adapters.discord.votes import Who
from bot.core.commands import Actor
from bot.core.errors import ChatError, MessageGone
from bot.core.ports import CardView, Clock, Message, Posted, Reaction, Store
from bot.core.rows import Rank
from bot.core.sentences import access

log = logging.getLogger(__name__)


class Pending(Protocol):
    """Knows the interactions that wait for their cards."""

    async def claim(self, nonce: str, where: str) -> discord.Interaction[Any] | None:
        """The interaction that the card of this nonce answers, for whoever asks first."""
        ...

    def shown(self, interaction: discord.Interaction[Any]) -> None:
        """The card of an interaction that was claimed stands, or never will as its answer."""
        ...


class Uploads(Protocol):
    """Posts clips; what each promises, the Chat port says."""

    #: The longest that posting a clip may take, in seconds.
    post_timeout_s: float

    async def most_bytes(self, channel: str) -> int | None:
        """As the port's."""
        ...

    async def post_clip(
        self, view: CardView, clip: Path, *, name: str, channel: str, nonce: str, thread: Message | None
    ) -> Posted:
        """As the port's."""
        ...

    async def find_post(self, *, channel: str, nonce: str) -> Posted | None:
        """As the port's."""
        ...

    async def take_off_picture(self, message: Message) -> None:
        """As the port's."""
        ...

    async def take_down(self, message: Message, *, file: str | None = None) -> None:
        """As the port's, for every message."""
        ...

    async def close(self) -> None:
        """Wait for what has begun."""
        ...


class DiscordChat:
    """Every server that the bot is in."""

    platform = PLATFORM
    clips_together = True

    def __init__(
        self, *, client: discord.Client, store: Store, clock: Clock, pending: Pending, uploads: Uploads, who: Who
    ) -> None:
        """``client`` has been made with ``max_ratelimit_timeout=errors.MOST_WAIT_S``, and is logged in elsewhere."""
        self._pending = pending
        self._uploads = uploads
        self._who = who
        notes = Notes(store, clock, SHELVES)
        self._said = Said(notes, SAID)
        self._asides = Asides(notes, clock)
        self._rooms = Rooms(client)
        self._sender = Sender(client, clock)
        self._direct = Direct(client, self._sender, clock)
        self._keycaps = Keycaps(partial(keycaps.react, client), clock)
        self._turns = Turns()
        self._beside = Beside(self._sender, self._asides, self._turns, clock)
        self.post_timeout_s = uploads.post_timeout_s

    @property
    def progress_every_s(self) -> float | None:
        """Seconds between edits that only bring the time left up to date; more, the more cards are moving."""
        return self._sender.progress_every_s

    async def close(self) -> None:
        """Wait for what has begun."""
        await self._turns.close()
        await self._uploads.close()
        await self._keycaps.close()

    async def may_post(self, channel: str) -> str | None:
        """Whether cards and files may be posted there; else what to allow, and where.

        Raises:
            ChatBusy: Discord cannot be asked.
        """
        return await self._rooms.obstacle(channel)

    async def most_bytes(self, channel: str) -> int | None:
        """What the server takes, or the setting says."""
        return await self._uploads.most_bytes(channel)

    async def show(
        self, view: CardView, *, channel: str, nonce: str, message: Message | None, rank: Rank = Rank.STATE
    ) -> Message:
        """Post a card once per nonce, as the answer to what ordered it where that waits, or edit it.

        A card that is too old to be edited is posted anew, and the old one taken away; the message is another one then.

        Raises:
            MessageGone: a person deleted the card that was to be edited.
            NotYet: an edit of this rank has to wait.
            ChatBusy, ChatClosed, ChatError
        """
        return await self._turns.take((channel, nonce), lambda: self._show(view, channel, nonce, message, rank))

    async def say(self, view: CardView, *, channel: str, nonce: str, to: str | None, thread: Message | None) -> Message:
        """Post a line once per nonce; to one person in a direct message, or in the channel where they take none.

        Raises:
            ChatBusy, ChatClosed, ChatError
        """
        return await self._turns.take((channel, nonce), lambda: self._say(view, channel, nonce, to, thread))

    async def aside(self, message: Message, name: str, sentence: str) -> None:
        """Say something to one person on a card, where nobody is notified of it, until the card shows an outcome.

        Raises:
            ChatBusy, ChatClosed, MessageGone, ChatError
        """
        await self._beside.say(message, access.beside_card(name, sentence))

    async def post_clip(
        self, view: CardView, clip: Path, *, name: str, channel: str, nonce: str, thread: Message | None
    ) -> Posted:
        """Post a clip's file, with those of its slate.

        Raises:
            FileTooLarge, ChatBusy, ChatClosed, ChatError
        """
        return await self._uploads.post_clip(view, clip, name=name, channel=channel, nonce=nonce, thread=thread)

    async def find_post(self, *, channel: str, nonce: str) -> Posted | None:
        """The clip that was posted with this nonce, if the channel can see it."""
        return await self._uploads.find_post(channel=channel, nonce=nonce)

    async def take_off_picture(self, message: Message) -> None:
        """Take the picture off a clip's message; the clip stays."""
        await self._uploads.take_off_picture(message)

    async def take_down(self, message: Message, *, file: str | None = None) -> None:
        """Remove a message with its files, or one of them; one that is not there is not an error.

        Raises:
            ChatBusy, ChatClosed, ChatError
        """
        if file is None:
            self._sender.forget(message)
        await self._uploads.take_down(message, file=file)

    async def link(self, message: Message) -> str | None:
        """The message's address, while it stands.

        Raises:
            ChatBusy, ChatClosed, ChatError
        """
        try:
            await self._sender.fetch(message)
        except MessageGone:
            return None
        return address(split(message.channel)[0], message)

    async def reactions(self, message: Message) -> list[Reaction]:
        """Every vote that stands on the message now, each person's once per meaning; bots included.

        Raises:
            ChatBusy, ChatClosed, ChatError
        """
        try:
            return await votes.standing(await self._sender.fetch(message), split(message.channel)[0], self._who)
        except MessageGone:
            return []

    async def who(self, person: str, *, channel: str) -> Actor:
        """The person as the server knows them now; whoever is not in it any more is a guest there.

        Raises:
            ChatBusy, ChatClosed, ChatError
        """
        return await self._who(split(channel)[0], person_of(person))

    async def _show(self, view: CardView, channel: str, nonce: str, message: Message | None, rank: Rank) -> Message:
        standing = message or await self._said.message(channel, nonce)
        if standing is not None:
            try:
                standing = await self._edit(view, channel, standing, rank)
            except MessageGone:
                await self._said.forget(channel, nonce)
                if message is not None:
                    raise
                standing = None
        if standing is None:
            standing = await self._post(view, channel, nonce)
            await self._said.keep(channel, nonce, standing)
        if view.picture is not None and view.numbers:
            self._keycaps.number(standing, len(view.numbers))
        return standing

    async def _post(self, view: CardView, channel: str, nonce: str) -> Message:
        """The card, as the answer to the interaction that waits for it, or by itself."""
        interaction = await self._pending.claim(nonce, channel)
        try:
            posted = interaction and await self._sender.answer(view, channel, cards.card, interaction)
            return posted or await self._sender.post(view, channel, cards.card, nonce=nonce)
        finally:
            if interaction is not None:
                self._pending.shown(interaction)

    async def _edit(self, view: CardView, channel: str, message: Message, rank: Rank) -> Message:
        """Show it there, or where it was posted anew since; a card that is too old is posted anew now."""
        while self._sender.is_old(message) and (later := await self._said.message(channel, _anew(message))):
            message = later
        try:
            await self._turns.take(spot(message), lambda: self._edit_here(view, message, rank))
        except TooOld:
            posted = await self._sender.post(view, channel, cards.card, nonce=_anew(message))
            await self._said.keep(channel, _anew(message), posted)
            await self._take_away(message)
            return posted
        return message

    async def _edit_here(self, view: CardView, message: Message, rank: Rank) -> None:
        if rank.value <= Rank.OUTCOME.value:
            await self._asides.decided(message)
        await self._sender.edit(view, message, with_words(await self._asides.on(message)), rank)

    async def _say(self, view: CardView, channel: str, nonce: str, to: str | None, thread: Message | None) -> Message:
        said = await self._said.message(channel, nonce)
        if said is None:

            async def openly(view: CardView) -> Message:
                return await self._line(view, channel, nonce, thread)

            if to is None:
                said = await openly(view)
            else:
                said = await self._direct.say(view, channel, to=to, nonce=nonce, thread=thread, openly=openly)
            await self._said.keep(channel, nonce, said)
        return said

    async def _line(self, view: CardView, channel: str, nonce: str, thread: Message | None) -> Message:
        if (forum := self._rooms.forum(channel)) is not None:
            return await self._sender.begin(view, channel, cards.line, forum, nonce=nonce)
        return await self._sender.post(view, channel, cards.line, nonce=nonce, under=thread)

    async def _take_away(self, message: Message) -> None:
        """The card stands elsewhere now; an old one that cannot be deleted harms nobody."""
        try:
            await self._sender.remove(message)
        except ChatError as error:
            log.warning("%s stands beside the card that took its place: %s", message.id, error)


def _anew(message: Message) -> str:
    """The nonce of the card that takes the place of one that is too old."""
    return f"anew:{message.id}"
