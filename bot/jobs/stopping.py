"""Cancel: stop what can be stopped, and say of the rest why it cannot."""

from __future__ import annotations

from bot.core.commands import Cancel, Command
from bot.core.errors import Refusal
from bot.core.ledger import release
from bot.core.lifecycle import WAITING, State
from bot.core.money import total
from bot.core.notices import SILENCE, Notice
from bot.core.ports import Transaction
from bot.core.rows import Rank, Take
from bot.core.sentences import answers
from bot.jobs.kit import Kit
from bot.jobs.places import Here, enter, find_takes, first_time
from bot.jobs.steps import locked, move


class Stopping:
    """Handler of ``Cancel``."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` is the worker's too."""
        self._kit = kit

    async def cancel(self, command: Cancel) -> Notice:
        """A take, or what still waits of a slate."""
        return await self._cancel(command, command.subject)

    async def cancel_waiting(self, command: Command, card: str) -> Notice:
        """What still waits of a slate, as by ❌ on its card."""
        return await self._cancel(command, card)

    async def _cancel(self, command: Command, subject: str) -> Notice:
        async def work(tx: Transaction) -> Notice:
            if not await first_time(tx, command):
                return SILENCE
            at = await enter(self._kit, tx, command.place)
            takes = await find_takes(tx, command.place.workspace, subject)
            _require_right(at, command, takes[0])
            if len(takes) > 1:
                return await self._slate(tx, command, takes)
            return await self._one(tx, command, await locked(tx, takes[0].id))

        return await self._kit.store.transact(work)

    async def _slate(self, tx: Transaction, command: Command, takes: list[Take]) -> Notice:
        """The whole slate: what waits is dropped; what is ordered already goes on."""
        ids = sorted(take.id for take in takes)
        stopped = [await self._drop(tx, command, take) for id in ids if (take := await locked(tx, id)).state in WAITING]  # noqa: A001
        if not stopped:
            raise Refusal(answers.nothing_waits(takes[0].card))
        return Notice(text=answers.cancelled_some(takes[0].card, len(stopped), total(take.held for take in stopped)))

    async def _drop(self, tx: Transaction, command: Command, take: Take) -> Take:
        """Give the money back; the take as it was, with what it held."""
        back = await release(tx, take, by=command.actor.id, reason="cancelled")
        why = answers.cancelled_by(command.actor.name)
        await move(self._kit, tx, back, State.CANCELLED, rank=Rank.OUTCOME, problem=why)
        return take

    async def _one(self, tx: Transaction, command: Command, take: Take) -> Notice:
        match take.state:
            case State.ASKED | State.ARMED | State.QUEUED | State.ADMITTED:
                await self._drop(tx, command, take)
                return Notice(text=answers.cancelled(take.id, take.held))
            case State.SUBMITTING:
                await move(self._kit, tx, take, take.state, at=tx.now, cancel_asked=True)
                return Notice(text=answers.cancel_remembered(take))
            case State.RENDERING | State.FETCHING:
                await move(self._kit, tx, take, take.state, at=take.due_at, dismissed=True)
                text, buttons = answers.cannot_stop(take)
                return Notice(text=text, buttons=buttons, needed=True)
            case State.UNKNOWN:
                raise Refusal(answers.cannot_cancel_unknown(take))
            case State.DELIVERING:
                await move(self._kit, tx, take, take.state, at=tx.now, dismissed=True)
                return Notice(text=answers.will_be_kept(take.id))
            case _:
                raise Refusal(answers.nothing_to_cancel(take))


def _require_right(at: Here, command: Command, take: Take) -> None:
    may = command.actor.id == take.person or at.roles.owner(command.actor) or at.roles.approver(command.actor)
    if not may or command.actor.bot:
        raise Refusal(answers.not_yours(take.id))
