"""The question about orders without an answer: asked once for an outage, answered for all of it or one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.core.lifecycle import State
from bot.core.money import Money, total
from bot.core.ports import Transaction
from bot.core.rows import Attempt, AttemptKind, Rank, Take
from bot.core.sentences.numbers import listed
from bot.jobs.kit import Kit
from bot.jobs.steps import tell_owner, touch


async def ask_about(kit: Kit, tx: Transaction, takes: Sequence[Take], balance: Money | None) -> None:
    """Ask whoever looks after the first take's channel about all of them (locked, by their ids) in one line.

    ``balance`` is what the wallet holds now. The first take and its version name the question: an old button
    cannot answer a new one.
    """
    first = takes[0]
    incident = f"{first.id}:{first.ver + 1}"
    for take in takes:
        await tx.step(take, replace(take, question_at=tx.now, question_ver=take.ver + 1, incident=incident))
        await touch(kit, tx, take.card, Rank.STATE)
    before = await _wallet_before(tx, takes)
    await tell_owner(
        kit,
        tx,
        "unknown",
        about=incident,
        channel=first.channel,
        subject=first.id,
        ver=str(first.ver + 1),
        takes=listed(take.id for take in takes),
        count=str(len(takes)),
        price=str(total(take.held for take in takes)),
        why=first.problem,
        before="" if before is None else str(before),
        now="" if balance is None else str(balance),
    )


async def asked_in(tx: Transaction, take: str, ver: int) -> list[Take]:
    """The takes of a question that are still unknown; read without a lock."""
    return await tx.rows(Take, incident=f"{take}:{ver}", state=State.UNKNOWN, order=("id",))


async def _wallet_before(tx: Transaction, takes: Sequence[Take]) -> Money | None:
    """What the wallet held before the first of these orders, where it was read."""
    orders = await tx.rows(Attempt, take=tuple(take.id for take in takes), kind=AttemptKind.SUBMIT)
    last = {order.take: order for order in sorted(orders, key=lambda order: order.started_at)}
    read = sorted((order for order in last.values() if order.balance is not None), key=lambda order: order.started_at)
    return read[0].balance if read else None
