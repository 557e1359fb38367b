"""A clip on its way home: from the provider to our disk, through the check, into the archive.

Each step is taken once. What is on our disk is not downloaded again, what was checked is not checked again, and what
the archive has already is found there, also by the process after the next.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from bot.core.errors import ArchiveError, ClipDamaged
from bot.core.filenames import safe_name
from bot.core.ports import Downloaded, Stored, Transaction
from bot.core.rows import Attempt, AttemptKind, Channel, Outcome, Shot, Take
from bot.jobs.clip_pictures import Kept, keep_pictures
from bot.jobs.downloads import Checked
from bot.jobs.kit import Kit
from bot.jobs.steps import named
from bot.jobs.worker.terminal import URL_LIVES_S
from bot.media.errors import MediaUnavailable

#: One download may take so long; real seconds.
DOWNLOAD_S = 600.0
#: The owner is told when a paid clip is not archived so long before its URL ends; provider seconds.
WARN_BEFORE_S = 6 * 3600.0
#: Said of a clip whose bytes are kept although nothing could be found out about them.
NOT_CHECKED = "it could not be checked"
#: So many names are tried for a clip: an earlier try may have left other bytes under the first.
MOST_NAMES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """A clip in the archive, and what is known of it."""

    stored: Stored
    note: str
    #: As measured; ``None`` when it could not be checked.
    duration_ms: int | None
    #: ``None`` where those that are there stay.
    pictures: Kept | None


class Bringing:
    """Brings one clip at a time."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` is the manager's too."""
        self._kit = kit

    def working_file(self, take: Take) -> Path:
        """Where its bytes wait for the archive.

        Raises:
            ArchiveError: full, or not there.
        """
        return self._kit.archive.working_file(f"{take.id}.mp4")

    async def still_there(self, take: Take) -> Archived | None:
        """What was archived before, if its bytes are still as they were: it was only out of reach for a while.

        Raises:
            ArchiveError: it is out of reach still.
        """
        if take.clip is None:
            return None
        stored = Stored(name=take.clip, size=take.clip_size or 0, sha256=take.clip_sha256 or "")
        if not await self._holds(stored, sure=self._kit.clock.now() >= (take.url_expires_at or 0)):
            return None
        return Archived(stored=stored, note=take.clip_note, duration_ms=take.clip_ms, pictures=None)

    async def brought(self, take: Take, url: str, working: Path) -> Checked:
        """Have the clip on our disk, or in the archive, and checked.

        Raises:
            Transient, Gone: it cannot be downloaded.
            ClipDamaged: what came is no clip; nothing is left of it.
            MediaUnavailable: it is on our disk, and could not be checked.
            ArchiveError: our disk is full.
        """
        noted = await self._kit.downloads.checked(working)
        if noted is not None and await self._is_at_hand(take, working, noted):
            return noted
        got = await self._kit.downloads.found(working) or await self._download(url, working)
        try:
            checked = await self._check(take, working, got)
        except ClipDamaged:
            await self._kit.downloads.forget(working)
            raise
        await self._kit.downloads.note(working, checked)
        return checked

    async def kept(self, take: Take, working: Path, checked: Checked) -> Archived:
        """Move it into the archive, and its pictures as far as they can be.

        Raises:
            ArchiveError: full, read-only, or not there.
        """
        stored = await self._keep(take, working, checked)
        pictures = await keep_pictures(self._kit, stored.name, checked.pictures)
        return Archived(stored=stored, note=checked.note, duration_ms=checked.duration_ms, pictures=pictures)

    async def _is_at_hand(self, take: Take, working: Path, noted: Checked) -> bool:
        """Whether its bytes are where they were noted, or have been moved into the archive since."""
        if await self._kit.downloads.is_here(working):
            return True
        return await self._holds(Stored(name=await self._name(take), size=noted.size, sha256=noted.sha256))

    async def _holds(self, stored: Stored, *, sure: bool = False) -> bool:
        """Whether the archive has a file with these bytes.

        Raises:
            ArchiveError: it is out of reach; or, to be ``sure``, the file is there and cannot be read.
        """
        if await self._kit.archive.size_of(stored.name) is None:
            return False
        try:
            await self._kit.archive.open(stored)
        except ArchiveError:
            if sure:
                raise
            return False
        return True

    async def _download(self, url: str, working: Path) -> Downloaded:
        return await self._kit.provider.download(
            url, working, limit_bytes=self._kit.rules.clip_limit_bytes, timeout_s=DOWNLOAD_S
        )

    async def _check(self, take: Take, working: Path, got: Downloaded) -> Checked:
        shot = await self._kit.store.transact(lambda tx: named(tx, Shot, take.shot))
        wide, high = shot.ratio.split(":")
        try:
            taken = await self._kit.media.take_in(
                working, seconds=take.seconds, width_over_height=(int(wide), int(high)), audio=shot.audio, into=working
            )
        except MediaUnavailable:
            # The checker, not the clip: better kept unchecked than lost while it is waited for.
            if self._kit.clock.now() < ends_at_the_earliest(self._kit, take) - self._kit.provider_ms(WARN_BEFORE_S):
                raise
            return Checked(sha256=got.sha256, size=got.size, note=NOT_CHECKED, duration_ms=None, pictures={})
        if taken.encoded is not None:
            got = await self._replaced(working, taken.encoded)
        return Checked(
            sha256=got.sha256,
            size=got.size,
            note="; ".join(taken.facts.differences),
            duration_ms=taken.facts.duration_ms,
            pictures=taken.pictures,
        )

    async def _replaced(self, working: Path, encoded: Path) -> Downloaded:
        try:
            return await self._kit.downloads.replace(working, encoded)
        except OSError as error:
            msg = f"the encoded clip could not be written: {error.strerror}"
            raise ArchiveError(msg) from error

    async def _keep(self, take: Take, working: Path, checked: Checked) -> Stored:
        """Keep the file that was checked, under the first name that has no other bytes."""
        name = await self._name(take)
        for number in range(2, MOST_NAMES + 1):
            try:
                return await self._kit.archive.keep(working, name, sha256=checked.sha256)
            except ArchiveError:
                if not await self._is_taken(name, checked):
                    raise
            name = await self._name(take, more=number - 1)
        return await self._kit.archive.keep(working, name, sha256=checked.sha256)

    async def _is_taken(self, name: str, checked: Checked) -> bool:
        """Whether other bytes have the name: a try that left no trace in the rows has put them there."""
        try:
            if await self._kit.archive.size_of(name) is None:
                return False
            return not await self._holds(Stored(name=name, size=checked.size, sha256=checked.sha256))
        except ArchiveError:
            return False

    async def _name(self, take: Take, *, more: int = 0) -> str:
        """Where the clip is kept: by month, channel and id, so that a person finds it.

        A clip that is fetched again, because its file was missing or damaged, gets a name of its own.
        """

        async def work(tx: Transaction) -> str:
            channel = await named(tx, Channel, take.channel)
            kept = await tx.count(Attempt, take=take.id, kind=AttemptKind.FETCH, outcome=Outcome.ACCEPTED) + more
            file = f"{take.id}.mp4" if not kept else f"{take.id}.{kept + 1}.mp4"
            month = datetime.fromtimestamp(take.created_at / 1000, UTC).strftime("%Y-%m")
            return f"{month}/{safe_name(channel.name)}/{file}"

        return await self._kit.store.transact(work)


def ends_at_the_earliest(kit: Kit, take: Take) -> int:
    """When the URL may end: it lives from the job's end, which we may have seen late; UTC milliseconds."""
    made = (take.submitted_at or take.created_at) + take.usual_ms
    return min(take.url_expires_at or 0, made + kit.provider_ms(URL_LIVES_S))
