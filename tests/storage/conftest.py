from __future__ import annotations

import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.core.fakes import FakeClock
from bot.core.lifecycle import Stage, State
from bot.core.money import Money
from bot.core.ports.store import Transaction
from bot.core.rows import Card, Channel, Key, Shot, Take, Workspace
from bot.core.transacting import Transactor
from storage import SqlStore, open_store

MakeTake = Callable[..., Take]

TAKE = Take(
    id="A7K",
    workspace="w",
    channel="w/launch",
    person="ada",
    person_name="Ada",
    shot="s1",
    card="A7K",
    stage=Stage.DRAFT,
    key="main",
    model="mini",
    resolution="480p",
    seconds=4,
    created_at=1_000,
    state=State.QUEUED,
    state_at=1_000,
    price=Money.usd("0.32"),
)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def make_take() -> MakeTake:
    def make(id: str = "A7K", **changes: Any) -> Take:  # noqa: A002  # the column's name
        return replace(TAKE, id=id, **changes)

    return make


@pytest.fixture
def database(no_rows: Path, tmp_path: Path) -> Path:
    """A file with every table, of this test's own."""
    return Path(shutil.copy(no_rows, tmp_path / "dailies.db"))


@pytest.fixture
async def sql_store(database: Path, clock: FakeClock) -> AsyncIterator[SqlStore]:
    store = await open_store(f"sqlite+aiosqlite:///{database}", clock)
    yield store
    await store.close()


async def furnish(tx: Transaction) -> None:
    """What every take hangs from."""
    await tx.put(Workspace(id="w", platform="local"))
    await tx.put(Channel(id="w/launch", workspace="w", name="launch"))
    await tx.put(Key(id="main"))
    await tx.put(
        Shot(
            id="s1",
            workspace="w",
            model="mini",
            mode="text",
            prompt="a fox in snow",
            ratio="16:9",
            seconds=5,
            draft_seconds=4,
            audio=True,
            bitrate="normal",
            look="new",
        )
    )
    await tx.put(Card(id="A7K", workspace="w", channel="w/launch", person="ada", created_at=1_000))


@pytest.fixture
def furnished() -> Callable[[Transactor], Any]:
    """Write what every take hangs from."""

    async def write(store: Transactor) -> None:
        await store.transact(furnish)

    return write
