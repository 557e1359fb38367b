"""Files that were asked for and go with an answer: a folder of a few, each removed after a day."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import BinaryIO

from bot.core.errors import Refusal
from bot.core.sentences import reports

#: A file's size at most, and how many are kept: together they bound what the folder takes of the disk.
MOST_BYTES = 100_000_000
MOST_FILES = 20
#: A file is kept for so long, for chats that are slow to upload it.
KEPT_MS = 24 * 3600 * 1000


class Exports:
    """A folder of whole files; one that is not finished has a hidden name."""

    def __init__(self, folder: Path, *, most_bytes: int = MOST_BYTES, most_files: int = MOST_FILES) -> None:
        """The folder is made when the first file is written; nobody but its user may read it."""
        self._folder = folder
        self._most_bytes, self._most_files = most_bytes, most_files

    async def write(self, name: str, pieces: AsyncIterator[bytes]) -> Path:
        """Write a file piece by piece; where it is once it is whole. Nothing is left of one that is not.

        Args:
            name: a name of ours that no other file has or had.
            pieces: its bytes; never more than one piece is held.

        Raises:
            Refusal: too large, too many files are kept, or the disk does not take it.
        """
        try:
            await asyncio.to_thread(self._make_room)
            return await write_whole(self._folder / name, self._bounded(pieces))
        except OSError as error:
            raise Refusal(reports.export_failed(error.strerror or str(error))) from error

    async def tidy(self, now: int) -> int:
        """Remove what is older than a day at ``now`` (UTC milliseconds), finished or not; how many files it was."""
        return await asyncio.to_thread(self._tidy, now - KEPT_MS)

    def _make_room(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if len(list(self._folder.iterdir())) >= self._most_files:
            raise Refusal(reports.too_many_exports(self._most_files))

    async def _bounded(self, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        size = 0
        async for piece in pieces:
            size += len(piece)
            if size > self._most_bytes:
                raise Refusal(reports.export_too_large(self._most_bytes))
            yield piece

    def _tidy(self, before: int) -> int:
        if not self._folder.is_dir():
            return 0
        old = [path for path in self._folder.iterdir() if path.stat().st_mtime * 1000 < before]
        for path in old:
            path.unlink(missing_ok=True)
        return len(old)


async def write_whole(target: Path, pieces: AsyncIterator[bytes]) -> Path:
    """Write a file for its user alone, piece by piece; it has its name once it is whole, else nothing is left of it.

    Raises:
        OSError: the disk does not take it.
    """
    unfinished = target.with_name(f".{target.name}.part")
    file = await asyncio.to_thread(_open, unfinished)
    try:
        async for piece in pieces:
            await asyncio.to_thread(file.write, piece)
        return await asyncio.to_thread(_keep, file, unfinished, target)
    finally:
        await asyncio.to_thread(_drop, file, unfinished)


def _open(path: Path) -> BinaryIO:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "wb")


def _keep(file: BinaryIO, unfinished: Path, target: Path) -> Path:
    file.flush()
    os.fsync(file.fileno())
    return unfinished.rename(target)


def _drop(file: BinaryIO, unfinished: Path) -> None:
    with contextlib.suppress(OSError):  # What it holds back finds no space either.
        file.close()
    unfinished.unlink(missing_ok=True)
