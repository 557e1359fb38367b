"""Pictures that clips of ours should have and do not: of clips from before there were pictures, or that failed."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Mapping

from bot.core.errors import ArchiveError, ClipDamaged
from bot.core.lifecycle import Stage, State
from bot.core.ports import Between, Stored, Transaction
from bot.core.rows import ClipPicture, PictureKind, Rank, Take
from bot.jobs.clip_pictures import keep_pictures, note_pictures, remove_files
from bot.jobs.kit import Kit
from bot.jobs.steps import touch
from bot.media.errors import MediaUnavailable
from bot.media.taken_in import MadePicture

log = logging.getLogger(__name__)
DAY_MS = 24 * 3600 * 1000
#: Older clips are not looked at any more.
YOUNGER_THAN_MS = 90 * DAY_MS
#: In a sweep, each some seconds of one core.
MOST_AT_ONCE = 20
#: What could not be drawn is not tried again before.
AGAIN_MS = DAY_MS
#: Clips that are here and on no way.
AT_REST = (State.DELIVERED, State.SHELVED, State.UNDELIVERABLE)
Kinds = frozenset[PictureKind]
ALL: Kinds = frozenset(PictureKind)
PAGE = 200


class Redrawing:
    """Draws what is missing, the youngest first, a few at a time."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` is the manager's too."""
        self._kit = kit
        #: Takes of which not all could be drawn, and when that was.
        self._failed: dict[str, int] = {}

    async def once(self) -> None:
        """Draw what is missing of a few clips."""
        now = self._kit.clock.now()
        self._failed = {take: at for take, at in self._failed.items() if now - at < AGAIN_MS}
        drawn = 0
        async for take, missing in self._incomplete(now):
            if drawn == MOST_AT_ONCE:
                return
            drawn += 1
            if not await self._drawn(take, missing):
                self._failed[take.id] = now

    async def _incomplete(self, now: int) -> AsyncIterator[tuple[Take, Kinds]]:
        """The takes whose clips lack pictures, with those that they lack; day by day, and each in pages."""
        for ago in range(0, YOUNGER_THAN_MS, DAY_MS):
            made, skip, size = Between(low=now - ago - DAY_MS + 1, high=now - ago), 0, PAGE
            while size == PAGE:
                size, found = await self._kit.store.transact(lambda tx, made=made, skip=skip: _page(tx, made, skip))  # type: ignore[misc]
                skip += size
                for take, missing in found:
                    if take.id not in self._failed:
                        yield take, missing

    async def _drawn(self, take: Take, missing: Kinds) -> bool:
        """Draw what is missing of a clip; whether that was all of it."""
        stored = Stored(name=take.clip or "", size=take.clip_size or 0, sha256=take.clip_sha256 or "")
        try:
            clip = await self._kit.archive.open(stored)
            into = self._kit.archive.working_file(f"{take.id}.again")
            taken = await self._kit.media.take_in(
                clip, seconds=take.seconds, width_over_height=None, audio=False, into=into
            )
        except (ArchiveError, ClipDamaged, MediaUnavailable) as error:
            log.warning("the missing pictures of %s could not be made: %s", take.id, error)
            return False
        kept = await keep_pictures(self._kit, stored.name, _only(missing, taken.pictures))
        for path in (*(picture.path for picture in taken.pictures.values()), *filter(None, [taken.encoded])):
            path.unlink(missing_ok=True)
        still_there = await self._kit.store.transact(lambda tx: self._note(tx, take, kept))
        if not still_there:
            await remove_files(self._kit, [one.name for one in kept.values()])
        return kept.keys() == missing

    async def _note(self, tx: Transaction, take: Take, kept: Mapping[PictureKind, Stored]) -> bool:
        """Write the rows, and have the card show them, unless the clip has gone or is another by now."""
        row = await tx.lock(Take, take.id)
        if row is None or row.purged_at is not None or row.clip != take.clip:
            return False
        await note_pictures(tx, take.id, kept)
        if kept:
            await touch(self._kit, tx, row.card, Rank.PROGRESS)
        return True


async def _page(tx: Transaction, made: Between, skip: int) -> tuple[int, list[tuple[Take, Kinds]]]:
    """How many takes of that time there are on the page; those that lack pictures, with the pictures."""
    # Every stage is named, so that the index by stage, state and time is of use.
    takes = await tx.rows(
        Take,
        stage=tuple(Stage),
        state=AT_REST,
        created_at=made,
        order=("-created_at", "id"),
        limit=PAGE,
        skip=skip,
    )
    have: dict[str, set[PictureKind]] = {take.id: set() for take in takes if take.clip and take.purged_at is None}
    for row in await tx.rows(ClipPicture, take=tuple(have)) if have else ():
        have[row.take].add(row.kind)
    return len(takes), [(take, ALL - have[take.id]) for take in takes if have.get(take.id, ALL) != ALL]


def _only(kinds: Kinds, made: Mapping[PictureKind, MadePicture]) -> dict[PictureKind, MadePicture]:
    return {kind: one for kind, one in made.items() if kind in kinds}
