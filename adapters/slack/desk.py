"""What every handler works with."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from adapters.slack.answering import Answering
from adapters.slack.client import ClientOf
from adapters.slack.payloads import Caller
from adapters.slack.people import People
from adapters.slack.places import Places
from adapters.slack.teams import Teams
from bot.core.commands import Actor, Command
from bot.core.notices import Notice
from bot.core.parsing.origin import Origin
from bot.core.ports import Clock, Message
from bot.core.settings_options import MODELS


class Manager(Protocol):
    """The one door to the product."""

    async def handle(self, command: Command) -> Notice:
        """Carry out a command; a refusal is an answer too."""
        ...

    async def shown(self, channel: str, message: str) -> str | None:
        """The id of what a message of ours shows.

        Raises:
            StoreError: the rows cannot be read.
        """
        ...

    async def message_of(self, platform: str, file_id: str) -> Message | None:
        """Where a clip is shown that was uploaded under this id.

        Raises:
            StoreError: the rows cannot be read.
        """
        ...


class Homes(Protocol):
    """Publishes homes."""

    async def publish(self, team: str, actor: Actor, event: str) -> None:
        """Show a person their home as it is now."""
        ...


class Fetching(Protocol):
    """Fetches pictures by the ids of their files."""

    def pictures(self, files: Sequence[str], *, team: str) -> AbstractAsyncContextManager[tuple[str, ...]]:
        """The pictures of these files, as the options of an order name them, for one order.

        Raises:
            PictureRefused: one of them cannot be used.
        """
        ...

    async def document(self, file: str, *, team: str) -> str:
        """The text in a file.

        Raises:
            PictureRefused: it cannot be had.
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The parts that events meet."""

    manager: Manager
    client_of: ClientOf
    teams: Teams
    people: People
    places: Places
    answering: Answering
    homes: Homes
    fetching: Fetching
    clock: Clock
    #: The names of the models that are on.
    models: tuple[str, ...] = MODELS
    #: The names of the two commands, as the settings have them.
    clip: str = "/clip"
    dailies: str = "/dailies"

    async def origin(self, caller: Caller) -> Origin:
        """Who it is, and where, by which event, now.

        Raises:
            Refusal: Slack does not say who it is or where.
        """
        actor = await self.people.actor(caller.team, caller.person)
        place = await self.places.place(caller.team, caller.channel)
        return Origin(actor=actor, place=place, event=caller.event, now=self.clock.now())
