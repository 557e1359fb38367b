"""An order whose outcome is not known: look for evidence, ask the owner once, never send again."""

from __future__ import annotations

from bot.core.errors import Gone, KeyRefused, ProviderError, Transient
from bot.core.lifecycle import State
from bot.core.money import Money
from bot.core.ports import Job, Transaction
from bot.core.rows import Attempt, AttemptKind, Outcome, Slot, Take
from bot.jobs.asking.outages import ask_about
from bot.jobs.engine import DONE, Done, Wake
from bot.jobs.kit import Kit
from bot.jobs.steps import contact_of, locked, wake_queue
from bot.jobs.worker.attach import attach
from bot.jobs.worker.evidence import look
from bot.jobs.worker.locking import lock_together, locked_with_rivals

#: An order without an answer is looked for so long after it: soon, then every ten minutes; provider seconds.
LOOKS_S = (5.0, 15.0, 30.0, 60.0)
LOOK_EVERY_S = 600.0
#: The owner is asked after so long; where a job is known and was lost sight of, it is polled for a day first.
ASK_AFTER_S = 15.0
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
        now = self._kit.clock.now()
        again = now + self._kit.provider_ms(self._gap(take, now))
        balance = await self._wallet() if self._is_to_be_asked(take, now) else None
        if self._is_to_be_asked(take, now):
            await self._kit.store.transact(lambda tx: self._ask(tx, take, balance))
        freed = await self._kit.store.transact(lambda tx: self._free_slot(tx, take))
        return Wake(min(again, freed or again))

    async def late(self, take: Take) -> Wake | Done:
        """Released or written off: the history and a known job are looked at hourly for a day."""
        now = self._kit.clock.now()
        freed = await self._kit.store.transact(lambda tx: self._free_slot(tx, take))
        if now - take.state_at > self._kit.provider_ms(LATE_FOR_S):
            return DONE if freed is None else Wake(freed)
        if await self._evidence(take):
            return DONE
        again = now + self._kit.provider_ms(LATE_EVERY_S)
        return Wake(min(again, freed or again))

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
        """What the provider says now of a job that was lost sight of; that a late one still runs is no news."""
        try:
            status = await self._kit.provider.poll(job)
        except (Gone, Transient, KeyRefused):
            return False
        if status.job is Job.RUNNING and take.missing_since is None:
            return False
        await self._kit.store.transact(lambda tx: self._seen(tx, take, job))
        return True

    async def _seen(self, tx: Transaction, take: Take, job: str) -> None:
        row = await locked_with_rivals(tx, take.id)
        if row.state is take.state:
            await attach(self._kit, tx, row, job=job, evidence=f"poll {job}", named=row.named)

    async def _free_slot(self, tx: Transaction, take: Take) -> int | None:
        """Free the take's place when its time has come; when, if that is still to come."""
        row = await locked(tx, take.id, with_key=True)
        slot = await tx.lock(Slot, row.id)
        if slot is None or slot.free_at is None:
            return None
        if slot.free_at > tx.now:
            return slot.free_at
        await tx.delete(Slot, row.id)
        await wake_queue(self._kit, tx, row.key)
        return None

    def _is_to_be_asked(self, take: Take, now: int) -> bool:
        wait = ASK_LOST_JOB_AFTER_S if take.job is not None else ASK_AFTER_S
        return take.question_at is None and now - take.state_at >= self._kit.provider_ms(wait)

    async def _ask(self, tx: Transaction, take: Take, balance: Money | None) -> None:
        """Ask the owner, once, about the take and all that the same outage has left unknown."""
        locked_ones = await lock_together(tx, [take, *await self._of_the_same_outage(tx, take)])
        asked = [each for each in locked_ones if each.state is State.UNKNOWN and each.question_at is None]
        if take.id in {each.id for each in asked}:
            await ask_about(self._kit, tx, asked, balance)

    async def _of_the_same_outage(self, tx: Transaction, take: Take) -> list[Take]:
        """Orders of the key without an answer that nobody was asked about, and that the same person is asked about."""
        if take.job is not None:
            return []
        others = await tx.rows(Take, key=take.key, state=State.UNKNOWN, job=None, question_at=None)
        asked = await contact_of(self._kit, tx, take.channel)
        return [
            each
            for each in others
            if each.channel == take.channel or (asked and asked == await contact_of(self._kit, tx, each.channel))
        ]

    async def _wallet(self) -> Money | None:
        """What the wallet holds now, for the person who is asked."""
        try:
            return (await self._kit.provider.balance()).amount
        except ProviderError:
            return None

    def _gap(self, take: Take, now: int) -> float:
        """Provider seconds until the next look."""
        since = (now - take.state_at) / self._kit.provider_ms(1)
        return next((look_s for look_s in LOOKS_S if since < look_s), LOOK_EVERY_S)
