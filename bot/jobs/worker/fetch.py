"""T5: the clip is downloaded, checked and archived while its URL lives; it is paid for already."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.core.errors import ArchiveError, ClipDamaged, Gone, ProviderError, Transient
from bot.core.lifecycle import State
from bot.core.ports import Transaction
from bot.core.rows import Attempt, AttemptKind, Outcome, Rank, Take
from bot.core.sentences import answers
from bot.jobs.clip_pictures import drop_pictures, note_pictures, remove_files
from bot.jobs.engine import DONE, Done, Wake
from bot.jobs.kit import Kit
from bot.jobs.steps import locked, move, say, tell_owner
from bot.jobs.worker.bringing import DOWNLOAD_S, WARN_BEFORE_S, Archived, Bringing, ends_at_the_earliest
from bot.media.errors import MediaUnavailable

MARGIN_S = 30.0
#: Pauses between tries: doubled from the first to the last; real seconds.
FIRST_AGAIN_S = 2.0
LAST_AGAIN_S = 300.0
MOST_DOUBLINGS = 10
#: The owner is told when the archive has refused everything for so long.
REFUSES_FOR_MS = 5 * 60 * 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why a try came to nothing."""

    why: str
    #: Where the clip is now, if somewhere else.
    url: str | None = None
    #: It says nothing of the clip or its address: it is waited for, however long it lasts.
    lasts: bool = False
    #: The clip's bytes are on our disk.
    here: bool = False


class Fetch:
    """The state fetching."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` is the manager's too."""
        self._kit = kit
        self._bringing = Bringing(kit)
        #: Since when the archive has taken nothing, as far as this process has seen.
        self._refused_since: int | None = None

    async def step(self, take: Take) -> Wake | Done:
        """Try once to bring the clip into the archive."""
        if take.output_url is None:
            await self._lose(take)
            return DONE
        attempt = await self._kit.store.transact(lambda tx: self._begin(tx, take))
        if attempt is None:
            return DONE
        done = await self._tried(take, take.output_url)
        if isinstance(done, Trouble):
            return await self._again(take, attempt, done)
        working, archived = done
        unnamed = await self._kit.store.transact(lambda tx: self._t5(tx, take, attempt, archived))
        await self._kit.downloads.forget(working)
        await remove_files(self._kit, unnamed)
        return DONE

    async def _tried(self, take: Take, url: str) -> tuple[Path, Archived] | Trouble:
        """What came of a try, with where the clip's bytes were on the way."""
        working = None
        try:
            working = self._bringing.working_file(take)
            archived = await self._archived(take, url, working)
        except (ArchiveError, MediaUnavailable) as error:
            if isinstance(error, ArchiveError):
                self._refused_since = self._refused_since or self._kit.clock.now()
            here = working is not None and await self._kit.downloads.is_here(working)
            return Trouble(why=str(error), lasts=True, here=here)
        except (Transient, ClipDamaged) as error:
            return Trouble(why=str(error))
        except Gone as error:
            return Trouble(why=error.text, url=await self._other_url(take))
        self._refused_since = None
        return working, archived

    async def _archived(self, take: Take, url: str, working: Path) -> Archived:
        """Bring the clip into the archive, if it is not there; the file that is checked is the file that is kept."""
        if (there := await self._bringing.still_there(take)) is not None:
            return there
        checked = await self._bringing.brought(take, url, working)
        return await self._bringing.kept(take, working, checked)

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

    async def _t5(self, tx: Transaction, take: Take, attempt: Attempt, archived: Archived) -> Iterable[str]:
        """The clip is kept; the pictures' files that no row names any more."""
        row = await locked(tx, take.id)
        await tx.put(replace(attempt, outcome=Outcome.ACCEPTED, ended_at=tx.now))
        if row.state is not State.FETCHING:
            return ()
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
        if archived.pictures is None:
            return ()
        before = await drop_pictures(tx, row.id)
        await note_pictures(tx, row.id, archived.pictures)
        return set(before) - {one.name for one in archived.pictures.values()}

    async def _other_url(self, take: Take) -> str | None:
        """Where the clip is now, if the provider names another place when it is asked after the job again."""
        if take.job is None:
            return None
        try:
            return (await self._kit.provider.poll(take.job)).output_url
        except ProviderError:
            return None

    async def _again(self, take: Take, attempt: Attempt, trouble: Trouble) -> Wake | Done:
        """Close the attempt, and try later while the URL lives, or the trouble is not the clip's; else it is lost."""
        now, ends = self._kit.clock.now(), take.url_expires_at or 0
        tries = await self._kit.store.transact(lambda tx: tx.count(Attempt, take=take.id, kind=AttemptKind.FETCH))
        pause = min(LAST_AGAIN_S, FIRST_AGAIN_S * 2 ** min(tries - 1, MOST_DOUBLINGS))
        again = now + round(pause * 1000)
        if now < ends:
            again = min(again, ends)
        elif not trouble.lasts:
            await self._lose(take, attempt, trouble.why)
            return DONE
        await self._kit.store.transact(lambda tx: self._failed(tx, take, attempt, trouble, again))
        return Wake(again)

    async def _failed(self, tx: Transaction, take: Take, attempt: Attempt, trouble: Trouble, again: int) -> None:
        """Note what went wrong; it is tried ``again`` at that time."""
        row = await locked(tx, take.id)
        await tx.put(replace(attempt, outcome=Outcome.CLOSED, ended_at=tx.now, answer=trouble.why))
        if row.state is not State.FETCHING:
            return
        url = trouble.url or row.output_url
        if (row.problem, row.output_url) != (trouble.why, url):
            row = await move(self._kit, tx, row, row.state, at=again, problem=trouble.why, output_url=url)
        if tx.now >= ends_at_the_earliest(self._kit, row) - self._kit.provider_ms(WARN_BEFORE_S):
            here = "yes" if trouble.here else ""
            facts = {"subject": row.id, "why": trouble.why, "charged": str(row.charged), "here": here}
            await tell_owner(self._kit, tx, "not_archived", about=row.id, channel=row.channel, **facts)
        if self._refused_since is not None and tx.now - self._refused_since >= REFUSES_FOR_MS:
            await self._tell_of_refusals(tx, trouble.why)

    async def _tell_of_refusals(self, tx: Transaction, why: str) -> None:
        """Once for an outage: it lasts until the one that has waited longest goes on."""
        fetching = await tx.rows(Take, state=State.FETCHING, order=("state_at", "id"))
        if waiting := [take for take in fetching if take.problem]:
            first = waiting[0]
            about, facts = f"{first.id}:{first.state_at}", {"why": why, "waiting": str(len(waiting))}
            await tell_owner(self._kit, tx, "archive_refuses", about=about, channel=first.channel, **facts)

    async def _lose(self, take: Take, attempt: Attempt | None = None, why: str = "") -> None:
        """The bytes are gone: say so, and keep nothing that was made of them."""
        unnamed = await self._kit.store.transact(lambda tx: self._lost(tx, take, why or answers.url_is_gone(), attempt))
        await remove_files(self._kit, unnamed)

    async def _lost(self, tx: Transaction, take: Take, why: str, attempt: Attempt | None = None) -> Iterable[str]:
        row = await locked(tx, take.id)
        if attempt is not None:
            await tx.put(replace(attempt, outcome=Outcome.CLOSED, ended_at=tx.now, answer=why))
        if row.state is not State.FETCHING:
            return ()
        await move(self._kit, tx, row, State.LOST, rank=Rank.OUTCOME, problem=why)
        facts = {"subject": row.id, "why": why, "charged": str(row.charged)}
        await say(self._kit, tx, "lost", about=row.id, channel=row.channel, to=row.person, **facts)
        await tell_owner(self._kit, tx, "lost", about=f"{row.id}:owner", channel=row.channel, **facts)
        return await drop_pictures(tx, row.id)


async def keep_fresh(kit: Kit) -> None:
    """Have no clip that still waits for the archive pass for left behind, however long nobody was at work."""
    for take in await kit.store.transact(lambda tx: tx.rows(Take, state=State.FETCHING)):
        with contextlib.suppress(ArchiveError, OSError):
            await kit.downloads.touch(Bringing(kit).working_file(take))
