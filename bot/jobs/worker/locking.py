"""Several takes locked at once, in the one order that every transaction keeps."""

from __future__ import annotations

from collections.abc import Iterable

from bot.core.errors import StoreError
from bot.core.ledger import holds_of
from bot.core.lock_order import place
from bot.core.ports import Transaction
from bot.core.rows import Budget, Key, Slate, Take


async def locked_with_rivals(tx: Transaction, take_id: str) -> Take:
    """Lock a take behind its key, and with it the other finals of its draft, which late evidence may cancel.

    Raises:
        StoreError: there is no such take.
    """
    known = await tx.get(Take, take_id)
    if known is None:
        msg = f"there is no take {take_id}"
        raise StoreError(msg)
    rivals = await tx.rows(Take, draft=known.draft) if known.draft else []
    takes = {known.id: known} | {rival.id: rival for rival in rivals}
    for key in sorted({take.key for take in takes.values()}):
        await tx.lock(Key, key)
    await _lock_budgets(tx, takes)
    for slate in sorted({take.slate for take in takes.values() if take.slate}):
        await tx.lock(Slate, slate)
    locked = {each: await tx.lock(Take, each) for each in sorted(takes)}
    return locked[take_id] or known


async def _lock_budgets(tx: Transaction, takes: Iterable[str]) -> None:
    booked = {(line.scope, line.period_start) for take in takes for line in await holds_of(tx, take)}
    for scope, start in sorted(booked, key=lambda key: place(Budget, key) or (0, 0, key)):
        await tx.lock(Budget, scope, start)
