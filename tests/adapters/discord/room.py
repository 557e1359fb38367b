"""A Discord chat in a server of simcord, for tests of what people see."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from typing import TypeVar

from adapters.discord.chat import DiscordChat
from adapters.discord.client import DailiesClient
from adapters.discord.pending import Pending
from adapters.discord.uploads import Uploads
from bot.core.commands import Actor
from bot.core.fakes import MemoryStore
from tests.adapters.discord.openapi import complaints
from tests.adapters.discord.server import Server, server
from tests.adapters.slack.workspace import SwiftClock

T = TypeVar("T")


class Simulated(SwiftClock):
    """The server's time, and what was slept."""

    def __init__(self, at: Server) -> None:
        super().__init__()
        self._at = at

    def now(self) -> int:
        return round((self._at.env.now().timestamp() + sum(self.slept)) * 1000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What a test looks at."""

    server: Server
    chat: DiscordChat
    pending: Pending
    clock: Simulated
    #: Who was asked for, by id.
    asked: list[int]


@asynccontextmanager
async def room() -> AsyncIterator[Room]:
    """Zed, who is in no crew, counts as a guest here; nothing is asked that Discord does not describe."""
    async with server(DailiesClient()) as at:
        clock, pending, asked = Simulated(at), Pending(), list[int]()
        store = MemoryStore(clock)

        async def who(guild: int, person: int) -> Actor:
            assert guild == at.guild.id
            asked.append(person)
            if person == at.bot_id:
                return Actor(id=str(person), name="dailies", bot=True)
            return Actor(id=str(person), name=at.people[person].user.name, guest=person == at.zed.id)

        uploads = Uploads(at.client, store, clock)
        chat = DiscordChat(client=at.client, store=store, clock=clock, pending=pending, uploads=uploads, who=who)
        yield Room(server=at, chat=chat, pending=pending, clock=clock, asked=asked)
        await chat.close()
        await store.close()
        assert not (wrong := complaints(at.env.http_requests)), wrong


@asynccontextmanager
async def held(opened: AbstractAsyncContextManager[T]) -> AsyncIterator[T]:
    """Entered and left in one task: a fixture is not, and simcord has to be."""
    entered, over = asyncio.get_running_loop().create_future(), asyncio.Event()

    async def hold() -> None:
        async with opened as made:
            entered.set_result(made)
            await over.wait()

    task = asyncio.create_task(hold())
    await asyncio.wait([task, entered], return_when=asyncio.FIRST_COMPLETED)
    if task.done():
        await task
    yield entered.result()
    over.set()
    await task
