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
from bot.jobs.worker.attach import OPEN_TO_A_JOB, attach, extra_job, is_taken
from bot.jobs.worker.locking import locked_with_rivals
from bot.jobs.worker.verdict import accepted

#: These attempts were told that there is no job; that there is one all the same, only a webhook can say.
DENIED = (Outcome.REFUSED, Outcome.NOT_SENT)


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
        other = await self._kit.store.transact(lambda tx: self._confirmed(tx, attempt.id, job, status))
        if other is None:
            return Heard.NOTED
        if other.outcome is Outcome.SENDING:
            return Heard.AGAIN
        await self._kit.store.transact(lambda tx: self._confirmed(tx, other.id, job, status))
        return Heard.NOTED

    async def _confirmed(self, tx: Transaction, attempt_id: str, job: str, status: JobStatus) -> Attempt | None:
        """The job exists, and the attempt has made it; an identical order's attempt, where it is that one's."""
        take = await locked_with_rivals(tx, (await named(tx, Attempt, attempt_id)).take)
        attempt = await tx.lock(Attempt, attempt_id) or await named(tx, Attempt, attempt_id)
        if job == take.job:
            await self._seen_again(tx, take, job, status)
            return None
        gets_it = take.job is None and take.state in OPEN_TO_A_JOB and not await is_taken(tx, take, job)
        if attempt.outcome is Outcome.ACCEPTED or (attempt.outcome in DENIED and not gets_it):
            return await extra_job(self._kit, tx, take, attempt, job)
        await accepted(self._kit, tx, take, attempt, Accepted(job=job, charge=status.charge))
        await self._poll_soon(tx, take.id)
        return None

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
