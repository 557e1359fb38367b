"""Copies of archived files on this machine's disk, so that a clip need not be fetched again to be posted."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

from adapters.archive import disk
from adapters.archive.telling import require_safe, told
from bot.core.ports import Stored

T = TypeVar("T")

#: Unfinished downloads, in the same folder, so that each is a copy with a rename.
UNFINISHED = "unfinished"
#: A clip's address ends after a day, so that an older download is never taken up again.
UNFINISHED_KEPT_MS = 2 * 24 * 3600 * 1000
#: A copy is kept for so long after it was last asked for, and in any case while whoever asked may still read it.
KEPT_MS = 7 * 24 * 3600 * 1000
KEPT_IN_ANY_CASE_MS = 10 * 60 * 1000
#: Together they take so much of the disk; the oldest go first.
MOST_BYTES = 5_000_000_000


class Copies:
    """A folder that may be removed at any time: each file in it can be had again."""

    def __init__(self, folder: Path, *, most_bytes: int = MOST_BYTES) -> None:
        """``folder`` is made when it is first needed."""
        self._folder = folder
        self._most_bytes = most_bytes

    def working_file(self, name: str, suffix: str = "") -> Path:
        """Where an unfinished file of this name is, each name with one of its own.

        Raises:
            ArchiveError: full, read-only, or the name is not safe.
        """
        require_safe(name)
        with self.told("written"):
            disk.make_folder(self._folder / UNFINISHED)
        return self._folder / UNFINISHED / f"{disk.flat(name)}{suffix}"

    async def find(self, stored: Stored) -> Path | None:
        """The copy, if it is there and whole; it was asked for just now.

        Raises:
            ArchiveError: the disk cannot be read, or the name is not safe.
        """
        require_safe(stored.name)
        return await self._do("read", lambda: self._find(stored))

    async def take(self, source: Path, name: str) -> Path:
        """Make ``source`` the copy of a name; it is gone from where it was. Older copies go when there are too many.

        Raises:
            ArchiveError: full, or read-only; then ``source`` is as it was.
        """
        return await self._do("written", lambda: self._take(source, name))

    async def drop(self, name: str) -> None:
        """Forget a copy; one that is not there is not an error.

        Raises:
            ArchiveError: it cannot be removed.
        """
        require_safe(name)
        await self._do("written", lambda: self._path(name).unlink(missing_ok=True))

    async def tidy(self, now: int) -> int:
        """Remove old copies, those over the limit, and what downloads left behind at ``now`` (UTC ms); how many.

        Raises:
            ArchiveError: could not be removed.
        """
        return await self._do("written", lambda: self._tidy(now))

    async def free_bytes(self) -> int:
        """How much more fits on the disk.

        Raises:
            ArchiveError: the folder is not there and cannot be made.
        """
        return await self._do("written", self._free_bytes)

    def told(self, done: str) -> contextlib.AbstractContextManager[None]:
        """Translate what the system says of this folder, which could not be ``done``: written, or read.

        Raises:
            ArchiveError
        """
        return told("The folder of the archive's local copies", self._folder, done)

    async def _do(self, done: str, deed: Callable[[], T]) -> T:
        with self.told(done):
            return await asyncio.to_thread(deed)

    def _path(self, name: str) -> Path:
        return self._folder / disk.flat(name)

    def _find(self, stored: Stored) -> Path | None:
        path = self._path(stored.name)
        if not disk.is_file(path) or path.stat().st_size != stored.size or disk.sha256_of(path) != stored.sha256:
            return None
        os.utime(path)
        return path

    def _take(self, source: Path, name: str) -> Path:
        path = self._path(name)
        if os.path.realpath(source) == os.path.realpath(path):
            return path
        disk.make_folder(self._folder)
        try:
            source.replace(path)
        except OSError:
            # From another disk; what is half copied has another name, and is tidied up.
            beside = self.working_file(name, ".copy")
            shutil.copyfile(source, beside)
            beside.replace(path)
            source.unlink(missing_ok=True)
        os.utime(path)
        self._remove(self._surplus(path.stat().st_mtime_ns // 1_000_000))
        return path

    def _tidy(self, now: int) -> int:
        unfinished = (self._folder / UNFINISHED).glob("*")
        old = [path for path in unfinished if disk.is_file(path) and _time(path) < now - UNFINISHED_KEPT_MS]
        return self._remove([*old, *self._surplus(now)])

    def _surplus(self, now: int) -> Iterator[Path]:
        """Copies that nobody has asked for lately, and the oldest of those that are too many together."""
        found = sorted(((_time(path), path) for path in self._folder.glob("*") if disk.is_file(path)), reverse=True)
        size = 0
        for at, path in found:
            size += path.stat().st_size
            if at < now - KEPT_MS or (size > self._most_bytes and at < now - KEPT_IN_ANY_CASE_MS):
                yield path

    def _remove(self, paths: list[Path] | Iterator[Path]) -> int:
        gone = list(paths)
        for path in gone:
            path.unlink(missing_ok=True)
        return len(gone)

    def _free_bytes(self) -> int:
        disk.make_folder(self._folder)
        return shutil.disk_usage(self._folder).free


def _time(path: Path) -> int:
    return path.stat().st_mtime_ns // 1_000_000
