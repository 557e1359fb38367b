"""An unfinished download on the disk, and what it is the beginning of."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedRandom
from pathlib import Path

from bot.core.errors import ArchiveError, ClipDamaged
from bot.core.ports.provider import Downloaded

READ_BYTES = 1_048_576


class PartFile:
    """``<name>.part`` and its mark; every method blocks on the disk and raises ArchiveError for its failures."""

    def __init__(self, into: Path, url: str, *, limit_bytes: int) -> None:
        """Nothing is touched yet."""
        self._into = into
        self._part = into.with_name(f"{into.name}.part")
        self._mark = into.with_name(f"{into.name}.part.etag")
        self._url = url
        self._limit_bytes = limit_bytes
        self._file: BufferedRandom | None = None
        self._hash = hashlib.sha256()
        self._size = 0

    def resumable(self) -> tuple[int, str]:
        """How many bytes are there and the strong ETag that they belong to; ``(0, "")`` to start again."""
        try:
            etag, _, url = self._mark.read_text(encoding="utf-8").partition("\n")
            size = self._part.stat().st_size
        except (OSError, UnicodeDecodeError):
            return 0, ""
        if url != self._url or not is_strong(etag) or not 0 < size <= self._limit_bytes:
            return 0, ""
        return size, etag

    def allow(self, size: int | None) -> None:
        """Refuse a clip that is announced as too large.

        Raises:
            ClipDamaged
        """
        if size is not None and size > self._limit_bytes:
            text = f"the clip has {size:,} bytes; at most {self._limit_bytes:,} are taken"
            raise ClipDamaged(text)

    def restart(self, etag: str) -> None:
        """Begin with nothing; a strong ETag is kept for a later try."""
        self.forget()
        with writing():
            self._part.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._part.open("w+b")
            if is_strong(etag):
                self._mark.write_text(f"{etag}\n{self._url}", encoding="utf-8")

    def resume(self) -> None:
        """Go on behind the bytes that are there; they are hashed again."""
        with writing():
            self._file = self._part.open("r+b")
            while block := self._file.read(READ_BYTES):
                self._hash.update(block)
                self._size += len(block)

    def write(self, block: bytes) -> None:
        """Append.

        Raises:
            ClipDamaged: more than the limit has come.
        """
        if self._file is None or not block:
            return
        self._size += len(block)
        if self._size > self._limit_bytes:
            self.forget()
            text = f"the clip has more than {self._limit_bytes:,} bytes"
            raise ClipDamaged(text)
        self._hash.update(block)
        with writing():
            self._file.write(block)

    def finish(self) -> Downloaded:
        """Sync the bytes, give them their name, and sync the folder: they survive a power loss from here on."""
        if self._file is None:
            self.resume()
        with writing():
            if self._file is not None:
                self._file.flush()
                os.fsync(self._file.fileno())
            self.close()
            self._part.replace(self._into)
            sync_folder(self._into.parent)
            self._mark.unlink(missing_ok=True)
        return Downloaded(size=self._size, sha256=self._hash.hexdigest())

    def forget(self) -> None:
        """Throw away what is there."""
        self.close()
        with writing():
            self._mark.unlink(missing_ok=True)
            self._part.unlink(missing_ok=True)

    def close(self) -> None:
        """Let go of the file; what was written stays."""
        file, self._file = self._file, None
        if file is not None:
            with writing():
                file.close()


def is_strong(etag: str) -> bool:
    """Whether an ETag promises the same bytes: quoted, and not marked weak (RFC 9110, 8.8.3)."""
    return len(etag) > len('""') and etag.startswith('"') and etag.endswith('"') and "\n" not in etag


def sync_folder(folder: Path) -> None:
    """Make a folder's entries durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def writing() -> Iterator[None]:
    """Translate the disk's failures.

    Raises:
        ArchiveError
    """
    try:
        yield
    except OSError as error:
        text = f"the clip cannot be written: {error.strerror or error}"
        raise ArchiveError(text) from error
