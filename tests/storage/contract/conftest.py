from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from bot.core.fakes import FakeClock, MemoryStore
from bot.core.transacting import Transactor
from storage import open_store


@pytest.fixture(params=["memory", "sqlite", "postgres"])
async def bare(request: pytest.FixtureRequest, clock: FakeClock) -> AsyncIterator[Transactor]:
    """Each store in turn, without a row."""
    store: Transactor
    if request.param == "memory":
        store = MemoryStore(clock)
    elif request.param == "sqlite":
        store = await open_store(f"sqlite+aiosqlite:///{request.getfixturevalue('database')}", clock)
    else:
        store = await open_store(request.getfixturevalue("postgres_tables"), clock)
    yield store
    await store.close()


@pytest.fixture
async def store(bare: Transactor, furnished: Callable[[Transactor], Any]) -> Transactor:
    """Each store in turn, with what every take hangs from."""
    await furnished(bare)
    return bare
