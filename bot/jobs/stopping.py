"""Cancel: stop what can be stopped, and say of the rest why it cannot."""

from __future__ import annotations

from dataclasses import replace

from bot.core.commands import Actor, Cancel, Command
from bot.core.errors import Refusal
from bot.core.ledger import release
from bot.core.lifecycle import WAITING, State
from bot.core.money import ZERO, Money, total
from bot.core.notices import SILENCE, Notice
from bot.core.ports import Transaction
from bot.core.rows import Batch, Rank, Take
from bot.core.sentences import answers
from bot.jobs.events import once
from bot.jobs.kit import Kit
from bot.jobs.places import batch_named, find_takes, home_of
from bot.jobs.steps import move, sheets_of, takes_of_batch
from bot.jobs.worker.locking import lock_together


class Stopping:
    """Handler of ``Cancel``."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` is the worker's too."""
        self._kit = kit

    async def cancel(self, command: Cancel) -> Notice:
        """A take, or what still waits of a slate."""
        return await self.cancel_of(command, command.subject)

    async def cancel_of(self, command: Command, subject: str) -> Notice:
        """The same for an event that names no subject, as ❌ on a slate's card."""
        batch = await self._kit.store.transact(lambda tx: batch_named(tx, command.place.workspace, subject))
        if batch is not None:
            return await self._batch(command, batch)
        return await once(self._kit, command, lambda tx: self._cancel(tx, command, subject)) or SILENCE

    async def _batch(self, command: Command, batch: Batch) -> Notice:
        """What waits of a batch is dropped, a sheet at a time; before it was confirmed, that is the maker's no."""

        async def begin(tx: Transaction) -> Batch:
            takes = await takes_of_batch(tx, batch.id)
            (await home_of(self._kit, tx, takes[0])).require_say(command.actor, takes[0])
            if not any(take.state in WAITING for take in takes):
                raise Refusal(answers.nothing_waits(batch.id))
            now = await tx.lock(Batch, batch.id) or batch
            await tx.put(now if now.answered_at is not None else replace(now, answered_at=tx.now))
            return now

        if await once(self._kit, command, begin) is None:
            return SILENCE
        number, back = await drop_sheets(self._kit, batch.id, command.actor)
        return Notice(text=answers.cancelled_some(batch.id, number, back))

    async def _cancel(self, tx: Transaction, command: Command, subject: str) -> Notice:
        takes = await find_takes(tx, command.place.workspace, subject)
        at = await home_of(self._kit, tx, takes[0])
        at.require_say(command.actor, takes[0])
        takes = await lock_together(tx, takes)
        if len(takes) > 1:
            return await self._slate(tx, command.actor, takes)
        return await self._one(tx, command.actor, takes[0])

    async def _slate(self, tx: Transaction, actor: Actor, takes: list[Take]) -> Notice:
        """The whole slate: what waits is dropped; what is ordered already goes on."""
        waiting = [take for take in takes if take.state in WAITING]
        if not waiting:
            raise Refusal(answers.nothing_waits(takes[0].card))
        for take in waiting:
            await drop(self._kit, tx, take, by=actor, why=answers.cancelled_by(actor.name))
        back = total(take.held for take in waiting)
        return Notice(text=answers.cancelled_some(takes[0].card, len(waiting), back))

    async def _one(self, tx: Transaction, actor: Actor, take: Take) -> Notice:
        match take.state:
            case State.ASKED | State.ARMED | State.QUEUED | State.ADMITTED:
                await drop(self._kit, tx, take, by=actor, why=answers.cancelled_by(actor.name))
                return Notice(text=answers.cancelled(take.id, take.held))
            case State.SUBMITTING:
                await move(self._kit, tx, take, take.state, at=tx.now, cancel_asked=True)
                return Notice(text=answers.cancel_remembered(take))
            case State.RENDERING | State.FETCHING:
                await move(self._kit, tx, take, take.state, at=take.due_at, dismissed=True)
                text, buttons = answers.cannot_stop(take)
                return Notice(text=text, buttons=buttons, needed=True)
            case State.DELIVERING:
                await move(self._kit, tx, take, take.state, at=tx.now, dismissed=True)
                tx.after(lambda: self._kit.copies.stop(take.id))
                return Notice(text=answers.will_be_kept(take.id))
            case State.UNKNOWN:
                raise Refusal(answers.cannot_cancel_unknown(take))
            case _:
                raise Refusal(answers.nothing_to_cancel(take))


async def drop(
    kit: Kit,
    tx: Transaction,
    take: Take,
    *,
    by: Actor,
    why: str,
    state: State = State.CANCELLED,
    rank: Rank = Rank.OUTCOME,
) -> Take:
    """End a take (locked) that was not ordered yet, and give back what it held."""
    back = await release(tx, take, by=by.id, reason=state.value)
    return await move(kit, tx, back, state, rank=rank, problem=why)


async def drop_sheets(kit: Kit, batch: str, by: Actor) -> tuple[int, Money]:
    """Drop what waits of a batch, a sheet in each transaction; how many takes, and what they held."""
    number, back = 0, ZERO
    for sheet in await kit.store.transact(lambda tx: sheets_of(tx, batch)):
        some, held = await kit.store.transact(lambda tx, sheet=sheet.id: _drop_sheet(kit, tx, sheet, by))  # type: ignore[misc]
        number, back = number + some, back + held
    return number, back


async def _drop_sheet(kit: Kit, tx: Transaction, sheet: str, by: Actor) -> tuple[int, Money]:
    takes = await lock_together(tx, await tx.rows(Take, card=sheet, draft=None))
    waiting = [take for take in takes if take.state in WAITING]
    for take in waiting:
        await drop(kit, tx, take, by=by, why=answers.cancelled_by(by.name))
    return len(waiting), total(take.held for take in waiting)
