"""Everything put together: idle when nothing moves by itself, and not a moment before."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.app import App, open_app
from bot.core.catalogue import CatalogueError
from bot.core.commands import Draft
from bot.core.errors import StoreError
from bot.core.fakes.chat import FakeChat
from bot.core.fakes.provider import FakeProvider
from bot.core.lifecycle import State
from bot.core.ports import Transaction
from bot.core.rows import Budget, Key, Take
from bot.jobs.engine import DONE, Done
from bot.settings import load
from tests.jobs.conftest import LAUNCH, MINA

#: Long enough for a loaded machine; an app that is idle says so at once.
SOON_S = 10.0


@pytest.fixture
async def app(no_rows: Path, tmp_path: Path) -> AsyncIterator[App]:
    """An app whose worker does not run: what is queued stays queued."""
    shutil.copy(no_rows, tmp_path / "dailies.db")
    settings = load({"DAILIES_HOME": str(tmp_path), "HOME": str(tmp_path)})
    async with open_app(settings, chats=[FakeChat("local")], provider=FakeProvider()) as opened:
        yield opened


async def order(app: App) -> Take:
    """One draft, with its card shown."""
    notice = await app.manager.handle(Draft(actor=MINA, place=LAUNCH, event="1", prompt="a fox in snow"))
    while await app.outbox.once():
        pass
    (take,) = await app.kit.store.transact(lambda tx: tx.rows(Take, card=notice.card))
    return take


async def is_idle(app: App) -> bool:
    """Whether ``until_idle`` returns soon."""
    try:
        async with asyncio.timeout(0.3):
            await app.until_idle()
    except TimeoutError:
        return False
    return True


async def test_a_queued_take_is_in_flight(app: App) -> None:
    """What a slot is all that it waits for goes on by itself."""
    await order(app)
    assert not await is_idle(app)


async def test_what_waits_for_an_owner_is_not(app: App) -> None:
    """A take whose scope an overrun has stopped waits for a person."""
    take = await order(app)

    async def stop(tx: Transaction) -> None:
        for budget in await tx.rows(Budget, scope=f"channel:{take.channel}"):
            await tx.put(replace(budget, stopped_by="overrun:A7K"))

    await app.kit.store.transact(stop)
    assert await is_idle(app)


async def test_what_waits_for_credit_is_not(app: App) -> None:
    """A take whose key has no credit waits for a person too."""
    take = await order(app)
    await app.kit.store.transact(lambda tx: tx.put(Key(id=take.key, paused_for="credit", paused_until=tx.now)))
    assert await is_idle(app)


async def test_an_unknown_is_in_flight_until_its_owner_is_asked(app: App) -> None:
    """Evidence is looked for by itself; then it waits for a person."""
    take = await order(app)
    steps = (State.ADMITTED, State.SUBMITTING, State.UNKNOWN)
    for state in steps:
        take = await app.kit.store.transact(lambda tx, to=state: tx.step(take, replace(take, state=to)))  # type: ignore[misc]  # noqa: B023
    assert not await is_idle(app)
    await app.kit.store.transact(lambda tx: tx.step(take, replace(take, question_at=tx.now)))
    assert await is_idle(app)


async def test_a_step_under_way_is_in_flight(app: App) -> None:
    """While the engine looks at a take, whatever its state is, it is not idle; nor while one is due."""
    stop, go_on = asyncio.Event(), asyncio.Event()

    async def advance(_take: str) -> Done:
        await go_on.wait()
        return DONE

    app.kit.engine.wake_now("A7K", 0)
    running = asyncio.create_task(app.kit.engine.run(advance, stop))
    await asyncio.sleep(0)
    assert not await is_idle(app)
    go_on.set()
    assert await is_idle(app)
    stop.set()
    await running


async def test_rows_that_cannot_be_read_are_read_again(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that is busy for a moment does not end whoever waits."""
    transact, failures = app.kit.store.transact, iter([StoreError("busy"), StoreError("busy")])

    async def busy(work: object) -> object:
        for failure in failures:
            raise failure
        return await transact(work)  # type: ignore[arg-type]

    monkeypatch.setattr(app.kit.store, "transact", busy)
    async with asyncio.timeout(SOON_S):
        await app.until_idle()


async def test_an_app_that_cannot_be_put_together_lets_go_of_the_rows(tmp_path: Path) -> None:
    """A catalogue that is wrong is named, and the next start is not turned away by this one."""
    wrong = tmp_path / "models.toml"
    wrong.write_text("this is no catalogue")
    environment = {"DAILIES_HOME": str(tmp_path), "HOME": str(tmp_path)}
    settings = load(environment | {"DAILIES_CATALOGUE": str(wrong)})
    with pytest.raises(CatalogueError):
        async with open_app(settings, chats=[FakeChat("local")], provider=FakeProvider()):
            pass
    async with open_app(load(environment), chats=[FakeChat("local")], provider=FakeProvider()) as opened:
        assert await opened.kit.store.transact(lambda tx: tx.count(Take)) == 0
