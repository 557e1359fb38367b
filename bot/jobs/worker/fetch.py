"""T5: the clip is downloaded, checked and archived while its URL lives; it is paid for already."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from bot.core.errors import ArchiveError, ClipDamaged, Gone, ProviderError, Transient
from bot.core.filenames import safe_name
from bot.core.lifecycle import State
from bot.core.ports import Stored, Transaction
from bot.core.rows import Attempt, AttemptKind, Channel, Outcome, Rank, Shot, Take
from bot.core.sentences import answers
from bot.jobs.engine import DONE, Done, Wake
from bot.jobs.kit import Kit
from bot.jobs.steps import locked, move, named, say, tell_owner
from bot.jobs.worker.terminal import URL_LIVES_S
from bot.media.errors import MediaUnavailable

#: One download may take so long; real seconds.
DOWNLOAD_S = 600.0
MARGIN_S = 30.0
#: Pauses between tries: doubled from the first to the last; real seconds.
FIRST_AGAIN_S = 2.0
LAST_AGAIN_S = 300.0
MOST_DOUBLINGS = 10
#: The owner is told when a paid clip is not archived so long before its URL ends; provider seconds.
WARN_BEFORE_S = 6 * 3600.0
#: Said of a clip whose bytes are kept although nothing could be found out about them.
NOT_CHECKED = "it could not be checked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Archived:
    """A clip in the archive, and what is known of it."""

    stored: Stored
    note: str
    #: As measured; ``None`` when it could not be checked.
    duration_ms: int | None


class Fetch:
    """The state fetching."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` is the manager's too."""
        self._kit = kit

    async def step(self, take: Take) -> Wake | Done:
        """Try once to bring the clip into the archive."""
        if take.output_url is None:
            await self._kit.store.transact(lambda tx: self._lost(tx, take, answers.url_is_gone()))
            return DONE
        attempt = await self._kit.store.transact(lambda tx: self._begin(tx, take))
        if attempt is None:
            return DONE
        try:
            archived = await self._archive(take, take.output_url)
        except (Transient, ClipDamaged, ArchiveError, MediaUnavailable) as error:
            return await self._again(take, attempt, str(error))
        except Gone as error:
            return await self._again(take, attempt, error.text, url=await self._other_url(take))
        await self._kit.store.transact(lambda tx: self._t5(tx, take, attempt, archived))
        return DONE

    async def _begin(self, tx: Transaction, take: Take) -> Attempt | None:
        row = await locked(tx, take.id)
        if row.state is not State.FETCHING:
            return None
        attempt = Attempt(
            id=self._kit.ids.unique(),
            take=take.id,
            kind=AttemptKind.FETCH,
            owner=self._kit.owner,
            started_at=tx.now,
            expires_at=tx.now + round((DOWNLOAD_S + MARGIN_S) * 1000),
        )
        await tx.add(attempt)
        return attempt

    async def _archive(self, take: Take, url: str) -> Archived:
        """Download, check, keep; the file that is checked is the file that is kept."""
        name, shot = await self._kit.store.transact(lambda tx: _name(tx, take))
        working = self._kit.archive.working_file(f"{take.id}.mp4")
        got = await self._kit.provider.download(
            url, working, limit_bytes=self._kit.rules.clip_limit_bytes, timeout_s=DOWNLOAD_S
        )
        wide, high = shot.ratio.split(":")
        note, duration_ms = NOT_CHECKED, None
        try:
            facts = await self._kit.media.check_clip(
                working, seconds=take.seconds, width_over_height=(int(wide), int(high)), audio=shot.audio
            )
            note, duration_ms = "; ".join(facts.differences), facts.duration_ms
        except MediaUnavailable:
            # The checker, not the clip: better kept unchecked than lost while it is waited for.
            if self._kit.clock.now() < _ends_at_the_earliest(self._kit, take) - self._kit.provider_ms(WARN_BEFORE_S):
                raise
        stored = await self._kit.archive.keep(working, name, sha256=got.sha256)
        return Archived(stored=stored, note=note, duration_ms=duration_ms)

    async def _t5(self, tx: Transaction, take: Take, attempt: Attempt, archived: Archived) -> None:
        row = await locked(tx, take.id)
        await tx.put(replace(attempt, outcome=Outcome.ACCEPTED, ended_at=tx.now))
        if row.state is not State.FETCHING:
            return
        kept: dict[str, Any] = {
            "clip": archived.stored.name,
            "clip_size": archived.stored.size,
            "clip_sha256": archived.stored.sha256,
            "clip_ms": archived.duration_ms,
            "clip_note": archived.note,
            "problem": "",
        }
        if row.dismissed:
            await move(self._kit, tx, row, State.SHELVED, rank=Rank.OUTCOME, **kept)
        else:
            await move(self._kit, tx, row, State.DELIVERING, at=tx.now, **kept)

    async def _other_url(self, take: Take) -> str | None:
        """Where the clip is now, if the provider names another place when it is asked after the job again."""
        if take.job is None:
            return None
        try:
            return (await self._kit.provider.poll(take.job)).output_url
        except ProviderError:
            return None

    async def _again(self, take: Take, attempt: Attempt, why: str, *, url: str | None = None) -> Wake | Done:
        """Close the attempt; try later while the URL lives, else the clip is lost."""
        now, ends = self._kit.clock.now(), take.url_expires_at or 0
        tries = await self._kit.store.transact(lambda tx: tx.count(Attempt, take=take.id, kind=AttemptKind.FETCH))
        pause = min(LAST_AGAIN_S, FIRST_AGAIN_S * 2 ** min(tries - 1, MOST_DOUBLINGS))
        again = min(now + round(pause * 1000), max(ends, now + 1))
        over = now >= ends
        await self._kit.store.transact(lambda tx: self._failed(tx, take, attempt, why, None if over else again, url))
        return DONE if over else Wake(again)

    async def _failed(
        self, tx: Transaction, take: Take, attempt: Attempt, why: str, again: int | None, url: str | None
    ) -> None:
        """Note what went wrong; ``again`` is empty when the time is over, ``url`` is where the clip is next."""
        row = await locked(tx, take.id)
        await tx.put(replace(attempt, outcome=Outcome.CLOSED, ended_at=tx.now, answer=why))
        if row.state is not State.FETCHING:
            return
        if again is None:
            await self._lost(tx, row, why)
            return
        if row.problem != why or url not in (None, row.output_url):
            await move(self._kit, tx, row, row.state, at=again, problem=why, output_url=url or row.output_url)
        if tx.now >= _ends_at_the_earliest(self._kit, row) - self._kit.provider_ms(WARN_BEFORE_S):
            facts = {"subject": row.id, "why": why, "charged": str(row.charged)}
            await tell_owner(self._kit, tx, "not_archived", about=row.id, channel=row.channel, **facts)

    async def _lost(self, tx: Transaction, take: Take, why: str) -> None:
        row = await locked(tx, take.id)
        if row.state is not State.FETCHING:
            return
        await move(self._kit, tx, row, State.LOST, rank=Rank.OUTCOME, problem=why)
        facts = {"subject": row.id, "why": why, "charged": str(row.charged)}
        await say(self._kit, tx, "lost", about=row.id, channel=row.channel, to=row.person, **facts)
        await tell_owner(self._kit, tx, "lost", about=f"{row.id}:owner", channel=row.channel, **facts)


def _ends_at_the_earliest(kit: Kit, take: Take) -> int:
    """When the URL may end: it lives from the job's end, which we may have seen late; UTC milliseconds."""
    made = (take.submitted_at or take.created_at) + take.usual_ms
    return min(take.url_expires_at or 0, made + kit.provider_ms(URL_LIVES_S))


async def _name(tx: Transaction, take: Take) -> tuple[str, Shot]:
    """Where the clip is kept: by month, channel and id, so that a person finds it.

    A clip that is fetched again, because its file was missing or damaged, gets a name of its own.
    """
    channel, shot = await named(tx, Channel, take.channel), await named(tx, Shot, take.shot)
    kept = await tx.count(Attempt, take=take.id, kind=AttemptKind.FETCH, outcome=Outcome.ACCEPTED)
    file = f"{take.id}.mp4" if not kept else f"{take.id}.{kept + 1}.mp4"
    month = datetime.fromtimestamp(take.created_at / 1000, UTC).strftime("%Y-%m")
    return f"{month}/{safe_name(channel.name)}/{file}", shot
