"""How many orders a second are accepted: checked against every cap, held and on the disk."""

from __future__ import annotations

import asyncio
import sqlite3
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiosqlite
import pytest

from bot.core.clock import SystemClock
from bot.core.commands import Actor, Draft, Place
from bot.core.money import Money
from bot.core.policy import CapPolicy, ChannelPolicy, WorkspacePolicy
from bot.core.ports import Transaction
from bot.core.rows import Budget, Card, Shot, Take, Workspace
from storage import SqlStore, open_store
from storage.sqlite import PRAGMAS
from tests.jobs.conftest import LAUNCH, MINA, Office, make_office
from tests.tally import Tally, tallied

ORDERS = 100
ROUNDS = 5
#: The first orders make the rows of the place, open its budgets and read what past takes teach.
FIRST = 3
MOST_STATEMENTS = 10
LEAST_PER_SECOND = 60
ROOMY = CapPolicy(amount=Money.usd(1_000_000))
#: People who order at once, and channels with a workspace each where no order meets another.
MANY = 20
PEOPLE = tuple(Actor(id=f"person-{number}", name="somebody") for number in range(MANY))
PLACES = tuple(Place(workspace=f"w{number}", channel=f"local:c{number}", name="c") for number in range(MANY))
#: Whose caps the orders of a round meet in; the channel's and the workspace's are one row each in the first two.
CROWDS: dict[str, Sequence[tuple[Actor, Place]]] = {
    "one cap, one person": [(MINA, LAUNCH)] * MANY,
    "one cap, many people": [(person, LAUNCH) for person in PEOPLE],
    "a cap each": list(zip(PEOPLE, PLACES, strict=True)),
}


def roomy_office(tmp_path: Path, store: SqlStore) -> Office:
    """An office in which channel, workspace and person each have a cap that is never full."""
    return make_office(
        tmp_path, store=store, workspace_cap=ROOMY, person_cap=ROOMY, channel_policy=ChannelPolicy(cap=ROOMY)
    )


async def order(office: Office) -> None:
    """One single draft, accepted."""
    assert "held" in (await office.handle(Draft, MINA, prompt="a fox in snow")).text


async def one_acceptance(office: Office) -> Tally:
    """What an order of a known place sends to the database, with all three caps among it."""
    for _ in range(FIRST):
        await order(office)
    assert [budget.cap for budget in await office.rows(Budget)] == [ROOMY.amount] * 3
    assert isinstance(office.store, SqlStore)
    with tallied(office.store) as tally:
        await order(office)
    assert len(tally.statements) <= MOST_STATEMENTS, tally.tables
    return tally


async def per_second(accept: Callable[[], Awaitable[None]]) -> float:
    """One round."""
    begun = time.perf_counter()
    for _ in range(ORDERS):
        await accept()
    return ORDERS / (time.perf_counter() - begun)


@dataclass(slots=True)
class Raw:
    """The statements of one acceptance again and again on aiosqlite alone, each time under new ids."""

    connection: aiosqlite.Connection
    statements: Sequence[tuple[str, tuple[Any, ...]]]
    #: The ids that the recorded order gave, none of them part of anything else in it.
    ids: tuple[str, ...]
    given: int = 0

    async def accept(self) -> None:
        """One transaction."""
        self.given += 1
        await self.connection.execute_fetchall("BEGIN IMMEDIATE")
        for text, values in self.statements:
            await self.connection.execute_fetchall(text, tuple(self._renamed(value) for value in values))
        await self.connection.commit()

    def _renamed(self, value: Any) -> Any:
        if isinstance(value, str):
            for known in self.ids:
                value = value.replace(known, f"{known}r{self.given}")
        return value


async def recorded(office: Office, path: Path) -> Raw:
    """One acceptance of the office, on a copy of its file as it is then."""
    tally = await one_acceptance(office)
    event = next(value for text, (value, *_) in tally.statements if "INTO inbound" in text)
    newest = (await office.rows(Take, order=("-shot",), limit=1))[0]
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(path.with_name("raw.db"))) as copy:
        source.backup(copy)
    connection = await aiosqlite.connect(path.with_name("raw.db"), isolation_level=None)
    for pragma in PRAGMAS:
        await connection.execute_fetchall(f"PRAGMA {pragma}")
    return Raw(connection, tally.statements, (event, newest.card, newest.shot))


async def test_orders_accepted_per_second_on_sqlite(tmp_path: Path) -> None:
    """On a file with every commit synced, beside aiosqlite alone doing the same statements in turn with it."""
    store = await open_store(f"sqlite+aiosqlite:///{tmp_path}/bench.db", SystemClock())
    office = roomy_office(tmp_path, store)
    raw = await recorded(office, tmp_path / "bench.db")
    rounds = [(await per_second(lambda: order(office)), await per_second(raw.accept)) for _ in range(ROUNDS)]
    for table in (Take, Card, Shot):
        assert len(await office.rows(table)) == FIRST + 1 + ORDERS * ROUNDS
    copied = await raw.connection.execute_fetchall("SELECT count(*) FROM takes")
    assert next(iter(copied))[0] == FIRST + 1 + ORDERS * ROUNDS
    await office.require_balanced()
    await raw.connection.close()
    await store.close()
    ours, alone = (statistics.median(each) for each in zip(*rounds, strict=True))
    print(
        f"\norders accepted per second, SQLite: {ours:,.0f} (at least {LEAST_PER_SECOND}), aiosqlite alone"
        f" {alone:,.0f}, ratio {ours / alone:.2f}; {len(raw.statements)} statements each (at most {MOST_STATEMENTS})"
    )


async def test_orders_accepted_per_second_on_postgresql(tmp_path: Path, postgres: str) -> None:
    """On a server of this machine's, one order after the other."""
    store = await open_store(postgres, SystemClock())
    office = roomy_office(tmp_path, store)
    statements = len((await one_acceptance(office)).statements)
    rate = statistics.median([await per_second(lambda: order(office)) for _ in range(ROUNDS)])
    assert len(await office.rows(Take)) == FIRST + 1 + ORDERS * ROUNDS
    await office.require_balanced()
    await store.close()
    print(f"\norders accepted per second, PostgreSQL: {rate:,.0f}; {statements} statements each")


async def add_places(tx: Transaction) -> None:
    """The operator has added every workspace, each with a cap of its own."""
    policy = WorkspacePolicy(cap=ROOMY, person_cap=ROOMY)
    for place in PLACES:
        await tx.put(Workspace(id=place.workspace, platform="local", policy=policy))


async def at_once(office: Office, crowd: Sequence[tuple[Actor, Place]]) -> float:
    """Orders a second of one round, all of them given in the same turn."""
    begun = time.perf_counter()
    orders = [crowd[number % len(crowd)] for number in range(ORDERS)]
    answers = await asyncio.gather(
        *(office.handle(Draft, actor, place, prompt="a fox in snow") for actor, place in orders)
    )
    passed = time.perf_counter() - begun
    assert all("held" in answer.text for answer in answers)
    return ORDERS / passed


@pytest.mark.parametrize("database", ["SQLite", "PostgreSQL"])
async def test_orders_at_once_on_one_cap(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """A hundred orders at once that all lock the same cap, in turn with as many that share nothing."""
    file = f"sqlite+aiosqlite:///{tmp_path}/bench.db"
    store = await open_store(file if database == "SQLite" else request.getfixturevalue("postgres"), SystemClock())
    office = roomy_office(tmp_path, store)
    await order(office)
    await store.transact(add_places)
    for crowd in CROWDS.values():
        await at_once(office, crowd)
    rounds = [[await at_once(office, crowd) for crowd in CROWDS.values()] for _ in range(ROUNDS)]
    assert len(await office.rows(Take)) == 1 + len(CROWDS) * (1 + ROUNDS) * ORDERS
    await office.require_balanced()
    await store.close()
    rates = dict(zip(CROWDS, (statistics.median(each) for each in zip(*rounds, strict=True)), strict=True))
    spread = rates["a cap each"]
    said = ", ".join(f"{crowd} {rate:,.0f} ({rate / spread:.2f})" for crowd, rate in rates.items())
    print(f"\norders accepted per second, {ORDERS} at once, {database}: {said}")
