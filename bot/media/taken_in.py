"""A clip that was taken in: what is known of it, and the pictures that were made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from bot.core.rows import PictureKind
from bot.media.facts import ClipFacts

#: How the name of each picture ends, where the clip's ends with ``.mp4``.
ENDINGS = {
    PictureKind.POSTER: ".poster.jpg",
    PictureKind.STRIP: ".strip.jpg",
    PictureKind.GIF: ".gif",
    PictureKind.WEBP: ".webp",
}
#: And that of a clip that had to be encoded anew.
ENCODED = ".encoded.mp4"


@dataclass(frozen=True, slots=True, kw_only=True)
class MadePicture:
    """A picture that lies on the disk."""

    path: Path
    #: In bytes.
    size: int
    sha256: str

    @classmethod
    def read(cls, path: Path, said: object) -> Self:
        """Read what a worker says of the file.

        Raises:
            ValueError: a field is missing, superfluous, or not of its type.
        """
        match said:
            case {"size": int(size), "sha256": str(sha256), **rest} if not rest:
                return cls(path=path, size=size, sha256=sha256)
            case _:
                msg = "not the facts of a picture"
                raise ValueError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenIn:
    """A playable clip."""

    facts: ClipFacts
    #: Those that could be made; whoever asked for them moves or removes them.
    pictures: Mapping[PictureKind, MadePicture]
    #: Where the clip is that is meant, if it had to be encoded anew so that every player takes it.
    encoded: Path | None = None
