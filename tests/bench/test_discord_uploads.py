"""How much memory it takes to post five files at Discord's highest limit at once, and a slate's at its lowest."""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import discord
import psutil  # type: ignore[import-untyped]
import pytest

from adapters.discord.uploads import Uploads
from bot.core.clock import SystemClock
from bot.core.fakes import MemoryStore
from bot.core.ports import CardView, Message
from tests.adapters.discord.wire import signed_in

ROUNDS = 3
AT_ONCE = 5
MIB = 2**20
SAMPLE_S = 0.01
VIEW = CardView(title="Final A7K-F is here · $1.50 · $34.90 left")
CARD = Message(channel="discord:5/77", id="77/1")


@contextlib.asynccontextmanager
async def discord_alone() -> AsyncIterator[None]:
    """Discord's REST by a process of its own; files are counted there and do not stay."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-u", "-m", "tests.bench.discord_alone"),
        stdout=asyncio.subprocess.PIPE,
        env={"PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert process.stdout is not None
    before = discord.http.Route.BASE
    discord.http.Route.BASE = (await process.stdout.readline()).decode().strip()
    try:
        yield
    finally:
        discord.http.Route.BASE = before
        process.terminate()
        await process.wait()


async def _highest_rss(until: asyncio.Event) -> int:
    """Bytes, the most of all samples until then."""
    process, highest = psutil.Process(), 0
    while not until.is_set():
        highest = max(highest, process.memory_info().rss)
        await asyncio.sleep(SAMPLE_S)
    return highest


@pytest.mark.parametrize(
    ("name", "size", "card"),
    [
        ("files of 100 MiB, a channel each", 100 * MIB, None),
        ("clips of a slate of 4.8 MiB, one message", 48 * MIB // 10, CARD),
    ],
)
async def test_memory_of_five_posts(tmp_path: Path, name: str, size: int, card: Message | None) -> None:
    """What the process grows by above what it had after small posts, sampled every 10 ms."""
    small, large = tmp_path / "small.mp4", tmp_path / "large.mp4"
    small.write_bytes(bytes(1000))
    large.write_bytes(bytes(size))
    clock = SystemClock()
    store = MemoryStore(clock)
    grown: list[float] = []
    speeds: list[float] = []
    async with discord_alone(), signed_in() as client:
        uploads = Uploads(client, store, clock)

        async def post(clip: Path, turn: str, number: int) -> None:
            await uploads.post_clip(
                VIEW,
                clip,
                name=f"A7K-{number}.mp4",
                # discord.py sends one message at a time to each channel.
                channel=card.channel if card else f"discord:5/{number}",
                nonce=f"{turn}{number}",
                thread=card and Message(channel=card.channel, id=f"{card.id}{turn}"),
            )

        await asyncio.gather(*(post(small, "9", number) for number in range(AT_ONCE)))
        before = psutil.Process().memory_info().rss
        for turn in range(ROUNDS):
            done, begun = asyncio.Event(), time.perf_counter()
            watching = asyncio.create_task(_highest_rss(done))
            await asyncio.gather(*(post(large, str(turn), number) for number in range(AT_ONCE)))
            speeds.append(AT_ONCE * size / (time.perf_counter() - begun) / 1e6)
            done.set()
            grown.append((await watching - before) / MIB)
    await store.close()
    print(
        f"\nfive {name}, posted on Discord at once: the process grows by {statistics.median(grown):.1f} MiB "
        f"(most {max(grown):.1f}), at {statistics.median(speeds):.0f} MB a second together"
    )
