"""Rows that were restored from a backup: what was ordered since is unknown to them, so nothing may be bought twice.

What had not been ordered when the backup was made may have been ordered since: it is cancelled, its money given
back. What was being ordered becomes unknown: its money stays held, evidence is looked for, the owner is asked.
Votes that may have armed a final since are used up. And nothing new is ordered before the operator says so.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from bot.core.conditions import key_of
from bot.core.errors import KeyRefused, Transient
from bot.core.ledger import release
from bot.core.lifecycle import WAITING, State
from bot.core.ports import Between, HistoryRow, Provider, Store, Transaction
from bot.core.rows import (
    BATCH_LANE,
    Attempt,
    AttemptKind,
    Card,
    Key,
    Meaning,
    Outcome,
    Rank,
    Slate,
    Slot,
    Take,
    Vote,
)
from bot.core.sentences import answers
from bot.jobs.keys import RESTORED
from bot.jobs.steps import UNKNOWN_SLOT_MS, locked, named, redraw

#: An order of the last minute before the backup may stand in the provider's list a little earlier.
MARGIN_MS = 60_000
PAGE = 200
#: The round in which votes count for nothing.
OVER = 0

Wake = Callable[[Transaction, str, int], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was done to the takes."""

    cancelled: tuple[str, ...]
    unknown: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Since:
    """What the provider's history shows since the backup was made."""

    #: UTC milliseconds.
    since: int
    #: It could be read back to that time.
    complete: bool
    #: Jobs that no take has: made after the backup, and not in the ledger.
    strangers: tuple[HistoryRow, ...]


async def make_safe(store: Store, *, key: str, backup_at: int) -> Restored:
    """Bring restored rows into a state in which nothing is bought twice; again is the same as once.

    ``backup_at`` is the newest time in the backup, UTC milliseconds; ``key`` is the key that new takes use.
    """
    await store.transact(lambda tx: _pause(tx, key, backup_at))
    cancelled, unknown = [], []
    for take in await store.transact(lambda tx: tx.rows(Take, state=tuple(WAITING), order=("id",))):
        await store.transact(lambda tx, id_=take.id: _cancel(tx, id_))  # type: ignore[misc]
        cancelled.append(take.id)
    for take in await store.transact(lambda tx: tx.rows(Take, state=State.SUBMITTING, order=("id",))):
        await store.transact(lambda tx, id_=take.id: _lose_sight(tx, id_))  # type: ignore[misc]
        unknown.append(take.id)
    while await store.transact(_use_up):
        pass
    return Restored(cancelled=tuple(cancelled), unknown=tuple(unknown))


async def _pause(tx: Transaction, key: str, backup_at: int) -> None:
    """Stop every key; a pause of an earlier restore keeps its time, which is the older one."""
    await tx.claim(Key(id=key))
    for row in await tx.rows(Key, order=("id",)):
        if row.paused_for != RESTORED:
            paused = await tx.lock(Key, row.id) or row
            await tx.put(replace(paused, paused_for=RESTORED, paused_until=None, paused_at=backup_at))


async def _cancel(tx: Transaction, take_id: str) -> None:
    take = await locked(tx, take_id, with_key=True)
    if take.state not in WAITING:
        return
    back = await release(tx, take, by="restore", reason="restored")
    changed = replace(back, state=State.CANCELLED, due_at=None, problem=answers.not_ordered_by_restore())
    await tx.step(take, changed)
    await tx.delete(Slot, take.id)
    await _redraw(tx, take)


async def _lose_sight(tx: Transaction, take_id: str) -> None:
    """As if the process had stopped in the middle of the order, whatever its attempts say."""
    take = await locked(tx, take_id, with_key=True)
    if take.state is not State.SUBMITTING:
        return
    changed = replace(take, state=State.UNKNOWN, due_at=tx.now, problem=answers.lost_sight_by_restore())
    await tx.step(take, replace(changed, missing_since=None))
    slot = await tx.lock(Slot, take.id)
    if slot is not None:
        await tx.put(replace(slot, free_at=(take.submitted_at or tx.now) + UNKNOWN_SLOT_MS))
    for attempt in await tx.rows(Attempt, take=take.id, kind=AttemptKind.SUBMIT, outcome=Outcome.SENDING):
        await tx.put(replace(attempt, outcome=Outcome.UNKNOWN, ended_at=tx.now))
    await _redraw(tx, take)


async def _redraw(tx: Transaction, take: Take) -> None:
    """The take's card, and its batch's where that was shown."""
    await redraw(tx, take.card, Rank.OUTCOME)
    batch = (await named(tx, Slate, take.card)).batch if take.lane == BATCH_LANE else None
    if batch is not None and (await named(tx, Card, batch)).message is not None:
        await redraw(tx, batch, Rank.OUTCOME)


async def _use_up(tx: Transaction) -> bool:
    """A page of approvals that have armed nothing, by these rows: they may have since. Whether there were any.

    They stand in a round before the first, so that only a vote given anew counts; a reaction that has stood since
    then is not one, however often the platform is read.
    """
    votes = await tx.rows(
        Vote, meaning=Meaning.APPROVE, standing=True, used_by=None, round=Between(low=OVER + 1), limit=PAGE
    )
    for vote in votes:
        await tx.delete(Vote, *key_of(vote))
        await tx.put(replace(vote, round=OVER))
    return bool(votes)


async def read_since(store: Store, provider: Provider | None, key_id: str) -> Since | None:
    """What the provider made since the backup, by its own list; ``None`` when no restore waits for the operator.

    Without a ``provider`` nothing is known of it.
    """
    key = await store.transact(lambda tx: tx.get(Key, key_id))
    if key is None or key.paused_for != RESTORED:
        return None
    since = (key.paused_at or 0) - MARGIN_MS
    if provider is None:
        return Since(since=since, complete=False, strangers=())
    try:
        history = await provider.find_recent(since)
    except (Transient, KeyRefused):
        return Since(since=since, complete=False, strangers=())
    strangers = [row for row in history.rows if not await _is_known(store, key_id, row.job)]
    return Since(since=since, complete=history.complete, strangers=tuple(strangers))


async def _is_known(store: Store, key: str, job: str) -> bool:
    return bool(await store.transact(lambda tx: tx.count(Take, key=key, job=job)))


async def go_on(store: Store, wake: Wake) -> int:
    """Let the restored rows order again; what waits is woken. How many takes wait."""

    async def work(tx: Transaction) -> int:
        for row in await tx.rows(Key, paused_for=RESTORED, order=("id",)):
            key = await tx.lock(Key, row.id) or row
            await tx.put(replace(key, paused_for="", paused_until=None, paused_at=None, unknowns=0, told_at=None))
            for take in await tx.rows(Take, key=key.id, state=State.QUEUED, order=("queued_at",), limit=1):
                wake(tx, take.id, tx.now)
        return await tx.count(Take, state=State.QUEUED)

    return await store.transact(work)
