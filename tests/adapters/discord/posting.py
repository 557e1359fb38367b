"""A Discord chat on the wire, for tests of what is sent."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import discord

from adapters.discord.chat import DiscordChat
from adapters.discord.pending import Pending
from bot.core.commands import Actor
from bot.core.errors import ChatClosed
from bot.core.fakes import MemoryStore
from bot.core.ports import CardView, Message, Posted
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


@dataclass(slots=True)
class NoFiles:
    """A server that takes no clips: what the port does without them."""

    post_timeout_s: float = 60.0
    taken_down: list[tuple[Message, str | None]] = field(default_factory=list)
    taken_off: list[Message] = field(default_factory=list)

    async def most_bytes(self, channel: str) -> int | None:
        return len(channel)

    async def post_clip(
        self, view: CardView, clip: Path, *, name: str, channel: str, nonce: str, thread: Message | None
    ) -> Posted:
        raise ChatClosed(name)

    async def find_post(self, *, channel: str, nonce: str) -> Posted | None:
        return None

    async def take_off_picture(self, message: Message) -> None:
        self.taken_off.append(message)

    async def take_down(self, message: Message, *, file: str | None = None) -> None:
        self.taken_down.append((message, file))


async def who(guild: int, person: int) -> Actor:
    """Whoever it is, by a name made of the ids."""
    return Actor(id=str(person), name=f"{guild}-{person}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """What a test looks at."""

    wire: Wire
    client: discord.Client
    clock: Moment
    store: MemoryStore
    files: NoFiles
    pending: Pending
    chat: DiscordChat

    def again(self) -> DiscordChat:
        """The chat of a process that was started anew."""
        return made(self.client, self.clock, self.store, self.files, self.pending)


def made(client: discord.Client, clock: Moment, store: MemoryStore, files: NoFiles, pending: Pending) -> DiscordChat:
    """A chat."""
    return DiscordChat(client=client, store=store, clock=clock, pending=pending, uploads=files, who=who)


@asynccontextmanager
async def posting() -> AsyncIterator[Posting]:
    """A chat whose client talks to the wire."""
    async with wire() as server, signed_in(plain_client()) as client:
        clock = Moment()
        store, files, pending = MemoryStore(clock), NoFiles(), Pending()
        chat = made(client, clock, store, files, pending)
        yield Posting(wire=server, client=client, clock=clock, store=store, files=files, pending=pending, chat=chat)
        await chat.close()
        await store.close()
