"""Where finished clips and uploads lie: made once, found again by their content, the oldest removed when it is full."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
from pathlib import Path

from adapters.muapi.simulator.clips import Clip, make

MOST_CLIP_BYTES = 512 * 1024 * 1024
MOST_CLIPS = 2_000
MOST_UPLOAD_BYTES = 512 * 1024 * 1024
MOST_UPLOADS = 500
#: Encoders at work at once; each keeps a core busy.
ENCODERS = 2


class Shelf:
    """Clips by the name of their content."""

    def __init__(self, folder: Path, *, most_bytes: int = MOST_CLIP_BYTES) -> None:
        """Use the folder, which exists."""
        self._folder = folder
        self._most_bytes = most_bytes
        self._turn = asyncio.Semaphore(ENCODERS)
        self._making: dict[str, asyncio.Task[None]] = {}

    @staticmethod
    def name(clip: Clip) -> str:
        """The name of the clip's content: equal clips have equal names, and equal bytes."""
        return hashlib.sha256(repr(clip).encode("utf-8", "replace")).hexdigest()[:32]

    async def fetch(self, clip: Clip) -> Path:
        """The clip's file, made now if it is not there.

        Raises:
            OSError: the folder cannot be written.
        """
        name = self.name(clip)
        path = self._folder / f"{name}.mp4"
        with contextlib.suppress(FileNotFoundError):
            os.utime(path)
            return path
        task = self._making.get(name)
        if task is None:
            task = self._making[name] = asyncio.create_task(self._make(clip, path))
            task.add_done_callback(lambda _: self._making.pop(name, None))
        # A client that hangs up must not spoil the clip for the next one.
        await asyncio.shield(task)
        return path

    async def close(self) -> None:
        """Wait for what is being made."""
        await asyncio.gather(*self._making.values(), return_exceptions=True)

    async def _make(self, clip: Clip, path: Path) -> None:
        async with self._turn:
            await asyncio.to_thread(make, clip, path)
            await asyncio.to_thread(tidy, self._folder, "*.mp4", most_bytes=self._most_bytes, most_files=MOST_CLIPS)


def tidy(folder: Path, pattern: str, *, most_bytes: int, most_files: int) -> None:
    """Remove the files that were used longest ago until the rest fits; the newest always stays."""
    files = sorted(((path.stat(), path) for path in folder.glob(pattern)), key=lambda found: found[0].st_mtime_ns)
    size = sum(stat.st_size for stat, _ in files)
    for stat, path in files[:-1]:
        if size <= most_bytes and len(files) <= most_files:
            break
        path.unlink(missing_ok=True)
        files = files[1:]
        size -= stat.st_size
