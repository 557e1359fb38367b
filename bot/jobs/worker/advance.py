"""``advance``: look at a take and do the one thing that its state asks for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from bot.core.lifecycle import State
from bot.core.rows import Take
from bot.jobs.admission import admit
from bot.jobs.engine import DONE, Done, Wake
from bot.jobs.keys import probe
from bot.jobs.kit import Kit
from bot.jobs.steps import wake_queue
from bot.jobs.worker.deliver import Deliver
from bot.jobs.worker.fetch import Fetch
from bot.jobs.worker.prepare import Prepare
from bot.jobs.worker.render import Render
from bot.jobs.worker.submit import Submit
from bot.jobs.worker.unknown import Unknown
from bot.jobs.worker.wait import Wait

Step = Callable[[Take], Awaitable[Wake | Done]]


class Worker:
    """Carries every take from the wish to the clip; safe to call twice, late, or on two machines."""

    def __init__(self, kit: Kit) -> None:
        """One part for each leg of the way."""
        self._kit = kit
        self.submit = Submit(kit)
        self.render = Render(kit)
        wait, unknown = Wait(kit), Unknown(kit)
        self._steps: Mapping[State, Step] = {
            State.ASKED: wait.asked,
            State.ARMED: wait.armed,
            State.QUEUED: self._queued,
            State.ADMITTED: Prepare(kit, self.submit).step,
            State.SUBMITTING: self.submit.judge,
            State.RENDERING: self.render.step,
            State.UNKNOWN: unknown.step,
            State.RELEASED: unknown.late,
            State.WRITTEN_OFF: unknown.late,
            State.FETCHING: Fetch(kit).step,
            State.DELIVERING: Deliver(kit).step,
            State.CANCELLED: self._cancelled,
        }

    async def advance(self, take_id: str) -> Wake | Done:
        """Do one step; when to look again, or ``DONE`` until somebody wakes the take."""
        take = self.render.known.take(take_id, self._kit.clock.now())
        take = take or await self._kit.store.transact(lambda tx: tx.get(Take, take_id))
        if take is None or take.state not in self._steps:
            return DONE
        return await self._steps[take.state](take)

    async def _queued(self, take: Take) -> Wake | Done:
        """Admission chooses among all who wait; a key's pause is looked at first."""
        await probe(self._kit, take.key)
        again = await admit(self._kit, take.key)
        return DONE if again is None else Wake(again)

    async def _cancelled(self, take: Take) -> Done:
        """Its alarm may have been the one that the whole queue waits for: it is passed on."""
        await self._kit.store.transact(lambda tx: wake_queue(self._kit, tx, take.key))
        return DONE
