"""Two stores on one PostgreSQL: any two transactions at once, on the same take or two, without a deadlock."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.core.commands import AnswerAsk, Cancel, Confirm, Draft, Judge, OrderOptions, RaiseCap, SetLook, Undo
from bot.core.errors import OutcomeUnknown, Refusal, Stale
from bot.core.fakes import FakeClock, FakeIds
from bot.core.lifecycle import State
from bot.core.money import Money
from bot.core.policy import CapPolicy, ChannelPolicy
from bot.core.rows import Asked, Take
from bot.core.sentences import answers
from bot.jobs.admission import admit
from storage import open_store
from storage.schema import metadata
from storage.store import begun
from tests.jobs.acts import drafted, finals, types, votes
from tests.jobs.conftest import DANA, JO, LAUNCH, MINA, TEAM, Office, keep_posters, make_office
from tests.jobs.worker.conftest import rebuilt
from tests.storage.test_postgres import deadlocks

RICH = CapPolicy(amount=Money.usd(1_000_000))
#: More steps than any take needs.
STEPS = 8
#: A minute later every poll is due.
LATER_S = 60.0


@pytest.fixture
async def pair(postgres_tables: str, tmp_path: Path) -> AsyncIterator[tuple[Office, Office]]:
    """Two processes' offices on the same rows, provider and chat; nothing keeps the one from the other."""
    clock, before = FakeClock(), await deadlocks(postgres_tables)
    rules = {"channel_policy": ChannelPolicy(cap=RICH), "workspace_cap": RICH, "person_cap": RICH, "slots": 10_000}
    one = make_office(tmp_path, store=await open_store(postgres_tables, clock, alone=False), clock=clock, **rules)
    two = make_office(tmp_path, store=await open_store(postgres_tables, clock, alone=False), clock=clock, **rules)
    for office, name in ((one, 1), (two, 2)):
        shared = {"provider": one.provider, "chats": one.kit.chats, "archive": one.archive}
        office.kit = replace(office.kit, ids=FakeIds(name), owner=f"worker-{name}", alone=False, **shared)  # type: ignore[arg-type]
        office.events = itertools.count(name * 1_000_000)
    pair = rebuilt(one), rebuilt(two)  # the manager and the worker for the kit as it is now
    yield pair
    try:
        await one.require_balanced()
    finally:
        for office in pair:
            await office.store.close()
    assert await deadlocks(postgres_tables) == before


class Stock:
    """The rows as they were when every deed had a take to be done to, to be put back before each trial."""

    def __init__(self, office: Office, takes: dict[str, Take]) -> None:
        self._office = office
        self.takes = takes
        self._rows: dict[str, list[dict[str, Any]]] = {}

    async def keep(self) -> None:
        async with self._connection() as connection:
            for name, table in metadata.tables.items():
                self._rows[name] = [dict(row) for row in (await connection.execute(sa.select(table))).mappings()]

    async def put_back(self) -> None:
        async with self._connection() as connection:
            for name, table in metadata.tables.items():
                await connection.execute(sa.delete(table))
                if self._rows[name]:
                    await connection.execute(sa.insert(table), self._rows[name])

    @contextlib.asynccontextmanager
    async def _connection(self) -> AsyncIterator[AsyncConnection]:
        async with begun(self._office.store.engine) as connection:  # type: ignore[attr-defined]
            yield connection
            await connection.commit()


async def until(office: Office, take: Take, *states: State) -> Take:
    """Bring a take to a state, step by step."""
    for _ in range(STEPS):
        take = await office.take(take.id)
        if take.state in states:
            return take
        await office.clock.advance(LATER_S)
        await office.outbox.once()
        await office.worker.advance(take.id)
    raise AssertionError(take.state)


async def ordered(office: Office, *states: State) -> Take:
    notice = await office.handle(Draft, MINA, prompt="a fox in snow", options=OrderOptions())
    return await until(office, (await office.rows(Take, card=notice.card))[0], *states)


async def armed(office: Office) -> Take:
    draft = await ordered(office, State.DELIVERED)
    await votes(office, draft.id, JO)
    return (await office.rows(Take, draft=draft.id))[0]


async def pictured(office: Office) -> Take:
    draft = await ordered(office, State.DELIVERED)
    await keep_posters(office, draft)
    return draft


async def unknown(office: Office) -> Take:
    office.provider.script.add("submit", OutcomeUnknown("no answer"))
    take = await ordered(office, State.UNKNOWN)
    for _ in range(3):
        await office.clock.advance(LATER_S)
        await office.worker.advance(take.id)
    return await office.take(take.id)


async def to_confirm(office: Office) -> Take:
    await types(office, "/clip final: a race car", DANA)
    return (await office.rows(Take, asked=Asked.CONFIRM, state=State.ASKED))[-1]


@dataclass(frozen=True)
class Deed:
    """Something that the manager or the worker does in transactions of its own; to a take, if it needs one."""

    do: Callable[[Office, Take], Awaitable[Any]]
    make: Callable[[Office], Awaitable[Take]] | None = None


def step(*states: State) -> Deed:
    return Deed(lambda office, take: office.worker.advance(take.id), lambda office: ordered(office, *states))


def says(kind: Any, actor: Any = DANA, **facts: Any) -> Callable[[Office, Take], Awaitable[Any]]:
    return lambda office, take: office.handle(kind, actor, subject=take.id, **facts)


DEEDS: dict[str, Deed] = {
    "accept": Deed(lambda office, _: types(office, "/clip a fox")),
    "accept a slate": Deed(lambda office, _: types(office, "/clip a {red|blue} fox", JO)),
    "accept elsewhere": Deed(lambda office, _: types(office, "/clip a fox", place=TEAM)),
    "admit": Deed(lambda office, _: admit(office.kit, "muapi"), lambda office: ordered(office, State.QUEUED)),
    "prepare, T2, T3": step(State.ADMITTED),
    "T4": step(State.RENDERING),
    "T5": step(State.FETCHING),
    "T6": step(State.DELIVERING),
    "arm": Deed(lambda office, take: votes(office, take.id, JO), lambda office: ordered(office, State.DELIVERED)),
    "keep the look": Deed(says(SetLook, look="match"), pictured),
    "undo": Deed(says(Undo), armed),
    "order after the grace": Deed(lambda office, take: office.worker.advance(take.id), armed),
    "confirm": Deed(says(Confirm, yes=True), to_confirm),
    "cancel in the queue": Deed(says(Cancel), lambda office: ordered(office, State.QUEUED)),
    "cancel a rendering": Deed(says(Cancel), lambda office: ordered(office, State.RENDERING)),
    "judge": Deed(
        lambda office, take: office.handle(Judge, DANA, subject=take.id, verdict="lost", ver=take.question_ver), unknown
    ),
    "look for an unknown": Deed(lambda office, take: office.worker.advance(take.id), unknown),
    "set the cap": Deed(lambda office, _: types(office, "/dailies budget set 5000", DANA)),
    "sweep": Deed(lambda office, _: office.sweep.once()),
    "draw": Deed(lambda office, _: office.outbox.once()),
}  # fmt: skip


async def done(deed: Deed, office: Office, take: Take | None) -> None:
    """Do it; that the other was first is no failure."""
    try:
        await deed.do(office, take)  # type: ignore[arg-type]
    except (Refusal, Stale):
        return


@pytest.fixture
async def stock(pair: tuple[Office, Office]) -> Stock:
    one, _ = pair
    stock = Stock(one, {name: await deed.make(one) for name, deed in DEEDS.items() if deed.make})
    await stock.keep()
    return stock


@pytest.mark.long
async def test_any_transactions_at_once(
    pair: tuple[Office, Office], stock: Stock, caplog: pytest.LogCaptureFixture, *, drill: bool
) -> None:
    """Every deed by both processes at once, each on the same take: whoever comes second finds it done.

    Then every deed with every other, each by a process of its own: all pairs in the drill, else one in sixteen.
    """
    chance = random.Random(1)
    for _ in range(200 if drill else 1):
        await stock.put_back()
        doing = [done(deed, office, stock.takes.get(name)) for name, deed in DEEDS.items() for office in pair]
        chance.shuffle(doing)
        await asyncio.gather(*doing)
        await pair[0].require_balanced()
    pairs = list(itertools.combinations_with_replacement(DEEDS, 2))
    for two in pairs * 20 if drill else chance.sample(pairs, len(pairs) // 16):
        await stock.put_back()
        await asyncio.gather(
            *(done(DEEDS[name], office, stock.takes.get(name)) for name, office in zip(two, pair, strict=True))
        )
    assert "a defect:" not in caplog.text


async def test_owners_at_once(pair: tuple[Office, Office]) -> None:
    """From two processes: of ten presses one raises, of a yes and a no one counts, while others pause and resume."""
    one, two = pair
    await types(one, "/dailies settings owner-above=0.30 grace=0", DANA)
    takes = await drafted(one, actor=DANA, count=4)
    for take in takes[:2]:
        await votes(one, take.id, JO)
    version, cap = (await one.budget()).cap_version, (await one.budget()).cap or Money(0)
    raise_it: dict[str, Any] = {"by": Money.usd(10), "scope": f"channel:{LAUNCH.channel}", "cap_version": version}
    final = (await finals(one))[0]
    deeds = [office.handle(RaiseCap, DANA, **raise_it) for _ in range(5) for office in pair]
    deeds += [two.handle(AnswerAsk, DANA, subject=final.id, yes=yes) for yes in (True, False)]
    deeds += [types(office, f"/dailies {line}", DANA) for line in ("pause", "resume") * 3 for office in pair]
    deeds += [votes(office, take.id, DANA) for office, take in zip(pair, takes[2:], strict=True)]
    said = [notice.text for notice in await asyncio.gather(*deeds)]
    assert sum("was raised to" in text for text in said) == 1
    assert not [text for text in said if text in (answers.defect(), answers.ordering_stopped())]
    assert (await one.budget()).cap == cap + Money.usd(10)
    assert (await one.take(final.id)).state in (State.QUEUED, State.DECLINED, State.ASKED)
