"""Jobs that no take has: made by an order that was answered with a 5xx and sent again.

The one case in which two bills are possible (provider.md, "Submit", rule 5) is not found by the take itself, which
went on with its second job. So the history is read once more, every hour for a day.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.errors import ProviderError
from bot.core.lifecycle import State
from bot.core.money import ZERO, Money
from bot.core.ports import Between, HistoryRow, Job, JobStatus, Transaction
from bot.core.rows import Attempt, AttemptKind, Outcome, Take
from bot.jobs.kit import Kit
from bot.jobs.worker.attach import booked_of, identical_without_job, second_job
from bot.jobs.worker.evidence import WINDOW_S, matches
from bot.jobs.worker.locking import locked_with_rivals

#: So long after such an answer its job is looked for.
LOOK_FOR_MS = 24 * 3600 * 1000
#: An order that made a job, or may have.
ENDED = (Outcome.ACCEPTED, Outcome.CLOSED)
#: A take without a job looks for it itself in these.
LOOKS_ITSELF = (State.SUBMITTING, State.UNKNOWN, State.RELEASED, State.WRITTEN_OFF)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stray:
    """A row of the history that matches an order which was sent again."""

    attempt: Attempt
    row: HistoryRow

    @property
    def job(self) -> str:
        """What the provider calls it."""
        return self.row.job


async def book_strays(kit: Kit) -> None:
    """Read the history for every order that was sent again, and book what was made beside its take's own job."""
    attempts = await kit.store.transact(_sent_again)
    if not attempts:
        return
    since = min(attempt.started_at for attempt in attempts) - round(WINDOW_S * 1000)
    try:
        history = await kit.provider.find_recent(since)
    except ProviderError:
        return
    for attempt in attempts:
        for row in history.rows:
            if matches(row, attempt):
                await _judge(kit, Stray(attempt=attempt, row=row))


async def _sent_again(tx: Transaction) -> list[Attempt]:
    """The orders of the last day's takes that were sent more than once and have gone on.

    The accepted one too: whichever job the take has, the other one may be of either order.
    """
    closed = await tx.rows(
        Attempt, kind=AttemptKind.SUBMIT, outcome=Outcome.CLOSED, started_at=Between(low=tx.now - LOOK_FOR_MS)
    )
    orders = []
    for take in sorted({attempt.take for attempt in closed}):
        if not await tx.count(Take, id=take, state=LOOKS_ITSELF, job=None):
            orders += await tx.rows(Attempt, take=take, kind=AttemptKind.SUBMIT, outcome=ENDED, order=("started_at",))
    return orders


async def _judge(kit: Kit, stray: Stray) -> None:
    """Book a job that nobody has, at what the provider charges for it; one that still runs is looked at again."""
    if not await kit.store.transact(lambda tx: _is_stray(tx, stray)):
        return
    try:
        status = await kit.provider.poll(stray.job)
    except ProviderError:
        return
    if status.job is Job.RUNNING:
        return

    async def work(tx: Transaction) -> None:
        take = await locked_with_rivals(tx, stray.attempt.take)
        charge = charge_of(kit, take, status)
        if charge and await _is_stray(tx, stray):
            await second_job(kit, tx, take, stray.job, charge=charge)

    await kit.store.transact(work)


async def _is_stray(tx: Transaction, stray: Stray) -> bool:
    """Whether the job is no take's, is not booked, and cannot be that of an identical order whose job is looked for."""
    key = (await tx.rows(Take, id=stray.attempt.take))[0].key
    if await tx.count(Take, key=key, job=stray.job) or await booked_of(tx, [stray.job]):
        return False
    others = await identical_without_job(tx, stray.attempt)
    return not any(matches(stray.row, other) for other in others)


def charge_of(kit: Kit, take: Take, status: JobStatus) -> Money:
    """What it has cost: nothing after a refund, or where failures are taken to be free; else as named, or listed."""
    free = status.job is not Job.DONE and not kit.rules.charge_unmarked_failures
    if status.charge.refunded or free:
        return ZERO
    return take.price if status.charge.amount is None else status.charge.amount
