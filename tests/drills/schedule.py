"""A story, told to an installation whose process ends at chosen steps; then the laws are looked at."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.core.commands import Command
from bot.core.fakes import FakeClock, MemoryStore
from bot.core.lifecycle import State
from bot.core.ports import Store, Transaction
from bot.core.rows import Attempt, AttemptKind, Outbox, Outcome, Take
from bot.jobs.kit import Rules
from tests.drills.process import Crash, Installation, Process, idle
from tests.drills.vendor import Behaviour, Vendor

#: How long the drill waits for something to happen, in seconds, and how far it moves the clock at a time.
PATIENCE_S = 3 * 3600.0
MOMENT_S = 5.0
#: A process that has ended is noticed so soon.
SOON_S = 60.0
#: Between a process's end and the next one's start, in seconds.
DOWN_S = 3.0
MOVING = (
    State.ARMED,
    State.QUEUED,
    State.ADMITTED,
    State.SUBMITTING,
    State.RENDERING,
    State.FETCHING,
    State.DELIVERING,
)

MakeStore = Callable[[Path, FakeClock], Awaitable[Store]]
#: The kinds of databases that the drills are also told on.
DATABASES = ("sqlite", "postgres")


async def in_memory(_folder: Path, clock: FakeClock) -> Store:
    """Rows that outlive the drill's processes, not the drill."""
    return MemoryStore(clock)


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What a schedule is run in."""

    behaviours: tuple[Behaviour, ...] = ()
    history: bool = True
    history_lag_s: float = 0.0
    renders_s: float = 30.0
    rules: Rules = field(default_factory=Rules)
    make_store: MakeStore = in_memory
    #: The largest file that the chat takes, in bytes, where that is less than a clip has.
    largest_bytes: int | None = None
    #: Steps after which each process ends, the first one's first.
    crashes: tuple[int, ...] = ()
    #: The step after which the first process is stopped, and for how long; another works meanwhile.
    freeze_at: int | None = None
    frozen_s: float = 0.0


class Told:
    """An installation while its story is told; it always has a process, unless that has just ended."""

    def __init__(self, on: Installation, setting: Setting) -> None:
        self.on = on
        self._setting = setting
        self._crashes = list(setting.crashes)
        #: The steps of every process that it has had.
        self.made: list[list[str]] = []
        self.process: Process | None = None
        #: A process that was stopped and has not ended; when it goes on, and the orders that it had under way.
        self._stopped: Process | None = None
        self._goes_on_at = 0
        self._under_way: tuple[Attempt, ...] = ()
        #: The approval of the story stands on the platform.
        self.votes_stand = False
        #: What the story itself has seen that must not be.
        self.noticed: list[str] = []

    async def begin(self) -> Process:
        """A process, which may end while it takes the rows up."""
        while self.process is None:
            at = self._crashes.pop(0) if self._crashes else None
            freeze_at = self._setting.freeze_at if not self.made else None
            process = self.on.process(crash_at=at, freeze_at=freeze_at, alone=self._setting.freeze_at is None)
            self.made.append(process.wire.steps)
            if not await self._goes_well(process, process.start()):
                continue
            if self._stopped is not process:
                self.process = process
        return self.process

    async def _goes_well(self, process: Process, doing: Coroutine[Any, Any, object]) -> bool:
        """Do something in a process; whether it came to its end there, and not the process to its own."""
        task = asyncio.ensure_future(doing)
        while not task.done() and not process.wire.frozen:
            await asyncio.wait({task}, timeout=0)
        if process.wire.frozen:
            await self._stands_still(process)
            return False
        try:
            await task
        except Crash:
            await self._ended(process)
            return False
        return True

    async def _ended(self, process: Process) -> None:
        await process.end(self.on.store)
        self.process = None
        await self.on.clock.advance(DOWN_S)

    async def _stands_still(self, process: Process) -> None:
        """Another process takes over from one that is stopped."""
        self._stopped, self.process = process, None
        self._goes_on_at = self.on.clock.now() + round(self._setting.frozen_s * 1000)
        self._under_way = tuple(await self.on.store.transact(_sending))
        await self.begin()

    async def passes(self, seconds: float) -> None:
        """Let time pass; a process that ends meanwhile is followed by another."""
        left = seconds
        while left > 0:
            await self._passes(min(left, SOON_S))
            left -= SOON_S

    async def _passes(self, seconds: float) -> None:
        process = await self.begin()
        await self.on.clock.advance(seconds)
        if process.wire.dead:
            await self._ended(process)
        elif process.wire.frozen:
            await self._stands_still(process)
        await self.begin()
        if self._stopped is not None:
            await self._look_at_the_stopped(self._stopped)

    async def _look_at_the_stopped(self, process: Process) -> None:
        """Nobody judges its orders before they have expired; when its time has come it goes on."""
        for attempt in self._under_way:
            now = await self.on.store.transact(lambda tx, known=attempt: tx.get(Attempt, known.id))  # type: ignore[misc]
            early = now.outcome is Outcome.UNKNOWN and (now.ended_at or 0) < attempt.expires_at
            if early and attempt.id not in self.on.heard:
                self.noticed.append(f"the order of {attempt.take} was judged before it had expired")
        if self.on.clock.now() >= self._goes_on_at:
            process.wire.thaw()
            self._stopped, self._under_way = None, ()

    async def does(self, command: Command) -> None:
        """A person's command; the platform sends its event again where the process ended or stopped over it."""
        process = await self.begin()
        while not await self._goes_well(process, process.manager.handle(command)):
            process = await self.begin()

    async def until(self, reached: Callable[[Transaction], Awaitable[bool]], *, patience_s: float = PATIENCE_S) -> None:
        """Let time pass until the rows say so; at the end of the patience the story goes on all the same."""
        end = self.on.clock.now() + round(patience_s * 1000)
        while self.on.clock.now() < end and (self._stopped is not None or not await self.on.store.transact(reached)):
            await self.passes(MOMENT_S)

    async def settles(self) -> None:
        """Until nothing moves by itself any more."""
        await self.until(is_settled)


async def _sending(tx: Transaction) -> list[Attempt]:
    return await tx.rows(Attempt, kind=AttemptKind.SUBMIT, outcome=Outcome.SENDING)


async def is_settled(tx: Transaction) -> bool:
    """Whether every take has ended or waits for a person, who was asked, and everything was said."""
    moving = await tx.count(Take, state=MOVING)
    unasked = await tx.count(Take, state=State.UNKNOWN, question_at=None)
    return not moving and not unasked and not await tx.count(Outbox)


def in_state(*states: State, least: int = 1) -> Callable[[Transaction], Awaitable[bool]]:
    """Whether so many takes are in one of the states."""

    async def reached(tx: Transaction) -> bool:
        return await tx.count(Take, state=states) >= least

    return reached


@asynccontextmanager
async def told(setting: Setting) -> AsyncIterator[Told]:
    """An installation in a folder of its own, for one story."""
    folder = Path(await asyncio.to_thread(tempfile.mkdtemp))
    asyncio.get_running_loop().set_exception_handler(_quiet_about_crashes)
    store: Store | None = None

    async def settle() -> None:
        if store is not None:
            await idle(store)

    clock = FakeClock(settle=settle)
    store = await setting.make_store(folder, clock)
    vendor = Vendor(
        clock=clock,
        behaviours=list(setting.behaviours),
        history=setting.history,
        history_lag_s=setting.history_lag_s,
        renders_s=setting.renders_s,
    )
    on = Installation(folder=folder, store=store, clock=clock, vendor=vendor, rules=setting.rules)
    if setting.largest_bytes is not None:
        on.chat.largest_file_bytes = setting.largest_bytes
    story = Told(on, setting)
    try:
        yield story
    finally:
        if story.process is not None:
            await story.process.end(store)
        await store.close()
        shutil.rmtree(folder, ignore_errors=True)


def _quiet_about_crashes(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What a process that is no more leaves behind is not worth a word."""
    if not isinstance(context.get("exception"), Crash):
        loop.default_exception_handler(context)
