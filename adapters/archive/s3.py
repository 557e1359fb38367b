"""The archive as a bucket of an S3-compatible server, under the same names as in a folder."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import uuid
from collections.abc import Callable
from pathlib import Path
from weakref import WeakValueDictionary

from adapters.archive import disk
from adapters.archive.bucket import Bucket, Found
from adapters.archive.copies import Copies
from adapters.archive.folder import ASIDE, FolderArchive
from adapters.archive.place import BucketPlace
from adapters.archive.telling import require_safe
from bot.core.errors import ArchiveError
from bot.core.ports import Stored

log = logging.getLogger(__name__)
#: What the doctor writes, reads and removes.
PROBE = b"dailies doctor\n"


class S3Archive:
    """Clips as objects, with copies on this machine for what is being posted.

    What a folder's archive has from the time before is found there, and goes with what is removed; nothing new is
    written to it.
    """

    def __init__(self, place: BucketPlace, *, copies: Copies, before: FolderArchive) -> None:
        """``before`` is the archive of the time when it was a folder; it may be empty."""
        self._place = place
        self._bucket = Bucket(place)
        self._copies = copies
        self._before = before
        #: What is under way, so that of two who mean the same name the second finds what the first has done.
        self._busy: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    def __str__(self) -> str:
        """Where it is."""
        return str(self._place)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._bucket.close()

    async def keep(self, source: Path, name: str, *, sha256: str) -> Stored:
        """Upload ``source`` and have it confirmed, then keep it as a copy; again is the same as once.

        Raises:
            ArchiveError: not reached, refused, full, the checksum differs, or the name is not safe or holds other
                bytes; ``source`` is as it was.
        """
        async with self._alone(name):
            size = await self._uploaded(source, name, sha256)
            await self._set_by(source, name)
        return Stored(name=name, size=size, sha256=sha256)

    async def open(self, stored: Stored) -> Path:
        """The path of a copy, whose size and checksum were compared; fetched where there is none.

        Raises:
            ArchiveError: missing, damaged, or there is no copy and the bucket cannot be read.
        """
        async with self._alone(stored.name):
            if (copy := await self._copies.find(stored)) is not None:
                return copy
            if await self._before.size_of(stored.name) == stored.size:
                with contextlib.suppress(ArchiveError):
                    return await self._before.open(stored)
            if (fetched := await self._fetched(stored)) is not None:
                return await self._copies.take(fetched, stored.name)
        return await self._from_before(stored)

    async def size_of(self, name: str) -> int | None:
        """How many bytes are kept under a name; ``None`` when nothing is.

        Raises:
            ArchiveError: the bucket cannot be read, or the name is not safe.
        """
        require_safe(name)
        found = await self._bucket.head(name)
        return await self._before.size_of(name) if found is None else found.size

    async def link(self, stored: Stored, *, name: str, seconds: int) -> str | None:
        """A signed address; what only the folder of the time before has is uploaded for it.

        Raises:
            ArchiveError: missing, damaged, or the bucket cannot be reached.
        """
        require_safe(stored.name)
        if not self._place.has_public_address:
            return None
        async with self._alone(stored.name):
            if await self._bucket.head(stored.name) is None:
                await self._uploaded(await self._from_before(stored), stored.name, stored.sha256)
        return await self._bucket.link(stored.name, shown_as=name, seconds=seconds)

    async def delete(self, name: str) -> None:
        """Remove a file and its copies; one that is not there is not an error.

        Raises:
            ArchiveError: could not be removed, or the name is not safe.
        """
        require_safe(name)
        async with self._alone(name):
            await self._bucket.delete(name)
            await self._copies.drop(name)
            await self._before.delete(name)

    def working_file(self, name: str) -> Path:
        """Where an unfinished download of ``name`` goes, on this machine, each name to a file of its own.

        Raises:
            ArchiveError: full, read-only, or the name is not safe.
        """
        return self._copies.working_file(name)

    async def free_bytes(self) -> int:
        """How much more fits on the disk of the copies.

        Raises:
            ArchiveError: their folder is not there and cannot be made.
        """
        return await self._copies.free_bytes()

    async def tidy(self, now: int) -> int:
        """Remove copies and unfinished downloads that nobody needs at ``now`` (UTC milliseconds); how many.

        Raises:
            ArchiveError: could not be removed.
        """
        return await self._copies.tidy(now) + await self._before.tidy(now)

    async def set_aside(self, folder: str, *, unless: Callable[[str], bool]) -> int:
        """Move files under a prefix of the bucket, and those of the folder too, unless ``unless`` takes their names.

        Raises:
            ArchiveError: a file could not be moved; again goes on where it ended.
        """
        moved = [name async for name in self._bucket.names() if _is_kept(name) and not unless(name)]
        for name in moved:
            await self._bucket.move(name, f"{ASIDE}{folder}/{name}")
            await self._copies.drop(name)
        return len(moved) + await self._before.set_aside(folder, unless=unless)

    async def probe(self) -> None:
        """Write a small file, read it, remove it; and look at the disk of the copies.

        Raises:
            ArchiveError: what does not work.
        """
        await self.free_bytes()
        name, sha256 = f"doctor-{uuid.uuid4().hex}.txt", hashlib.sha256(PROBE).hexdigest()
        working = self.working_file(name)
        await asyncio.to_thread(working.write_bytes, PROBE)
        try:
            stored = await self.keep(working, name, sha256=sha256)
            await self._copies.drop(name)
            await self.open(stored)
        except ArchiveError:
            with contextlib.suppress(ArchiveError):
                await self.delete(name)
            raise
        finally:
            await asyncio.to_thread(working.unlink, missing_ok=True)
        await self.delete(name)

    async def _from_before(self, stored: Stored) -> Path:
        """What the bucket has not, and the folder of the time before may have.

        Raises:
            ArchiveError: missing, or damaged.
        """
        if await self._before.size_of(stored.name) is None:
            msg = f"{stored.name} is not in the archive ({self._place})"
            raise ArchiveError(msg)
        return await self._before.open(stored)

    async def _uploaded(self, source: Path, name: str, sha256: str) -> int:
        """Have the bytes in the bucket, those and no others; how many."""
        require_safe(name)
        found = await self._bucket.head(name)
        if found is None:
            with self._copies.told("read"):
                size = await asyncio.to_thread(_checked, source, name, sha256)
                await self._bucket.put(source, name, size=size, sha256=sha256)
            found = await self._bucket.head(name)
        if found is None:
            msg = f"{name} was not archived: it is not in the archive ({self._place}) after its upload"
            raise ArchiveError(msg)
        if not await self._is_same(found, name, sha256):
            msg = f"{name} was not archived: the archive ({self._place}) holds something else under this name"
            raise ArchiveError(msg)
        return found.size

    async def _is_same(self, found: Found, name: str, sha256: str) -> bool:
        """Whether the object has these bytes; one that does not say so itself is read."""
        if found.sha256 is not None:
            return found.sha256 == sha256
        with contextlib.suppress(ArchiveError):
            fetched = await self._fetched(Stored(name=name, size=found.size, sha256=sha256))
            return fetched is not None
        return False

    async def _set_by(self, source: Path, name: str) -> None:
        """Make what was uploaded the copy; when that fails it is fetched again where it is needed."""
        if not await asyncio.to_thread(disk.is_file, source):
            return
        try:
            await self._copies.take(source, name)
        except ArchiveError as error:
            log.warning("%s is archived, and no copy of it is kept here: %s", name, error)

    async def _fetched(self, stored: Stored) -> Path | None:
        """Fetch an object and compare it; ``None`` when there is none."""
        part = self._copies.working_file(stored.name, ".part")
        whole = False
        try:
            with self._copies.told("written"):
                there, size, sha256 = await self._written(stored, part)
            whole = there and (size, sha256) == (stored.size, stored.sha256)
            if there and not whole:
                msg = f"{stored.name} in the archive ({self._place}) is damaged: its bytes are not those that were kept"
                raise ArchiveError(msg)
        finally:
            if not whole:
                part.unlink(missing_ok=True)
        return part if whole else None

    async def _written(self, stored: Stored, part: Path) -> tuple[bool, int, str]:
        """Write what the object has to a file: whether there is one, its size, its checksum."""
        digest, size = hashlib.sha256(), 0
        with await asyncio.to_thread(part.open, "wb") as file:

            def write(piece: bytes) -> None:
                nonlocal size
                size += len(piece)
                digest.update(piece)
                file.write(piece)

            there = await self._bucket.get(stored.name, write, size=stored.size)
            await asyncio.to_thread(file.flush)
        return there, size, digest.hexdigest()

    def _alone(self, name: str) -> asyncio.Lock:
        """Held by one at a time with a name; it is there as long as somebody holds it or waits for it."""
        return self._busy.setdefault(name, asyncio.Lock())


def _is_kept(name: str) -> bool:
    """Whether it is a clip's name: in a month's folder, and not set aside."""
    return "/" in name and not name.startswith((".", ASIDE))


def _checked(source: Path, name: str, sha256: str) -> int:
    """The size of a download that is there, and has these bytes.

    Raises:
        ArchiveError: it is not.
    """
    if not disk.is_file(source):
        msg = f"{name} was not archived: its download is not there"
        raise ArchiveError(msg)
    if disk.sha256_of(source) != sha256:
        msg = f"{name} was not archived: its bytes are not those that were downloaded"
        raise ArchiveError(msg)
    return source.stat().st_size
