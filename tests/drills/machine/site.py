"""What outlives every process: rows, answer files, archive, chat, provider, time."""

from __future__ import annotations

import asyncio
import shutil
from dataclasses import dataclass
from pathlib import Path

from bot.core.fakes import MemoryStore
from bot.core.fakes.archive import MemoryArchive
from bot.core.ports import Store
from bot.core.steady import SteadyClock
from storage import open_store
from tests.drills.machine.clock import DrillClock, TrueClock
from tests.drills.machine.laws import Laws
from tests.drills.machine.platform import DrillChat
from tests.drills.machine.vendor import MachineVendor


@dataclass(slots=True, kw_only=True)
class Site:
    """One installation."""

    folder: Path
    clock: DrillClock
    #: What the processes go by: the clock, which may be set wrong, without its jumps back.
    steady: SteadyClock
    store: Store
    #: Whose turn it is, where threads do the work.
    turn: asyncio.Lock | None
    chat: DrillChat
    vendor: MachineVendor
    archive: MemoryArchive
    laws: Laws


async def open_site(folder: Path, clock: DrillClock, database: Path | None) -> Site:
    """A new installation; its rows are in a copy of ``database``, or in memory."""
    chat = DrillChat("local")
    steady = SteadyClock(clock)
    store: Store = MemoryStore(steady)
    if database is not None:
        store = await open_store(f"sqlite+aiosqlite:///{shutil.copy(database, folder / 'dailies.db')}", steady)
    return Site(
        folder=folder,
        clock=clock,
        steady=steady,
        store=store,
        turn=None if database is None else asyncio.Lock(),
        chat=chat,
        vendor=MachineVendor(clock=TrueClock(clock)),
        archive=MemoryArchive(folder / "archive"),
        laws=Laws(chat=chat),
    )
