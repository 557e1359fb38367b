"""The channel in the terminal as a room."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from adapters.local import LocalChat, NoScreen, Session
from adapters.local.rendering import rendered
from bot.app import App, open_app
from bot.cli.local import desk_of
from bot.settings import load
from tests.end_to_end.rooms import SETTINGS, Stage, heard

PEOPLE = ("mina", "jo", "ravi", "dana")


class LocalRoom:
    """What people type in it, each at a keyboard of their own."""

    names: Mapping[str, str] = {"local:launch": "#launch", **{name: name for name in PEOPLE}}

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._people: dict[str, Session] = {}
        self._standing: list[str] = []
        self._chat: LocalChat | None = None

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[App]:
        """With the files of the channel in its home."""
        home, simulator = self._stage.home, self._stage.simulator
        given = {
            "HOME": str(home),
            "DAILIES_HOME": str(home / "home"),
            "DAILIES_OWNERS": "dana",
            "DAILIES_PROVIDER_SCALE": str(simulator.plan.scale),
            "MUAPI_API_KEY": simulator.plan.key,
            "MUAPI_BASE_URL": simulator.base_url,
        }
        chat = self._chat = LocalChat(home / "local")
        async with open_app(load(given | SETTINGS), chats=[chat]) as opened:
            app = heard(opened, self._stage.decisions)
            desk = desk_of(app, chat, NoScreen())
            self._people = {name: Session(desk, person=name, channel="launch") for name in PEOPLE}
            stop = asyncio.Event()
            working = asyncio.create_task(app.run(stop))
            try:
                yield app
            finally:
                stop.set()
                await working
                await chat.close()

    async def types(self, who: str, text: str, _command: str, /, **_options: Any) -> None:
        """As it is typed."""
        await self._people[who].type(text)

    async def reacts(self, who: str, emoji: str, about: str, *, back: bool = False) -> None:
        """By its line."""
        await self._people[who].type(f"{'un' if back else ''}react {emoji} {about}")

    async def presses(self, who: str, label: str, about: str) -> None:
        """By its line."""
        await self._people[who].type(f'press "{label}" {about}')

    async def reads(self) -> list[str]:
        """As the terminal shows it."""
        assert self._chat is not None
        return ["\n".join(rendered(entry)) for entry in await self._chat.standing("local:launch")]
