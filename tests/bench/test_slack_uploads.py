"""How much memory it takes to post five clips of 100 MB at once on Slack."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import statistics
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import mkdtemp

import psutil  # type: ignore[import-untyped]

from adapters.slack.client import Clients
from adapters.slack.pictures import Pictures
from adapters.slack.uploads import Uploads
from bot.core.clock import SystemClock
from bot.core.fakes import MemoryStore
from bot.core.ports import CardView

ROUNDS = 3
AT_ONCE = 5
CLIP_BYTES = 100 * 1000 * 1000
MIB = 2**20
SAMPLE_S = 0.01
VIEW = CardView(title="Final A7K-F is here · $1.50 · $34.90 left")


@contextlib.asynccontextmanager
async def slack() -> AsyncIterator[tuple[str, str]]:
    """Slack by a process of its own; the address of its Web API and the token. What it was sent does not stay."""
    folder = await asyncio.to_thread(mkdtemp)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-u", "-m", "tests.bench.slack_alone"),
        stdout=asyncio.subprocess.PIPE,
        env={"TMPDIR": folder, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert process.stdout is not None
    address, token = (await process.stdout.readline()).decode().split()
    try:
        yield address, token
    finally:
        process.terminate()
        await process.wait()
        await asyncio.to_thread(shutil.rmtree, folder)


async def _highest_rss(until: asyncio.Event) -> int:
    """Bytes, the most of all samples until then."""
    process, highest = psutil.Process(), 0
    while not until.is_set():
        highest = max(highest, process.memory_info().rss)
        await asyncio.sleep(SAMPLE_S)
    return highest


async def test_memory_of_five_posts(tmp_path: Path) -> None:
    """What the process grows by above what it had after a small post, sampled every 10 ms."""
    small, large = tmp_path / "small.mp4", tmp_path / "large.mp4"
    small.write_bytes(bytes(1000))
    large.write_bytes(bytes(CLIP_BYTES))
    clock = SystemClock()
    store = MemoryStore(clock)
    grown: list[float] = []
    speeds: list[float] = []
    async with slack() as (address, token):
        clients = Clients(base_url=address, tokens={"T1": token})
        uploads = Uploads(clients, store, clock, pictures=Pictures(clients, store, clock))

        async def post(clip: Path, nonce: str) -> None:
            await uploads.post_clip(VIEW, clip, name="A7K-F.mp4", channel="slack:T1/C1", nonce=nonce, thread=None)

        await asyncio.gather(*(post(small, f"small{number}") for number in range(AT_ONCE)))
        before = psutil.Process().memory_info().rss
        for turn in range(ROUNDS):
            done, begun = asyncio.Event(), time.perf_counter()
            watching = asyncio.create_task(_highest_rss(done))
            await asyncio.gather(*(post(large, f"large{turn}-{number}") for number in range(AT_ONCE)))
            speeds.append(AT_ONCE * CLIP_BYTES / (time.perf_counter() - begun) / 1e6)
            done.set()
            grown.append((await watching - before) / MIB)
        await clients.close()
    await store.close()
    print(
        f"\nfive clips of 100 MB posted on Slack at once: the process grows by {statistics.median(grown):.1f} MiB "
        f"(most {max(grown):.1f}), at {statistics.median(speeds):.0f} MB a second together"
    )
