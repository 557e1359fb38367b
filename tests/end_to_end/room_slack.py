"""A channel of the fake Slack as a room."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from bot.app import App
from tests.adapters.slack.fake.pressing import label_of
from tests.adapters.slack.fake.screens import elements_of
from tests.adapters.slack.fake.server import FakeSlack
from tests.adapters.slack.fake.values import FakeMessage, Json
from tests.end_to_end.rooms import SETTINGS, Stage, heard, until, where
from tests.end_to_end.slack import DANA, JO, LAUNCH, MINA, RAVI, at_work, settings_for

PEOPLE = {"mina": MINA, "jo": JO, "ravi": RAVI, "dana": DANA}
EMOJI = {"1️⃣": "one", "2️⃣": "two", "3️⃣": "three", "4️⃣": "four", "👍": "+1", "✅": "white_check_mark", "📌": "pushpin"}


class SlackRoom:
    """What people do in it."""

    names: Mapping[str, str] = {f"slack:T1/{LAUNCH}": "#launch", **{own: name for name, own in PEOPLE.items()}}

    def __init__(self, stage: Stage, slack: FakeSlack) -> None:
        self._stage, self._slack = stage, slack
        self._app: App | None = None

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[App]:
        """Served by socket."""
        settings = settings_for(self._slack, self._stage.simulator, self._stage.home, **SETTINGS)
        async with at_work(settings, self._slack, through=lambda app: heard(app, self._stage.decisions)) as app:
            self._app = app
            if self._slack.bot_user not in self._slack.channels[LAUNCH].members:
                await self._slack.invite(LAUNCH, by=DANA)
            yield app

    async def types(self, who: str, text: str, _command: str, /, **_options: Any) -> None:
        """As it is typed."""
        root, _, rest = text.partition(" ")
        assert (await self._slack.command(PEOPLE[who], LAUNCH, root, rest)).ok

    async def reacts(self, who: str, emoji: str, about: str, *, back: bool = False) -> None:
        """By its name in Slack."""
        assert self._app is not None
        ts = await where(self._app, about)
        (message,) = [each for each in self._slack.messages(LAUNCH) if each.ts == ts]
        act = self._slack.unreact if back else self._slack.react
        await act(PEOPLE[who], message, EMOJI[emoji])

    async def presses(self, who: str, label: str, about: str) -> None:
        """On the newest message that has it."""
        person = PEOPLE[who]
        await until(lambda: self._button(person, label, about), what=(who, label, about))
        message, button = self._button(person, label, about)[0]
        assert (await self._slack.press(person, message, button["action_id"])).ok

    def _button(self, person: str, label: str, about: str) -> list[tuple[FakeMessage, Json]]:
        seen = [*self._slack.messages(LAUNCH), *self._slack.private(person)]
        return [
            (message, element)
            for message in sorted(seen, key=lambda each: each.ts, reverse=True)
            for block in message.blocks
            for element in elements_of(block)
            if label_of(element).startswith(label) and about in str(element)
        ]

    async def reads(self) -> list[str]:
        """In channels and in private."""
        return [self._slack.shown(each) for each in self._slack.said if not each.deleted]
