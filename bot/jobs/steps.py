"""What every transaction of the jobs is made of: lock in order, step a take, free its slot, touch its card."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

from bot.core.approvals import people_among
from bot.core.errors import StoreError
from bot.core.ledger import lock_budgets
from bot.core.lifecycle import ENDED_WITHOUT_CLIP, SLOTTED, WAITING, State
from bot.core.ports import Transaction
from bot.core.ports.store import Row
from bot.core.rows import (
    BATCH_LANE,
    Asked,
    Batch,
    Card,
    Channel,
    Inbound,
    Key,
    Outbox,
    Rank,
    Slate,
    Slot,
    Take,
    Workspace,
)
from bot.core.sentences import batches
from bot.jobs.kit import Kit
from bot.jobs.together import wake_siblings

R = TypeVar("R", bound=Row)

#: How long an unknown keeps its place among the key's jobs: a job that was made has ended by then.
UNKNOWN_SLOT_MS = 15 * 60 * 1000
#: In these a take of a batch is still awaited; a question to an owner may stand for days.
AWAITED = (WAITING | SLOTTED | {State.FETCHING, State.DELIVERING}) - {State.ASKED}


async def named(tx: Transaction, table: type[R], *key: str | int) -> R:
    """A row that another row names: every store sees to it that it is there.

    Raises:
        StoreError: it is not; always a defect.
    """
    row = await tx.get(table, *key)
    if row is None:
        msg = f"{table.__name__} {key} is named by another row and not there"
        raise StoreError(msg)
    return row


async def locked(tx: Transaction, take: str, *, with_key: bool = False) -> Take:
    """Lock a take behind everything that its money and its slot need, in lock order."""
    known = await named(tx, Take, take)
    if with_key:
        await tx.lock(Key, known.key)
    await lock_budgets(tx, take)
    if known.slate is not None:
        await tx.lock(Slate, known.slate)
    return await tx.lock(Take, take) or known


async def move(
    kit: Kit,
    tx: Transaction,
    take: Take,
    state: State,
    *,
    at: int | None = None,
    rank: Rank = Rank.STATE,
    **changes: Any,
) -> Take:
    """Step a take (locked, its money already booked); ``at`` is when the worker looks at it next.

    A slot that it leaves is freed in the same transaction, and the next in the queue is woken. A card that nobody
    has seen is not posted to say that nothing was ordered.
    """
    stepped = await tx.step(take, replace(take, state=state, due_at=at, **changes))
    if take.state in SLOTTED and state not in SLOTTED:
        await _leave_slot(kit, tx, stepped)
    unordered = take.state is State.ASKED and state in ENDED_WITHOUT_CLIP
    if not unordered or await _is_shown(tx, take.card):
        await touch(kit, tx, take.card, rank)
    if at is not None:
        kit.engine.wake(tx, take.id, at)
    await wake_siblings(kit, tx, stepped)
    if stepped.lane == BATCH_LANE:
        await _on_batch(kit, tx, stepped, rank, unordered=unordered)
    return stepped


async def _on_batch(kit: Kit, tx: Transaction, take: Take, rank: Rank, *, unordered: bool) -> None:
    """The batch's own card shows the step too; the one that ends its last take has the report said."""
    batch = (await named(tx, Slate, take.card)).batch
    if batch is None or (unordered and not await _is_shown(tx, batch)):
        return
    await touch(kit, tx, batch, rank)
    if take.state not in AWAITED:
        await report_if_done(kit, tx, batch)


async def report_if_done(kit: Kit, tx: Transaction, batch_id: str) -> None:
    """Say once what became of a batch: when nothing of it comes by itself any more, and somebody has seen its card.

    The caller has locked the card, or is the sweep: of two takes that end at once the second sees the first's end.
    """
    if not await _is_shown(tx, batch_id):
        return
    sheets = tuple([slate.id for slate in await tx.rows(Slate, batch=batch_id)])
    own: dict[str, Any] = {"card": sheets, "draft": None}
    coming = await tx.count(Take, state=tuple(AWAITED), **own)
    if coming or await tx.count(Take, state=State.ASKED, asked=(Asked.CONFIRM, Asked.OWNER), **own):
        return
    if await tx.count(Take, state=State.ASKED, **own) == await tx.count(Take, **own):
        return
    batch = await tx.lock(Batch, batch_id) or await named(tx, Batch, batch_id)
    if batch.reported_at is not None:
        return
    await tx.put(replace(batch, reported_at=tx.now))
    facts = batches.report_facts(batch, await takes_of_batch(tx, batch_id), tx.now)
    await say(kit, tx, "batch", about=batch_id, channel=batch.channel, card=batch_id, **facts)


async def sheets_of(tx: Transaction, batch: str) -> list[Slate]:
    """The slates of a batch, in its order."""
    return await tx.rows(Slate, batch=batch, order=("sheet",))


async def takes_of_batch(tx: Transaction, batch: str) -> list[Take]:
    """Every draft of a batch, in the order of its lines."""
    places = {slate.id: slate.sheet or 0 for slate in await sheets_of(tx, batch)}
    takes = await tx.rows(Take, card=tuple(places), draft=None)
    return sorted(takes, key=lambda take: (places[take.card], take.number))


async def _is_shown(tx: Transaction, card_id: str) -> bool:
    """Whether the card is on the screen, or on its way there."""
    card = await named(tx, Card, card_id)
    return card.message is not None or await tx.get(Outbox, f"card:{card_id}") is not None


async def _leave_slot(kit: Kit, tx: Transaction, take: Take) -> None:
    if take.state is State.UNKNOWN:
        slot = await tx.lock(Slot, take.id)
        if slot is not None:
            await tx.put(replace(slot, free_at=(take.submitted_at or tx.now) + UNKNOWN_SLOT_MS))
        return
    await tx.delete(Slot, take.id)
    await wake_queue(kit, tx, take.key)


async def wake_queue(kit: Kit, tx: Transaction, key: str) -> None:
    """Have the queue of a key looked at: any of its takes does, for admission chooses anew among all."""
    for waiting in await tx.rows(Take, key=key, state=State.QUEUED, order=("queued_at",), limit=1):
        kit.engine.wake(tx, waiting.id, tx.now)


async def touch(kit: Kit, tx: Transaction, card_id: str, rank: Rank, *, at: int | None = None) -> None:
    """Say that a card shows something else now, and have it drawn."""
    await redraw(tx, card_id, rank, at=at)
    tx.after(kit.outbox_bell.ring)


async def redraw(tx: Transaction, card_id: str, rank: Rank, *, at: int | None = None) -> None:
    """Note that a card shows something else now; it is drawn from the rows when its turn comes."""
    card = await tx.lock(Card, card_id) or await named(tx, Card, card_id)
    await tx.put(replace(card, version=card.version + 1))
    due = tx.now if at is None else at
    waiting = await tx.get(Outbox, f"card:{card_id}")
    if waiting is not None:
        rank = min(rank, waiting.rank, key=lambda each: each.value)
        due = min(due, waiting.due_at)
    await _to_be_drawn(tx, card, rank, at=due)


async def show(kit: Kit, tx: Transaction, card: Card, rank: Rank) -> None:
    """Have a card drawn that this transaction has made: nothing of it waits yet."""
    await _to_be_drawn(tx, card, rank, at=tx.now)
    tx.after(kit.outbox_bell.ring)


async def _to_be_drawn(tx: Transaction, card: Card, rank: Rank, *, at: int) -> None:
    await tx.put(
        Outbox(id=f"card:{card.id}", channel=card.channel, card=card.id, rank=rank, due_at=at, created_at=tx.now)
    )


async def say(
    kit: Kit,
    tx: Transaction,
    line: str,
    *,
    about: str,
    channel: str,
    to: str | None = None,
    card: str | None = None,
    **facts: str,
) -> None:
    """Put a line into the outbox, once per ``about``: the id makes its second writing do nothing."""
    row = Outbox(
        id=f"{line}:{about}",
        channel=channel,
        card=card,
        line=line,
        facts=facts,
        to=to,
        rank=Rank.OUTCOME,
        due_at=tx.now,
        created_at=tx.now,
    )
    if await tx.claim(Inbound(id=f"line:{row.id}", at=tx.now)):
        await tx.put(row)
        tx.after(kit.outbox_bell.ring)


async def tell_owner(
    kit: Kit, tx: Transaction, line: str, *, about: str, channel: str, card: str | None = None, **facts: str
) -> None:
    """Tell the channel's budget contact privately; where nobody looks after it, the channel is told."""
    await say(kit, tx, line, about=about, channel=channel, to=await contact_of(kit, tx, channel), card=card, **facts)


async def contact_of(kit: Kit, tx: Transaction, channel_id: str) -> str | None:
    """The person who is told about the channel's money, if there is one."""
    channel = await named(tx, Channel, channel_id)
    if channel.contact is not None:
        return channel.contact
    workspace = await named(tx, Workspace, channel.workspace)
    return next(iter(people_among(workspace.policy.owners or kit.rules.owners)), None)
