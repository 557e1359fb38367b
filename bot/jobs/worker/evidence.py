"""Evidence: whether the provider's history shows the job of an order whose answer was lost; provider.md, "Evidence"."""

from __future__ import annotations

import json
from dataclasses import dataclass

from bot.core.errors import KeyRefused, Transient
from bot.core.lifecycle import State
from bot.core.ports import History, HistoryRow, Transaction
from bot.core.rows import Attempt, AttemptKind, Outcome
from bot.jobs.kit import Kit
from bot.jobs.worker.attach import OPEN_TO_A_JOB, accept_attempt, attach, booked_of, is_taken
from bot.jobs.worker.locking import locked_with_rivals

#: A job of an attempt was created in this window around it, in seconds; and the POST's own limit.
WINDOW_S = 60.0
POST_TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a reading of the history showed."""

    #: When the reading began, UTC milliseconds.
    begun: int
    #: The take has its job now.
    found: bool = False
    #: The history was read back to the attempt's beginning.
    complete: bool = False
    #: A row may be the take's job, and is not known to be: it says too little, its time is not the attempt's, or an
    #: identical order is under way.
    blocked: bool = False


async def look(kit: Kit, attempts: list[Attempt]) -> Look:
    """Read the history once for a take's attempts; a matching row is its job."""
    begun = kit.clock.now()
    since = min(attempt.started_at for attempt in attempts) - round(WINDOW_S * 1000)
    try:
        history = await kit.provider.find_recent(since)
    except (Transient, KeyRefused):
        return Look(begun=begun)
    matching = {attempt.id: [row.job for row in history.rows if matches(row, attempt)] for attempt in attempts}
    perhaps = [row.job for row in history.rows if any(_may_be(row, attempt) for attempt in attempts)]
    found, blocked = await kit.store.transact(lambda tx: _take_one(kit, tx, attempts, matching, perhaps))
    complete = history.complete and not _is_ahead(begun, history)
    return Look(begun=begun, found=found, complete=complete, blocked=blocked)


def _is_ahead(now: int, history: History) -> bool:
    """By a clock ahead of the provider's, a job that was made just now is older than the attempt, and not looked at."""
    return history.as_of is not None and now - history.as_of > WINDOW_S * 1000


def _may_be(row: HistoryRow, attempt: Attempt) -> bool:
    """Nothing that the row says of the order is another order's; its time is by the provider's clock, not by ours."""
    if row.endpoint is not None and row.endpoint != attempt.endpoint:
        return False
    sent = json.loads(attempt.payload)
    return row.payload is None or all(row.payload.get(name) == value for name, value in sent.items())


def matches(row: HistoryRow, attempt: Attempt) -> bool:
    """Same endpoint and payload, created around the attempt; what the provider does not say proves nothing."""
    if row.payload is None or row.created_at is None or not _may_be(row, attempt):
        return False
    after = (POST_TIMEOUT_S + WINDOW_S) * 1000
    return attempt.started_at - WINDOW_S * 1000 <= row.created_at <= attempt.started_at + after


async def _take_one(
    kit: Kit, tx: Transaction, attempts: list[Attempt], matching: dict[str, list[str]], perhaps: list[str]
) -> tuple[bool, bool]:
    """Attach the first row that no take has, or was charged for, unless an identical order is under way.

    Gives whether there was one, and whether the take has to wait.
    """
    take = await locked_with_rivals(tx, attempts[0].take)
    if take.state not in OPEN_TO_A_JOB or take.job is not None:
        return take.state is State.RENDERING, False
    booked = await booked_of(tx, perhaps)
    unowned = [job for job in perhaps if job not in booked and not await is_taken(tx, take, job)]
    free = [(attempt, job) for attempt in attempts for job in matching[attempt.id] if job in unowned]
    if not free:
        return False, bool(unowned)
    if await _identical_under_way(tx, attempts):
        return False, True
    attempt, job = free[0]
    await accept_attempt(tx, await tx.lock(Attempt, attempt.id) or attempt, job)
    await attach(kit, tx, take, job=job, evidence=f"history {job}")
    return True, False


async def _identical_under_way(tx: Transaction, attempts: list[Attempt]) -> bool:
    orders = tuple({attempt.order_sha256 for attempt in attempts})
    return bool(await tx.count(Attempt, kind=AttemptKind.SUBMIT, outcome=Outcome.SENDING, order_sha256=orders))
