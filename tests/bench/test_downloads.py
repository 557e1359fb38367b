"""How much memory five downloads of 100 MB at once take."""

from __future__ import annotations

import asyncio
import contextlib
import statistics
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import psutil  # type: ignore[import-untyped]

from adapters.muapi.download import Downloader

ROUNDS = 5
AT_ONCE = 5
CLIP_BYTES = 100 * 1000 * 1000
MIB = 2**20
SAMPLE_S = 0.01
TIMEOUT_S = 120.0


@contextlib.asynccontextmanager
async def served(folder: Path) -> AsyncIterator[str]:
    """The folder on loopback, by a process of its own; its address."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", str(folder)),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdout is not None
    said = (await process.stdout.readline()).decode()
    try:
        yield said[said.index("(") + 1 : said.index(")")].rstrip("/")
    finally:
        process.terminate()
        await process.wait()


async def _highest_rss(until: asyncio.Event) -> int:
    """Bytes, the most of all samples until then."""
    process, highest = psutil.Process(), 0
    while not until.is_set():
        highest = max(highest, process.memory_info().rss)
        await asyncio.sleep(SAMPLE_S)
    return highest


async def test_memory_of_five_downloads(tmp_path: Path) -> None:
    """What the process grows by above what it had after a small download, sampled every 10 ms."""
    folder = tmp_path / "host"
    folder.mkdir()
    (folder / "small.mp4").write_bytes(bytes(1000))
    (folder / "large.mp4").write_bytes(bytes(CLIP_BYTES))
    downloader = Downloader(allow_loopback=True)
    grown: list[float] = []
    speeds: list[float] = []

    async def fetch(address: str, name: str, into: str) -> int:
        got = await downloader.fetch(
            f"{address}/{name}", tmp_path / into, limit_bytes=2 * CLIP_BYTES, timeout_s=TIMEOUT_S
        )
        return got.size

    async with served(folder) as address:
        await asyncio.gather(*(fetch(address, "small.mp4", f"small{number}") for number in range(AT_ONCE)))
        before = psutil.Process().memory_info().rss
        for _ in range(ROUNDS):
            done, begun = asyncio.Event(), time.perf_counter()
            watching = asyncio.create_task(_highest_rss(done))
            sizes = await asyncio.gather(*(fetch(address, "large.mp4", f"clip{number}") for number in range(AT_ONCE)))
            speeds.append(sum(sizes) / (time.perf_counter() - begun) / 1e6)
            done.set()
            grown.append((await watching - before) / MIB)
            assert sizes == [CLIP_BYTES] * AT_ONCE
    print(
        f"\nfive downloads of 100 MB at once: the process grows by {statistics.median(grown):.1f} MiB "
        f"(most {max(grown):.1f}), at {statistics.median(speeds):.0f} MB a second together"
    )
