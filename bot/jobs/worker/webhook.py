"""A call to a webhook: a hint that names a take, for ever. The job is asked after before anything is believed."""

from __future__ import annotations

from dataclasses import replace
from enum import Enum

from bot.core.errors import Gone, KeyRefused, Transient
from bot.core.lifecycle import State
from bot.core.ports import Accepted, Job, JobStatus, Transaction
from bot.core.rows import Attempt, AttemptKind, Outcome, Take
from bot.jobs.kit import Kit
from bot.jobs.steps import locked, named
from bot.jobs.worker.attach import OPEN_TO_A_JOB, attach, identical_without_job, is_extra, is_taken, second_job
from bot.jobs.worker.locking import locked_with_rivals
from bot.jobs.worker.strays import charge_of
from bot.jobs.worker.verdict import UNDECIDED, accepted


class Heard(Enum):
    """What became of a call."""

    #: No order of ours was made under that name.
    STRANGER = "stranger"
    #: Whatever it says that we did not know is in the rows.
    NOTED = "noted"
    #: The provider could not be asked just now; whoever called does well to call again.
    AGAIN = "again"


class Webhook:
    """Takes calls whose address is ours; doubled, late and out of order are the same as once."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` is the manager's too."""
        self._kit = kit

    async def hear(self, attempt_id: str, said: str | None) -> Heard:
        """Look after the take of an attempt; ``said`` is the job that the call names, ``None`` where it names none."""
        attempt = await self._kit.store.transact(lambda tx: tx.get(Attempt, attempt_id))
        if attempt is None or attempt.kind is not AttemptKind.SUBMIT:
            return Heard.STRANGER
        take = await self._kit.store.transact(lambda tx: named(tx, Take, attempt.take))
        job = said or take.job
        if job is None:
            return Heard.NOTED
        if job == take.job and take.state not in OPEN_TO_A_JOB:
            await self._kit.store.transact(lambda tx: self._poll_soon(tx, take.id))
            return Heard.NOTED
        return await self._ask(attempt, job)

    async def _ask(self, attempt: Attempt, job: str) -> Heard:
        """Believe what the provider says of the job, and of no job that it does not know."""
        try:
            status = await self._kit.provider.poll(job)
        except Gone:
            return Heard.NOTED
        except (Transient, KeyRefused):
            return Heard.AGAIN
        heard = await self._kit.store.transact(lambda tx: self._confirmed(tx, attempt.id, job, status))
        if isinstance(heard, Heard):
            return heard
        if heard.outcome is Outcome.SENDING:
            return Heard.AGAIN
        other = heard.id
        await self._kit.store.transact(lambda tx: self._confirmed(tx, other, job, status))
        return Heard.NOTED

    async def _confirmed(self, tx: Transaction, attempt_id: str, job: str, status: JobStatus) -> Heard | Attempt:
        """The job exists, and the attempt has made it; an identical order's attempt, where it is that one's."""
        take = await locked_with_rivals(tx, (await named(tx, Attempt, attempt_id)).take)
        attempt = await tx.lock(Attempt, attempt_id) or await named(tx, Attempt, attempt_id)
        if job == take.job:
            await self._seen_again(tx, take, job, status)
            return Heard.NOTED
        taken = await is_taken(tx, take, job)
        gets_it = take.job is None and take.state in OPEN_TO_A_JOB and not taken
        if gets_it or (taken and attempt.outcome in UNDECIDED):
            await accepted(self._kit, tx, take, attempt, Accepted(job=job, charge=status.charge))
            await self._poll_soon(tx, take.id)
            return Heard.NOTED
        return await self._beside(tx, take, attempt, job, status)

    async def _beside(
        self, tx: Transaction, take: Take, attempt: Attempt, job: str, status: JobStatus
    ) -> Heard | Attempt:
        """A job beside the one that the take has, or of a take that needs none: what it has cost is booked."""
        if not await is_extra(tx, take, attempt, job):
            return Heard.NOTED
        if waiting := await identical_without_job(tx, attempt):
            return waiting[0]
        if status.job is Job.RUNNING:
            return Heard.AGAIN
        if charge := charge_of(self._kit, take, status):
            await second_job(self._kit, tx, take, job, charge=charge)
        return Heard.NOTED

    async def _seen_again(self, tx: Transaction, take: Take, job: str, status: JobStatus) -> None:
        """A job that was lost sight of; that it still runs is no news."""
        if take.state in OPEN_TO_A_JOB and status.job is not Job.RUNNING:
            await attach(self._kit, tx, take, job=job, evidence=f"webhook {job}", named=take.named)
            await self._poll_soon(tx, take.id)

    async def _poll_soon(self, tx: Transaction, take_id: str) -> None:
        """Have a rendering take polled now, not at its time; nothing else is hurried."""
        row = await locked(tx, take_id, with_key=True)
        if row.state is not State.RENDERING:
            return
        if row.due_at is not None and row.due_at > tx.now:
            await tx.step(row, replace(row, due_at=tx.now))
        self._kit.engine.wake(tx, row.id, tx.now)
