"""An order whose outcome is not known: look for evidence, ask the owner once, never send again."""

from __future__ import annotations

from dataclasses import replace

from bot.core.errors import Gone, KeyRefused, Transient
from bot.core.lifecycle import State
from bot.core.ports import Job, Transaction
from bot.core.rows import Attempt, AttemptKind, Outcome, Slot, Take
from bot.jobs.engine import DONE, Done, Wake
from bot.jobs.kit import Kit
from bot.jobs.steps import locked, move, tell_owner, wake_queue
from bot.jobs.worker.evidence import look
from bot.jobs.worker.verdict import attach

#: An order without an answer is looked for this often: soon, then every ten minutes; provider seconds.
LOOKS_S = (5.0, 15.0, 30.0, 60.0)
LOOK_EVERY_S = 600.0
#: A job that was lost sight of is polled so long before the owner is asked.
ASK_LOST_JOB_AFTER_S = 24 * 3600.0
#: After a person's verdict evidence is looked for hourly, for a day.
LATE_EVERY_S = 3600.0
LATE_FOR_S = 24 * 3600.0


class Unknown:
    """The state unknown, and the day after a person's verdict."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` is the manager's too."""
        self._kit = kit

    async def step(self, take: Take) -> Wake | Done:
        """Look for evidence; ask the owner once per incident when there is none."""
        if await self._evidence(take):
            return DONE
        await self._kit.store.transact(lambda tx: self._after_look(tx, take))
        now = self._kit.clock.now()
        return Wake(now + self._kit.provider_ms(self._gap(take, now)))

    async def late(self, take: Take) -> Wake | Done:
        """Released or written off: the history and a known job are looked at hourly for a day."""
        now = self._kit.clock.now()
        if now - take.state_at > self._kit.provider_ms(LATE_FOR_S) or await self._evidence(take):
            return DONE
        return Wake(now + self._kit.provider_ms(LATE_EVERY_S))

    async def _evidence(self, take: Take) -> bool:
        """Whether the take has its job now."""
        if take.job is not None:
            return await self._poll(take, take.job)
        attempts = await self._kit.store.transact(
            lambda tx: tx.rows(
                Attempt,
                take=take.id,
                kind=AttemptKind.SUBMIT,
                outcome=(Outcome.UNKNOWN, Outcome.CLOSED),
                order=("started_at",),
            )
        )
        return bool(attempts) and (await look(self._kit, attempts)).found

    async def _poll(self, take: Take, job: str) -> bool:
        """A job that was lost sight of: a poll that knows it is evidence enough."""
        try:
            status = await self._kit.provider.poll(job)
        except (Gone, Transient, KeyRefused):
            return False
        if status.job is Job.RUNNING and take.state is State.UNKNOWN and take.missing_since is None:
            return False
        await self._kit.store.transact(lambda tx: self._seen(tx, take, job))
        return True

    async def _seen(self, tx: Transaction, take: Take, job: str) -> None:
        row = await locked(tx, take.id, with_key=True)
        if row.ver == take.ver:
            await attach(self._kit, tx, row, job=job, evidence=f"poll {job}", named=row.named)

    async def _after_look(self, tx: Transaction, take: Take) -> None:
        """Free the slot when its time has come; ask the owner when it is time."""
        row = await locked(tx, take.id, with_key=True)
        if row.state is not State.UNKNOWN:
            return
        slot = await tx.get(Slot, row.id)
        if slot is not None and slot.free_at is not None and slot.free_at <= tx.now:
            await tx.delete(Slot, row.id)
            await wake_queue(self._kit, tx, row.key)
        if row.question_at is None and self._time_to_ask(row, tx.now):
            asked = replace(row, question_ver=row.ver + 1)
            await move(
                self._kit, tx, row, row.state, at=row.due_at, question_at=tx.now, question_ver=asked.question_ver
            )
            await self._ask(tx, asked)

    def _time_to_ask(self, take: Take, now: int) -> bool:
        wait = ASK_LOST_JOB_AFTER_S if take.job is not None else LOOKS_S[1]
        return now - take.state_at >= self._kit.provider_ms(wait)

    async def _ask(self, tx: Transaction, take: Take) -> None:
        attempts = await tx.rows(Attempt, take=take.id, kind=AttemptKind.SUBMIT, order=("-started_at",), limit=1)
        before = attempts[0].balance if attempts else None
        await tell_owner(
            self._kit,
            tx,
            "unknown",
            about=f"{take.id}:{take.question_ver}",
            channel=take.channel,
            subject=take.id,
            price=str(take.held),
            ver=str(take.question_ver),
            why=take.problem,
            before="" if before is None else str(before),
        )

    def _gap(self, take: Take, now: int) -> float:
        """Seconds until the next look."""
        since = (now - take.state_at) / self._kit.provider_ms(1)
        return next((look_s for look_s in LOOKS_S if since < look_s), LOOK_EVERY_S)
