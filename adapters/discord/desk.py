"""What every handler works with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Protocol

import discord

from adapters.discord.answering import Answering
from adapters.discord.buttons import Interaction, home_of
from adapters.discord.ids import PLATFORM
from bot.core.commands import Actor, Command, Place
from bot.core.errors import Refusal
from bot.core.modals import Choice
from bot.core.notices import Notice
from bot.core.parsing.origin import Origin
from bot.core.ports import Clock, Message
from bot.core.sentences import talk
from bot.core.settings_options import MODELS

#: A line on a card without a ping: where the card is, who is meant, what is said to them.
Aside = Callable[[Message, str, str], Awaitable[None]]


class Suggesting(Protocol):
    """Answers what may be meant while one types."""

    async def takes(self, place: Place, verb: str, typed: str) -> list[Choice]:
        """Ids that the verb can do something with, the newest first.

        Raises:
            StoreError: the rows cannot be read.
        """
        ...

    def models(self) -> list[Choice]:
        """The models that are on, with their prices."""
        ...


class Manager(Protocol):
    """The one door to the product."""

    @property
    def suggesting(self) -> Suggesting:
        """What is offered while one types."""
        ...

    async def handle(self, command: Command) -> Notice:
        """Carry out a command; a refusal is an answer too."""
        ...

    async def shown(self, channel: str, message: str) -> str | None:
        """The id of what a message of ours shows.

        Raises:
            StoreError: the rows cannot be read.
        """
        ...


class People(Protocol):
    """Knows who acts."""

    def actor(self, who: discord.Member | discord.User, guild: discord.Guild | None) -> Actor:
        """The person, as Discord describes them with the interaction."""
        ...

    async def asking(self, guild: int, person: int) -> Actor:
        """The person as a member of a server, for an interaction outside of it.

        Raises:
            Refusal: Discord does not say who it is.
        """
        ...


class Places(Protocol):
    """Knows where that is."""

    def place(self, channel: Any) -> Place:
        """The channel, of a thread its parent with the thread as its room."""
        ...

    def direct(self, channel: int, home: int | None) -> tuple[int, Place]:
        """A direct message about a server: which, and the place that it is.

        Raises:
            Refusal: it is not said about which, and it may be several.
        """
        ...


class Attachments(Protocol):
    """Fetches the files that come with an interaction."""

    def pictures(self, files: Sequence[discord.Attachment]) -> AbstractAsyncContextManager[tuple[str, ...]]:
        """The pictures, as the options of an order name them, for one order.

        Raises:
            PictureRefused: one of them cannot be used.
        """
        ...

    def hold(self, files: Sequence[discord.Attachment]) -> tuple[str, ...]:
        """Names for pictures that go with a window; their bytes are fetched while it is filled in.

        Raises:
            PictureRefused: one of them is no picture, or too large.
        """
        ...

    async def held(self, names: Sequence[str]) -> tuple[str, ...]:
        """The pictures of a window, as the options of an order name them; what is no such name stays as it is.

        Raises:
            PictureRefused: one of them was not to be had, or is not kept any more.
        """
        ...

    async def document(self, file: discord.Attachment) -> str:
        """The text in a file.

        Raises:
            PictureRefused: it cannot be had.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The parts that events meet."""

    manager: Manager
    people: People
    places: Places
    answering: Answering
    attachments: Attachments
    #: Of what cannot be answered privately, such as a reaction.
    aside: Aside
    clock: Clock
    #: The names of the models that are on.
    models: tuple[str, ...] = MODELS

    async def origin(self, interaction: Interaction) -> Origin:
        """Who it is, and where, by which event, now.

        Raises:
            Refusal: Discord does not say who it is, or where.
        """
        if interaction.channel is None:
            raise Refusal(talk.place_unknown())
        if interaction.guild_id is None:
            guild, place = self.places.direct(interaction.channel.id, home_of(interaction.message))
            actor = await self.people.asking(guild, interaction.user.id)
        else:
            place = self.places.place(interaction.channel)
            actor = self.people.actor(interaction.user, interaction.guild)
        return Origin(actor=actor, place=place, event=event_of(interaction), now=self.clock.now())


def event_of(interaction: Interaction) -> str:
    """The event that an interaction is: the same id twice is carried out once."""
    return f"{PLATFORM}:{interaction.id}"
