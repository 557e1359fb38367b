from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.core.fakes import FakeClock, MemoryStore
from bot.core.transacting import Transactor
from storage import open_store


@pytest.fixture(params=["memory", "sqlite"])
async def bare(request: pytest.FixtureRequest, clock: FakeClock, database: Path) -> AsyncIterator[Transactor]:
    """Each store in turn, without a row."""
    store: Transactor = (
        MemoryStore(clock) if request.param == "memory" else await open_store(f"sqlite+aiosqlite:///{database}", clock)
    )
    yield store
    await store.close()


@pytest.fixture
async def store(bare: Transactor, furnished: Callable[[Transactor], Any]) -> Transactor:
    """Each store in turn, with what every take hangs from."""
    await furnished(bare)
    return bare
