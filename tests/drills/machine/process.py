"""One process of the bot: the real application on ports that can kill and freeze it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from adapters.http.meters import Meters
from adapters.muapi.catalogue import load_catalogue
from bot.app import App
from bot.core.commands import Command
from bot.core.fakes import FakeIds
from bot.core.notices import Notice
from bot.jobs.bell import Bell
from bot.jobs.budgets.ladder import on_the_ladder
from bot.jobs.engine import EmbeddedEngine
from bot.jobs.hours import Hours
from bot.jobs.kit import Kit, Rules
from bot.jobs.manager import JobManager
from bot.jobs.outbox import OutboxSender
from bot.jobs.sweep import Sweep
from bot.jobs.worker.advance import Worker
from tests.drills.machine.gate import Gate, Life
from tests.drills.machine.laws import COMMAND
from tests.drills.machine.ports import (
    GatedAnswers,
    GatedArchive,
    GatedChat,
    GatedClock,
    GatedMedia,
    GatedProvider,
    GatedStore,
)
from tests.drills.machine.site import Site
from tests.drills.process import PlainDownloads, PlainDrawn, PlainExports
from tests.jobs.conftest import NamedPictures

CATALOGUE = load_catalogue()


@dataclass(slots=True, kw_only=True)
class Process:
    """A process, and everything that runs in it."""

    gate: Gate
    app: App
    stop: asyncio.Event
    task: asyncio.Task[None]

    @property
    def life(self) -> Life:
        return self.gate.life

    async def handle(self, command: Command) -> Notice:
        COMMAND.set(command)
        return await self.app.manager.handle(command)


async def _unguarded(stop: asyncio.Event) -> None:
    """The rows have no lock that could be lost."""
    await stop.wait()


def start_process(site: Site, number: int, *, alone: bool, rules: Rules) -> Process:
    """Start the ``number``-th process of an installation."""
    gate = Gate()
    clock = GatedClock(gate, site.steady)
    store = GatedStore(gate, site.store, site.laws, site.clock.quiet, site.turn)
    kit = Kit(
        store=store,
        key="muapi",
        provider=GatedProvider(gate, site.vendor, site.laws, store),
        chats={"local": GatedChat(gate, site.chat, site.laws)},
        archive=GatedArchive(gate, site.archive),
        pictures=NamedPictures(site.folder),
        media=GatedMedia(gate),
        clock=clock,
        ids=FakeIds(number),
        catalogue=CATALOGUE,
        engine=EmbeddedEngine(clock),
        answers=GatedAnswers(gate, site.folder / "answers"),
        exports=PlainExports(site.folder / "exports"),
        drawn=PlainDrawn(site.folder / "drawn"),
        downloads=PlainDownloads(),
        outbox_bell=Bell(clock),
        owner=f"process-{number}",
        alone=alone,
        rules=rules,
    )
    kit = on_the_ladder(kit)
    worker = Worker(kit)
    rows: Any = site.store
    app = App(
        kit=kit,
        rows=rows,
        manager=JobManager(kit),
        worker=worker,
        outbox=OutboxSender(kit),
        sweep=Sweep(kit, worker),
        hours=Hours(kit),
        guard=_unguarded,
        meters=Meters(),
    )
    stop = asyncio.Event()
    task = asyncio.get_running_loop().create_task(app.run(stop), name=f"process {number}")
    return Process(gate=gate, app=app, stop=stop, task=task)
