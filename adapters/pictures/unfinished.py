"""A picture that is still coming: bounded, hashed on the way, gone unless it is kept."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp

from bot.core.errors import PictureRefused

#: The provider's limit for a picture.
MOST_BYTES = 10 * 1024 * 1024


class Unfinished:
    """A file under a name of its own, in the folder in which it may be kept."""

    def __init__(self, folder: Path) -> None:
        """Make the folder, where it is missing, and the empty file."""
        with storing():
            folder.mkdir(parents=True, exist_ok=True)
            handle, name = mkstemp(dir=folder, prefix=".", suffix=".part")
        self.path = Path(name)
        self._folder = folder
        self._file = os.fdopen(handle, "wb")
        self._hash = hashlib.sha256()
        self._size = 0

    async def add(self, piece: bytes) -> None:
        """Append.

        Raises:
            PictureRefused: too large, or the disk does not take it.
        """
        self._size += len(piece)
        if self._size > MOST_BYTES:
            sentence = f"The picture is larger than {MOST_BYTES // 1024 // 1024} MB; make it smaller and give it again."
            raise PictureRefused(sentence)
        self._hash.update(piece)
        with storing():
            await asyncio.to_thread(self._file.write, piece)

    async def sync(self) -> str:
        """Make the bytes durable; their SHA-256 in hexadecimal."""
        with storing():
            await asyncio.to_thread(self._sync)
        return self._hash.hexdigest()

    async def keep(self, name: str) -> str:
        """Give the file its name, durably."""
        with storing():
            await asyncio.to_thread(self._keep, name)
        return name

    def drop(self) -> None:
        """Let go of the file, and remove it unless it was kept."""
        with storing():
            self._file.close()
            self.path.unlink(missing_ok=True)

    def _sync(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())

    def _keep(self, name: str) -> None:
        self.path.replace(self._folder / name)
        handle = os.open(self._folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


@contextmanager
def storing() -> Iterator[None]:
    """Translate the disk's failures.

    Raises:
        PictureRefused
    """
    try:
        yield
    except OSError as error:
        sentence = f"The picture cannot be kept on the bot's disk: {error.strerror or error}."
        raise PictureRefused(sentence) from error
