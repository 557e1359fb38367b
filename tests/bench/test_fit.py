"""How long it takes to make a clip fit a limit, how near it lands, and what is lost; real seconds."""

from __future__ import annotations

import asyncio
import statistics
import time
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from bot.media.errors import CannotFit
from bot.media.media import Media
from tests.bench.moving import make, psnr

ROUNDS = 3
MIB = 1 << 20
LIMITS_MB = (2, 5, 8, 10, 25)
#: At 720p; the clips have 17.6 Mbit/s.
SHAPES = {"16:9": (1280, 720), "9:16": (720, 1280), "1:1": (960, 960)}
SECONDS = 15
BPS = 17_600_000
SAMPLE_S = 0.05


async def _most_memory(until: asyncio.Event) -> int:
    """Bytes, the most that a process of ours had at any sample."""
    highest = 0
    while not until.is_set():
        for child in psutil.Process().children():
            try:
                highest = max(highest, child.memory_info().rss)
            except psutil.NoSuchProcess:
                continue
        await asyncio.sleep(SAMPLE_S)
    return highest


async def test_fit_of_a_large_clip(tmp_path: Path) -> None:
    """15 s at 720p, of 33 MB, to 10 MiB."""
    clip = make(tmp_path / "clip.mp4", width=1280, height=720, seconds=SECONDS, bits_per_second=BPS)
    limit, into, took = 10 * MIB, tmp_path / "copy.mp4", []
    done = asyncio.Event()
    watching = asyncio.create_task(_most_memory(done))
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        await Media().fit(clip, into, limit_bytes=limit)
        took.append(time.perf_counter() - begun)
    done.set()
    print(
        f"\n{clip.stat().st_size / 1e6:.1f} MB, {SECONDS} s, to 10 MiB: {statistics.median(took):.1f} s, "
        f"{100 * into.stat().st_size / limit:.1f} % of the limit, {psnr(clip, into):.2f} dB, "
        f"{await watching / 1e6:.0f} MB of memory in the worker"
    )


@pytest.mark.parametrize("shape", SHAPES)
async def test_landings(tmp_path: Path, shape: str) -> None:
    """Several limits for each shape: what is used of the limit, the size of the picture, and what is lost."""
    width, height = SHAPES[shape]
    clip = make(tmp_path / "clip.mp4", width=width, height=height, seconds=SECONDS, bits_per_second=BPS)
    print(f"\n{shape}, {clip.stat().st_size / 1e6:.1f} MB")
    for limit in (number * MIB for number in LIMITS_MB):
        into, begun = tmp_path / f"{limit}.mp4", time.perf_counter()
        try:
            fitted = await Media().fit(clip, into, limit_bytes=limit)
        except CannotFit as error:
            print(f"  {limit / MIB:3.0f} MiB: {error}")
            continue
        print(
            f"  {limit / MIB:3.0f} MiB: {100 * fitted.size_bytes / limit:5.1f} %, {fitted.width}×{fitted.height}, "
            f"{psnr(clip, into):.2f} dB, {time.perf_counter() - begun:.1f} s with the comparison"
        )
