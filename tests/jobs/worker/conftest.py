"""Crashes and restarts of an office, and what most tests of the worker begin with."""

from __future__ import annotations

import json
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import pytest

from bot.core.errors import StoreError
from bot.core.fakes import FakeClock
from bot.core.lifecycle import State
from bot.core.ports import HistoryRow, Store, Work
from bot.core.rows import Attempt, AttemptKind, Key, Outcome, Post, Slot, Take
from bot.jobs.answers import Answer, Answers
from bot.jobs.bell import Bell
from bot.jobs.manager import JobManager
from bot.jobs.outbox import OutboxSender
from bot.jobs.sweep import Sweep
from bot.jobs.worker.advance import Worker
from storage import open_store
from tests.jobs.conftest import HandEngine, Office, make_office

T = TypeVar("T")


class Crash(BaseException):
    """The process ends here; nothing in it catches this."""


class Watched:
    """A store of which the test can say that its disk is full, and what happens after each transaction."""

    behind_ms = 0

    def __init__(self, store: Store) -> None:
        self._store = store
        self.full = False
        self.after: Callable[[], Awaitable[None]] | None = None

    async def transact(self, work: Work[T]) -> T:
        if self.full:
            msg = "the disk is full"
            raise StoreError(msg)
        done = await self._store.transact(work)
        if self.after is not None:
            await self.after()
        return done

    async def close(self) -> None:
        await self._store.close()


class LastWords(Answers):
    """Answers of a process that dies just before, or just after, one is on disk."""

    def __init__(self, folder: Path, *, written: bool) -> None:
        super().__init__(folder)
        self._written = written

    async def write(self, answer: Answer) -> None:
        if self._written:
            await super().write(answer)
        raise Crash


def rebuilt(office: Office, **kit: Any) -> Office:
    """The same rows, chat, provider and archive, with other parts; nothing is due in it."""
    engine = HandEngine()
    changed = replace(office.kit, engine=engine, outbox_bell=Bell(office.clock))
    changed = replace(changed, **kit)
    worker = Worker(changed)
    return replace(
        office,
        kit=changed,
        engine=engine,
        manager=JobManager(changed),
        worker=worker,
        outbox=OutboxSender(changed),
        sweep=Sweep(changed, worker),
    )


async def restart(office: Office, **kit: Any) -> Office:
    """Another process takes the rows up."""
    answers = Answers(answers_folder(office))
    new = rebuilt(office, **({"owner": f"{office.kit.owner}+", "answers": answers} | kit))
    await new.sweep.take_up()
    return new


def answers_folder(office: Office) -> Path:
    return office.kit.pictures.path("answers")


async def crashes(office: Office, seconds: float = 600.0) -> None:
    """Work until the process dies, which it does within so many seconds."""
    with pytest.raises(Crash):
        await office.work(seconds)


async def ordered(office: Office, *states: State, **options: Any) -> Take:
    """Order one draft and work until now; it is in one of the states then, if any are given."""
    take = (await office.order(**options))[0]
    await office.work(0)
    take = await office.take(take.id)
    assert not states or take.state in states
    return take


async def attempts(office: Office, take: Take, kind: AttemptKind = AttemptKind.SUBMIT) -> list[Attempt]:
    return await office.rows(Attempt, take=take.id, kind=kind, order=("started_at", "id"))


async def outcomes(office: Office, take: Take, kind: AttemptKind = AttemptKind.SUBMIT) -> list[Outcome]:
    return [attempt.outcome for attempt in await attempts(office, take, kind)]


async def key_of(office: Office) -> Key:
    return (await office.rows(Key))[0]


async def slots(office: Office) -> int:
    return len(await office.rows(Slot))


def posts(office: Office) -> int:
    """How often an order was sent."""
    return len(office.provider.script.called("submit"))


def bills(office: Office) -> int:
    """How many jobs the provider made."""
    return len(office.provider.orders)


def clips(office: Office) -> int:
    """How many clips the channel sees."""
    return len(office.chat.files)


def row_for(attempt: Attempt, job: str, *, after_s: float = 1.0, **changes: Any) -> HistoryRow:
    """A row of the history that is the job of an attempt, unless something is changed."""
    made = HistoryRow(
        job=job,
        endpoint=attempt.endpoint,
        payload=json.loads(attempt.payload),
        created_at=attempt.started_at + round(after_s * 1000),
    )
    return replace(made, **changes)


async def require_one_post(office: Office, take: Take) -> None:
    """The clip is in the channel once, and the rows say so."""
    assert clips(office) == 1
    assert [post.state.value for post in await office.rows(Post, take=take.id)] == ["posted"]


@pytest.fixture
async def sql_office(no_rows: Path, tmp_path: Path) -> AsyncIterator[Office]:
    """An office whose rows are in a file, where locks, orders and types are a database's own."""
    clock = FakeClock()
    database = shutil.copy(no_rows, tmp_path / "dailies.db")
    store = await open_store(f"sqlite+aiosqlite:///{database}", clock)
    yield make_office(tmp_path, store=store, clock=clock)
    await store.close()


@pytest.fixture
async def postgres_office(postgres_tables: str, tmp_path: Path) -> AsyncIterator[Office]:
    """An office whose rows are on a server, where transactions run at once."""
    clock = FakeClock()
    store = await open_store(postgres_tables, clock)
    yield make_office(tmp_path, store=store, clock=clock)
    await store.close()


@pytest.fixture(params=["office", pytest.param("sql_office", marks=pytest.mark.twin)])
def any_office(request: pytest.FixtureRequest) -> Office:
    """An office on each of two stores; on a file make test runs the first test of each module."""
    made: Office = request.getfixturevalue(request.param)
    return made
