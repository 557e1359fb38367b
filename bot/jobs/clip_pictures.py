"""The pictures of clips in the archive: kept beside their clip, named after it, and gone when it goes."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping

from bot.core.errors import ArchiveError
from bot.core.ports import Stored, Transaction
from bot.core.rows import ClipPicture, PictureKind, Take
from bot.jobs.kit import Kit
from bot.media.taken_in import ENDINGS, MadePicture

log = logging.getLogger(__name__)

Kept = Mapping[PictureKind, Stored]


async def keep_pictures(kit: Kit, clip: str, made: Mapping[PictureKind, MadePicture]) -> Kept:
    """Move pictures into the archive, beside the clip of that name; those that it took.

    The clip is what matters: with the first that the archive does not take the others are left for a later sweep.
    """
    kept: dict[PictureKind, Stored] = {}
    for kind, one in made.items():
        try:
            kept[kind] = await _kept(kit, f"{clip.removesuffix('.mp4')}{ENDINGS[kind]}", one)
        except ArchiveError:
            log.warning("the archive does not take the pictures of %s", clip, exc_info=True)
            break
    return kept


async def _kept(kit: Kit, name: str, made: MadePicture) -> Stored:
    """Keep one; what an earlier try has left under its name was named by no row."""
    try:
        return await kit.archive.keep(made.path, name, sha256=made.sha256)
    except ArchiveError:
        await kit.archive.delete(name)
        return await kit.archive.keep(made.path, name, sha256=made.sha256)


async def note_pictures(tx: Transaction, take: str, kept: Kept) -> None:
    """Write the rows of pictures that are kept, in the place of earlier ones of their kind."""
    for kind, one in kept.items():
        row = ClipPicture(take=take, kind=kind, name=one.name, size=one.size, sha256=one.sha256, created_at=tx.now)
        await tx.put(row)


async def drop_pictures(tx: Transaction, take: str) -> tuple[str, ...]:
    """Remove the rows of a take's pictures; the files that they named."""
    rows = await tx.rows(ClipPicture, take=take)
    for row in rows:
        await tx.delete(ClipPicture, row.take, row.kind.value)
    return tuple(row.name for row in rows)


async def remove_files(kit: Kit, names: Iterable[str]) -> None:
    """Remove files that no row names any more; one that cannot be removed stays, and is in nobody's way."""
    for name in names:
        try:
            await kit.archive.delete(name)
        except ArchiveError:
            log.warning("%s could not be removed from the archive", name, exc_info=True)


async def files_of(tx: Transaction, take: Take) -> tuple[str, ...]:
    """Everything of a take in the archive: its clip and its pictures."""
    pictures = await tx.rows(ClipPicture, take=take.id)
    return (*((take.clip,) if take.clip else ()), *(picture.name for picture in pictures))
