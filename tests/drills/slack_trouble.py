"""What befalls a process on its way to Slack: limits, faults, lost connections."""

from __future__ import annotations

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from tests.adapters.slack.fake.server import FakeSlack

#: Methods whose calls may be refused at any time.
REFUSED_AT_ANY_TIME = (
    "chat.postMessage",
    "chat.update",
    "files.getUploadURLExternal",
    "files.completeUploadExternal",
    "files.info",
    "files.delete",
    "reactions.add",
    "reactions.get",
)
#: Those that are asked before anything is ordered; a command that cannot be understood orders nothing.
REFUSED_LATER = ("users.info", "conversations.info")
#: Seconds of trouble, and of the calm after it, in which what had to wait comes through.
STORM_S, CALM_S = 2.0, 3.0
#: Whose answer may get lost: done again, they are done once all the same. A lost post may stand twice, and is not here.
LOST = ("chat.update", "files.completeUploadExternal", "upload")


@dataclass(slots=True, kw_only=True)
class Trouble:
    """Trouble of every kind, some times a second."""

    slack: FakeSlack
    chance: random.Random
    #: Set once connections may be cut too: Slack sends no command twice, so that one may get lost with its connection.
    cutting: asyncio.Event = field(default_factory=asyncio.Event)
    #: What came about, by its name.
    came: dict[str, int] = field(default_factory=dict)

    async def run(self) -> None:
        """Until it is cancelled: storms, and calm between them."""
        while True:
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(STORM_S):
                    await self._storm()
            self.slack.kit.trouble.faults.clear()
            await asyncio.sleep(CALM_S)

    async def _storm(self) -> None:
        while True:
            await asyncio.sleep(self.chance.uniform(0.05, 0.4))
            kind = self.chance.choice(self._kinds())
            self.came[kind.__name__] = self.came.get(kind.__name__, 0) + 1
            await kind()

    def _kinds(self) -> list[Callable[[], Awaitable[None]]]:
        return [self._limited, self._faulty, self._lost, *([self._cut] if self.cutting.is_set() else [])]

    async def _limited(self) -> None:
        self._fail(self._method(), "ratelimited", retry_after_s=self.chance.choice((0, 0.2, 1)))

    async def _faulty(self) -> None:
        self._fail(self._method(), "http_500")

    async def _lost(self) -> None:
        self._fail(self.chance.choice(LOST), "lost")

    def _fail(self, method: str, error: str, *, retry_after_s: float = 0) -> None:
        """Unless the method is to fail already: what is rarely asked is to come through some day."""
        if not self.slack.kit.trouble.faults[method]:
            self.slack.fail(method, error, retry_after_s=retry_after_s, times=self.chance.choice((1, 1, 3)))

    async def _cut(self) -> None:
        await self.chance.choice((self.slack.drop_socket, self.slack.break_socket, self.slack.refresh_sockets))()

    def _method(self) -> str:
        later = REFUSED_LATER if self.cutting.is_set() else ()
        return str(self.chance.choice((*REFUSED_AT_ANY_TIME, *later)))
