"""T3: what an answer to an order does to its take, its money, its key."""

from __future__ import annotations

from dataclasses import replace

from bot.core.errors import NotSent, NotSentFor, OrderRefused, RefusedFor, ServerFault
from bot.core.ledger import book_second_job, recommit, release
from bot.core.lifecycle import State
from bot.core.money import Money
from bot.core.ports import Accepted, Job, JobStatus, Transaction
from bot.core.rows import Attempt, AttemptKind, Key, Outcome, Rank, Take
from bot.core.sentences import answers
from bot.jobs.answers import Answer
from bot.jobs.durations import next_poll
from bot.jobs.keys import note_unknown, pause_for
from bot.jobs.kit import Kit
from bot.jobs.steps import locked, move, say, tell_owner
from bot.jobs.worker.terminal import done

#: A take returns to the queue at most so often, and for at most so long.
RETURNS = 20
RETURNING_MS = 24 * 3600 * 1000
#: An unknown is looked into again this soon.
FIRST_LOOK_S = 5.0
#: Where late evidence can reach a take that has ended.
ENDED = (State.RELEASED, State.WRITTEN_OFF, State.CANCELLED)


async def record(kit: Kit, tx: Transaction, answer: Answer) -> None:
    """Bring an answer in. It is taken while its attempt is sending, unknown or closed, whatever the take's state."""
    take = await locked(tx, answer.take, with_key=True)
    attempt = await tx.get(Attempt, answer.attempt)
    if attempt is None or attempt.outcome not in (Outcome.SENDING, Outcome.UNKNOWN, Outcome.CLOSED):
        return
    verdict = answer.verdict
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
            await to_unknown(kit, tx, attempt, verdict.text)


async def accepted(kit: Kit, tx: Transaction, take: Take, attempt: Attempt, answer: Accepted) -> None:
    """There is a job. A job that another take has already, by evidence, leaves this one unknown in its place."""
    others = await tx.rows(Take, key=take.key, job=answer.job, limit=1) if answer.job else []
    if others and others[0].id != take.id:
        await to_unknown(kit, tx, attempt, f"its job was taken for {others[0].id}")
        return
    await _end(tx, attempt, Outcome.ACCEPTED, answer.job or "")
    await _key_works(tx, take.key)
    if take.job is not None and take.job != answer.job:
        await _second_job(kit, tx, take, answer.job or attempt.id)
        return
    named = answer.charge.amount
    rendering = await attach(kit, tx, take, job=answer.job, evidence=f"answer {attempt.id}", named=named)
    if answer.output_url is not None:
        status = JobStatus(job=Job.DONE, said="done at once", output_url=answer.output_url, charge=answer.charge)
        await done(kit, tx, rendering, status)


async def _second_job(kit: Kit, tx: Transaction, take: Take, job: str) -> None:
    booked = await book_second_job(tx, take, by="provider", job=job)
    await move(kit, tx, booked, take.state, at=take.due_at)
    await tell_owner(
        kit,
        tx,
        "overrun",
        about=f"{take.id}:{job}",
        channel=take.channel,
        subject=take.id,
        price=str(take.price),
        charged=str(booked.charged),
    )


async def attach(
    kit: Kit, tx: Transaction, take: Take, *, job: str | None, evidence: str, named: Money | None = None
) -> Take:
    """Give a take its job, from the answer or from evidence found later; it is rendering from now on."""
    late = take.state in ENDED
    if late:
        take = await recommit(tx, take, by="provider", evidence=evidence)
        await tell_owner(
            kit,
            tx,
            "late_evidence",
            about=f"{take.id}:{job}",
            channel=take.channel,
            subject=take.id,
            price=str(take.price),
        )
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
    )


async def _refused(kit: Kit, tx: Transaction, take: Take, attempt: Attempt, answer: OrderRefused) -> None:
    await _end(tx, attempt, Outcome.REFUSED, answer.text)
    if take.state is not State.SUBMITTING:
        return
    if await _earlier_fault(tx, attempt):
        await _unknown(kit, tx, take, answer.text)
        return
    await _key_works(tx, take.key)
    back = await release(tx, take, by="provider", reason="refused")
    why = answers.refused_because(answer.reason, answer.text)
    await move(kit, tx, back, State.REFUSED, rank=Rank.OUTCOME, problem=why)
    await say(
        kit,
        tx,
        "refused",
        about=take.id,
        channel=take.channel,
        to=take.person,
        card=take.card,
        subject=take.id,
        why=why,
        money=str(take.held),
    )
    if answer.reason is RefusedFor.MODEL:
        await tell_owner(kit, tx, "model_not_served", about=take.model, channel=take.channel, model=take.model)


async def _not_sent(kit: Kit, tx: Transaction, take: Take, attempt: Attempt, answer: NotSent) -> None:
    """Back to its old place; the key is paused as the reason asks."""
    await _end(tx, attempt, Outcome.NOT_SENT, answer.text)
    await pause_for(kit, tx, take, answer)
    if take.state is not State.SUBMITTING:
        return
    if await _earlier_fault(tx, attempt):
        await _unknown(kit, tx, take, answer.text)
    elif take.cancel_asked:
        back = await release(tx, take, by=take.person, reason="cancelled")
        await move(kit, tx, back, State.CANCELLED, rank=Rank.OUTCOME, problem=answers.cancelled_by(take.person_name))
    elif take.returns + 1 >= RETURNS or tx.now - (take.submitted_at or tx.now) > RETURNING_MS:
        back = await release(tx, take, by="worker", reason="tried too often")
        queued = await move(kit, tx, back, State.QUEUED)
        await move(kit, tx, queued, State.REFUSED, rank=Rank.OUTCOME, problem=answers.tried_too_often(answer.text))
    else:
        counted = take.returns + (answer.reason is NotSentFor.NETWORK)
        await move(kit, tx, take, State.QUEUED, at=tx.now, returns=counted, problem="")


async def _fault(kit: Kit, tx: Transaction, take: Take, attempt: Attempt, answer: ServerFault) -> None:
    """A 5xx without an id: the attempt is closed; what follows is decided when the take is looked at next."""
    await _end(tx, attempt, Outcome.CLOSED, answer.text)
    if take.state is State.SUBMITTING:
        await move(
            kit, tx, take, take.state, at=tx.now, faults=take.faults + 1, problem=answer.text, missing_since=None
        )


async def to_unknown(kit: Kit, tx: Transaction, attempt: Attempt, why: str) -> None:
    """The outcome is not known; the money stays held and nothing is sent again."""
    take = await locked(tx, attempt.take, with_key=True)
    current = await tx.get(Attempt, attempt.id)
    if current is None or current.outcome not in (Outcome.SENDING, Outcome.UNKNOWN, Outcome.CLOSED):
        return
    await _end(tx, current, Outcome.UNKNOWN, why)
    await note_unknown(kit, tx, take)
    if take.state is State.SUBMITTING:
        await _unknown(kit, tx, take, why)


async def _unknown(kit: Kit, tx: Transaction, take: Take, why: str) -> None:
    at = tx.now + kit.provider_ms(FIRST_LOOK_S)
    await move(kit, tx, take, State.UNKNOWN, at=at, rank=Rank.OUTCOME, problem=why, missing_since=None)


async def give_up(kit: Kit, tx: Transaction, take_id: str, why: str) -> None:
    """After 5xx answers that may not be repeated any more: unknown, with its last attempt."""
    take = await locked(tx, take_id, with_key=True)
    if take.state is State.SUBMITTING:
        await note_unknown(kit, tx, take)
        await _unknown(kit, tx, take, why)


async def _earlier_fault(tx: Transaction, attempt: Attempt) -> bool:
    """Whether an earlier attempt of the take was closed with a 5xx: then no answer to a repeat proves anything."""
    closed = await tx.rows(Attempt, take=attempt.take, kind=AttemptKind.SUBMIT, outcome=Outcome.CLOSED)
    return any(each.id != attempt.id for each in closed)


async def _end(tx: Transaction, attempt: Attempt, outcome: Outcome, answer: str) -> None:
    await tx.put(replace(attempt, outcome=outcome, ended_at=tx.now, answer=answer))


async def _key_works(tx: Transaction, key_id: str) -> None:
    key = await tx.get(Key, key_id)
    if key is not None and key.unknowns:
        await tx.put(replace(key, unknowns=0))
