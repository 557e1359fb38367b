"""Evidence: whether the provider's history shows the job of an order whose answer was lost; provider.md, "Evidence"."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace

from bot.core.errors import KeyRefused, Transient
from bot.core.lifecycle import State
from bot.core.ports import HistoryRow, Transaction
from bot.core.rows import Attempt, AttemptKind, Outcome, Take
from bot.jobs.kit import Kit
from bot.jobs.steps import locked
from bot.jobs.worker.verdict import ENDED, attach

#: A job of an attempt was created in this window around it, in seconds; and the POST's own limit.
WINDOW_S = 60.0
POST_TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What a reading of the history showed."""

    #: The take has its job now.
    found: bool
    #: The history was read back to the attempt's beginning.
    complete: bool


async def look(kit: Kit, attempts: list[Attempt]) -> Look:
    """Read the history once for a take's attempts; a matching row is its job."""
    since = min(attempt.started_at for attempt in attempts) - round(WINDOW_S * 1000)
    try:
        history = await kit.provider.find_recent(since)
    except (Transient, KeyRefused):
        return Look(found=False, complete=False)
    for attempt in attempts:
        rows = [row for row in history.rows if _matches(row, attempt)]
        if await kit.store.transact(lambda tx, rows=rows, attempt=attempt: _take_row(kit, tx, attempt, rows)):  # type: ignore[misc]
            return Look(found=True, complete=history.complete)
    return Look(found=False, complete=history.complete)


def _matches(row: HistoryRow, attempt: Attempt) -> bool:
    """Same endpoint and payload, created around the attempt; what the provider does not say proves nothing."""
    if row.payload is None or row.created_at is None:
        return False
    if row.endpoint is not None and row.endpoint != attempt.endpoint:
        return False
    sent = json.loads(attempt.payload)
    if any(row.payload.get(name) != value for name, value in sent.items()):
        return False
    after = (POST_TIMEOUT_S + WINDOW_S) * 1000
    return attempt.started_at - WINDOW_S * 1000 <= row.created_at <= attempt.started_at + after


async def _take_row(kit: Kit, tx: Transaction, attempt: Attempt, rows: list[HistoryRow]) -> bool:
    """Attach the first row that no take has; none while an identical order is under way."""
    take = await locked(tx, attempt.take, with_key=True)
    if take.state not in (State.SUBMITTING, State.UNKNOWN, *ENDED) or take.job is not None:
        return take.state is State.RENDERING
    sending = await tx.rows(
        Attempt, kind=AttemptKind.SUBMIT, outcome=Outcome.SENDING, order_sha256=attempt.order_sha256
    )
    if sending:
        return False
    for row in rows:
        if not await tx.count(Take, key=take.key, job=row.job):
            current = await tx.get(Attempt, attempt.id) or attempt
            await tx.put(replace(current, outcome=Outcome.ACCEPTED, ended_at=tx.now, answer=row.job))
            await attach(kit, tx, take, job=row.job, evidence=f"history {row.job}")
            return True
    return False
