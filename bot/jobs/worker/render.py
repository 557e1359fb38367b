"""Polling a job until it ends. Late is not failed; nothing that a poll says makes a second order."""

from __future__ import annotations

from bot.core.errors import Gone, KeyRefused, Transient
from bot.core.lifecycle import State
from bot.core.ports import Job, JobStatus, Transaction
from bot.core.rows import Rank, Take
from bot.core.sentences import answers
from bot.jobs.durations import is_late, next_poll
from bot.jobs.engine import DONE, Done, Wake
from bot.jobs.kit import Kit
from bot.jobs.steps import locked, move, tell_owner, touch
from bot.jobs.worker.terminal import done, failed, gave_no_clip

#: A 404, or a done job without its URL, is believed when it has lasted so long; provider.md, "Poll".
MISSING_S = 120.0
#: A job is polled for at least so long, and for so many times its usual time.
POLL_FOR_S = 3600.0
POLL_FOR_USUAL = 20
#: A refused key is asked again this much later.
KEY_AGAIN_S = 60.0


class Render:
    """The state rendering."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` is the manager's too."""
        self._kit = kit

    async def step(self, take: Take) -> Wake | Done:
        """Ask after the job once."""
        if take.job is None:
            return DONE
        now = self._kit.clock.now()
        try:
            status = await self._kit.provider.poll(take.job)
        except Gone:
            return await self._missing(take)
        except KeyRefused as error:
            why = error.text
            await self._kit.store.transact(lambda tx: self._tell_key(tx, take, why))
            return Wake(now + self._kit.provider_ms(KEY_AGAIN_S))
        except Transient as error:
            wait = self._kit.provider_ms(error.retry_after_s or 0)
            return Wake(max(next_poll(self._kit, take, now), now + wait))
        return await self._judge(take, status)

    async def _judge(self, take: Take, status: JobStatus) -> Wake | Done:
        match status.job:
            case Job.RUNNING:
                return await self._running(take)
            case Job.DONE if status.output_url is None and not self._has_lasted(take):
                return await self._missing(take)
            case Job.DONE | Job.FAILED | Job.CANCELLED:
                await self._kit.store.transact(lambda tx: self._end(tx, take, status))
                return DONE

    async def _end(self, tx: Transaction, take: Take, status: JobStatus) -> None:
        row = await locked(tx, take.id, with_key=True)
        if row.state is not State.RENDERING or row.job != take.job:
            return
        if status.job is Job.DONE and status.output_url is not None:
            await done(self._kit, tx, row, status)
        elif status.job is Job.DONE:
            await failed(self._kit, tx, row, status, gave_no_clip(status))
        else:
            await failed(self._kit, tx, row, status, answers.failed_because(status))

    async def _running(self, take: Take) -> Wake | Done:
        """Still running: an unchanged poll writes nothing but the first word of lateness."""
        now = self._kit.clock.now()
        begun = take.submitted_at or now
        if now - begun > max(self._kit.provider_ms(POLL_FOR_S), POLL_FOR_USUAL * take.usual_ms):
            await self._kit.store.transact(lambda tx: self._lose_sight(tx, take, answers.never_ends()))
            return DONE
        if take.missing_since is not None or (is_late(take, now) and take.late_told_at is None):
            await self._kit.store.transact(lambda tx: self._note(tx, take, late=is_late(take, tx.now)))
        return Wake(next_poll(self._kit, take, now))

    async def _note(self, tx: Transaction, take: Take, *, late: bool) -> None:
        row = await locked(tx, take.id)
        if row.state is State.RENDERING:
            told = row.late_told_at or (tx.now if late else None)
            await move(self._kit, tx, row, row.state, at=row.due_at, late_told_at=told, missing_since=None)

    def _has_lasted(self, take: Take) -> bool:
        since = take.missing_since
        return since is not None and self._kit.clock.now() - since > self._kit.provider_ms(MISSING_S)

    async def _missing(self, take: Take) -> Wake | Done:
        """A 404, or done without a URL: tolerated until it has lasted."""
        if self._has_lasted(take):
            await self._kit.store.transact(lambda tx: self._lose_sight(tx, take, answers.job_not_found()))
            return DONE
        if take.missing_since is None:
            await self._kit.store.transact(lambda tx: self._begin_missing(tx, take))
        return Wake(self._kit.clock.now() + self._kit.provider_ms(self._kit.ids.between(5.0, 10.0)))

    async def _begin_missing(self, tx: Transaction, take: Take) -> None:
        row = await locked(tx, take.id)
        if row.state is State.RENDERING and row.missing_since is None:
            await move(self._kit, tx, row, row.state, at=row.due_at, missing_since=tx.now)

    async def _lose_sight(self, tx: Transaction, take: Take, why: str) -> None:
        row = await locked(tx, take.id, with_key=True)
        if row.state is State.RENDERING and row.job == take.job:
            at = tx.now + self._kit.provider_ms(600)
            await move(self._kit, tx, row, State.UNKNOWN, at=at, rank=Rank.OUTCOME, problem=why)

    async def _tell_key(self, tx: Transaction, take: Take, why: str) -> None:
        await touch(self._kit, tx, take.card, Rank.PROGRESS)
        await tell_owner(self._kit, tx, "key_refused", about=f"{take.key}:poll", channel=take.channel, why=why)
