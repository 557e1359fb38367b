"""How much memory a clip of 100 MB takes on its way into a bucket, and back."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import shutil
import statistics
import sys
import time
from collections.abc import AsyncIterator, Awaitable
from pathlib import Path

import httpx
import psutil  # type: ignore[import-untyped]

from adapters.archive.copies import Copies
from adapters.archive.folder import FolderArchive
from adapters.archive.place import BucketPlace
from adapters.archive.s3 import S3Archive
from bot.core.ports import Stored

ROUNDS = 5
CLIP_BYTES = 100 * 1000 * 1000
MIB = 2**20
SAMPLE_S = 0.01
SERVER = """
from moto.server import ThreadedMotoServer
import logging, threading
logging.getLogger("werkzeug").setLevel(logging.ERROR)
server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
threading.Event().wait()
"""


@contextlib.asynccontextmanager
async def served() -> AsyncIterator[str]:
    """An S3 server on loopback, by a process of its own, with a bucket; its address."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", SERVER, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    address = f"http://127.0.0.1:{int(await process.stdout.readline())}"
    async with httpx.AsyncClient(trust_env=False) as client:
        (await client.put(f"{address}/clips")).raise_for_status()
    try:
        yield address
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


async def _measured(doing: Awaitable[object]) -> tuple[float, float]:
    """The MiB that the process has at most meanwhile, and the seconds that it takes."""
    done, begun = asyncio.Event(), time.perf_counter()
    watching = asyncio.create_task(_highest_rss(done))
    await doing
    seconds = time.perf_counter() - begun
    done.set()
    return await watching / MIB, seconds


async def _kept(archive: S3Archive, folder: Path, name: str, content: bytes) -> Stored:
    await asyncio.to_thread((folder / "clip.mp4").write_bytes, content)
    return await archive.keep(folder / "clip.mp4", name, sha256=hashlib.sha256(content).hexdigest())


async def test_memory_of_a_clip_on_its_way(tmp_path: Path) -> None:
    """What the process grows by above what it had after a small clip, sampled every 10 ms; what the library takes."""
    bare = psutil.Process().memory_info().rss / MIB
    grown: dict[str, list[float]] = {"keep": [], "open": []}
    speeds: dict[str, list[float]] = {"keep": [], "open": []}
    async with served() as address:
        place = BucketPlace(bucket="clips", key_id="key", secret="secret", endpoint=address)
        copies = Copies(tmp_path / "copies")
        archive = S3Archive(place, copies=copies, before=FolderArchive(tmp_path / "before"))
        await _kept(archive, tmp_path, "2026-11/launch/A7K.mp4", b"clip")
        source, content = tmp_path / "large.mp4", bytes(CLIP_BYTES)
        sha256 = hashlib.sha256(content).hexdigest()
        await asyncio.to_thread(source.write_bytes, content)
        del content
        before = psutil.Process().memory_info().rss / MIB
        for number in range(ROUNDS):
            name = f"2026-11/launch/A7K-{number}.mp4"
            stored = Stored(name=name, size=CLIP_BYTES, sha256=sha256)
            await asyncio.to_thread(shutil.copyfile, source, tmp_path / "clip.mp4")
            for verb, mibs in grown.items():
                await copies.drop(name)
                keeping = verb == "keep"
                doing = archive.keep(tmp_path / "clip.mp4", name, sha256=sha256) if keeping else archive.open(stored)
                most, seconds = await _measured(doing)
                mibs.append(most - before)
                speeds[verb].append(CLIP_BYTES / seconds / 1e6)
        await archive.close()
    for verb, mibs in grown.items():
        print(
            f"\n{verb} of a clip of 100 MB in a bucket: the process grows by {statistics.median(mibs):.1f} MiB "
            f"(most {max(mibs):.1f}), at {statistics.median(speeds[verb]):.0f} MB a second"
        )
    print(f"the library for buckets and its first call take {before - bare:.0f} MiB")
