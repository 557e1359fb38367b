"""Finding the takes that an answer is about, as long as they wait for it, with every budget that it may need."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.core.budgets import Purse
from bot.core.commands import Command
from bot.core.errors import Refusal
from bot.core.lifecycle import State
from bot.core.ports import Transaction
from bot.core.rows import Asked, Budget, Line, LineKind, Slate, Take
from bot.core.sentences import answers
from bot.jobs.asking.question import Question
from bot.jobs.batches.confirmed import prolonged
from bot.jobs.kit import Kit
from bot.jobs.places import batch_named, find_takes, home_of
from bot.jobs.steps import named

#: A take's hold: the scopes and periods that it is booked in.
Booked = frozenset[tuple[str, int]]


async def find_question(
    kit: Kit, tx: Transaction, command: Command, subject: str, *whose: Asked, asked_at: int | None = None
) -> Question:
    """Everything under the id that waits for such a yes; with ``asked_at``, of the question that was put then.

    Raises:
        Refusal: none waits any more: the first answer won, or its time is over; or what waits was asked anew since.
    """
    found = await find_takes(tx, command.place.workspace, subject)
    at = await home_of(kit, tx, found[0])
    ids = sorted(take.id for take in found)
    purses = await at.purses(kit, tx, found[0].person, found[0].person_name, takes=ids)
    for slate in sorted({take.slate for take in found if take.slate is not None}):
        await tx.lock(Slate, slate)
    takes = {take.id: take for take in await tx.lock_all(Take, id=tuple(ids))}
    waiting = [take for each in found if (take := takes[each.id]).state is State.ASKED and take.asked in whose]
    if not waiting:
        raise Refusal(answers.not_waiting(takes[ids[0]]))
    waiting = [take for take in waiting if not await _is_over(tx, take)]
    if not waiting:
        raise Refusal(answers.too_late(takes[ids[0]]))
    if asked_at is not None:
        waiting = [take for take in waiting if take.asked_owner_at == asked_at]
    if not waiting:
        raise Refusal(answers.answered_already(takes[ids[0]]))
    batch = await batch_named(tx, command.place.workspace, subject)
    booked = await _booked(tx, waiting)
    return Question(
        at=at,
        takes=tuple(waiting),
        purses=purses,
        earlier=await _earlier(tx, purses, booked),
        booked=booked,
        batch=batch.id if batch else "",
        drafts=batch.count if batch else 0,
    )


async def _is_over(tx: Transaction, take: Take) -> bool:
    """Whether the time for an answer is over, as the batch's yes may have prolonged it."""
    if take.asked_until is None or tx.now < take.asked_until:
        return False
    until = await prolonged(tx, take)
    return until is None or tx.now >= until


async def _booked(tx: Transaction, takes: Sequence[Take]) -> dict[str, Booked]:
    booked: dict[str, Booked] = {}
    held = tuple(take.id for take in takes if take.held)
    for line in await tx.rows(Line, take=held, kind=LineKind.HOLD) if held else []:
        booked[line.take] = booked.get(line.take, frozenset()) | {(line.scope, line.period_start)}
    return booked


async def _earlier(tx: Transaction, purses: tuple[Purse, ...], booked: Mapping[str, Booked]) -> tuple[Purse, ...]:
    """The purses (locked) of periods that are over and still have a hold of these takes."""
    current = {(purse.scope.id, purse.budget.period_start) for purse in purses}
    over = {key for each in booked.values() for key in each} - current
    return tuple(
        [
            replace(purse, budget=await named(tx, Budget, scope, start), over=True)
            for purse in purses
            for scope, start in sorted(over)
            if scope == purse.scope.id
        ]
    )
