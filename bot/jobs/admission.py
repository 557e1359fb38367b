"""T1b: who gets the next free slot of a key."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from bot.core.budgets import short
from bot.core.ledger import reprice
from bot.core.lifecycle import SLOTTED, Stage, State
from bot.core.money import Money
from bot.core.ports import Between, Transaction
from bot.core.rows import Asked, Budget, Channel, Key, Line, LineKind, Shot, Slot, Take, Workspace
from bot.jobs.accept import OWNER_ANSWERS_MS
from bot.jobs.kit import Kit
from bot.jobs.places import home_of
from bot.jobs.plans import from_shot
from bot.jobs.steps import locked, move

#: A batch leaves this many slots to others.
BATCH_LEAVES = 1
BATCH_LANE = 2


async def admit(kit: Kit, key: str) -> int | None:
    """Give every free slot to the take that is next; when to look again (UTC milliseconds), if not only when woken."""
    while True:
        chosen = await kit.store.transact(lambda tx: _choose(tx, key))
        if not isinstance(chosen, str):
            return chosen
        await kit.store.transact(lambda tx, take=chosen: _admit(kit, tx, take))  # type: ignore[misc]


async def _choose(tx: Transaction, key_id: str) -> str | int | None:
    """The take that is next, or when to look again."""
    key = await tx.lock(Key, key_id)
    if key is None:
        return None
    if key.paused_for:
        return key.paused_until
    await _free_expired(tx, key_id)
    taken = await tx.count(Slot, key=key_id)
    if taken >= key.slots:
        waiting = await tx.rows(Slot, key=key_id, free_at=Between(low=0), order=("free_at",), limit=1)
        return waiting[0].free_at if waiting else None
    return await next_in_line(tx, key, lanes_free=key.slots - taken)


async def _free_expired(tx: Transaction, key: str) -> None:
    for slot in await tx.rows(Slot, key=key, free_at=Between(low=0, high=tx.now)):
        await tx.delete(Slot, slot.take)


async def next_in_line(tx: Transaction, key: Key, *, lanes_free: int) -> str | None:
    """Who is next: ``None`` when nobody who waits may start now."""
    for take in await in_line(tx, key.id):
        if take.lane == BATCH_LANE and lanes_free <= BATCH_LEAVES:
            continue
        return take.id
    return None


async def in_line(tx: Transaction, key: str) -> list[Take]:
    """Everyone who waits and may start, in turn.

    Finals first; then the channel with fewest in flight, the person with fewest, single before slate before
    batch, longest waiting.
    """
    flying = await tx.rows(Take, key=key, state=tuple(SLOTTED))
    channels = Counter(take.channel for take in flying)
    people = Counter((take.workspace, take.person) for take in flying)
    waiting = await tx.rows(Take, key=key, state=State.QUEUED)
    stopped = {take.id for take in waiting if await _stopped(tx, take)} if waiting else set()

    def turn(take: Take) -> tuple[int, int, int, int, int, int, str]:
        final = 0 if take.stage is Stage.FINAL else 1
        flown = (channels[take.channel], people[take.workspace, take.person])
        return (final, *flown, take.lane, take.queued_at or 0, take.number, take.id)

    return sorted((take for take in waiting if take.id not in stopped), key=turn)


async def _stopped(tx: Transaction, take: Take) -> bool:
    """Whether ordering is stopped for the take: its channel or workspace paused, a scope stopped by an overrun."""
    channel = await tx.get(Channel, take.channel)
    workspace = await tx.get(Workspace, take.workspace)
    if (channel and channel.paused_by) or (workspace and workspace.paused_by):
        return True
    for line in await tx.rows(Line, take=take.id, kind=LineKind.HOLD):
        budget = await tx.get(Budget, line.scope, line.period_start)
        if budget is not None and budget.stopped_by:
            return True
    return False


async def _admit(kit: Kit, tx: Transaction, take_id: str) -> None:
    """Give the take its slot; the hold is topped up when the price rose, else the owner is waited for."""
    known = await tx.get(Take, take_id)
    if known is None:
        return
    key = await tx.lock(Key, known.key)
    at = await home_of(kit, tx, known)
    purses = await at.purses(kit, tx, known.person, known.person_name, takes=[take_id])
    take = await locked(tx, take_id)
    if take.state is not State.QUEUED or key is None or await tx.count(Slot, key=key.id) >= key.slots:
        return
    price = await _price_now(kit, tx, take)
    if price > take.price:
        if short(purses, price - take.price, take.stage):
            until = tx.now + OWNER_ANSWERS_MS
            await move(kit, tx, take, State.ASKED, at=until, asked=Asked.CAP, asked_until=until)
            return
        take = await reprice(tx, take, price, by="prices")
    await tx.add(Slot(take=take.id, key=key.id))
    await move(kit, tx, take, State.ADMITTED, at=tx.now)


async def _price_now(kit: Kit, tx: Transaction, take: Take) -> Money:
    shot = await tx.get(Shot, take.shot)
    return take.price if shot is None else from_shot(kit, shot, stage=take.stage).price


async def clear_pause(kit: Kit, tx: Transaction, key: Key) -> None:
    """Let a key's takes start again, all of them by themselves."""
    await tx.put(replace(key, paused_for="", paused_until=None, paused_at=None, told_at=None, unknowns=0))
    for take in await tx.rows(Take, key=key.id, state=State.QUEUED, limit=1):
        kit.engine.wake(tx, take.id, tx.now)
