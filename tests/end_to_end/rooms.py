"""A channel of any chat, as the people in it use it: what a story that is the same everywhere needs of each."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

import pytest

from adapters.muapi.simulator import Simulator
from bot.app import App
from bot.core.commands import Command
from bot.core.notices import Notice
from bot.core.rows import Card, Post, PostState, Take
from bot.jobs.kit import Kit
from bot.jobs.manager import JobManager

#: Long enough for a loaded machine.
PATIENCE_S = 30.0
#: Long enough to press Undo there, short enough to wait for.
SETTINGS = {"DAILIES_GRACE": "3", "DAILIES_QUORUM": "2"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What somebody asked for, and what was decided."""

    who: str
    asked: str
    answer: Notice


class Heard(JobManager):
    """The manager itself, with a list of what it decided; the list outlives restarts."""

    def __init__(self, kit: Kit, decisions: list[Decision]) -> None:
        super().__init__(kit)
        self._decisions = decisions

    async def handle(self, command: Command) -> Notice:
        """Decide, and put it on the list."""
        answer = await super().handle(command)
        self._decisions.append(Decision(who=command.actor.name, asked=type(command).__name__, answer=answer))
        return answer


def heard(app: App, decisions: list[Decision]) -> App:
    """The app, whose manager's decisions are put on the list."""
    return replace(app, manager=Heard(app.kit, decisions))


@dataclass(slots=True, kw_only=True)
class Stage:
    """What rooms and the story share."""

    simulator: Simulator
    home: Path
    decisions: list[Decision] = field(default_factory=list)


class Room(Protocol):
    """#launch, with mina, jo and ravi, who make clips, and dana, who looks after the money.

    Each act ends when it was answered; what the worker does comes later.
    """

    @property
    def names(self) -> Mapping[str, str]:
        """The people's ids and the channel's, with the names that they have in every story."""
        ...

    def at_work(self) -> AbstractAsyncContextManager[App]:
        """The bot, from a start to its graceful end; the place and what stands there outlives it."""
        ...

    async def types(self, who: str, text: str, command: str, /, **options: Any) -> None:
        """A command: its text where one types freely, its name and options where they are typed one by one."""
        ...

    async def reacts(self, who: str, emoji: str, about: str, *, back: bool = False) -> None:
        """A reaction to the message of a card or a clip, or ``back``, one's own taken off."""
        ...

    async def presses(self, who: str, label: str, about: str) -> None:
        """The button of the newest message that the person sees, by the beginning of what it says; waited for."""
        ...

    async def reads(self) -> list[str]:
        """Every message that stands, as somebody who saw everything would read it."""
        ...


async def until(check: Callable[[], object], *, what: object) -> None:
    """Wait in real time until it holds."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + PATIENCE_S
    while not check():
        if loop.time() > deadline:
            pytest.fail(f"never: {what}")
        await asyncio.sleep(0.01)


async def where(app: App, about: str) -> str:
    """The id of the message that a card or a clip stands with now, waited for."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + PATIENCE_S
    while not (found := await _message(app, about)):
        if loop.time() > deadline:
            pytest.fail(f"{about} is not shown")
        await asyncio.sleep(0.01)
    return found


async def _message(app: App, about: str) -> str | None:
    card = await app.kit.store.transact(lambda tx: tx.get(Card, about))
    if card is not None:
        return card.message
    posts = await app.kit.store.transact(lambda tx: tx.rows(Post, take=about, state=PostState.POSTED))
    return posts[-1].message if posts else None


async def comes_to(app: App, take: str, state: str) -> Take:
    """The take, once it is there."""
    row = None
    for _ in range(round(PATIENCE_S / 0.01)):
        row = await app.kit.store.transact(lambda tx: tx.get(Take, take))
        if row is not None and row.state.value == state:
            return row
        await asyncio.sleep(0.01)
    pytest.fail(f"{take} is {row and row.state.value}, not {state}")


async def until_async(check: Callable[[], Awaitable[bool]], *, what: object) -> None:
    """Wait in real time until it holds."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + PATIENCE_S
    while not await check():
        if loop.time() > deadline:
            pytest.fail(f"never: {what}")
        await asyncio.sleep(0.02)
