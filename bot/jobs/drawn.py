"""What is drawn or encoded from kept clips when it is needed: sheets, charts, smaller copies. It can be made again."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from weakref import WeakValueDictionary

#: A file is kept for so long after it was last asked for, and in any case for a day, for chats that are slow.
KEPT_MS = 7 * 24 * 3600 * 1000
KEPT_IN_ANY_CASE_MS = 24 * 3600 * 1000
#: Together they take so much of the disk; the oldest go first.
MOST_BYTES = 5_000_000_000

#: Writes the file at a path that does not exist yet.
Make = Callable[[Path], Awaitable[object]]


class Drawn:
    """A folder of files, each named after what is in it: a name that is there need not be made again."""

    def __init__(self, folder: Path, *, most_bytes: int = MOST_BYTES) -> None:
        """The folder is made when the first file is; nobody but its user may read it."""
        self._folder = folder
        self._most_bytes = most_bytes
        #: What is being made now, so that two who ask for the same wait for one.
        self._making: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def get(self, name: str, make: Make) -> Path:
        """The file with this name, made where it is not there; nothing is left of what could not be made.

        Args:
            name: one of ours, safe on every disk; other content has another name.
            make: writes the file at the path that it is given.

        Raises:
            OSError: the disk does not take it; and what ``make`` raises.
        """
        # It is there as long as somebody holds it or waits for it.
        async with self._making.setdefault(name, asyncio.Lock()):
            path = self._folder / name
            if not await self.run(lambda: _touched(path)):
                await self._make(path, make)
            return path

    async def tidy(self, now: int) -> int:
        """Remove what nobody has asked for lately at ``now`` (UTC milliseconds); how many files it was."""
        return await self.run(lambda: self._tidy(now))

    async def run(self, deed: Callable[[], int]) -> int:
        """Do something on the disk, without holding up the event loop."""
        return await asyncio.to_thread(deed)

    async def _make(self, path: Path, make: Make) -> None:
        unfinished = path.with_name(f".{path.stem}.part{path.suffix}")
        await self.run(lambda: _cleared(unfinished))
        try:
            await make(unfinished)
            await self.run(lambda: _named(unfinished, path))
        finally:
            unfinished.unlink(missing_ok=True)

    def _tidy(self, now: int) -> int:
        if not self._folder.is_dir():
            return 0
        found = sorted(((path.stat().st_mtime * 1000, path) for path in self._folder.iterdir()), reverse=True)
        size, old = 0, []
        for at, path in found:
            size += path.stat().st_size
            over = size > self._most_bytes and at < now - KEPT_IN_ANY_CASE_MS
            if over or at < now - KEPT_MS:
                old.append(path)
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)


def _touched(path: Path) -> int:
    """Whether it is there; if so, it was asked for just now."""
    try:
        os.utime(path)
    except FileNotFoundError:
        return False
    return True


def _cleared(path: Path) -> int:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    return True


def _named(unfinished: Path, path: Path) -> int:
    """Durable before it has its name: after a power cut nobody takes half a file for a whole one."""
    handle = os.open(unfinished, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
    unfinished.rename(path)
    return True
