"""The outbox's rows: which is due, and what becomes of one that could not be shown."""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

from bot.core.errors import ChatBusy, ChatClosed, ChatError, NotYet
from bot.core.ports import Between, Transaction
from bot.core.rows import Card, Outbox, Rank

#: Pauses after a failure: doubled up to the last; in a channel that is closed, the last at once.
FIRST_AGAIN_MS = 500
LAST_AGAIN_MS = 60_000
MOST_DOUBLINGS = 10
#: How long a card is tried.
GIVE_UP_MS = 72 * 3600 * 1000
#: What somebody waits for, and what they do not.
URGENT = (Rank.UNDO, Rank.OUTCOME)
AT_LEISURE = (Rank.STATE, Rank.PROGRESS)


class Lane(NamedTuple):
    """What is sent one after the other: what is urgent in a channel waits for nothing that is not."""

    channel: str
    urgent: bool


async def earliest_due(tx: Transaction) -> tuple[int, dict[Lane, int]]:
    """The rows' time, and when the first row of each lane is due."""
    found = await tx.least(Outbox, "due_at", by=("channel", "rank"))
    earliest: dict[Lane, int] = {}
    for (channel, rank), at in found.items():
        lane = Lane(channel, urgent=rank in URGENT)
        if at is not None:
            earliest[lane] = min(at, earliest.get(lane, at))
    return tx.now, earliest


async def next_due(tx: Transaction, lane: Lane) -> Outbox | None:
    """The most urgent row of a lane that is due."""
    rows = await tx.rows(
        Outbox,
        channel=lane.channel,
        rank=URGENT if lane.urgent else AT_LEISURE,
        due_at=Between(high=tx.now),
        order=("rank", "created_at", "id"),
        limit=1,
    )
    return rows[0] if rows else None


def pause_ms(row: Outbox, error: Exception) -> int:
    """How long a row, and a channel whose chat takes nothing, waits after a failure."""
    if isinstance(error, NotYet):
        return max(1, round(error.retry_after_s * 1000))
    doubled: int = min(LAST_AGAIN_MS, FIRST_AGAIN_MS * 2 ** min(row.tries, MOST_DOUBLINGS))
    if isinstance(error, ChatBusy):
        return max(doubled, round(error.retry_after_s * 1000))
    if isinstance(error, ChatClosed) or not isinstance(error, ChatError | TimeoutError):
        return LAST_AGAIN_MS
    return doubled


async def try_later(tx: Transaction, row: Outbox, pause_ms: int) -> None:
    """Try again later. A card that could not be shown for days is dropped: it comes again with its next change.

    A line never is: what it asks or tells would be lost for ever. What became more urgent meanwhile waits for nothing
    that the less urgent was told.
    """
    current = await tx.get(Outbox, row.id)
    if current is None or current.rank.value < row.rank.value:
        return
    if not row.line and tx.now - row.created_at > GIVE_UP_MS:
        await tx.delete(Outbox, row.id)
    else:
        await tx.put(replace(current, tries=current.tries + 1, due_at=tx.now + pause_ms))


async def was_deleted(tx: Transaction, row: Outbox) -> None:
    """A person deleted the card: it is posted once anew, and then no more."""
    card = await tx.lock(Card, row.card or "")
    if card is None or card.reposts:
        await tx.delete(Outbox, row.id)
        return
    await tx.put(replace(card, message=None, drawn=0, reposts=1))


async def was_drawn(tx: Transaction, row: Outbox) -> None:
    """What the row asked for is on the screen already; when it is to be brought up to date next, stays."""
    current = await tx.get(Outbox, row.id)
    if current is not None and current.rank is not Rank.PROGRESS:
        await tx.delete(Outbox, row.id)
