"""What is said to one person: in a direct message, or before everybody where they take none."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace

import discord

from adapters.chat.remembered import Remembered
from adapters.discord import cards, text
from adapters.discord.buttons import from_home
from adapters.discord.errors import translated
from adapters.discord.ids import channel_id, split, spot
from adapters.discord.sending import Sender
from bot.core.errors import ChatBusy, ChatClosed, ChatError
from bot.core.ports import CardView, Clock, Message
from bot.core.sentences import access

log = logging.getLogger(__name__)

#: How long a person's direct messages are taken to be where they were, or to be closed, in seconds.
REMEMBERED_S = 3_600.0
CLOSED_S = 600.0
MOST = 5_000

#: Says a line in a channel.
Openly = Callable[[CardView], Awaitable[Message]]


class Direct:
    """Knows who takes direct messages."""

    def __init__(self, client: discord.Client, sender: Sender, clock: Clock) -> None:
        """``sender`` posts them."""
        self._client = client
        self._sender = sender
        self._clock = clock
        self._rooms = Remembered(self._room, clock=clock, good_s=REMEMBERED_S, most=MOST)
        #: Until when a person is not tried again: too many refusals shut a bot out.
        self._closed: dict[str, float] = {}

    async def say(
        self, view: CardView, channel: str, *, to: str, nonce: str, thread: Message | None, openly: Openly
    ) -> Message:
        """Say it to them alone, with the address of the card that it is about; else ``openly``, only they notified.

        Raises:
            ChatBusy, ChatClosed, ChatError
        """
        if not self._is_closed(to):
            try:
                guild, _ = split(channel)
                where = channel_id(guild, await self._rooms.get(to))
                return await self._sender.post(_about(view, thread, guild), where, cards.line, nonce=nonce)
            except ChatBusy:
                raise
            except ChatError as error:
                log.info("said in the channel instead: %s", error)
                self._rooms.forget(to)
                self._closed[to] = self._clock.monotonic() + CLOSED_S
        return await openly(replace(view, mentions=(to,), lines=(*view.lines, access.said_openly())))

    def _is_closed(self, person: str) -> bool:
        now = self._clock.monotonic()
        self._closed = {each: until for each, until in self._closed.items() if until > now}
        return person in self._closed

    async def _room(self, person: str) -> int:
        if not text.known((person,)):
            raise ChatClosed(access.messages_closed())
        with translated():
            return (await self._client.create_dm(discord.Object(int(person)))).id


def address(guild: int, message: Message) -> str:
    """Where a person sees the message."""
    place, own = spot(message)
    return f"https://discord.com/channels/{guild}/{place}/{own}"


def _about(view: CardView, thread: Message | None, guild: int) -> CardView:
    """A direct message stands in no server and under no card: its buttons and an address say what it is about."""
    view = replace(view, buttons=tuple(from_home(button, guild) for button in view.buttons))
    if thread is None:
        return view
    return replace(view, lines=(*view.lines, address(split(thread.channel)[0], thread)))
