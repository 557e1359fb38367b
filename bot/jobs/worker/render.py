"""Polling a job until it ends. Late is not failed; nothing that a poll says makes a second order."""

from __future__ import annotations

from dataclasses import replace

from bot.core.errors import Gone, KeyRefused, NotSent, NotSentFor, Transient
from bot.core.lifecycle import State
from bot.core.ports import Job, JobStatus, Transaction
from bot.core.rows import Attempt, AttemptKind, Outcome, Rank, Take
from bot.core.sentences import answers
from bot.jobs.durations import is_late, next_poll
from bot.jobs.engine import DONE, Done, Wake
from bot.jobs.keys import pause_for
from bot.jobs.kit import Kit
from bot.jobs.steps import UNKNOWN_SLOT_MS, locked, move
from bot.jobs.worker.known import Known
from bot.jobs.worker.terminal import done, failed, gave_no_clip

#: A 404, or a done job without its URL, is believed when it has lasted so long; provider.md, "Poll".
MISSING_S = 120.0
#: A job is polled for at least so long, and for so many times its usual time; then every ten minutes.
POLL_FOR_S = 3600.0
POLL_FOR_USUAL = 20
LOST_AGAIN_S = 600.0
#: A refused key is asked again this much later.
KEY_AGAIN_S = 60.0


class Render:
    """The state rendering."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` is the manager's too."""
        self._kit = kit
        #: The takes about which the last poll said nothing new.
        self.known = Known()

    async def step(self, take: Take) -> Wake | Done:
        """Ask after the job once; not before its time, whoever rang."""
        if take.due_at is not None and self._kit.clock.now() < take.due_at:
            return self._as_it_was(take, take.due_at)
        try:
            status = await self._kit.provider.poll(take.job or "")
        except Gone:
            return await self._missing(take)
        except KeyRefused as error:
            return await self._key_refused(take, error.text)
        except Transient as error:
            return await self._not_now(take, error)
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
            await _keep_answer(tx, row, status)
            await failed(self._kit, tx, row, status, gave_no_clip(status))
        else:
            await failed(self._kit, tx, row, status, answers.failed_because(status))

    async def _running(self, take: Take) -> Wake | Done:
        """Still running: an unchanged poll reads nothing, and writes nothing but the first word of lateness."""
        now = self._kit.clock.now()
        begun = take.submitted_at or now
        if now - begun > max(self._kit.provider_ms(POLL_FOR_S), POLL_FOR_USUAL * take.usual_ms):
            return await self._lose_sight(take, answers.never_ends())
        again = next_poll(self._kit, take, now)
        if take.missing_since is not None or self._is_to_be_told(take, now):
            await self._kit.store.transact(lambda tx: self._note(tx, take, again, found=True))
            return Wake(again)
        return self._as_it_was(take, again)

    def _as_it_was(self, take: Take, again: int) -> Wake:
        """Nothing was written: the row that was read does for the next poll too."""
        self.known.keep(take, again)
        return Wake(again)

    async def _not_now(self, take: Take, error: Transient) -> Wake:
        """Network errors, 5xx and 429 say nothing about the job; that it is late, the clock says."""
        now = self._kit.clock.now()
        wait = self._kit.provider_ms(error.retry_after_s) if error.retry_after_s else 0
        again = max(next_poll(self._kit, take, now), now + wait)
        if self._is_to_be_told(take, now):
            await self._kit.store.transact(lambda tx: self._note(tx, take, again, found=False))
            return Wake(again)
        return self._as_it_was(take, again)

    def _is_to_be_told(self, take: Take, now: int) -> bool:
        return take.late_told_at is None and is_late(take, now)

    async def _note(self, tx: Transaction, take: Take, again: int, *, found: bool) -> None:
        row = await locked(tx, take.id)
        if row.state is State.RENDERING:
            told = row.late_told_at or (tx.now if is_late(row, tx.now) else None)
            missing = None if found else row.missing_since
            await move(self._kit, tx, row, row.state, at=again, late_told_at=told, missing_since=missing)

    def _has_lasted(self, take: Take) -> bool:
        since = take.missing_since
        return since is not None and self._kit.clock.now() - since >= self._kit.provider_ms(MISSING_S)

    async def _missing(self, take: Take) -> Wake | Done:
        """A 404, or done without a URL: tolerated until it has lasted."""
        if self._has_lasted(take):
            return await self._lose_sight(take, answers.job_not_found())
        again = next_poll(self._kit, take, self._kit.clock.now())
        if take.missing_since is None:
            await self._kit.store.transact(lambda tx: self._begin_missing(tx, take, again))
        return Wake(again)

    async def _begin_missing(self, tx: Transaction, take: Take, again: int) -> None:
        row = await locked(tx, take.id)
        if row.state is State.RENDERING and row.missing_since is None:
            await move(self._kit, tx, row, row.state, at=again, missing_since=tx.now)

    async def _lose_sight(self, take: Take, why: str) -> Done:
        await self._kit.store.transact(lambda tx: self._to_unknown(tx, take, why))
        return DONE

    async def _to_unknown(self, tx: Transaction, take: Take, why: str) -> None:
        """Looked at in ten minutes, and when its slot is free again."""
        row = await locked(tx, take.id, with_key=True)
        if row.state is State.RENDERING and row.job == take.job:
            freed = max(tx.now, (row.submitted_at or tx.now) + UNKNOWN_SLOT_MS)
            at = min(freed, tx.now + self._kit.provider_ms(LOST_AGAIN_S))
            await move(self._kit, tx, row, State.UNKNOWN, at=at, rank=Rank.OUTCOME, problem=why)

    async def _key_refused(self, take: Take, why: str) -> Wake:
        """The key is paused for orders too; the job goes on at the provider, and is asked after later."""
        refused = NotSent(why, reason=NotSentFor.KEY)

        async def work(tx: Transaction) -> None:
            await pause_for(self._kit, tx, await locked(tx, take.id, with_key=True), refused)

        await self._kit.store.transact(work)
        return Wake(self._kit.clock.now() + self._kit.provider_ms(KEY_AGAIN_S))


async def _keep_answer(tx: Transaction, take: Take, status: JobStatus) -> None:
    """Keep what the provider said, with the order that it belongs to: it is what a complaint needs."""
    for attempt in await tx.rows(Attempt, take=take.id, kind=AttemptKind.SUBMIT, outcome=Outcome.ACCEPTED):
        await tx.put(replace(attempt, answer=f"{attempt.answer} {status.raw}"))
