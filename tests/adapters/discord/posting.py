"""Uploads on the wire, and one clip posted by a process of its own, to be killed in the middle of it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import discord
from discord.utils import DISCORD_EPOCH

from adapters.discord.ids import channel_id, message_id
from adapters.discord.uploads import Uploads
from bot.core.clock import SystemClock
from bot.core.fakes import MemoryStore
from bot.core.ports import CardView, Message, Posted, Store
from storage import open_store
from tests.adapters.discord.asked import Json
from tests.adapters.discord.wire import FIRST_ID, Wire, signed_in, wire

CHANNEL, GUILD = 77, 5
LAUNCH = channel_id(GUILD, CHANNEL)
#: The slate's card.
CARD = Message(channel=LAUNCH, id=message_id(CHANNEL, FIRST_ID))


class QuickClock(SystemClock):
    """Waits are short."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / 25)


class WireClock(QuickClock):
    """The time at which the wire's messages come."""

    #: It is so much later, in seconds, at each look at the time that has gone by.
    late_s = 0.0
    _looks = 0

    def monotonic(self) -> float:
        self._looks += 1
        return super().monotonic() + self._looks * self.late_s

    def now(self) -> int:
        return (FIRST_ID >> 22) + DISCORD_EPOCH


def draft(number: int, *, mentions: tuple[str, ...] = (), lines: tuple[str, ...] = ()) -> CardView:
    return CardView(title=f"A7K-{number} · oak", mentions=mentions, lines=lines)


@dataclass(slots=True, kw_only=True)
class Desk:
    """Uploads to a channel of the wire."""

    wire: Wire
    client: discord.Client
    store: Store
    uploads: Uploads
    folder: Path
    clock: WireClock = field(default_factory=WireClock)

    def again(self, **options: Any) -> Uploads:
        """Another process takes the rows up."""
        return Uploads(self.client, self.store, self.clock, **options)

    def file(self, name: str, size: int = 10) -> Path:
        path = self.folder / name
        path.write_bytes(name.encode().ljust(size, b"."))
        return path

    async def post(
        self,
        number: int,
        view: CardView | None = None,
        *,
        thread: Message | None = CARD,
        size: int = 10,
        nonce: str = "",
        name: str = "",
        by: Uploads | None = None,
    ) -> Posted:
        name = name or f"A7K-{number}.mp4"
        return await (by or self.uploads).post_clip(
            view or draft(number),
            self.file(name, size),
            name=name,
            channel=LAUNCH,
            nonce=nonce or f"n{number}",
            thread=thread,
        )

    def shown(self) -> list[Json]:
        """The messages that stand."""
        return self.wire.said(CHANNEL)

    def files(self) -> list[list[str]]:
        """The names of the files of each message."""
        return [[each["filename"] for each in said["attachments"]] for said in self.shown()]


@asynccontextmanager
async def desk(folder: Path) -> AsyncIterator[Desk]:
    """A store in memory; nothing stands in the channel."""
    clock = WireClock()
    store = MemoryStore(clock)
    async with wire() as discord_, signed_in() as client:
        uploads = Uploads(client, store, clock)
        yield Desk(wire=discord_, client=client, store=store, uploads=uploads, folder=folder, clock=clock)
        await uploads.close()
    await store.close()


async def post(base_url: str, database: str, clip: str) -> Posted:
    """Post the clip under the nonce ``n1``, as whatever an earlier process left of it demands."""
    discord.http.Route.BASE = base_url
    clock = WireClock()
    store = await open_store(f"sqlite+aiosqlite:///{database}", clock)
    try:
        async with signed_in() as client:
            return await Uploads(client, store, clock).post_clip(
                draft(1), Path(clip), name="A7K-1.mp4", channel=LAUNCH, nonce="n1", thread=CARD
            )
    finally:
        await store.close()


if __name__ == "__main__":
    asyncio.run(post(*sys.argv[1:]))
