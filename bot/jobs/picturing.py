"""The picture of a card: made from the strips that are kept, and never waited for for long.

A sheet that cannot be made is no reason to keep a vote or an Undo from anybody: the card is shown without it, and
again when it is there.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.core.cards import Beside, CardFacts, Sheet, beside_of, sheet_of
from bot.core.errors import ArchiveError
from bot.core.ports import Picture, Stored, Transaction
from bot.core.rows import ClipPicture, PictureKind, Shot, Take
from bot.jobs.kit import Kit
from bot.jobs.steps import named
from bot.media.errors import MediaUnavailable

log = logging.getLogger(__name__)

#: How pictures look; with another number they are all drawn anew.
DESIGN = 2
FINGERPRINT_LETTERS = 12
#: A card waits so long for its sheet, and is looked at again so much later for one that takes longer.
WAIT_S = 2.0
SLOW_AGAIN_MS = 1_000
#: Pauses after a failure, doubled up to the last; together an hour and a half, then it waits for the card to change.
FIRST_AGAIN_MS = 1_000
LAST_AGAIN_MS = 600_000
MOST_TRIES = 18
#: Failures are remembered of so many cards.
MOST_CARDS = 1_000
#: A final is posted once, so it waits longer for its picture.
BESIDE_S = 15.0
#: Why a picture cannot be made now; anything else is a defect.
_NOT_NOW = (MediaUnavailable, ArchiveError, OSError)


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedSheet:
    """The sheet that a card is to show, and what it is made from."""

    card: str
    #: The card's.
    version: int
    sheet: Sheet
    #: By take.
    strips: Mapping[str, Stored]

    @property
    def name(self) -> str:
        """The file's: another one for whatever looks otherwise."""
        return _name(f"{self.card}-sheet", self.sheet, self.strips)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictured:
    """What came of it."""

    picture: Picture | None = None
    #: In how many milliseconds it is worth another look; ``None``: not before the card changes.
    again_ms: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Failed:
    """A card whose sheet could not be made: at which version, how often, and when it is tried again."""

    version: int
    tries: int
    not_before: int


NOTHING = Pictured()


def wanted_sheet(facts: CardFacts) -> WantedSheet | None:
    """The sheet that the card shows now, if it shows one."""
    sheet = sheet_of(facts)
    if sheet is None:
        return None
    strips = {row.strip: _stored(facts.strips[row.strip]) for row in sheet.rows if row.strip}
    return WantedSheet(card=facts.card.id, version=facts.card.version, sheet=sheet, strips=strips)


class Picturing:
    """Makes sheets, one task for each, which goes on when nobody waits for it any more."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` is the outbox's too."""
        self._kit = kit
        self._making: dict[str, asyncio.Task[Path]] = {}
        self._failed: dict[str, _Failed] = {}

    async def close(self) -> None:
        """End what is being made."""
        under_way = list(self._making.values())
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    async def of(self, wanted: WantedSheet | None) -> Pictured:
        """The sheet, if it is there within ``WAIT_S``; it raises nothing."""
        if wanted is None:
            return NOTHING
        if (rest := self._rests(wanted)) is not None:
            return rest
        # What was waited for once is not waited for again.
        wait_s = 0.0 if wanted.name in self._making else WAIT_S
        task = self._making.get(wanted.name) or self._begin(wanted)
        await asyncio.wait({task}, timeout=wait_s)
        return self._came_of(wanted, task) if task.done() else Pictured(again_ms=SLOW_AGAIN_MS)

    def _rests(self, wanted: WantedSheet) -> Pictured | None:
        """Nothing, while it is not tried after a failure; ``None``: it is tried."""
        failed = self._failed.get(wanted.card)
        if failed is None or failed.version != wanted.version:
            return None
        if failed.tries >= MOST_TRIES:
            return NOTHING
        rest = failed.not_before - self._kit.clock.now()
        return Pictured(again_ms=rest) if rest > 0 else None

    def _begin(self, wanted: WantedSheet) -> asyncio.Task[Path]:
        task = asyncio.create_task(self._make(wanted), name=f"sheet {wanted.name}")
        self._making[wanted.name] = task
        task.add_done_callback(lambda done: self._ended(wanted.name, done))
        return task

    def _ended(self, name: str, task: asyncio.Task[Path]) -> None:
        self._making.pop(name, None)
        if not task.cancelled():
            task.exception()  # Nobody may wait for it any more; the next who asks tries again.

    async def _make(self, wanted: WantedSheet) -> Path:
        async def make(into: Path) -> None:
            strips = {take: await self._kit.archive.open(stored) for take, stored in wanted.strips.items()}
            await self._kit.media.draw_sheet(wanted.sheet, strips, into)

        return await self._kit.drawn.get(wanted.name, make)

    def _came_of(self, wanted: WantedSheet, task: asyncio.Task[Path]) -> Pictured:
        try:
            path = task.result()
        except (Exception, asyncio.CancelledError) as error:
            level = logging.WARNING if isinstance(error, _NOT_NOW) else logging.ERROR
            log.log(level, "the sheet of %s could not be made", wanted.card, exc_info=error)
            return self._fails(wanted)
        self._failed.pop(wanted.card, None)
        return Pictured(picture=Picture(path=path, name=wanted.name, about=wanted.sheet.about))

    def _fails(self, wanted: WantedSheet) -> Pictured:
        """Note it; when it is tried again, if at all."""
        before = self._failed.pop(wanted.card, None)
        tries = before.tries + 1 if before is not None and before.version == wanted.version else 1
        pause = min(LAST_AGAIN_MS, FIRST_AGAIN_MS * 2 ** (tries - 1))
        not_before = self._kit.clock.now() + pause
        self._failed[wanted.card] = _Failed(version=wanted.version, tries=tries, not_before=not_before)
        while len(self._failed) > MOST_CARDS:
            del self._failed[next(iter(self._failed))]
        return NOTHING if tries >= MOST_TRIES else Pictured(again_ms=pause)


async def beside(kit: Kit, take: Take) -> Picture | None:
    """A draft beside its final, for the final's message; ``None`` where there is none, or none within ``BESIDE_S``."""
    if take.draft is None:
        return None
    found = await kit.store.transact(lambda tx: _posters(tx, take))
    if found is None:
        return None
    words, posters = found
    name = _name(f"{take.id}-beside", words, posters)

    async def make(into: Path) -> None:
        draft, final = [await kit.archive.open(stored) for stored in posters.values()]
        await kit.media.draw_beside(words, draft, final, into)

    try:
        async with asyncio.timeout(BESIDE_S):
            path = await kit.drawn.get(name, make)
    except (*_NOT_NOW, TimeoutError):
        log.warning("%s is posted without its picture", take.id, exc_info=True)
        return None
    return Picture(path=path, name=name, about=words.about)


async def _posters(tx: Transaction, final: Take) -> tuple[Beside, Mapping[str, Stored]] | None:
    """What stands side by side, and the posters of both, the draft's first."""
    ids = (final.draft or "", final.id)
    rows = {row.take: row for row in await tx.rows(ClipPicture, take=ids, kind=PictureKind.POSTER)}
    if len(rows) < len(ids):
        return None
    draft, shot = await named(tx, Take, ids[0]), await named(tx, Shot, final.shot)
    words = beside_of(draft, final, shot.ratio)
    return None if words is None else (words, {take: _stored(rows[take]) for take in ids})


def _name(start: str, words: Sheet | Beside, files: Mapping[str, Stored]) -> str:
    """A name that follows from all that is drawn."""
    content = [DESIGN, asdict(words), {take: stored.sha256 for take, stored in files.items()}]
    fingerprint = hashlib.sha256(json.dumps(content).encode()).hexdigest()
    return f"{start}-{fingerprint[:FINGERPRINT_LETTERS]}.jpg"


def _stored(row: ClipPicture) -> Stored:
    return Stored(name=row.name, size=row.size, sha256=row.sha256)
