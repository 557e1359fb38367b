"""A Discord chat on the wire, for tests of what is sent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

import discord

from adapters.discord.chat import DiscordChat
from adapters.discord.pending import Pending
from adapters.discord.uploads import Uploads
from bot.core.commands import Actor
from bot.core.fakes import MemoryStore
from tests.adapters.discord.openapi import complaints
from tests.adapters.discord.server import plain_client
from tests.adapters.discord.wire import FIRST_ID, Wire, signed_in, wire
from tests.adapters.slack.workspace import SwiftClock

GUILD, CHANNEL = 5, 77
LAUNCH, OTHER = f"discord:{GUILD}/{CHANNEL}", f"discord:{GUILD}/78"
HOUR_MS = 3_600_000


class Moment(SwiftClock):
    """The time at which the wire's first message is sent; later, as far as somebody slept or said so."""

    def __init__(self) -> None:
        super().__init__()
        self.later_ms = 1_000

    def now(self) -> int:
        sent = round(discord.utils.snowflake_time(FIRST_ID).timestamp() * 1000)
        return sent + self.later_ms + round(sum(self.slept) * 1000)


async def who(guild: int, person: int) -> Actor:
    """Whoever it is, by a name made of the ids."""
    return Actor(id=str(person), name=f"{guild}-{person}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaking:
    """What a test looks at."""

    wire: Wire
    client: discord.Client
    clock: Moment
    store: MemoryStore
    uploads: Uploads
    pending: Pending
    chat: DiscordChat

    def again(self) -> DiscordChat:
        """The chat of a process that was started anew."""
        return made(self.client, self.clock, self.store, self.uploads, self.pending)


def made(client: discord.Client, clock: Moment, store: MemoryStore, uploads: Uploads, pending: Pending) -> DiscordChat:
    """A chat."""
    return DiscordChat(client=client, store=store, clock=clock, pending=pending, uploads=uploads, who=who)


@asynccontextmanager
async def speaking() -> AsyncIterator[Speaking]:
    """A chat whose client talks to the wire, and asks of it nothing that Discord does not describe."""
    async with wire() as server, signed_in(plain_client()) as client:
        clock = Moment()
        store, pending = MemoryStore(clock), Pending()
        uploads = Uploads(client, store, clock)
        chat = made(client, clock, store, uploads, pending)
        yield Speaking(
            wire=server, client=client, clock=clock, store=store, uploads=uploads, pending=pending, chat=chat
        )
        await chat.close()
        await store.close()
        assert not (wrong := complaints(server.asked)), wrong
