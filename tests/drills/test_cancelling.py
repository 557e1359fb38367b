"""A caller, or the store itself, cancelled at every await of a transaction: rows and store stay whole."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Callable, Coroutine, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from bot.core.errors import Taken
from bot.core.fakes import FakeClock, MemoryStore
from bot.core.ports.store import Transaction
from bot.core.rows import Inbound
from bot.core.transacting import Transactor
from storage import SqlStore, open_store

#: More awaits than any of these transactions has.
MOST_AWAITS = 200
PATIENCE_S = 30.0


@pytest.fixture(params=["memory", "sqlite", "postgres"])
async def store(request: pytest.FixtureRequest, no_rows: Path, tmp_path: Path) -> AsyncIterator[Transactor]:
    """Each store in turn."""
    url = f"sqlite+aiosqlite:///{shutil.copy(no_rows, tmp_path / 'dailies.db')}"
    if request.param == "postgres":
        url = str(request.getfixturevalue("postgres_tables"))
    made: Transactor = MemoryStore(FakeClock()) if request.param == "memory" else await open_store(url, FakeClock())
    await made.transact(lambda tx: tx.add(Inbound(id="taken", at=1)))
    yield made
    await made.close()


class Stepped(Coroutine[Any, Any, Any]):
    """A coroutine that says, after each of its awaits began, how many there have been."""

    def __init__(self, inner: Coroutine[Any, Any, Any], suspended: Callable[[int], None]) -> None:
        self._inner = inner
        self._suspended = suspended
        self._awaits = 0

    def send(self, value: Any) -> Any:
        return self._said(self._inner.send(value))

    def throw(self, *error: Any) -> Any:
        return self._said(self._inner.throw(*error))

    def close(self) -> None:
        self._inner.close()

    def __await__(self) -> Generator[Any, Any, Any]:
        """As the coroutine itself."""
        return self._inner.__await__()

    def _said(self, yielded: Any) -> Any:
        self._awaits += 1
        self._suspended(self._awaits)
        return yielded


@dataclass
class Blow:
    """A cancellation at one await of the store's own task; of the caller, or of that task itself."""

    at: int
    of_the_store: bool
    awaits: int = 0
    struck: bool = False
    caller: asyncio.Task[Any] | None = None
    own: list[asyncio.Task[Any]] = field(default_factory=list)

    def suspended(self, awaits: int) -> None:
        """Strike when it is time."""
        self.awaits = max(self.awaits, awaits)
        if awaits != self.at or self.struck:
            return
        self.struck = True
        target = self.own[0] if self.of_the_store else self.caller
        assert target is not None
        # Not from inside the step that is to be cancelled.
        asyncio.get_running_loop().call_soon(target.cancel)


@contextmanager
def striking(blow: Blow) -> Any:
    """The next task that the store makes is counted."""
    loop = asyncio.get_running_loop()

    def make(loop: asyncio.AbstractEventLoop, coro: Any, **options: Any) -> asyncio.Task[Any]:
        if "._counted" not in getattr(coro, "__qualname__", ""):
            return asyncio.Task(coro, loop=loop, **options)
        task = asyncio.Task(Stepped(coro, blow.suspended), loop=loop, **options)
        blow.own.append(task)
        return task

    loop.set_task_factory(make)
    try:
        yield
    finally:
        loop.set_task_factory(None)


@dataclass
class Deed:
    """A transaction by its name in the tests, and what remains of it."""

    name: str
    called: list[str] = field(default_factory=list)

    async def work(self, tx: Transaction) -> list[str]:
        """Three awaits of the work's own, whatever it does."""
        rows = [row.id for row in await tx.rows(Inbound)]
        if self.name == "read":
            return rows
        await tx.add(Inbound(id="one", at=1))
        tx.after(lambda: self.called.append("back"))
        if self.name == "taken":
            await tx.add(Inbound(id="taken", at=2))
        await asyncio.sleep(0)
        await tx.add(Inbound(id="two", at=2))
        if self.name == "raises":
            raise LookupError
        return rows

    @property
    def writes(self) -> bool:
        """Whether it is committed when it is left alone."""
        return self.name == "write"


async def told(store: Transactor, deed: Deed, blow: Blow) -> object:
    """What the caller of the deed is told: its result, or the error."""
    with striking(blow):
        blow.caller = asyncio.create_task(store.transact(deed.work))
        async with asyncio.timeout(PATIENCE_S):
            answers = await asyncio.gather(blow.caller, return_exceptions=True)
            await store.idle()
    return answers[0]


async def require_whole(store: Transactor, deed: Deed, blow: Blow, answer: object) -> None:
    """All of its rows or none, as the caller was told; the store is free and works."""
    assert not await is_in_transaction(store)
    ids = {row.id for row in await store.transact(lambda tx: tx.rows(Inbound))} - {"taken"}
    assert ids in (set(), {"one", "two"}), (deed.name, blow.at, ids)
    expected = {"taken": Taken, "raises": LookupError}.get(deed.name)
    if isinstance(answer, asyncio.CancelledError):
        assert blow.struck
    elif expected:
        assert isinstance(answer, expected)
    else:
        assert isinstance(answer, list)
        assert bool(ids) == deed.writes
    if not deed.writes:
        assert (ids, deed.called) == (set(), [])
    elif not blow.of_the_store:
        assert (ids, deed.called) == ({"one", "two"}, ["back"])
    for each in ids:
        await store.transact(lambda tx, gone=each: tx.delete(Inbound, gone))  # type: ignore[misc]


async def is_in_transaction(store: Transactor) -> bool:
    """Whether a transaction stands open on any connection that the store would use next."""
    if not isinstance(store, SqlStore):
        return False
    async with store.engine.connect() as connection:
        raw: Any = (await connection.get_raw_connection()).driver_connection
        if store.engine.dialect.name == "sqlite":
            return bool(raw.in_transaction)
        return bool(raw.info.transaction_status.name != "IDLE")


@pytest.mark.parametrize("of_the_store", [False, True], ids=["caller", "own task"])
@pytest.mark.parametrize("name", ["read", "write", "taken", "raises"])
async def test_cancelled_at_every_await(store: Transactor, name: str, *, of_the_store: bool) -> None:
    """Wherever it strikes, nothing stays open or half, and the caller is not told what is not so."""
    struck = 0
    for at in range(1, MOST_AWAITS):
        deed, blow = Deed(name), Blow(at=at, of_the_store=of_the_store)
        answer = await told(store, deed, blow)
        await require_whole(store, deed, blow, answer)
        if not blow.struck:
            break
        struck += 1
    else:
        pytest.fail("there is no end of awaits")
    assert struck >= (3 if isinstance(store, SqlStore) else 1)


async def test_cancelled_before_it_begins(store: Transactor) -> None:
    """A caller that is cancelled before its first step has begun nothing."""
    deed = Deed("write")
    caller = asyncio.create_task(store.transact(deed.work))
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    await store.idle()
    assert [row.id for row in await store.transact(lambda tx: tx.rows(Inbound))] == ["taken"]
    assert deed.called == []
