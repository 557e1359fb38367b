"""Reference pictures that people give."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol


class Pictures(Protocol):
    """Pictures kept under their own checksum."""

    async def take(self, source: str) -> str:
        """Fetch a picture from a URL, or from a ``file:`` path of a chat adapter; gives its name here.

        Raises:
            PictureRefused: with the sentence that says why.
        """
        ...

    def path(self, name: str) -> Path:
        """Where its bytes are."""
        ...

    async def tidy(self, *, keep: frozenset[str], before: int) -> int:
        """Remove what is older than ``before`` (UTC milliseconds) and not named in ``keep``; how many files it was."""
        ...

    def media_type(self, name: str) -> str:
        """``image/png``, ``image/jpeg``, ``image/webp`` or ``image/gif``."""
        ...
