"""How a chat is heard: whether it is at this moment, and what was missed while it was not."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.core.ports import Clock

log = logging.getLogger(__name__)
#: The first pause after a failure, in seconds; it doubles up to the longest.
PAUSE_S = 1.0
LONGEST_PAUSE_S = 60.0
#: What is under way when it stops has so long to be answered, in seconds.
FINISH_S = 10.0

Deed = Callable[[], Awaitable[None]]


async def nothing() -> None:
    """Nobody wants to know."""


@dataclass(slots=True, kw_only=True)
class Line:
    """How a chat is heard at this moment; readiness looks at it."""

    #: Empty while it is heard; else why not, and what to do.
    trouble: str
    #: Set once nothing will mend it but a person.
    given_up: asyncio.Event = field(default_factory=asyncio.Event)

    def open(self) -> None:
        """It is heard."""
        if not self.given_up.is_set():
            self.trouble = ""

    def give_up(self, why: str) -> None:
        """Stop trying; the process goes on with what is under way."""
        if not self.given_up.is_set():
            log.error("%s", why)
        self.trouble = why
        self.given_up.set()


@asynccontextmanager
async def looked_up(chat: str, connected: Deed, clock: Clock) -> AsyncIterator[asyncio.Event]:
    """What was missed is looked up whenever the event is set: beside the hearing, and never twice at once."""
    due = asyncio.Event()
    looking = asyncio.create_task(_look_up(chat, connected, clock, due))
    try:
        yield due
    finally:
        await ended(looking)


async def _look_up(chat: str, connected: Deed, clock: Clock, due: asyncio.Event) -> None:
    pause_s = PAUSE_S
    while await due.wait():
        due.clear()
        try:
            await connected()
        except Exception:
            log.exception("what was missed in %s could not be looked up; it is tried again", chat)
            await clock.sleep(pause_s)
            pause_s = min(LONGEST_PAUSE_S, pause_s * 2)
            due.set()
        else:
            pause_s = PAUSE_S


async def ended(task: asyncio.Task[None]) -> None:
    """Cancel it, and wait until it is over."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def first_of(*events: asyncio.Event) -> None:
    """Until one of them is set."""
    waiting = [asyncio.create_task(event.wait()) for event in events]
    try:
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in waiting:
            task.cancel()


async def within(chat: str, deed: Awaitable[None]) -> None:
    """Wait for the answers that are under way, but not for ever."""
    try:
        await asyncio.wait_for(deed, FINISH_S)
    except TimeoutError:
        log.warning("answers to %s were still under way after %s s; they are not given", chat, FINISH_S)
