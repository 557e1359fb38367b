"""What every handler works with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from adapters.slack.payloads import Caller
from adapters.slack.people import People
from adapters.slack.places import Places
from adapters.slack.teams import Teams
from bot.core.commands import Actor, Command, Place
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
        """The id of what a message of ours shows."""
        ...

    async def message_of(self, platform: str, file_id: str) -> Message | None:
        """Where a clip is shown that was uploaded under this id."""
        ...


#: Draws a person's home in a workspace anew.
Home = Callable[[str, Actor], Awaitable[None]]
#: The bot was added to a channel, by somebody or by itself.
Welcome = Callable[[Place], Awaitable[None]]
#: Takes in the pictures among the files of a message or a modal, as Slack describes them: their ``file:`` paths.
#: Raises Refusal where one cannot be used.
Fetch = Callable[[str, Sequence[Any]], Awaitable[tuple[str, ...]]]


async def _no_home(team: str, person: Actor) -> None:
    del team, person


async def _no_welcome(place: Place) -> None:
    del place


async def _no_pictures(team: str, files: Sequence[Any]) -> tuple[str, ...]:
    del team, files
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The parts that events meet."""

    manager: Manager
    teams: Teams
    people: People
    places: Places
    clock: Clock
    #: The names of the models that are on.
    models: tuple[str, ...] = MODELS
    home: Home = _no_home
    welcome: Welcome = _no_welcome
    fetch: Fetch = _no_pictures
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
