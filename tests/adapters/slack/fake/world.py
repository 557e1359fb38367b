"""The workspace's state, the same for the Web API and for what people do."""

from __future__ import annotations

import itertools
import secrets
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.adapters.slack.fake.values import Call, Channel, FakeMessage, FakeView, Person, SlackError, Team

if TYPE_CHECKING:
    from tests.adapters.slack.fake.files import FakeFile


class World:
    """Teams, people, channels and messages, the clock that Slack goes by, and what a test sets."""

    app_id = "A0DAILIES"
    app_token = "xapp-1-A0DAILIES-1-secret"
    client_id, client_secret = "1111.2222", "0123456789abcdef"
    signing_secret = "8f742231b10e8888abcd99yyyzzz85a5"
    origin = ""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self.skipped_s = 0.0
        #: How long Slack waits for an acknowledgement.
        self.patience_s = 3.0
        #: After which an unacknowledged event comes again.
        self.retry_after_s: tuple[float, ...] = (0, 60, 300)
        self.deliver_twice = False
        self.request_url: str | None = None
        self.limits = False
        #: Whether a command's @names become ids, as its manifest says by ``should_escape``.
        self.escape_commands = True
        #: How long after its completion a file is processed and shared, and whether it is ever shared.
        self.late_shares_s = 0.02
        self.never_share = False
        #: What Slack told people of an app that failed: not acknowledged, blocks that are none.
        self.complaints: list[str] = []
        self.teams: dict[str, Team] = {}
        self.people: dict[str, Person] = {}
        self.files: dict[str, FakeFile] = {}
        self.folder = Path()
        #: What somebody who installs the app brings back from Slack: the team and themselves, or None once used.
        self.codes: dict[str, tuple[str, str] | None] = {}
        self.channels: dict[str, Channel] = {}
        self.said: list[FakeMessage] = []
        self.modals: dict[str, list[FakeView]] = {}
        self.homes: dict[tuple[str, str], FakeView] = {}
        self.heard: list[Call] = []
        #: User groups by id.
        self.groups: dict[str, list[str]] = {}
        #: Their ids by the names that people type.
        self.handles: dict[str, str] = {}
        self._ids = itertools.count(1)
        self._last_ts = 0.0

    def now(self) -> float:
        """The time in seconds since the epoch."""
        return self.clock() + self.skipped_s

    def later(self, seconds: float) -> None:
        """Let time go by for whatever Slack dates: triggers, response addresses, rate limits."""
        self.skipped_s += seconds

    def ts(self) -> str:
        """The id of what happens now; no two are the same."""
        self._last_ts = max(self.now(), self._last_ts + 0.000_001)
        return f"{self._last_ts:.6f}"

    def new_id(self, prefix: str) -> str:
        return f"{prefix}{next(self._ids):05d}{secrets.token_hex(3).upper()}"

    def team(self, team: str, *, installed: bool = True) -> Team:
        """The workspace, made with the app installed or not."""
        if team not in self.teams:
            tail = "" if team == "T1" else team
            bot = Person(id=f"U0BOT{tail}", name="dailies", team=team, bot=True)
            self.people[bot.id] = bot
            self.teams[team] = Team(
                id=team,
                domain=f"studio-{team.lower()}",
                bot_user=bot.id,
                bot_id=f"B0BOT{tail}",
                bot_token=f"xoxb-{team}-secret",
                installed=installed,
            )
        return self.teams[team]

    def person(self, user: str, name: str, *, team: str = "T1", **traits: Any) -> Person:
        """Somebody of the workspace: ``admin``, ``guest``, ``bot``, ``deleted``, ``tz``.

        A ``stranger`` is of another workspace, ``team``, which has the app only if it has it already.
        """
        self.team(team, installed=not traits.get("stranger"))
        self.people[user] = Person(id=user, name=name, team=team, **traits)
        return self.people[user]

    def channel(
        self,
        channel: str,
        name: str,
        *,
        members: tuple[str, ...] = (),
        bot_is_in: bool = True,
        team: str = "T1",
        **traits: Any,
    ) -> Channel:
        """A channel of the workspace: ``private``, ``archived``, ``shared``."""
        bots = {self.team(team).bot_user} if bot_is_in else set()
        self.channels[channel] = Channel(id=channel, name=name, team=team, members={*members, *bots}, **traits)
        return self.channels[channel]

    def direct_channel(self, user: str) -> Channel:
        """Where the bot and this person talk."""
        person = self.people[user]
        bot = self.teams[person.team].bot_user
        channel = f"D{user}"
        if channel not in self.channels:
            self.channels[channel] = Channel(
                id=channel, name="directmessage", team=person.team, members={user, bot}, private=True, direct_with=user
            )
        return self.channels[channel]

    def bot_is_in(self, channel: Channel) -> bool:
        return self.teams[channel.team].bot_user in channel.members

    def is_picture(self, file: str) -> bool:
        """Whether an image block may show this file, by its id or its address: it is there, processed, and one."""
        found = next((each for each in self.files.values() if file == each.id or f"-{each.id}/" in file), None)
        return found is not None and found.processed and not found.deleted and found.showable

    def post(self, **facts: Any) -> FakeMessage:
        """Put a message where it belongs."""
        message = FakeMessage(ts=self.ts(), **facts)
        self.said.append(message)
        return message

    def message(self, channel: str, ts: str) -> FakeMessage:
        """The message that everybody there sees.

        Raises:
            SlackError: there is none.
        """
        for message in reversed(self.said):
            if (message.channel, message.ts) == (channel, ts) and message.only is None and not message.deleted:
                return message
        raise SlackError(error="message_not_found")

    def messages(self, channel: str, *, thread: str | None = None) -> list[FakeMessage]:
        """What everybody in the channel sees, in its order; with ``thread`` its replies only."""
        seen = [each for each in self.said if each.channel == channel and each.only is None and not each.deleted]
        return seen if thread is None else [each for each in seen if each.thread_ts == thread]

    def private(self, user: str) -> list[FakeMessage]:
        """What this person alone sees: ephemeral messages, and the bot's direct messages."""
        direct = f"D{user}"
        return [
            each
            for each in self.said
            if not each.deleted
            and (each.only == user or (each.only is None and each.channel == direct))
            and each.user != user
        ]

    def views(self, user: str) -> list[FakeView]:
        """The modals on this person's screen, the topmost last."""
        return self.modals.get(user, [])

    def home(self, user: str) -> FakeView | None:
        """The app's home as this person sees it."""
        return self.homes.get((self.people[user].team, user))

    def calls(self, method: str | None = None) -> list[Call]:
        """What the app asked of the Web API, in its order."""
        return [each for each in self.heard if method in (None, each.method)]
