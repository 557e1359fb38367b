"""The databases that the drills are also told on."""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.core.fakes import FakeClock
from bot.core.ports import Store
from storage import open_store
from storage.schema import NAMES
from tests.conftest import run_on
from tests.drills.schedule import DATABASES, MakeStore


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """On each kind of database, where a module does not choose itself which story is told on which."""
    if "make_store" in metafunc.fixturenames and "drill_" not in metafunc.fixturenames:
        metafunc.parametrize("make_store", DATABASES, indirect=True)


@pytest.fixture
async def make_store(request: pytest.FixtureRequest, no_rows: Path) -> AsyncIterator[MakeStore]:
    """Opens rows on a real database, none of which are there yet; one after the other."""
    if request.param == "sqlite":

        async def on_sqlite(folder: Path, clock: FakeClock) -> Store:
            return await open_store(f"sqlite+aiosqlite:///{shutil.copy(no_rows, folder / 'dailies.db')}", clock)

        yield on_sqlite
        return
    address: str = request.getfixturevalue("postgres_tables")
    server: str = request.getfixturevalue("postgres_server")
    name = address.partition("@/")[2].partition("?")[0]

    async def on_postgres(_folder: Path, clock: FakeClock) -> Store:
        run_on(server, "; ".join(f"DELETE FROM {table}" for table in NAMES.values()), name)
        return await open_store(address, clock)

    yield on_postgres
