"""Reactions added, taken back and cleared, on cards and on the messages of clips alike."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import discord

from adapters.discord.desk import Desk
from adapters.discord.ids import PLATFORM, message_id
from adapters.discord.people import People
from adapters.discord.places import Places
from bot.core.commands import Actor, Place, React
from bot.core.emoji import ReactionMeaning, meaning_of
from bot.core.errors import ChatError, Refusal, StoreError
from bot.core.notices import Notice
from bot.core.parsing.origin import Origin
from bot.core.ports import CardView, Chat, Message

log = logging.getLogger(__name__)
#: Discord sends no event again; what was not written is tried again by ourselves after so many seconds each.
AGAIN_S = (2.0, 10.0, 60.0)


Event = discord.RawReactionActionEvent | discord.RawReactionClearEvent | discord.RawReactionClearEmojiEvent
#: Reads the votes on a message again. Raises ChatError, StoreError.
Look = Callable[[Message], Awaitable[object]]


class Deed(Protocol):
    """What is done about an event."""

    def __call__(self, *, last: bool) -> Coroutine[object, object, None]:
        """``last``: it is not tried again."""
        ...


class NotWritten(Exception):
    """The event was not carried out, for a reason that may pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A message of ours that was reacted to."""

    place: Place
    message: Message


class Reactions:
    """Handler of raw reactions."""

    def __init__(
        self, desk: Desk, *, client: discord.Client, people: People, places: Places, chat: Chat, look: Look
    ) -> None:
        """``desk`` is every handler's; ``chat`` says what is more than a line on the card."""
        self._desk = desk
        self._client = client
        self._people = people
        self._places = places
        self._chat = chat
        self._look = look
        self._newest = 0
        self._carrying: set[asyncio.Task[object]] = set()

    async def finish(self) -> None:
        """Wait for what is being written; what waits to be tried again is found after the next start."""
        while self._carrying:
            await asyncio.wait(self._carrying)

    async def reacted(self, payload: discord.RawReactionActionEvent, *, added: bool) -> None:
        """Carry it out where it means something and is on a message of ours; nobody else's reactions are any talk.

        What could not be written is tried again; what is lost all the same is found by the next reading of votes.
        """
        if not self._may_mean(payload):
            return
        received = self._received()
        await self._patiently(partial(self._carry_out, payload, received, added=added))

    async def cleared(self, payload: discord.RawReactionClearEvent | discord.RawReactionClearEmojiEvent) -> None:
        """Whoever may take other people's reactions off a message takes their votes back; whose they were is not said.

        So they are read again, on a message of ours.
        """
        emoji = payload.emoji if isinstance(payload, discord.RawReactionClearEmojiEvent) else None
        nothing = emoji is not None and (emoji.is_custom_emoji() or meaning_of(emoji.name) is ReactionMeaning.NOTHING)
        if payload.guild_id is not None and not nothing:
            await self._patiently(partial(self._read_again, payload))

    async def _patiently(self, deed: Deed) -> None:
        """Do it, and again where that fails for a reason that may pass."""
        for pause_s in AGAIN_S:
            try:
                await self._kept(deed(last=False))
            except (NotWritten, StoreError, ChatError) as error:
                log.warning("a reaction was not carried out, and is tried again: %s", error)
                await self._desk.clock.sleep(pause_s)
            else:
                return
        try:
            await self._kept(deed(last=True))
        except (NotWritten, StoreError, ChatError) as error:
            log.warning("a reaction was not carried out: %s", error)

    async def _read_again(self, payload: Event, *, last: bool) -> None:
        del last  # There is nobody to be told.
        if (target := await self._target(payload)) is not None:
            await self._look(target.message)

    async def _kept(self, deed: Coroutine[object, object, None]) -> None:
        task = asyncio.ensure_future(deed)
        self._carrying.add(task)
        task.add_done_callback(self._carrying.discard)
        await task

    def _may_mean(self, payload: discord.RawReactionActionEvent) -> bool:
        """Whether it is a person's, on a message that may be ours, with an emoji that means something."""
        own = self._client.user.id if self._client.user else None
        stranger = payload.message_author_id not in {None, own}
        by_bot = payload.user_id == own or (payload.member is not None and payload.member.bot)
        if payload.guild_id is None or stranger or by_bot or payload.emoji.is_custom_emoji():
            return False
        return meaning_of(payload.emoji.name) is not ReactionMeaning.NOTHING

    def _received(self) -> int:
        """The time of an event, for Discord says none; of two the later is later, however fast they come."""
        self._newest = max(self._desk.clock.now(), self._newest + 1)
        return self._newest

    async def _carry_out(
        self, payload: discord.RawReactionActionEvent, received: int, *, added: bool, last: bool
    ) -> None:
        target = await self._target(payload)
        if target is None:
            return
        name, said = await self._said(payload, target, received, added=added)
        if said.unwritten and not last:
            raise NotWritten(said.text)
        if said.text:
            await self._tell(target, name, said, f"reaction:{target.message.id}:{received}")

    async def _target(self, payload: Event) -> Target | None:
        """The message, where it is ours.

        Raises:
            NotWritten: Discord does not say where it stands.
            StoreError: the rows cannot be read.
        """
        try:
            place = await self._places.known(payload.guild_id or 0, payload.channel_id)
        except Refusal as refusal:
            raise NotWritten(refusal.sentence) from refusal
        message = message_id(payload.channel_id, payload.message_id)
        ours = await self._desk.manager.shown(place.channel, message)
        return Target(place=place, message=Message(channel=place.channel, id=message)) if ours else None

    async def _said(
        self, payload: discord.RawReactionActionEvent, target: Target, received: int, *, added: bool
    ) -> tuple[str, Notice]:
        """Whose reaction it is, and what is answered."""
        try:
            actor = await self._actor(payload)
        except Refusal as refusal:
            return "", Notice(text=refusal.sentence, unwritten=True)
        message, emoji = target.message.id, payload.emoji.name
        event = f"{PLATFORM}:{message}:{actor.id}:{emoji}:{added}:{received}"
        origin = Origin(actor=actor, place=target.place, event=event, now=received)
        facts = {"message": message, "emoji": emoji, "added": added, "at": received}
        return actor.name, await self._desk.manager.handle(origin.make(React, **facts))

    async def _actor(self, payload: discord.RawReactionActionEvent) -> Actor:
        """Who it is: one that was added says so, one that was taken back does not."""
        if payload.member is not None:
            return self._people.actor(payload.member, payload.member.guild)
        return await self._people.asking(payload.guild_id or 0, payload.user_id)

    async def _tell(self, target: Target, name: str, said: Notice, nonce: str) -> None:
        """Nobody but a person who types or presses can be answered privately: it is a line on the card, without a ping.

        Buttons that it needs stand below a line of their own, an answer to the card; they ask who presses them.
        """
        if not said.buttons:
            await self._desk.aside(target.message, name, said.text)
            return
        view = CardView(title=said.text, buttons=said.buttons)
        await self._chat.say(view, channel=target.place.where, nonce=nonce, to=None, thread=target.message)
