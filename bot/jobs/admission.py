"""T1b: who gets the next free slot of a key."""

from __future__ import annotations

from dataclasses import replace

from bot.core.budgets import Purse, short
from bot.core.errors import Refusal
from bot.core.ledger import holds_of, reprice
from bot.core.lifecycle import State
from bot.core.money import Money
from bot.core.ports import Between, Transaction
from bot.core.rows import Asked, Budget, Key, Shot, Slot, Take
from bot.jobs.asking.rules import OWNER_ANSWERS_MS
from bot.jobs.kit import Kit
from bot.jobs.line import next_in_line
from bot.jobs.places import home_of
from bot.jobs.plans import from_shot
from bot.jobs.refusing import refuse
from bot.jobs.steps import locked, move, named


async def admit(kit: Kit, key: str) -> int | None:
    """Give every free slot to the take that is next; when to look again (UTC milliseconds), if not only when woken."""
    await kit.store.transact(lambda tx: _free_expired(tx, key))
    while True:
        gave, again = await kit.store.transact(lambda tx: _give_one(kit, tx, key))
        if not gave:
            return again


async def _free_expired(tx: Transaction, key: str) -> None:
    await tx.lock(Key, key)
    for slot in await tx.rows(Slot, key=key, free_at=Between(high=tx.now), order=("take",)):
        await tx.delete(Slot, slot.take)


async def _give_one(kit: Kit, tx: Transaction, key_id: str) -> tuple[bool, int | None]:
    """Give one slot to the take that is next; whether there was one, and when to look again if not."""
    key = await tx.lock(Key, key_id)
    if key is None:
        return False, None
    if key.paused_for:
        return False, key.paused_until
    if await tx.count(Slot, key=key_id) >= key.slots:
        waiting = await tx.rows(Slot, key=key_id, free_at=Between(low=0), order=("free_at",), limit=1)
        return False, waiting[0].free_at if waiting else None
    take = await next_in_line(tx, key)
    if take is None:
        return False, None
    await _admit(kit, tx, take)
    return True, None


async def _admit(kit: Kit, tx: Transaction, known: Take) -> None:
    """Give the take its slot; the hold is topped up when the price rose, else the owner is waited for."""
    at = await home_of(kit, tx, known)
    purses = await at.purses(kit, tx, known.person, known.person_name, takes=[known.id])
    take = await locked(tx, known.id)
    if take.state is not State.QUEUED:
        return
    try:
        price = await _price_now(kit, tx, take)
    except Refusal as refusal:
        await refuse(kit, tx, take, refusal.sentence.rstrip("."), by="prices", reason="no longer offered")
        return
    if price > take.price:
        if short(await _booked(tx, take, purses), price - take.price, take.stage):
            until = tx.now + OWNER_ANSWERS_MS
            await move(kit, tx, take, State.ASKED, at=until, asked=Asked.CAP, asked_until=until)
            return
        take = await reprice(tx, take, price, by="prices")
    await tx.add(Slot(take=take.id, key=take.key))
    await move(kit, tx, take, State.ADMITTED, at=tx.now)


async def _price_now(kit: Kit, tx: Transaction, take: Take) -> Money:
    """Today's price.

    Raises:
        Refusal: the model is no longer offered, or not with these values.
    """
    return from_shot(kit, await named(tx, Shot, take.shot), stage=take.stage).price


async def _booked(tx: Transaction, take: Take, purses: tuple[Purse, ...]) -> tuple[Purse, ...]:
    """The purses (locked) of the periods that the take's hold is booked in, where the top-up is booked too."""
    starts = {line.scope: line.period_start for line in await holds_of(tx, take.id)}
    return tuple(
        [
            replace(purse, budget=await named(tx, Budget, purse.scope.id, starts[purse.scope.id]))
            for purse in purses
            if purse.scope.id in starts
        ]
    )
