"""The real client, manager, worker and rows in a file, with a simulated provider behind real HTTP, on a real clock."""

from __future__ import annotations

import asyncio
import itertools
import shutil
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from adapters.muapi.simulator import Simulator
from bot.app import App, open_app
from bot.core.commands import Actor, Draft, Judge, Place
from bot.core.fakes.chat import FakeChat
from bot.core.lifecycle import State
from bot.core.money import Money
from bot.core.rows import Attempt, AttemptKind, Budget, Line, Take
from bot.serving import serving
from bot.settings import Settings, load
from tests.conftest import shorten_loops

MINA = Actor(id="mina", name="mina")
DANA = Actor(id="dana", name="dana")
LAUNCH = Place(workspace="local", channel="local:launch", name="launch")
#: Long enough for a loaded machine; nothing here takes more than a few seconds.
PATIENCE_S = 30.0


def free_port() -> int:
    """One that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def until(check: Callable[[], bool], *, what: str) -> None:
    """Wait until it holds."""
    for _ in range(round(PATIENCE_S / 0.01)):
        if check():
            return
        await asyncio.sleep(0.01)
    pytest.fail(f"never: {what}")


@dataclass(slots=True, kw_only=True)
class Studio:
    """An installation at work."""

    app: App
    chat: FakeChat
    settings: Settings
    simulator: Simulator
    stop: asyncio.Event
    events: itertools.count[int] = field(default_factory=itertools.count)

    async def order(self, prompt: str) -> Take:
        """One draft."""
        event = f"{self.app.kit.owner}-{next(self.events)}"
        notice = await self.app.manager.handle(Draft(actor=MINA, place=LAUNCH, event=event, prompt=prompt))
        (take,) = await self.app.kit.store.transact(lambda tx: tx.rows(Take, card=notice.card))
        return take

    async def judge(self, take: Take, verdict: str) -> None:
        """The owner answers the question about an unknown."""
        event = f"{self.app.kit.owner}-{next(self.events)}"
        await self.app.manager.handle(
            Judge(actor=DANA, place=LAUNCH, event=event, subject=take.id, verdict=verdict, ver=take.question_ver or 0)
        )

    async def take(self, take_id: str) -> Take:
        found = await self.app.kit.store.transact(lambda tx: tx.get(Take, take_id))
        assert found is not None
        return found

    async def comes_to(self, take: Take, state: State, *, asked: bool = False) -> Take:
        """The take, once it is there, and its owner was asked if that is waited for."""
        row = await self.take(take.id)
        for _ in range(round(PATIENCE_S / 0.01)):
            if row.state is state and (row.question_at is not None or not asked):
                return row
            await asyncio.sleep(0.01)
            row = await self.take(take.id)
        pytest.fail(f"{take.id} is {row.state.value}, not {state.value}: {row.problem}")

    async def orders(self, take: Take) -> list[Attempt]:
        return await self.app.kit.store.transact(
            lambda tx: tx.rows(Attempt, take=take.id, kind=AttemptKind.SUBMIT, order=("started_at",))
        )

    def told(self, person: str) -> list[str]:
        """What was said to one person, with the lines below the title."""
        sent = [sent.view for sent in self.chat.sent if sent.to == person]
        return ["\n".join((view.title, *view.lines)) for view in sent]

    async def require_books(self) -> None:
        """What the provider billed is what the ledger says, in every scope, and nothing is held any more."""
        billed = self.simulator.report().billed - self.simulator.report().refunded
        lines = await self.app.kit.store.transact(lambda tx: tx.rows(Line))
        for budget in await self.app.kit.store.transact(lambda tx: tx.rows(Budget)):
            booked = sum(line.amount.micros for line in lines if line.scope == budget.scope)
            assert (budget.used, budget.held, Money(booked)) == (billed, Money(0), billed), budget.scope


@pytest.fixture(autouse=True)
def furnished(monkeypatch: pytest.MonkeyPatch, no_rows: Path, tmp_path: Path) -> None:
    """Clips that are made quickly, and a home that has every table and no row."""
    shorten_loops(monkeypatch)
    (tmp_path / "home").mkdir(mode=0o700)
    shutil.copy(no_rows, tmp_path / "home" / "dailies.db")


@pytest.fixture
def scale() -> float:
    """Real seconds in a provider second."""
    return 0.01


@pytest.fixture
async def simulator(scale: float, tmp_path: Path) -> AsyncIterator[Simulator]:
    async with Simulator(scale=scale, folder=tmp_path / "provider") as started:
        yield started


@pytest.fixture
def settings(simulator: Simulator, scale: float, tmp_path: Path) -> Settings:
    """Where the provider can call back."""
    port = free_port()
    return load(
        {
            "HOME": str(tmp_path),
            "DAILIES_HOME": str(tmp_path / "home"),
            "DAILIES_OWNERS": "dana",
            "DAILIES_PROVIDER_SCALE": str(scale),
            "DAILIES_HTTP": f"127.0.0.1:{port}",
            "DAILIES_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "MUAPI_API_KEY": simulator.plan.key,
            "MUAPI_BASE_URL": simulator.base_url,
        }
    )


@asynccontextmanager
async def at_work(settings: Settings, simulator: Simulator, chat: FakeChat, **changes: Any) -> AsyncIterator[Studio]:
    """Open it, let it work, and stop it gracefully."""
    stop = asyncio.Event()
    async with open_app(settings, chats=[chat], **changes) as app, serving(settings, app):
        working = asyncio.create_task(app.run(stop))
        try:
            yield Studio(app=app, chat=chat, settings=settings, simulator=simulator, stop=stop)
        finally:
            stop.set()
            await working


@pytest.fixture
async def studio(settings: Settings, simulator: Simulator) -> AsyncIterator[Studio]:
    async with at_work(settings, simulator, FakeChat("local")) as opened:
        yield opened
