"""A take that is not ordered after all: its money is given back, and its maker told."""

from __future__ import annotations

from bot.core.ledger import release
from bot.core.lifecycle import State
from bot.core.ports import Transaction
from bot.core.rows import Rank, Take
from bot.jobs.kit import Kit
from bot.jobs.steps import move, say


async def refuse(kit: Kit, tx: Transaction, take: Take, why: str, *, by: str, reason: str) -> None:
    """End a take (locked, behind its key); ``reason`` stands in the ledger, ``why`` is the maker's to read."""
    back = await release(tx, take, by=by, reason=reason)
    await move(kit, tx, back, State.REFUSED, rank=Rank.OUTCOME, problem=why)
    await say(
        kit,
        tx,
        "refused",
        about=take.id,
        channel=take.channel,
        to=take.person,
        card=take.card,
        subject=take.id,
        why=why,
        money=str(take.held),
    )
