"""Several takes locked at once, in the one order that every transaction keeps."""

from __future__ import annotations

from collections.abc import Iterable

from bot.core.budgets import newest_budget
from bot.core.ledger import holds_of
from bot.core.ports import Transaction
from bot.core.rows import Budget, Key, Slate, Take
from bot.jobs.steps import named


async def locked_with_rivals(tx: Transaction, take_id: str) -> Take:
    """Lock a take behind its key, and with it the other finals of its draft, which late evidence may cancel."""
    known = await named(tx, Take, take_id)
    rivals = await tx.rows(Take, draft=known.draft) if known.draft else []
    await lock_together(tx, [known, *rivals])
    return await named(tx, Take, take_id)


async def lock_together(tx: Transaction, known: Iterable[Take]) -> list[Take]:
    """Lock takes behind everything that their money and their slots need; as they are then, by their ids."""
    takes = {take.id: take for take in known}
    for key in sorted({take.key for take in takes.values()}):
        await tx.lock(Key, key)
    await _lock_budgets(tx, takes)
    for slate in sorted({take.slate for take in takes.values() if take.slate}):
        await tx.lock(Slate, slate)
    return [await tx.lock(Take, each) or takes[each] for each in sorted(takes)]


async def _lock_budgets(tx: Transaction, takes: Iterable[str]) -> None:
    """Those that the takes are booked in, and the latest of each scope, where a stop is written."""
    booked = {(line.scope, line.period_start) for take in takes for line in await holds_of(tx, take)}
    for scope in {scope for scope, _ in booked}:
        newest = await newest_budget(tx, scope)
        booked |= {(scope, newest.period_start)} if newest else set()
    for scope, start in sorted(booked):
        await tx.lock(Budget, scope, start)
