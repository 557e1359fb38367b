"""Each event is carried out once, however often the platform sends it, and a refusal is said once."""

from __future__ import annotations

from typing import TypeVar

from bot.core.commands import Command
from bot.core.ports import Transaction
from bot.core.ports.store import Work
from bot.core.rows import Inbound
from bot.jobs.kit import Kit

T = TypeVar("T")


async def once(kit: Kit, command: Command, work: Work[T]) -> T | None:
    """Do the work in one transaction with the note that its event was taken; ``None`` when it was taken before."""

    async def first(tx: Transaction) -> T | None:
        return await work(tx) if await note(tx, command) else None

    return await kit.store.transact(first)


async def note(tx: Transaction, command: Command) -> bool:
    """Note that the event is taken; whether it is for the first time."""
    return await tx.claim(Inbound(id=_id(command), at=tx.now))


async def was_taken(tx: Transaction, command: Command) -> bool:
    """Whether the event was taken before; only ``once`` is sure that it is not taken meanwhile."""
    return await tx.get(Inbound, _id(command)) is not None


async def refused_first(tx: Transaction, command: Command) -> bool:
    """Whether the event is refused for the first time; once refused it is never carried out by coming again."""
    await note(tx, command)
    return await tx.claim(Inbound(id=f"refused:{command.event}", at=tx.now))


def _id(command: Command) -> str:
    return f"event:{command.event}"
