"""The installation and its processes, driven from outside: events come in, processes die, time passes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import TypeVar

from bot.core.commands import Command, GoOn
from bot.core.lifecycle import State
from bot.core.notices import Notice
from bot.core.ports import Transaction
from bot.jobs.kit import Rules
from tests.drills.machine.gate import Life
from tests.drills.machine.laws import Rows, read_rows
from tests.drills.machine.process import Process, start_process
from tests.drills.machine.site import Site
from tests.jobs.conftest import DANA, LAUNCH

T = TypeVar("T")
#: Rounds in which everything comes to rest at the end, each of them so long; more of them where a queue is long, or
#: time passes at half its pace since the wall clock was set back.
ROUNDS = 8
MOST_ROUNDS = 64
WATCHED_S = 75.0
SLEPT_S = 12 * 60.0
#: From these a take goes on by itself.
MOVING = frozenset(
    {State.ARMED, State.QUEUED, State.ADMITTED, State.SUBMITTING, State.RENDERING, State.FETCHING, State.DELIVERING}
)


class Complaints(logging.Handler):
    """What the processes log as an error."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.said.append(self.format(record))


@dataclass(slots=True, kw_only=True)
class World:
    """One installation."""

    site: Site
    rules: Rules
    #: Whether one process at a time works on the rows, as with the file and its lock.
    alone: bool
    processes: list[Process] = field(default_factory=list)
    #: Every command that was sent; and the events that were carried out to their end, with the time of it.
    sent: list[Command] = field(default_factory=list)
    carried_out: dict[str, int] = field(default_factory=dict)
    under_way: list[asyncio.Task[Notice]] = field(default_factory=list)
    #: By how much the wall clock is wrong, in seconds; and whether it ever was.
    skew_s: float = 0.0
    was_set: bool = False
    fed: int = 0

    @property
    def front(self) -> Process | None:
        """The process that the platform talks to."""
        running = [each for each in self.processes if each.life is Life.RUNNING and not each.task.done()]
        return running[-1] if running else None

    @property
    def frozen(self) -> list[Process]:
        return [each for each in self.processes if each.life is Life.FROZEN]

    @property
    def may_start(self) -> bool:
        """Whether one more process may be started."""
        there = [each for each in self.processes if each.life is not Life.DEAD and not each.task.done()]
        return not there if self.alone else len(there) <= 1

    async def start(self) -> None:
        self.processes.append(start_process(self.site, len(self.processes) + 1, alone=self.alone, rules=self.rules))
        await self.site.clock.quiet()

    async def bring_up(self) -> None:
        """Somebody wants something: a process is started for it, or the frozen one goes on."""
        if self.front is None and not self.may_start:
            self.frozen[-1].gate.become(Life.RUNNING)
            await self.site.clock.quiet()
        if self.front is None:
            await self.start()

    async def deliver(self, command: Command) -> Notice | None:
        """Send a command to the front process; the answer, unless the process ends or freezes over it."""
        self.sent.append(command)
        assert self.front is not None
        task = asyncio.get_running_loop().create_task(self.front.handle(command), name=f"command {command.event}")
        self.under_way.append(task)
        await self.site.clock.quiet()
        if not task.done():
            return None
        self.carried_out[command.event] = self.site.steady.now()
        return task.result()

    async def read(self, work: Callable[[Transaction], Awaitable[T]]) -> T:
        """Read rows, past every gate."""
        return await self.site.store.transact(work)

    async def rows(self) -> Rows:
        return await self.read(read_rows)

    async def stop(self, process: Process) -> None:
        """Ctrl-C: orders under way are waited for."""
        process.stop.set()
        for _ in range(10):
            await self.site.clock.advance(15)
            if process.task.done():
                break
        if process.life is Life.RUNNING:
            assert process.task.done(), "it does not stop"
            process.gate.become(Life.DEAD)

    async def settle(self) -> None:
        """Everything works again, and comes to rest."""
        for process in self.processes:
            process.gate.strike_at(None)
        for process in self.frozen:
            process.gate.become(Life.RUNNING)
        self.site.vendor.mend()
        self.site.chat.mend()
        await self.site.clock.quiet()
        if self.front is not self.processes[-1]:
            # What the last one had accepted, only its own alarms and whoever takes up the rows know of.
            await self.start()
        for number in range(MOST_ROUNDS):
            if number >= ROUNDS and not any(take.state in MOVING for take in (await self.rows()).takes):
                break
            if self.front is None:
                await self.start()  # The last one was struck in a call that only ended meanwhile.
            await self.site.clock.advance(WATCHED_S)
            await self.site.clock.leap(SLEPT_S)
            await self._go_on()

    async def _go_on(self) -> None:
        """The owner lets every scope go on that an overrun has stopped."""
        for stopped in sorted({budget.stopped_by for budget in (await self.rows()).budgets if budget.stopped_by}):
            self.fed += 1
            take = stopped.partition(":")[2]
            await self.deliver(GoOn(actor=DANA, place=LAUNCH, event=f"settle-{self.fed}", subject=take))

    async def close(self) -> None:
        """End everything, wherever it is."""
        for process in self.processes:
            process.gate.close()
        while others := asyncio.all_tasks() - {asyncio.current_task()}:
            for task in others:
                task.cancel()
            await asyncio.gather(*others, return_exceptions=True)
        await self.site.store.close()
