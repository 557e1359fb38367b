"""Clips that are on our disk and not in the archive yet: downloaded whole, perhaps checked, with their pictures.

What was downloaded is never downloaded again only because the archive could not be written. Beside the clip's working
file stands what is known of it, so that the next try, or the next process, goes on from there.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import logging
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from bot.core.ports import Downloaded
from bot.core.rows import PictureKind
from bot.media.taken_in import ENCODED, ENDINGS, MadePicture

log = logging.getLogger(__name__)
T = TypeVar("T")

#: After the working file's name.
RECORD = ".checked.json"
KINDS: dict[str, type | tuple[type, ...]] = {
    "sha256": str,
    "size": int,
    "note": str,
    "duration_ms": (int, type(None)),
    "pictures": dict,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A clip that was downloaded and checked; its bytes are at the working file, or in the archive by now."""

    sha256: str
    #: In bytes.
    size: int
    note: str
    #: As measured; ``None`` when it could not be checked.
    duration_ms: int | None
    pictures: Mapping[PictureKind, MadePicture]


class Downloads:
    """What is known of working files; nothing here fails because a disk does not take a note."""

    async def found(self, working: Path) -> Downloaded | None:
        """The clip that is there: whole, for a download has its name only when it is."""
        return await self.run(lambda: _found(working))

    async def is_here(self, working: Path) -> bool:
        """Whether the clip's bytes are there, whatever they are."""
        return await self.run(working.is_file)

    async def checked(self, working: Path) -> Checked | None:
        """What was noted of a clip, unless its bytes at the working file are others by now: then it is forgotten."""
        return await self.run(lambda: _checked(working))

    async def replace(self, working: Path, by: Path) -> Downloaded:
        """Have another file, durable, in the clip's place.

        Raises:
            OSError: the disk does not take it; the clip is as it was.
        """
        return await self.run(lambda: _replaced(working, by))

    async def note(self, working: Path, checked: Checked) -> None:
        """Note what is known of a clip; on a full disk it is found out again next time."""
        try:
            await self.run(lambda: _note(working, checked))
        except OSError:
            log.warning("what is known of %s could not be noted", working.name, exc_info=True)

    async def forget(self, working: Path) -> None:
        """Remove the clip, its pictures and what was noted, as far as they are still there."""
        await self.run(lambda: _forget(working))

    async def touch(self, working: Path) -> None:
        """Have the clip and what belongs to it, unfinished as it may be, not pass for left behind."""
        await self.run(lambda: _touch(working))

    async def run(self, deed: Callable[[], T]) -> T:
        """Do something on the disk, without holding up the event loop."""
        return await asyncio.to_thread(deed)


def _found(path: Path) -> Downloaded | None:
    try:
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            return Downloaded(size=file.tell(), sha256=sha256)
    except OSError:
        return None


def _checked(working: Path) -> Checked | None:
    noted = _read(working)
    if noted is None:
        return None
    there = _found(working)
    if there is None or there.sha256 == noted.sha256:
        return noted
    _forget(working)
    return None


def _read(working: Path) -> Checked | None:
    """What was noted; a file that only a damaged disk can have left says nothing."""
    try:
        said = json.loads(_record(working).read_text(encoding="utf-8"))
        return _as_noted(working, said)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError):
        log.warning("what was noted of %s cannot be read", working.name, exc_info=True)
        return None


def _as_noted(working: Path, said: Any) -> Checked:
    known = isinstance(said, dict) and said.keys() == KINDS.keys()
    if not known or not all(isinstance(said[name], kind) for name, kind in KINDS.items()):
        msg = "not what is noted of a clip"
        raise ValueError(msg)
    pictures = {PictureKind(kind): one for kind, one in said["pictures"].items()}
    made = {kind: MadePicture.read(picture_of(working, kind), one) for kind, one in pictures.items()}
    return Checked(**{**said, "pictures": made})


def _replaced(working: Path, by: Path) -> Downloaded:
    with by.open("rb") as file:
        os.fsync(file.fileno())
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        by.replace(working)
        return Downloaded(size=file.tell(), sha256=sha256)


def _note(working: Path, checked: Checked) -> None:
    """Durable before it has its name."""
    pictures = {kind.value: {"size": one.size, "sha256": one.sha256} for kind, one in checked.pictures.items()}
    said = {name: getattr(checked, name) for name in KINDS} | {"pictures": pictures}
    part = working.with_name(working.name + RECORD + ".part")
    try:
        with part.open("w", encoding="utf-8") as file:
            json.dump(said, file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(_record(working))
    finally:
        part.unlink(missing_ok=True)


def _forget(working: Path) -> None:
    """The note goes last: without it what it is about would pass for a download that was not checked yet."""
    encoded = working.with_name(working.name + ENCODED)
    for path in (*(picture_of(working, kind) for kind in PictureKind), encoded, working, _record(working)):
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def _touch(working: Path) -> None:
    for path in _all(working):
        os.utime(path)


def _all(working: Path) -> Iterator[Path]:
    """Every file that belongs to it, unfinished ones too."""
    if working.parent.is_dir():
        yield from (path for path in working.parent.iterdir() if path.name.startswith(working.name))


def picture_of(working: Path, kind: PictureKind) -> Path:
    """Where a picture of a clip lies while both wait for the archive."""
    return working.with_name(working.name + ENDINGS[kind])


def _record(working: Path) -> Path:
    return working.with_name(working.name + RECORD)
