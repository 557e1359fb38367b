"""A process of the product at whose edges the drill counts, so that it can be ended or stopped at any of its steps.

A step is a call that a port has carried out: a transaction, a request to the provider, a message, a file. Between two
of them the process changes nothing that outlives it, so ending it after each is ending it everywhere. An order is a
step while it is under way too.
"""

from __future__ import annotations

import asyncio
import inspect
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar, cast

from adapters.muapi.catalogue import load_catalogue
from bot.core.fakes import FakeClock, FakeIds
from bot.core.fakes.archive import MemoryArchive
from bot.core.fakes.chat import FakeChat
from bot.core.ports import Accepted, CardView, Message, Posted, Store, Transaction
from bot.core.ports.store import Work
from bot.jobs.answers import Answer, Answers, written
from bot.jobs.bell import Bell
from bot.jobs.budgets.ladder import on_the_ladder
from bot.jobs.downloads import Downloads
from bot.jobs.drawn import Drawn
from bot.jobs.engine import EmbeddedEngine
from bot.jobs.kit import Kit, Rules
from bot.jobs.manager import JobManager
from bot.jobs.outbox import OutboxSender
from bot.jobs.spending.files import KEPT_MS, Exports
from bot.jobs.sweep import Sweep
from bot.jobs.worker.advance import Worker
from tests.drills.vendor import Vendor
from tests.jobs.conftest import AgreeableMedia, NamedPictures

T = TypeVar("T")
CATALOGUE = load_catalogue()
#: Calls that leave everything as it is.
QUESTIONS = frozenset(
    {
        "poll",
        "balance",
        "find_recent",
        "estimate",
        "may_post",
        "most_bytes",
        "find_post",
        "reactions",
        "open",
        "find",
        "read",
    }
)
#: What a transaction writes with.
WRITES = frozenset({"add", "claim", "put", "step", "delete"})


class Crash(BaseException):
    """The process is no more; nothing in it catches this."""


@dataclass(slots=True, kw_only=True)
class Wire:
    """Every step of a process passes here."""

    #: Ended, or stopped, when it has made so many steps; ``None``: never.
    crash_at: int | None = None
    freeze_at: int | None = None
    steps: list[str] = field(default_factory=list)
    dead: bool = False
    _running: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        """It runs at first."""
        self._running.set()

    @property
    def frozen(self) -> bool:
        """Stopped, and not yet let go on."""
        return not self._running.is_set()

    def thaw(self) -> None:
        """Let it go on."""
        self._running.set()

    async def running(self) -> None:
        """Wait while it is stopped."""
        await self._running.wait()

    async def step(self, name: str) -> None:
        """Note a step that was made."""
        self.require_alive()
        self.steps.append(name)
        if len(self.steps) == self.crash_at:
            self.dead = True
        if len(self.steps) == self.freeze_at:
            self._running.clear()
        await self.running()
        self.require_alive()

    def require_alive(self) -> None:
        """Raise in whatever still runs of a process that has ended."""
        if self.dead:
            raise Crash


class Written:
    """A transaction that remembers what it wrote."""

    def __init__(self, tx: Any, what: list[str]) -> None:
        self._tx, self._what = tx, what

    def __getattr__(self, attribute: str) -> Any:
        """What the transaction has; asking for a way to write counts as writing."""
        found = getattr(self._tx, attribute)
        if attribute in WRITES:
            self._what.append(attribute)
        return found


class WiredStore:
    """The store of a process: a transaction that has written something is a step."""

    def __init__(self, wire: Wire, store: Store) -> None:
        self._wire, self._store = wire, store

    @property
    def behind_ms(self) -> int:
        return self._store.behind_ms

    async def transact(self, work: Work[T]) -> T:
        self._wire.require_alive()
        what: list[str] = []

        async def watched(tx: Transaction) -> T:
            what.clear()
            return await work(cast("Transaction", Written(tx, what)))

        done = await self._store.transact(watched)
        if what:
            await self._wire.step(f"transaction: {_name(work)}")
        self._wire.require_alive()
        return done

    async def close(self) -> None:
        await self._store.close()


def _name(work: Any) -> str:
    """Which code asked for the transaction."""
    named = work.__qualname__.replace(".<locals>", "")
    constants = [name for name in getattr(work.__code__, "co_names", ()) if name.startswith("_")]
    return f"{named} {' '.join(constants)}" if "<lambda>" in named else named


class Wired:
    """A port whose calls are steps of a process."""

    def __init__(self, wire: Wire, name: str, port: Any) -> None:
        self._wire, self._name, self._port = wire, name, port

    def __getattr__(self, attribute: str) -> Any:
        """What the port has; its calls are counted."""
        found = getattr(self._port, attribute)
        if not inspect.iscoroutinefunction(found):
            return found
        if attribute in QUESTIONS:
            return self._asking(found)

        async def call(*arguments: Any, **named: Any) -> Any:
            self._wire.require_alive()
            try:
                return await self._made(attribute, found(*arguments, **named))
            finally:
                await self._wire.step(f"{self._name}.{attribute}")

        return call

    def _asking(self, question: Any) -> Any:
        """A question changes nothing, so it is no step; but nobody who is no more asks or hears anything."""

        async def ask(*arguments: Any, **named: Any) -> Any:
            self._wire.require_alive()
            try:
                return await question(*arguments, **named)
            finally:
                await self._wire.running()
                self._wire.require_alive()

        return ask

    async def _made(self, attribute: str, calling: Awaitable[Any]) -> Any:
        """The answer; an order that is under way when the process ends is not taken back by that."""
        if attribute != "submit":
            return await calling
        under_way = asyncio.ensure_future(calling)
        await asyncio.sleep(0)
        try:
            await self._wire.step("order under way")
            return await under_way
        except Crash:
            under_way.cancel()
            raise


class WiredClock:
    """The drill's clock, as a process sees it: one that is stopped does not wake."""

    def __init__(self, wire: Wire, clock: FakeClock) -> None:
        self._wire, self._clock = wire, clock
        self.now, self.monotonic = clock.now, clock.monotonic

    async def sleep(self, seconds: float) -> None:
        await self._clock.sleep(seconds)
        await self._wire.running()
        self._wire.require_alive()


class PlainDrawn(Drawn):
    """A folder without a thread, whose steps would come in any order."""

    async def run(self, deed: Callable[[], int]) -> int:
        return deed()


class PlainDownloads(Downloads):
    """Notes about clips that are written without a thread, for the same reason."""

    async def run(self, deed: Callable[[], T]) -> T:
        return deed()


class PlainExports(Exports):
    """A folder that is tidied without a thread, so that a sweep takes the same turns in every run."""

    async def tidy(self, now: int) -> int:
        return self._tidy(now - KEPT_MS)


class PlainAnswers(Answers):
    """Answer files without a thread, so that the order of all steps is the same in every run."""

    def __init__(self, on: Installation) -> None:
        super().__init__(on.folder / "answers")
        (on.folder / "answers").mkdir(exist_ok=True)
        self._answered, self._heard = on.answered, on.heard

    async def write(self, answer: Answer) -> None:
        self._path(answer.attempt).write_text(written(answer), encoding="utf-8")
        self._heard.add(answer.attempt)
        if isinstance(answer.verdict, Accepted) and answer.verdict.job is not None:
            self._answered.add(answer.verdict.job)

    async def remove(self, attempt: str) -> None:
        self._path(attempt).unlink(missing_ok=True)

    async def find(self, attempt: str) -> Answer | None:
        return next((answer for answer in await self.read() if answer.attempt == attempt), None)

    async def read(self) -> list[Answer]:
        return self._read()


class HonestChat(FakeChat):
    """A chat that does not keep a clip from being posted twice; what was posted it finds again."""

    def __init__(self) -> None:
        super().__init__("local")
        self.posted: Counter[str] = Counter()

    async def post_clip(
        self, view: CardView, clip: Path, *, name: str, channel: str, nonce: str, thread: Message | None
    ) -> Posted:
        made = await super().post_clip(view, clip, name=name, channel=channel, nonce=nonce, thread=thread)
        self.posted[name] += 1
        return made


@dataclass(kw_only=True)
class Installation:
    """What outlives a process: rows, files, the chat, and the provider."""

    folder: Path
    store: Store
    clock: FakeClock
    vendor: Vendor
    rules: Rules
    chat: HonestChat = field(default_factory=HonestChat)
    archive: MemoryArchive = field(init=False)
    #: Jobs that were accepted, and the answer safely on the disk or in a process that goes on.
    answered: set[str] = field(default_factory=set)
    #: Orders whose answer, whatever it was, is on the disk.
    heard: set[str] = field(default_factory=set)
    #: Processes that it has had.
    processes: int = 0

    def __post_init__(self) -> None:
        """Its archive is in its folder."""
        self.archive = MemoryArchive(self.folder / "archive")

    def process(self, *, crash_at: int | None = None, freeze_at: int | None = None, alone: bool = True) -> Process:
        """A process that works on it; ``alone`` where no other can be at work at the same time."""
        self.processes += 1
        return Process(self, Wire(crash_at=crash_at, freeze_at=freeze_at), alone=alone)


class Process:
    """The real manager, worker, engine and outbox."""

    def __init__(self, on: Installation, wire: Wire, *, alone: bool) -> None:
        clock: Any = WiredClock(wire, on.clock)

        def wired(name: str, port: object) -> Any:
            return Wired(wire, name, port)

        self.wire = wire
        self.kit = Kit(
            store=WiredStore(wire, on.store),
            key="muapi",
            provider=wired("provider", on.vendor),
            chats={"local": wired("chat", on.chat)},
            archive=wired("archive", on.archive),
            pictures=NamedPictures(on.folder),
            media=AgreeableMedia(),
            clock=clock,
            ids=FakeIds(on.processes),
            catalogue=CATALOGUE,
            engine=EmbeddedEngine(clock),
            answers=wired("answers", PlainAnswers(on)),
            exports=PlainExports(on.folder / "exports"),
            drawn=PlainDrawn(on.folder / "drawn"),
            downloads=PlainDownloads(),
            outbox_bell=Bell(clock),
            owner=f"process-{on.processes}",
            alone=alone,
            rules=on.rules,
        )
        self.kit = on_the_ladder(self.kit)
        self.worker = Worker(self.kit)
        self.manager = JobManager(self.kit)
        self._outbox = OutboxSender(self.kit)
        self._sweep = Sweep(self.kit, self.worker)
        self._stop = asyncio.Event()
        self._tasks: list[asyncio.Task[Any]] = []

    async def start(self) -> None:
        """Take the rows up and go on working."""
        await self._sweep.take_up()
        self._tasks = [
            asyncio.create_task(self.kit.engine.run(self.worker.advance, self._stop)),
            asyncio.create_task(self._outbox.run(self._stop)),
            asyncio.create_task(self._sweep.run(self._stop)),
        ]

    async def end(self, store: Store) -> None:
        """It is no more, whatever it was doing; a transaction that runs is committed or not, as at a kill."""
        self.wire.dead = True
        self.wire.thaw()
        await idle(store)
        while left := [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]:
            for task in left:
                task.cancel()
            await asyncio.wait(left)
            for task in left:
                if not task.cancelled():
                    task.exception()


async def idle(store: Store) -> None:
    """Until no transaction runs and nobody's turn has come."""
    ready: Any = getattr(asyncio.get_running_loop(), "_ready", ())
    transactor: Any = store
    while True:
        await asyncio.sleep(0)
        if not ready:
            await transactor.idle()
            await asyncio.sleep(0)
            if not ready:
                return
