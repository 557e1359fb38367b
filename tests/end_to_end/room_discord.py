"""A channel of a server in simcord as a room."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import discord
import simcord

from bot.app import App
from tests.adapters.discord.server import Server
from tests.adapters.discord.transcript import everything
from tests.end_to_end.discord import at_work, buttons, press, seen_by, settings_for
from tests.end_to_end.rooms import SETTINGS, Stage, heard, until, where


class DiscordRoom:
    """What people do in it."""

    def __init__(self, stage: Stage, here: Server) -> None:
        self._stage, self._here = stage, here
        self._people = {each.name: each for each in here.people.values()}
        self._app: App | None = None

    @property
    def names(self) -> Mapping[str, str]:
        return {
            self._here.channel_id(self._here.launch): "#launch",
            **{str(person.id): name for name, person in self._people.items()},
        }

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[App]:
        """Served by simcord in place of the gateway."""
        settings = settings_for(self._here, self._stage.simulator, self._stage.home, **SETTINGS)
        async with at_work(settings, self._here, through=lambda app: heard(app, self._stage.decisions)) as app:
            self._app = app
            yield app

    async def types(self, who: str, _text: str, command: str, /, **options: Any) -> None:
        """With its options one by one."""
        shown = await self._people[who].slash(self._here.launch, command, **options)
        assert shown.acknowledged

    async def reacts(self, who: str, emoji: str, about: str, *, back: bool = False) -> None:
        """On the message of a card or a clip."""
        assert self._app is not None
        _, _, own = (await where(self._app, about)).partition("/")
        person = self._people[who]
        (message,) = [each for each in seen_by(self._here, person) if each.id == int(own)]
        await (person.unreact(message, emoji) if back else person.react(message, emoji))

    async def presses(self, who: str, label: str, about: str) -> None:
        """On the newest message that has it."""
        person = self._people[who]
        await until(lambda: self._button(person, label, about), what=(who, label, about))
        message, button = self._button(person, label, about)[0]
        await press(person, message, button.custom_id or "")

    def _button(
        self, person: simcord.MemberActor, label: str, about: str
    ) -> list[tuple[discord.Message, discord.Button]]:
        return [
            (message, button)
            for message in seen_by(self._here, person)
            for button in buttons(message)
            if (button.label or "").startswith(label) and about in (button.custom_id or "")
        ]

    async def reads(self) -> list[str]:
        """In channels and in private."""
        return everything(self._here)
