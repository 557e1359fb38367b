"""A batch that its maker has confirmed: sheet by sheet its takes are queued, or go on waiting for an owner.

The yes is one row; what follows from it is done in a transaction for each sheet, and by whoever finds it undone.
"""

from __future__ import annotations

from dataclasses import replace

from bot.core.lifecycle import State
from bot.core.ports import Between, Transaction
from bot.core.rows import BATCH_LANE, Asked, Batch, Slate, Take
from bot.jobs.asking.rules import OWNER_ANSWERS_MS
from bot.jobs.kit import Kit
from bot.jobs.steps import move, named, report_if_done, sheets_of

#: Batches that are looked after by the sweep: the last question about one has ended by then.
LOOKED_AFTER_MS = 7 * 24 * 3600 * 1000


async def batch_of(tx: Transaction, take: Take) -> Batch | None:
    """The batch that a draft is a line of, if it is one."""
    if take.lane != BATCH_LANE:
        return None
    batch = (await named(tx, Slate, take.card)).batch
    return None if batch is None else await tx.get(Batch, batch)


async def prolonged(tx: Transaction, take: Take) -> int | None:
    """Until when a line beyond the cap waits for an owner because its batch was confirmed, UTC milliseconds.

    The yes itself prolongs it, whether or not its sheet says so yet; ``None`` for whatever no such yes concerns.
    """
    batch = await batch_of(tx, take) if take.asked is Asked.CAP else None
    if batch is None or not batch.ordered or batch.answered_at is None:
        return None
    return batch.answered_at + OWNER_ANSWERS_MS


async def go_on_with(kit: Kit, tx: Transaction, batch: Batch, take: Take) -> bool:
    """Do with an asked take (locked) what its batch's answer asks for; whether there was anything to do."""
    if not batch.ordered or batch.answered_at is None:
        return False
    if take.asked is Asked.CONFIRM:
        place = (await named(tx, Slate, take.card)).sheet or 0
        await move(
            kit,
            tx,
            take,
            State.QUEUED,
            at=tx.now,
            queued_at=batch.answered_at + place,  # sheet after sheet, in whichever order they are written
            asked=None,
            asked_until=None,
        )
        return True
    until = batch.answered_at + OWNER_ANSWERS_MS
    if take.asked_until is None or take.asked_until >= until or tx.now >= until:
        return False
    await tx.step(take, replace(take, asked_until=until, due_at=until))
    kit.engine.wake(tx, take.id, until)
    return True


async def go_on(kit: Kit, batch_id: str) -> None:
    """Do what the yes to a batch asks for, a sheet in each transaction; doing it again does nothing."""
    for sheet in await kit.store.transact(lambda tx: sheets_of(tx, batch_id)):
        await kit.store.transact(lambda tx, sheet=sheet.id: _sheet(kit, tx, batch_id, sheet))  # type: ignore[misc]


async def _sheet(kit: Kit, tx: Transaction, batch_id: str, sheet: str) -> None:
    batch = await named(tx, Batch, batch_id)
    await tx.lock(Slate, sheet)
    for take in await tx.lock_all(Take, card=sheet, draft=None, state=State.ASKED):
        await go_on_with(kit, tx, batch, take)


async def look_after_batches(kit: Kit) -> None:
    """What a stop has left undone: takes of confirmed batches that still wait, and reports that are due."""
    low = Between(low=kit.clock.now() - LOOKED_AFTER_MS)
    known = await kit.store.transact(lambda tx: tx.rows(Batch, ordered=True, reported_at=None, created_at=low))
    for batch in known:
        await go_on(kit, batch.id)
        await kit.store.transact(lambda tx, batch=batch.id: report_if_done(kit, tx, batch))  # type: ignore[misc]
