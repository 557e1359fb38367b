"""An archive in memory, with a folder for the paths that others need."""

from __future__ import annotations

import hashlib
from pathlib import Path

from bot.core.errors import ArchiveError
from bot.core.fakes.script import Script
from bot.core.filenames import is_safe_path
from bot.core.ports import Stored


class MemoryArchive:
    """The Archive port; what it keeps is in ``files``, by name.

    ``script.add("keep", ArchiveError(…))`` makes the next call fail before its effect, ``After(error)`` after it.
    """

    def __init__(self, folder: Path) -> None:
        """``folder`` exists; opened and unfinished files are put there."""
        self.files: dict[str, bytes] = {}
        self.script = Script()
        #: How the addresses of its files begin; ``None``: they have none.
        self.links_begin: str | None = None
        self._folder = folder

    async def keep(self, source: Path, name: str, *, sha256: str) -> Stored:
        """Take the bytes of ``source`` over.

        Raises:
            ArchiveError: the checksum differs, the name is not safe or holds other bytes, or ``source`` is missing.
        """
        arguments = {"source": source, "name": name, "sha256": sha256}
        return await self.script.answer("keep", arguments, lambda: self._keep(source, name, sha256))

    async def open(self, stored: Stored) -> Path:
        """A file with the bytes.

        Raises:
            ArchiveError: missing or damaged.
        """
        return await self.script.answer("open", {"stored": stored}, lambda: self._open(stored))

    async def size_of(self, name: str) -> int | None:
        """How many bytes are kept under a name; ``None`` when nothing is.

        Raises:
            ArchiveError: the name is not safe.
        """
        return await self.script.answer("size_of", {"name": name}, lambda: self._size_of(name))

    async def link(self, stored: Stored, *, name: str, seconds: int) -> str | None:
        """``links_begin`` with the file's name there, the name to show, and for how long it holds."""

        def do() -> str | None:
            return None if self.links_begin is None else f"{self.links_begin}{stored.name}?as={name}&for={seconds}"

        return await self.script.answer("link", {"stored": stored, "name": name, "seconds": seconds}, do)

    async def delete(self, name: str) -> None:
        """Forget a file.

        Raises:
            ArchiveError: the name is not safe.
        """
        await self.script.answer("delete", {"name": name}, lambda: self._delete(name))

    def working_file(self, name: str) -> Path:
        """Where an unfinished download of ``name`` goes.

        Raises:
            ArchiveError: the name is not safe.
        """
        return self._path("unfinished", name)

    async def tidy(self, now: int) -> int:
        """How many old unfinished downloads it was: it knows of no time, so none."""
        return await self.script.answer("tidy", {"now": now}, lambda: 0)

    def _keep(self, source: Path, name: str, sha256: str) -> Stored:
        _require_safe(name)
        if name not in self.files:
            if not source.is_file():
                msg = f"{name} was not archived: its download is not there"
                raise ArchiveError(msg)
            content = source.read_bytes()
            _require_same(content, sha256, f"{name} was not archived: its bytes are not those that were downloaded")
            self.files[name] = content
        _require_same(self.files[name], sha256, f"{name} was not archived: the name holds something else")
        source.unlink(missing_ok=True)
        return Stored(name=name, size=len(self.files[name]), sha256=sha256)

    def _open(self, stored: Stored) -> Path:
        _require_safe(stored.name)
        if stored.name not in self.files:
            msg = f"{stored.name} is not in the archive"
            raise ArchiveError(msg)
        content = self.files[stored.name]
        _require_same(content, stored.sha256, f"{stored.name} is damaged")
        if len(content) != stored.size:
            msg = f"{stored.name} is damaged: {len(content)} bytes, not {stored.size}"
            raise ArchiveError(msg)
        path = self._path("opened", stored.name)
        path.write_bytes(content)
        return path

    def _size_of(self, name: str) -> int | None:
        _require_safe(name)
        return len(self.files[name]) if name in self.files else None

    def _delete(self, name: str) -> None:
        _require_safe(name)
        self.files.pop(name, None)

    def _path(self, kind: str, name: str) -> Path:
        _require_safe(name)
        path = self._folder / kind / name
        path.parent.mkdir(parents=True, exist_ok=True)
        return path


def _require_safe(name: str) -> None:
    if not is_safe_path(name):
        msg = f"{name!r} is not a name for the archive"
        raise ArchiveError(msg)


def _require_same(content: bytes, sha256: str, sentence: str) -> None:
    if hashlib.sha256(content).hexdigest() != sha256:
        raise ArchiveError(sentence)
