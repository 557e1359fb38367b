"""The archive as a folder that a person can browse: ``2026-11/launch/A7K-2.mp4``."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path

from adapters.archive import disk
from adapters.archive.telling import require_safe, told
from bot.core.errors import ArchiveError
from bot.core.ports import Stored

#: Inside the archive's folder, so that a finished download is there with a rename; hidden from who browses.
WORKING_FOLDER = ".unfinished"
#: A clip's address ends after a day, so that an older download is never taken up again.
UNFINISHED_KEPT_MS = 2 * 24 * 60 * 60 * 1000
#: What the folders begin with in which clips are set aside.
ASIDE = "aside-"


class FolderArchive:
    """Clips as files of a folder; everything that touches the disk runs in a thread."""

    def __init__(self, root: Path) -> None:
        """``root`` is made when it is first needed."""
        self._root = root
        # Only for disks without hard links, where looking and renaming are two steps.
        self._naming = threading.Lock()

    def __str__(self) -> str:
        """Where it is."""
        return str(self._root)

    async def keep(self, source: Path, name: str, *, sha256: str) -> Stored:
        """Move ``source`` into the archive; again after a crash, with or without ``source``, is the same as once.

        Raises:
            ArchiveError: full, read-only, the checksum differs, or the name is not safe or holds other bytes.
        """
        with self._told("written"):
            return await asyncio.to_thread(self._keep, source, name, sha256)

    async def open(self, stored: Stored) -> Path:
        """The file's path, after its size and its checksum were compared.

        Raises:
            ArchiveError: missing or damaged.
        """
        with self._told("read"):
            return await asyncio.to_thread(self._open, stored)

    async def size_of(self, name: str) -> int | None:
        """How many bytes are kept under a name; ``None`` when nothing is.

        Raises:
            ArchiveError: the archive cannot be read, or the name is not safe.
        """
        with self._told("read"):
            return await asyncio.to_thread(self._size_of, name)

    async def link(self, stored: Stored, *, name: str, seconds: int) -> None:  # the port's arguments
        """None: a folder has no public address."""

    async def delete(self, name: str) -> None:
        """Remove a file; one that is not there is not an error.

        Raises:
            ArchiveError: could not be removed, or the name is not safe.
        """
        with self._told("written"):
            await asyncio.to_thread(self._delete, name)

    def working_file(self, name: str) -> Path:
        """Where an unfinished download of ``name`` goes, each name to a file of its own.

        Raises:
            ArchiveError: full, read-only, or the name is not safe.
        """
        with self._told("written"):
            return self._working_file(name)

    async def free_bytes(self) -> int:
        """How much more fits on the archive's disk.

        Raises:
            ArchiveError: the folder is not there and cannot be made.
        """
        with self._told("read"):
            return await asyncio.to_thread(self._free_bytes)

    async def probe(self) -> None:
        """Write a small file and remove it.

        Raises:
            ArchiveError: what does not work.
        """
        with self._told("written"):
            await asyncio.to_thread(self._probe)

    async def tidy(self, now: int) -> int:
        """Remove what unfinished downloads left behind over two days before ``now`` (UTC milliseconds); how many.

        Raises:
            ArchiveError: could not be removed.
        """
        with self._told("written"):
            return await asyncio.to_thread(self._tidy, now)

    async def set_aside(self, folder: str, *, unless: Callable[[str], bool]) -> int:
        """Move files into a folder of the archive, under the same names, unless ``unless`` takes theirs; how many.

        Nothing is lost by it, and the names are free again. A folder that such a move has made is left alone.

        Raises:
            ArchiveError: a file could not be moved.
        """
        with self._told("written"):
            return await asyncio.to_thread(self._set_aside, folder, unless)

    def _set_aside(self, folder: str, unless: Callable[[str], bool]) -> int:
        root = Path(os.path.realpath(self._root))
        kept = [
            path.relative_to(root)
            for month in sorted(root.glob("*"))
            if not month.name.startswith((".", ASIDE)) and month.is_dir() and not month.is_symlink()
            for path in sorted(month.rglob("*"))
            if disk.is_file(path)
        ]
        moved = [name for name in kept if not unless(name.as_posix())]
        for name in moved:
            target = root / f"{ASIDE}{folder}" / name
            disk.make_folder(target.parent)
            (root / name).replace(target)
            disk.sync(target.parent)
        return len(moved)

    def _keep(self, source: Path, name: str, sha256: str) -> Stored:
        target = self._path(name)
        if os.path.lexists(target):
            self._require_same(target, name, sha256)
        elif disk.is_file(source):
            self._move(source, target, name, sha256)
        else:
            msg = f"{name} was not archived: its download is not there"
            raise ArchiveError(msg)
        if os.path.realpath(source) != str(target):
            source.unlink(missing_ok=True)
        return Stored(name=name, size=target.stat().st_size, sha256=sha256)

    def _move(self, source: Path, target: Path, name: str, sha256: str) -> None:
        if disk.sha256_of(source) != sha256:
            msg = f"{name} was not archived: its bytes are not those that were downloaded"
            raise ArchiveError(msg)
        disk.make_folder(target.parent)
        by_way_of = self._working_file(name, ".copy")
        try:
            with self._naming:
                disk.move(source, target, by_way_of=by_way_of)
        except FileExistsError:
            self._require_same(target, name, sha256)

    def _require_same(self, target: Path, name: str, sha256: str) -> None:
        """Find the same bytes under the name, and make them durable: who wrote them may have died before."""
        if not disk.is_file(target) or disk.sha256_of(target) != sha256:
            msg = f"{name} was not archived: the archive ({self._root}) holds something else under this name"
            raise ArchiveError(msg)
        disk.sync(target)
        disk.sync(target.parent)

    def _open(self, stored: Stored) -> Path:
        path = self._path(stored.name)
        if not disk.is_file(path):
            msg = f"{stored.name} is not in the archive ({self._root})"
            raise ArchiveError(msg)
        if path.stat().st_size != stored.size or disk.sha256_of(path) != stored.sha256:
            msg = f"{stored.name} in the archive ({self._root}) is damaged: its bytes are not those that were kept"
            raise ArchiveError(msg)
        return path

    def _size_of(self, name: str) -> int | None:
        path = self._path(name)
        return path.stat().st_size if disk.is_file(path) else None

    def _delete(self, name: str) -> None:
        path = self._path(name)
        if disk.is_file(path):
            path.unlink(missing_ok=True)
            disk.sync(path.parent)

    def _working_file(self, name: str, suffix: str = "") -> Path:
        self._path(name)
        folder = self._inside(WORKING_FOLDER)
        disk.make_folder(folder)
        return folder / f"{disk.flat(name)}{suffix}"

    def _free_bytes(self) -> int:
        disk.make_folder(self._root)
        return shutil.disk_usage(self._root).free

    def _probe(self) -> None:
        disk.make_folder(self._root)
        with tempfile.NamedTemporaryFile(dir=self._root, prefix=".doctor-"):
            pass

    def _tidy(self, now: int) -> int:
        oldest_s = (now - UNFINISHED_KEPT_MS) / 1000
        folder = self._inside(WORKING_FOLDER)
        old = [one for one in folder.glob("*") if disk.is_file(one) and one.lstat().st_mtime < oldest_s]
        for one in old:
            one.unlink(missing_ok=True)
        return len(old)

    def _path(self, name: str) -> Path:
        """The path of a name, which is safe, and does not leave the folder by a link.

        Raises:
            ArchiveError: it is not.
        """
        require_safe(name)
        return self._inside(*name.split("/"))

    def _inside(self, *parts: str) -> Path:
        """A path under the folder; the archive's own folder may be a link, none of those inside.

        Raises:
            ArchiveError: a folder there is a link.
        """
        path = Path(os.path.realpath(self._root), *parts)
        if os.path.realpath(path) != str(path):
            msg = f"{'/'.join(parts)} leads out of the archive ({self._root}) by a link: remove that link"
            raise ArchiveError(msg)
        return path

    def _told(self, done: str) -> contextlib.AbstractContextManager[None]:
        return told("The archive of finished clips", self._root, done)
