"""The archive: where a finished clip is kept for good."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """A file in the archive."""

    #: The archive's own name of the file, with forward slashes: ``2026-11/launch/A7K-2.mp4``.
    name: str
    size: int
    sha256: str


class Archive(Protocol):
    """Whole files, kept under names that a person can browse; a name is written once."""

    async def keep(self, source: Path, name: str, *, sha256: str) -> Stored:
        """Move ``source`` into the archive, atomically and synced; the same bytes again are not an error.

        Raises:
            ArchiveError: full, read-only, the checksum differs, or the name holds other bytes.
        """
        ...

    async def open(self, stored: Stored) -> Path:
        """A local path to the bytes, checked against size and checksum.

        Raises:
            ArchiveError: missing or damaged.
        """
        ...

    async def size_of(self, name: str) -> int | None:
        """How many bytes are kept under a name, without reading them; ``None`` when nothing is.

        Raises:
            ArchiveError: the archive cannot be read, or the name is not safe.
        """
        ...

    async def link(self, stored: Stored, *, name: str, seconds: int) -> str | None:
        """An address at which anybody can fetch the file for so long, as ``name``; ``None`` where there is none.

        Raises:
            ArchiveError: it cannot be said now.
        """
        ...

    async def delete(self, name: str) -> None:
        """Remove a file; one that is not there is not an error.

        Raises:
            ArchiveError: could not be removed.
        """
        ...

    def working_file(self, name: str) -> Path:
        """A path for an unfinished download, on the archive's own disk, the same for the same name."""
        ...

    async def tidy(self, now: int) -> int:
        """Remove what nobody needs any more at ``now`` (UTC milliseconds), and no kept file; how many files.

        Raises:
            ArchiveError: could not be removed.
        """
        ...
