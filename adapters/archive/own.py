"""What an installation's own archive does beyond what the jobs ask of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from bot.core.ports import Archive


class OwnArchive(Archive, Protocol):
    """An archive of one installation: a folder, or a bucket with a folder. ``str()`` says where it is."""

    async def set_aside(self, folder: str, *, unless: Callable[[str], bool]) -> int:
        """Move kept files out of the way, under the same names, unless ``unless`` takes theirs; how many.

        Raises:
            ArchiveError: a file could not be moved.
        """
        ...

    async def probe(self) -> None:
        """Find out whether it can be used, by using it; nothing stays.

        Raises:
            ArchiveError: what does not work.
        """
        ...
