"""The whole app on PostgreSQL: an office whose lock is lost ends, and orders nothing more."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot import __main__ as script
from bot.app import open_app
from bot.cli.codes import LOCK_LOST
from bot.core.commands import Draft
from bot.core.errors import LockLost
from bot.core.fakes.chat import FakeChat
from bot.core.fakes.provider import FakeProvider
from bot.core.lifecycle import State
from bot.core.ports import Accepted, Balance, Order
from bot.core.rows import Take
from bot.settings import load
from storage.postgres_lock import LOCK
from tests.jobs.conftest import LAUNCH, MINA
from tests.storage.test_postgres import ask

SOON_S = 20.0


class Losing(FakeProvider):
    """A provider whose wallet is asked just before an order: at that moment the lock goes."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address

    async def balance(self) -> Balance:
        await ask(self._address, f"SELECT pg_terminate_backend(pid) FROM pg_locks WHERE classid = {LOCK[0]}")
        return await super().balance()


async def test_an_app_that_loses_its_lock_ends(postgres_tables: str, tmp_path: Path) -> None:
    """The worker, the outbox and the sweep end with the one clear error; what was not ordered yet is not."""
    settings = load({"DAILIES_HOME": str(tmp_path), "HOME": str(tmp_path), "DAILIES_DATABASE_URL": postgres_tables})
    provider = Losing(postgres_tables)
    async with open_app(settings, chats=[FakeChat("local")], provider=provider) as app, asyncio.timeout(SOON_S):
        await app.manager.handle(Draft(actor=MINA, place=LAUNCH, event="1", prompt="a fox"))
        with pytest.raises(LockLost, match="this one ends, and nothing more is ordered"):
            await app.run(asyncio.Event())
    assert provider.script.called("submit") == []


async def test_an_app_that_stops_says_nothing_of_the_lock(postgres_tables: str, tmp_path: Path) -> None:
    """A stop is a stop on PostgreSQL too."""
    settings = load({"DAILIES_HOME": str(tmp_path), "HOME": str(tmp_path), "DAILIES_DATABASE_URL": postgres_tables})
    stop = asyncio.Event()
    async with open_app(settings, chats=[FakeChat("local")], provider=FakeProvider()) as app, asyncio.timeout(SOON_S):
        running = asyncio.create_task(app.run(stop))
        await asyncio.sleep(0)
        stop.set()
        await running


def test_a_lost_lock_has_a_status_of_its_own(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Whoever watches over the process can tell it from every other failure."""

    async def lost(_: object) -> int:
        msg = "the lock is lost"
        raise LockLost(msg)

    monkeypatch.setattr("bot.cli.run.run", lost)
    assert script.main(["run"]) == LOCK_LOST
    assert capsys.readouterr().err == "the lock is lost\n"


class LosingOrder(FakeProvider):
    """A provider that makes a job, and the lock goes before its answer comes."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address

    async def submit(self, order: Order) -> Accepted:
        accepted = await super().submit(order)
        await ask(self._address, f"SELECT pg_terminate_backend(pid) FROM pg_locks WHERE classid = {LOCK[0]}")
        await asyncio.sleep(0.5)  # by now the loss is noticed
        return accepted


async def test_an_answer_that_comes_after_the_lock_is_lost_is_kept(postgres_tables: str, tmp_path: Path) -> None:
    """Nothing may be written to the rows by then: the answer is on disk, and the next start takes its job up."""
    settings = load({"DAILIES_HOME": str(tmp_path), "HOME": str(tmp_path), "DAILIES_DATABASE_URL": postgres_tables})
    provider = LosingOrder(postgres_tables)
    async with open_app(settings, chats=[FakeChat("local")], provider=provider) as app, asyncio.timeout(SOON_S):
        await app.manager.handle(Draft(actor=MINA, place=LAUNCH, event="1", prompt="a fox"))
        with pytest.raises(LockLost):
            await app.run(asyncio.Event())
        assert len(await app.kit.answers.waiting()) == 1
    async with open_app(settings, chats=[FakeChat("local")], provider=FakeProvider()) as app, asyncio.timeout(SOON_S):
        await app.sweep.take_up()
        (take,) = await app.kit.store.transact(lambda tx: tx.rows(Take))
        assert (take.state, take.job) == (State.RENDERING, "job-1")
        assert await app.kit.answers.waiting() == []
