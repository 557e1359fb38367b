"""An office: the real manager, worker and outbox on fakes of the ports, with a clock that the test moves."""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import pytest
from PIL import Image

from adapters.muapi.catalogue import load_catalogue
from bot.core.budgets import Purse, Scope, holds
from bot.core.cards import Beside, Sheet
from bot.core.charts import Chart
from bot.core.commands import Actor, Command, Draft, OrderOptions, Place
from bot.core.fakes import FakeClock, FakeIds, MemoryStore
from bot.core.fakes.archive import MemoryArchive
from bot.core.fakes.chat import FakeChat
from bot.core.fakes.provider import FakeProvider
from bot.core.ladder import reached
from bot.core.lifecycle import WAITING, State
from bot.core.money import Money
from bot.core.notices import Notice
from bot.core.ports import Archive, Row, Store, Transaction
from bot.core.rows import Alert, Asked, Budget, Channel, ClipPicture, Line, PictureKind, Take, Workspace
from bot.jobs.answers import Answers
from bot.jobs.bell import Bell
from bot.jobs.budgets.ladder import on_the_ladder
from bot.jobs.drawn import Drawn
from bot.jobs.engine import Advance, Health, Wake
from bot.jobs.kit import Kit, Rules
from bot.jobs.manager import JobManager
from bot.jobs.outbox import OutboxSender
from bot.jobs.spending.files import Exports
from bot.jobs.sweep import Sweep
from bot.jobs.worker.advance import Worker
from bot.media.errors import MediaUnavailable
from bot.media.facts import ClipFacts
from bot.media.fitted import Fitted, Sound
from bot.media.media import Media
from bot.media.taken_in import ENDINGS, MadePicture, TakenIn
from bot.media.workers import OnProgress
from storage import open_store

R = TypeVar("R", bound=Row)
CATALOGUE = load_catalogue()
#: The provider has a job for it, or may have one, whose charge is not settled.
IN_MAKING = frozenset({State.SUBMITTING, State.RENDERING, State.UNKNOWN})
#: A test may write a verdict without its money.
JUDGED = frozenset({State.RELEASED, State.WRITTEN_OFF})
MINA = Actor(id="mina", name="mina")
JO = Actor(id="jo", name="jo")
RAVI = Actor(id="ravi", name="ravi")
DANA = Actor(id="dana", name="dana")
GUEST = Actor(id="zed", name="zed", guest=True)
LAUNCH = Place(workspace="local", channel="local:launch", name="launch")
TEAM = Place(workspace="local", channel="local:team", name="team")


class HandEngine:
    """An engine whose alarms ring only when the test lets them."""

    def __init__(self) -> None:
        self.due: dict[str, int] = {}

    def wake(self, tx: Transaction, take: str, at: int) -> None:
        tx.after(lambda: self.wake_now(take, at))

    def wake_now(self, take: str, at: int) -> None:
        self.due[take] = min(at, self.due.get(take, at))

    async def run(self, advance: Advance, stop: asyncio.Event) -> None:
        raise AssertionError

    def health(self) -> Health:
        return Health(running=0, waiting=len(self.due), late_ms=0)


async def nothing() -> None:
    """Do nothing."""


class AgreeableMedia(Media):
    """Finds every clip as it was asked, unless the test gives it something to say."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[ClipFacts | Exception] = []
        #: Said whenever nothing is queued.
        self.always: Exception | None = None
        #: Whether it makes pictures too: small, of one colour, and real.
        self.pictures = False
        #: The sheets and side by sides that were drawn, and what happens before one is done.
        self.drawn: list[Sheet | Beside] = []
        self.drawing: Callable[[], Awaitable[object]] = nothing
        #: Why copies cannot be made, in turn; and how often one was asked for.
        self.cannot_fit: list[BaseException] = []
        self.fits = 0
        #: What was drawn; said instead, where it is set.
        self.charts: list[Chart] = []
        self.cannot_draw: Exception | None = None

    async def check_clip(
        self,
        path: Path,
        *,
        seconds: int,
        width_over_height: tuple[int, int] | None,
        audio: bool,
        timeout_s: float = 60.0,
    ) -> ClipFacts:
        del width_over_height, timeout_s
        said = self.said.pop(0) if self.said else self.always
        if isinstance(said, Exception):
            raise said
        if not path.exists():  # as from a worker: nothing that is known of the clip
            msg = f"FileNotFoundError: {path.name}"
            raise MediaUnavailable(msg)
        return said or ClipFacts(
            duration_ms=seconds * 1000,
            width=864,
            height=496,
            frames=seconds * 24,
            audio=audio,
            size_bytes=path.stat().st_size,
            differences=(),
        )

    async def take_in(
        self,
        path: Path,
        *,
        seconds: int,
        width_over_height: tuple[int, int] | None,
        audio: bool,
        into: Path,
        timeout_s: float = 60.0,
    ) -> TakenIn:
        facts = await self.check_clip(
            path, seconds=seconds, width_over_height=width_over_height, audio=audio, timeout_s=timeout_s
        )
        return TakenIn(facts=facts, pictures=drawn_pictures(into) if self.pictures else {})

    async def draw_chart(self, chart: Chart, into: Path, *, timeout_s: float = 20.0) -> None:
        del timeout_s
        if self.cannot_draw is not None:
            raise self.cannot_draw
        self.charts.append(chart)
        into.write_bytes(b"a chart")

    async def draw_sheet(self, sheet: Sheet, strips: Mapping[str, Path], into: Path) -> None:
        await self.draws(sheet, tuple(strips.values()), into)

    async def draw_beside(self, beside: Beside, draft: Path, final: Path, into: Path) -> None:
        await self.draws(beside, (draft, final), into)

    async def draws(self, what: Sheet | Beside, files: tuple[Path, ...], into: Path) -> None:
        """Note it; what is raised by ``drawing`` is raised, and what is waited for there is waited for."""
        assert all(file.is_file() for file in files)
        self.drawn.append(what)
        await self.drawing()
        Image.new("RGB", (16, 9), (30, 30, 200)).save(into)

    async def fit(
        self,
        clip: Path,
        into: Path,
        *,
        limit_bytes: int | None,
        on_progress: OnProgress = lambda _: None,
        timeout_s: float = 300.0,
    ) -> Fitted:
        """As much of the clip as fits."""
        del timeout_s
        self.fits += 1
        if self.cannot_fit:
            raise self.cannot_fit.pop(0)
        on_progress(1.0)
        content = clip.read_bytes()[:limit_bytes]
        into.write_bytes(content)
        return Fitted(size_bytes=len(content), width=864, height=496, duration_ms=4000, frames=96, sound=Sound.COPIED)


def drawn_pictures(into: Path) -> dict[PictureKind, MadePicture]:
    """Small files of every kind, as *look* would leave them."""
    made = {}
    for kind, ending in ENDINGS.items():
        path = Path(f"{into}{ending}")
        Image.new("RGB", (16, 9), (200, 30, 30)).save(path)
        content = path.read_bytes()
        made[kind] = MadePicture(path=path, size=len(content), sha256=hashlib.sha256(content).hexdigest())
    return made


class NamedPictures:
    """Pictures whose name is their source."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.tidied: tuple[frozenset[str], int] | None = None

    async def take(self, source: str) -> str:
        return source.rpartition("/")[2]

    def path(self, name: str) -> Path:
        return self._folder / name

    async def tidy(self, *, keep: frozenset[str], before: int) -> int:
        self.tidied = (keep, before)
        return 0

    def media_type(self, name: str) -> str:
        del name
        return "image/png"


@dataclass(slots=True, kw_only=True)
class Office:
    """Everything that a test of the jobs needs; nothing happens but by ``handle``, ``work`` and ``clock``."""

    kit: Kit
    store: Store
    chat: FakeChat
    provider: FakeProvider
    archive: MemoryArchive
    media: AgreeableMedia
    clock: FakeClock
    engine: HandEngine
    manager: JobManager
    worker: Worker
    outbox: OutboxSender
    sweep: Sweep
    events: itertools.count[int] = field(default_factory=itertools.count)

    async def handle(
        self, kind: type[Command], actor: Actor = MINA, place: Place = LAUNCH, *, event: str | None = None, **facts: Any
    ) -> Notice:
        """Give the manager a command, as an event of its own unless one is named."""
        event = event or f"event-{next(self.events)}"
        return await self.manager.handle(kind(actor=actor, place=place, event=event, **facts))

    async def order(
        self, prompt: str = "a fox in snow", actor: Actor = MINA, place: Place = LAUNCH, **options: Any
    ) -> list[Take]:
        """Order drafts; the takes that were written for them."""
        known = {take.id for take in await self.rows(Take)}
        await self.handle(Draft, actor, place, prompt=prompt, options=OrderOptions(**options))
        return [take for take in await self.rows(Take, order=("number", "id")) if take.id not in known]

    async def work(self, seconds: float = 600.0) -> None:
        """Let everything happen that is due within so many seconds, moving the clock from one alarm to the next."""
        end = self.clock.now() + round(seconds * 1000)
        while True:
            while await self._once():
                pass
            coming = min(self.engine.due.values(), default=end + 1)
            if coming > end:
                break
            await self.clock.advance(max(0.001, (coming - self.clock.now()) / 1000))
        await self.clock.advance(max(0.0, (end - self.clock.now()) / 1000))

    async def _once(self) -> bool:
        """Advance each take that is due once, and show what is to be shown; whether there was anything."""
        now = self.clock.now()
        ready = sorted(take for take, at in self.engine.due.items() if at <= now)
        for take in ready:
            del self.engine.due[take]
            result = await self.worker.advance(take)
            if isinstance(result, Wake):
                self.engine.wake_now(take, max(result.at, now + 1))
        return await self.outbox.once() or bool(ready)

    async def rows(self, table: type[R], **conditions: Any) -> list[R]:
        """Rows, as they are now."""
        return await self.store.transact(lambda tx: tx.rows(table, **conditions))

    async def take(self, take_id: str) -> Take:
        """A take, as it is now."""
        found = await self.store.transact(lambda tx: tx.get(Take, take_id))
        assert found is not None
        return found

    async def budget(self, scope: str = "channel:local:launch") -> Budget:
        """The current budget of a scope."""
        return (await self.rows(Budget, scope=scope, order=("-period_start",)))[0]

    async def require_balanced(self) -> None:
        """Every budget says what its ledger lines sum up to."""
        for budget in await self.rows(Budget):
            lines = await self.rows(Line, scope=budget.scope, period_start=budget.period_start)
            assert budget.used == Money(sum(line.amount.micros for line in lines)), budget.scope
            assert budget.held == Money(sum(line.held.micros for line in lines)), budget.scope
        for take in await self.rows(Take):
            await self._require_booked(take)

    async def require_told(self) -> None:
        """Every step that is reached in a running period is noted as told, whatever has raised what is used."""
        channels = {f"channel:{channel.id}": channel.policy.cap for channel in await self.rows(Channel)}
        workspaces = await self.rows(Workspace)
        policies = channels | {f"workspace:{each.id}": each.policy.cap for each in workspaces}
        everybodys = {f"person:{each.id}": each.policy.person_cap for each in workspaces}
        told = {(alert.scope, alert.period_start, alert.cap_version, alert.step) for alert in await self.rows(Alert)}
        for budget in await self.rows(Budget):
            if holds(budget, self.clock.now()):
                policy = policies.get(budget.scope) or everybodys[budget.scope.partition("/")[0]]
                scope = Scope(id=budget.scope, name="", policy=policy)
                for step in reached(Purse(scope=scope, budget=budget, zone="UTC")):
                    assert (budget.scope, budget.period_start, budget.cap_version, step) in told

    async def _require_booked(self, take: Take) -> None:
        """Each of its scopes has what the take says; what may be ordered is held, and what has ended is not."""
        lines = await self.rows(Line, take=take.id)
        for scope in {line.scope for line in lines} or {""}:
            own = [line for line in lines if line.scope == scope]
            assert take.held == Money(sum(line.held.micros for line in own)), (take.id, scope)
            assert take.held + take.charged == Money(sum(line.amount.micros for line in own)), (take.id, scope)
            assert sum(line.takes for line in own) == bool(take.held or take.charged), (take.id, scope)
        paid_for = take.held or take.charged or take.asked is Asked.CAP
        assert paid_for or take.state not in WAITING | IN_MAKING, (take.id, take.state)
        assert not take.held or take.state in WAITING | IN_MAKING | JUDGED, (take.id, take.state)

    def lines(self, to: str | None = None) -> list[str]:
        """What was said, to one person or to all; the newest last."""
        return [sent.view.title for sent in self.chat.sent if sent.to == to]


def make_office(tmp_path: Path, *, store: Store | None = None, clock: FakeClock | None = None, **rules: Any) -> Office:
    """An office in a folder; ``rules`` change what ``Rules`` has by default."""
    clock, engine = clock or FakeClock(), HandEngine()
    chat, provider, media = FakeChat("local"), FakeProvider(), AgreeableMedia()
    archive = MemoryArchive(tmp_path / "archive")
    store = store or MemoryStore(clock)
    kit = Kit(
        store=store,
        key="muapi",
        provider=provider,
        chats={"local": chat},
        archive=archive,
        pictures=NamedPictures(tmp_path),
        media=media,
        clock=clock,
        ids=FakeIds(1),
        catalogue=CATALOGUE,
        engine=engine,
        answers=Answers(tmp_path / "answers"),
        exports=Exports(tmp_path / "exports"),
        drawn=Drawn(tmp_path / "drawn"),
        outbox_bell=Bell(clock),
        owner="worker-1",
        rules=Rules(**({"owners": ("dana",)} | rules)),
    )
    kit = on_the_ladder(kit)
    worker = Worker(kit)
    return Office(
        kit=kit,
        store=store,
        chat=chat,
        provider=provider,
        archive=archive,
        media=media,
        clock=clock,
        engine=engine,
        manager=JobManager(kit),
        worker=worker,
        outbox=OutboxSender(kit),
        sweep=Sweep(kit, worker),
    )


async def keep_posters(office: Office, *takes: Take) -> None:
    """Put a real picture of each take's clip into the archive, beside it."""
    for take in takes:
        await keep_poster(office.store, office.archive, take)


async def keep_poster(store: Store, archive: Archive, take: Take) -> None:
    """The same of one."""
    path, name = archive.working_file(f"{take.id}.jpg"), f"{(take.clip or '').removesuffix('.mp4')}.poster.jpg"
    Image.new("RGB", (16, 9), (200, 30, 30)).save(path)
    kept = await archive.keep(path, name, sha256=hashlib.sha256(path.read_bytes()).hexdigest())
    facts: dict[str, Any] = {"name": kept.name, "size": kept.size, "sha256": kept.sha256}

    async def note(tx: Transaction) -> None:
        await tx.put(ClipPicture(take=take.id, kind=PictureKind.POSTER, created_at=tx.now, **facts))

    await store.transact(note)


#: Runs a module's tests on each store: ``pytestmark = ON_BOTH_STORES``. On a file make test runs the first of them.
ON_BOTH_STORES = pytest.mark.parametrize("kind_of_store", ["memory", pytest.param("sql", marks=pytest.mark.twin)])
#: The same on PostgreSQL too, where transactions run at once.
ON_EVERY_STORE = pytest.mark.parametrize("kind_of_store", ["memory", "sql", "postgres"])


@pytest.fixture
def kind_of_store() -> str:
    """Where the rows of ``office`` are; a file takes longer, and is a database's own locks, orders and types."""
    return "memory"


@pytest.fixture
def address_of_rows(kind_of_store: str, request: pytest.FixtureRequest, tmp_path: Path) -> str | None:
    """Where ``office`` finds a database with every table and no row."""
    match kind_of_store:
        case "memory":
            return None
        case "sql":
            return f"sqlite+aiosqlite:///{shutil.copy(request.getfixturevalue('no_rows'), tmp_path / 'dailies.db')}"
        case _:
            return str(request.getfixturevalue("postgres_tables"))


@pytest.fixture
async def office(
    address_of_rows: str | None, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> AsyncIterator[Office]:
    """An office with the default rules; dana is the owner. Whatever a test does, the books agree when it ends."""
    clock = FakeClock()
    store = None if address_of_rows is None else await open_store(address_of_rows, clock)
    made = make_office(tmp_path, store=store, clock=clock)
    yield made
    try:
        assert "a defect:" not in caplog.text
        await made.require_balanced()
        await made.require_told()
    finally:
        await made.store.close()
