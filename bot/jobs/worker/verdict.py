"""T3: what an answer to an order does to its take, its money, its key."""

from __future__ import annotations

import logging
from dataclasses import replace

from bot.core.errors import NotSent, OrderRefused, RefusedFor, ServerFault
from bot.core.ledger import release, settle
from bot.core.lifecycle import State
from bot.core.money import ZERO
from bot.core.ports import Accepted, Job, JobStatus, Transaction
from bot.core.rows import Attempt, AttemptKind, Outcome, Rank, Take
from bot.core.sentences import answers
from bot.jobs.answers import Answer
from bot.jobs.keys import note_unknown, note_works, pause_for
from bot.jobs.kit import Kit
from bot.jobs.refusing import refuse
from bot.jobs.steps import locked, move, tell_owner
from bot.jobs.worker.attach import OPEN_TO_A_JOB, accept_attempt, attach, identical_without_job, is_extra, second_job
from bot.jobs.worker.locking import locked_with_rivals
from bot.jobs.worker.terminal import done

log = logging.getLogger(__name__)

#: So many orders of a take that were not sent, and it is refused.
RETURNS = 20
#: And it is tried for so long, not counting the time that its key is paused.
TRIED_MS = 24 * 3600 * 1000
#: An unknown is looked into again this soon; provider seconds.
FIRST_LOOK_S = 5.0
#: An answer is taken while its attempt is one of these, whatever the take's state.
UNDECIDED = (Outcome.SENDING, Outcome.UNKNOWN, Outcome.CLOSED)


async def record(kit: Kit, tx: Transaction, answer: Answer) -> bool:
    """Bring an answer in; one that is in already changes nothing. Whether the rows know of its order at all."""
    if await tx.get(Attempt, answer.attempt) is None:
        log.error("there is no attempt %s of %s; the provider said %s", answer.attempt, answer.take, answer.verdict)
        return False
    take = await locked_with_rivals(tx, answer.take)
    attempt = await tx.lock(Attempt, answer.attempt)
    verdict = answer.verdict
    if attempt is not None and attempt.outcome is Outcome.ACCEPTED and isinstance(verdict, Accepted):
        # A webhook was quicker; it has named the same job, unless two were made.
        if await is_extra(tx, take, attempt, verdict.job or "") and not await identical_without_job(tx, attempt):
            await second_job(kit, tx, take, verdict.job or "")
        return True
    if attempt is None or attempt.outcome not in UNDECIDED:
        return True
    match verdict:
        case Accepted():
            await accepted(kit, tx, take, attempt, verdict)
        case OrderRefused():
            await _refused(kit, tx, take, attempt, verdict)
        case NotSent():
            await _not_sent(kit, tx, take, attempt, verdict)
        case ServerFault():
            await _fault(kit, tx, take, attempt, verdict)
        case _:
            await _no_answer(kit, tx, take, attempt, verdict.text)
    return True


async def accepted(kit: Kit, tx: Transaction, take: Take, attempt: Attempt, answer: Accepted) -> None:
    """There is a job of an attempt that has none yet (both locked).

    One that another take has already, by evidence, leaves this one unknown in its place.
    """
    others = await tx.rows(Take, key=take.key, job=answer.job, limit=1) if answer.job else []
    if others and others[0].id != take.id:
        why = f"its job was taken for {others[0].id}"
        await _end(tx, attempt, Outcome.CLOSED if attempt.outcome is Outcome.CLOSED else Outcome.UNKNOWN, why)
        if take.state is State.SUBMITTING:
            await _to_unknown(kit, tx, take, why)
        return
    await note_works(tx, take.key)
    if take.job is None and take.state in OPEN_TO_A_JOB:
        await accept_attempt(tx, attempt, answer.job or "")
        await _attach(kit, tx, take, attempt, answer)
        return
    await _end(tx, attempt, Outcome.CLOSED, answer.job or "")
    if answer.job not in (None, take.job):
        await second_job(kit, tx, take, answer.job or attempt.id)


async def _attach(kit: Kit, tx: Transaction, take: Take, attempt: Attempt, answer: Accepted) -> None:
    named = answer.charge.amount
    rendering = await attach(kit, tx, take, job=answer.job, evidence=f"answer {attempt.id}", named=named)
    if answer.output_url is not None:
        status = JobStatus(job=Job.DONE, said="done at once", output_url=answer.output_url, charge=answer.charge)
        await done(kit, tx, rendering, status)


async def _refused(kit: Kit, tx: Transaction, take: Take, attempt: Attempt, answer: OrderRefused) -> None:
    await _end(tx, attempt, Outcome.REFUSED, answer.text)
    await note_works(tx, take.key)
    if take.state is not State.SUBMITTING:
        await _proved_unmade(kit, tx, take, attempt, answer.text)
    elif await _may_be_made(tx, attempt):
        await _to_unknown(kit, tx, take, answer.text)
    else:
        why = answers.refused_because(answer.reason, answer.text)
        await refuse(kit, tx, take, why, by="provider", reason="refused")
        if answer.reason is RefusedFor.MODEL:
            await tell_owner(kit, tx, "model_not_served", about=take.model, channel=take.channel, model=take.model)


async def _not_sent(kit: Kit, tx: Transaction, take: Take, attempt: Attempt, answer: NotSent) -> None:
    """Back to its old place; the key is paused as the reason asks."""
    await _end(tx, attempt, Outcome.NOT_SENT, answer.text)
    await pause_for(kit, tx, take, answer)
    if take.state is not State.SUBMITTING:
        await _proved_unmade(kit, tx, take, attempt, answer.text)
    elif await _may_be_made(tx, attempt):
        await _to_unknown(kit, tx, take, answer.text)
    elif take.cancel_asked:
        back = await release(tx, take, by=take.person, reason="cancelled")
        await move(kit, tx, back, State.CANCELLED, rank=Rank.OUTCOME, problem=answers.cancelled_by(take.person_name))
    elif take.returns + 1 >= RETURNS or tx.now - (take.tried_since or tx.now) > TRIED_MS:
        why = answers.tried_too_often(answer.text)
        await refuse(kit, tx, take, why, by="worker", reason="tried too often")
    else:
        await move(
            kit,
            tx,
            take,
            State.QUEUED,
            at=tx.now,
            returns=take.returns + 1,
            problem="",
            tried_since=take.tried_since or tx.now,
        )


async def _fault(kit: Kit, tx: Transaction, take: Take, attempt: Attempt, answer: ServerFault) -> None:
    """A 5xx without an id: the attempt is closed; what follows is decided when the take is looked at next."""
    if attempt.outcome is Outcome.CLOSED:
        return
    await _end(tx, attempt, Outcome.CLOSED, answer.text)
    if take.state is State.SUBMITTING:
        await move(
            kit, tx, take, take.state, at=tx.now, faults=take.faults + 1, problem=answer.text, missing_since=None
        )


async def _no_answer(kit: Kit, tx: Transaction, take: Take, attempt: Attempt, why: str) -> None:
    """Whether a job exists is not known; the money stays held and nothing is sent again."""
    if attempt.outcome is not Outcome.SENDING:
        return
    await _end(tx, attempt, Outcome.UNKNOWN, why)
    await note_unknown(kit, tx, take)
    if take.state is State.SUBMITTING:
        await _to_unknown(kit, tx, take, why)


async def abandon(kit: Kit, tx: Transaction, attempt: Attempt, why: str) -> None:
    """An attempt that nobody makes any more, and whose answer nobody has."""
    take = await locked(tx, attempt.take, with_key=True)
    current = await tx.lock(Attempt, attempt.id)
    if current is not None:
        await _no_answer(kit, tx, take, current, why)


async def give_up(kit: Kit, tx: Transaction, take_id: str, why: str) -> None:
    """After 5xx answers that may not be repeated any more: unknown."""
    take = await locked(tx, take_id, with_key=True)
    if take.state is State.SUBMITTING:
        await note_unknown(kit, tx, take)
        await _to_unknown(kit, tx, take, why)


async def _to_unknown(kit: Kit, tx: Transaction, take: Take, why: str) -> None:
    at = tx.now + kit.provider_ms(FIRST_LOOK_S)
    await move(kit, tx, take, State.UNKNOWN, at=at, rank=Rank.OUTCOME, problem=why, missing_since=None)


async def _proved_unmade(kit: Kit, tx: Transaction, take: Take, attempt: Attempt, why: str) -> None:
    """Proof that comes after the question whether there is a job: the state stays, a write-off is booked back."""
    if take.state is State.UNKNOWN:
        await move(kit, tx, take, take.state, at=tx.now, problem=why)
    elif take.state is State.WRITTEN_OFF and not await _may_be_made(tx, attempt):
        back = await settle(tx, take, ZERO, by="provider", evidence=f"answer {attempt.id}")
        await move(kit, tx, back, take.state, at=take.due_at, rank=Rank.OUTCOME, problem=why)


async def _may_be_made(tx: Transaction, attempt: Attempt) -> bool:
    """Whether another attempt of the take may have made a job, as one that was closed with a 5xx may."""
    others = await tx.rows(
        Attempt, take=attempt.take, kind=AttemptKind.SUBMIT, outcome=(Outcome.CLOSED, Outcome.UNKNOWN)
    )
    return any(other.id != attempt.id for other in others)


async def _end(tx: Transaction, attempt: Attempt, outcome: Outcome, answer: str) -> None:
    await tx.put(replace(attempt, outcome=outcome, ended_at=tx.now, answer=answer))
