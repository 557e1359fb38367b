"""A take gets its job: from the answer to its order, or from evidence that was found later."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot.core.ledger import SECOND_JOB, book_second_job, recommit, release
from bot.core.lifecycle import State
from bot.core.money import Money
from bot.core.ports import Transaction
from bot.core.rows import Attempt, AttemptKind, Line, Outcome, Rank, Slot, Take
from bot.core.sentences import answers
from bot.jobs.durations import next_poll
from bot.jobs.kit import Kit
from bot.jobs.steps import move, tell_owner

#: Where late evidence can reach a take that has ended.
ENDED = (State.RELEASED, State.WRITTEN_OFF, State.CANCELLED)
#: Where a take may still get its job.
OPEN_TO_A_JOB = (State.SUBMITTING, State.UNKNOWN, *ENDED)
#: A final in one of these gives way to one of its draft that was made after all.
NOT_ORDERED = (State.ASKED, State.ARMED, State.QUEUED)


async def attach(
    kit: Kit, tx: Transaction, take: Take, *, job: str | None, evidence: str, named: Money | None = None
) -> Take:
    """Give a take (locked with its rivals) its job; it is rendering from now on."""
    late = take.state in ENDED
    if late:
        take = await _made_after_all(kit, tx, take, evidence)
    else:
        await _keep_slot(tx, take)
    submitted = replace(take, submitted_at=take.submitted_at or tx.now)
    return await move(
        kit,
        tx,
        take,
        State.RENDERING,
        at=next_poll(kit, submitted, tx.now),
        job=job,
        named=named,
        late=take.late or late,
        missing_since=None,
        problem="",
        dismissed=take.dismissed or take.cancel_asked,
        question_at=None,
        question_ver=None,
        incident=None,
    )


async def accept_attempt(tx: Transaction, attempt: Attempt, answer: str) -> None:
    """The attempt made the take's job; another one that may have made one no longer stands for the take."""
    live = (Outcome.SENDING, Outcome.UNKNOWN)
    for other in await tx.rows(Attempt, take=attempt.take, kind=AttemptKind.SUBMIT, outcome=live):
        if other.id != attempt.id:
            await tx.put(replace(other, outcome=Outcome.CLOSED))
    await tx.put(replace(attempt, outcome=Outcome.ACCEPTED, ended_at=tx.now, answer=answer))


async def second_job(kit: Kit, tx: Transaction, take: Take, job: str, *, charge: Money | None = None) -> None:
    """The provider made, and charges, a second job for one take: it is booked, once, and the take's scopes stop.

    ``charge`` is its cost, where it has ended already.
    """
    if await tx.count(Line, take=take.id, reason=SECOND_JOB, evidence=job):
        return
    booked = await book_second_job(tx, take, by="provider", job=job, charge=charge)
    await move(kit, tx, booked, take.state, at=take.due_at)
    await tell_owner(
        kit,
        tx,
        "overrun",
        about=f"{take.id}:{job}",
        channel=take.channel,
        subject=take.id,
        price=str(take.price),
        charged=str(booked.charged + booked.held),
    )


async def is_extra(tx: Transaction, take: Take, attempt: Attempt, job: str) -> bool:
    """Whether a job of the attempt is one that nobody knows yet, beside the one that the take has."""
    known = attempt.outcome is Outcome.ACCEPTED and attempt.answer in {"", job}
    if known or job in {"", take.job} or await is_taken(tx, take, job):
        return False
    return not await booked_of(tx, [job])


async def booked_of(tx: Transaction, jobs: Iterable[str]) -> set[str]:
    """Those of the jobs that were booked beside some take's own."""
    return {line.evidence for line in await tx.rows(Line, reason=SECOND_JOB, evidence=tuple(jobs))}


async def is_taken(tx: Transaction, take: Take, job: str) -> bool:
    """Whether a take has the job already."""
    return bool(await tx.count(Take, key=take.key, job=job))


async def identical_without_job(tx: Transaction, attempt: Attempt) -> list[Attempt]:
    """Attempts at identical orders whose takes have no job yet, oldest first: identical takes stand for each other."""
    undecided = (Outcome.SENDING, Outcome.UNKNOWN, Outcome.CLOSED)
    identical = await tx.rows(
        Attempt,
        kind=AttemptKind.SUBMIT,
        order_sha256=attempt.order_sha256,
        outcome=undecided,
        order=("started_at", "id"),
    )
    found = []
    for other in identical:
        take = await tx.get(Take, other.take)
        if other.take != attempt.take and take is not None and take.job is None and take.state in OPEN_TO_A_JOB:
            found.append(other)
    return found


async def _keep_slot(tx: Transaction, take: Take) -> None:
    """An unknown's place, where it still has it, is a running job's again."""
    slot = await tx.lock(Slot, take.id)
    if slot is not None and slot.free_at is not None:
        await tx.put(replace(slot, free_at=None))


async def _made_after_all(kit: Kit, tx: Transaction, take: Take, evidence: str) -> Take:
    """After release, write-off or cancel: its price is booked whatever the cap, and the owner told."""
    booked = await recommit(tx, take, by="provider", evidence=evidence)
    stopped = await _supersede(kit, tx, take)
    await tell_owner(
        kit,
        tx,
        "late_evidence",
        about=f"{take.id}:{evidence}",
        channel=take.channel,
        subject=take.id,
        price=str(take.price),
        cancelled=" and ".join(stopped),
    )
    return booked


async def _supersede(kit: Kit, tx: Transaction, take: Take) -> list[str]:
    """Cancel the finals of the same draft that are not ordered yet; their ids."""
    rivals = await tx.rows(Take, draft=take.draft, state=NOT_ORDERED) if take.draft else []
    for rival in rivals:
        back = await release(tx, rival, by="provider", reason="superseded")
        why = answers.cancelled_by(f"{take.id}, which was made after all")
        await move(kit, tx, back, State.CANCELLED, rank=Rank.OUTCOME, problem=why)
    return [rival.id for rival in rivals]
