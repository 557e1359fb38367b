"""What is PostgreSQL's alone: connections that end, conflicts, the database's clock, and what is said about each."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from bot.core.errors import StoreError, Taken
from bot.core.fakes import FakeClock
from bot.core.ports.store import Transaction
from bot.core.rows import Card, Channel, Inbound, Key, Take, Workspace
from bot.core.steady import SteadyClock
from bot.core.transacting import Transactor
from storage import SqlStore, StoreClock, open_store
from storage.opening import database_at
from storage.store import LOST_IN_COMMIT
from tests.conftest import run_on

PASSWORD = "hunter2-hunter2"
#: As long as a lock waits for another in these tests.
SOON_MS = 200
#: Long enough for a loaded machine.
SOON_S = 20.0
OTHERS = "FROM pg_stat_activity WHERE datname = current_database() AND pid != pg_backend_pid()"


@pytest.fixture
async def store(postgres_tables: str, clock: FakeClock) -> AsyncIterator[SqlStore]:
    opened = await open_store(postgres_tables, clock, alone=False)
    yield opened
    await opened.close()


async def seen(store: SqlStore) -> list[str]:
    return [row.id for row in await store.transact(lambda tx: tx.rows(Inbound, order=("id",)))]


async def ask(address: str, question: str) -> Any:
    """The first value of the answer, on a connection of its own."""
    engine = database_at(address).migrating_engine()

    def asked() -> Any:
        with engine.connect() as connection:
            return connection.exec_driver_sql(question).scalar()

    try:
        return await asyncio.to_thread(asked)
    finally:
        engine.dispose()


async def deadlocks(address: str) -> int:
    """How many the server has counted; a connection reports its own when it ends, so all have to have ended."""
    async with asyncio.timeout(SOON_S):
        while await ask(address, f"SELECT count(*) {OTHERS} AND backend_type = 'client backend'"):  # noqa: ASYNC110  # it does not say
            await asyncio.sleep(SOON_MS / 1000)
    return int(await ask(address, "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"))


async def kill_others(address: str) -> int:
    """End every other connection to the database; how many there were."""
    return int(
        await ask(address, f"SELECT count(pg_terminate_backend(pid)) {OTHERS} AND application_name LIKE 'dailies%%'")
    )


async def test_transactions_run_at_once(store: SqlStore) -> None:
    """Two works that wait for each other inside their transactions both come to their end."""
    met = asyncio.Barrier(2)

    async def work(tx: Transaction) -> None:
        await tx.count(Inbound)
        await met.wait()

    async with asyncio.timeout(10):
        await asyncio.gather(store.transact(work), store.transact(work))


async def test_a_backend_that_is_killed_in_mid_transaction(store: SqlStore, postgres_tables: str) -> None:
    """The work fails with a sentence, nothing of it is written, and the store goes on."""

    async def work(tx: Transaction) -> None:
        await tx.add(Inbound(id="lost", at=1))
        await kill_others(postgres_tables)
        await tx.add(Inbound(id="lost too", at=1))

    with pytest.raises(StoreError, match=r"the server ended the connection.*Nothing was written\."):
        await store.transact(work)
    await store.transact(lambda tx: tx.add(Inbound(id="kept", at=1)))
    assert await seen(store) == ["kept"]


async def test_connections_that_ended_while_nobody_used_them(store: SqlStore, postgres_tables: str) -> None:
    """Nobody notices: a transaction that has not begun is begun on another connection."""
    met = asyncio.Barrier(3)

    async def work(tx: Transaction) -> None:
        await tx.count(Inbound)
        await met.wait()

    await asyncio.gather(*(store.transact(work) for _ in range(3)))
    assert await kill_others(postgres_tables) == 3
    assert await seen(store) == []


async def test_a_connection_that_is_lost_in_the_commit(store: SqlStore, postgres_tables: str) -> None:
    """Whether it was written is then not known, and nothing else is said."""

    async def work(tx: Transaction) -> None:
        await tx.add(Inbound(id="who knows", at=1))
        await tx.count(Inbound)  # what was added is sent before that
        await kill_others(postgres_tables)

    with pytest.raises(StoreError) as lost:
        await store.transact(work)
    assert str(lost.value) == LOST_IN_COMMIT


async def test_cancelled_callers_leave_no_transaction_open(store: SqlStore, postgres_tables: str) -> None:
    """Cancelled at every moment, each work is whole or not there, and no connection stays in a transaction."""

    def work(number: int) -> Callable[[Transaction], Awaitable[None]]:
        async def add_two(tx: Transaction) -> None:
            await tx.add(Inbound(id=f"{number}a", at=1))
            await tx.add(Inbound(id=f"{number}b", at=1))

        return add_two

    for number in range(60):
        task = asyncio.create_task(store.transact(work(number)))
        for _ in range(number):
            await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
    await store.idle()
    found = await seen(store)
    assert [name for name in found if name.endswith("a")] == [f"{name[:-1]}a" for name in found if name.endswith("b")]
    assert await ask(postgres_tables, f"SELECT count(*) {OTHERS} AND state LIKE 'idle in transaction%%'") == 0


async def locks_two(store: SqlStore, first: str, second: str, met: asyncio.Barrier) -> None:
    """Lock two cards, in the order given, when both works have the first; once only."""
    runs: list[int] = []

    async def work(tx: Transaction) -> None:
        runs.append(1)
        await tx.lock(Card, first)
        if len(runs) == 1:
            await met.wait()
        card = await tx.lock(Card, second)
        assert card is not None
        await tx.put(replace(card, version=card.version + 1))

    await store.transact(work)


async def test_a_real_deadlock_is_run_again(
    store: SqlStore, furnished: Callable[[Transactor], Any], postgres_tables: str
) -> None:
    """The server counts it, the work that gave way is run from its beginning, and both are written.

    Begun again it may be quicker than the other, which was only just let go on, and give way once more.
    """
    await furnished(store)
    await store.engine.dispose()
    before = await deadlocks(postgres_tables)
    await store.transact(lambda tx: tx.add(Card(id="B", workspace="w", channel="w/launch", person="ada", created_at=1)))
    met = asyncio.Barrier(2)
    await asyncio.gather(locks_two(store, "A7K", "B", met), locks_two(store, "B", "A7K", met))
    cards = await store.transact(lambda tx: tx.rows(Card))
    assert sorted(card.version for card in cards) == [2, 2]
    await store.engine.dispose()
    assert await deadlocks(postgres_tables) > before


async def test_a_child_does_not_wait_for_its_locked_parent(
    store: SqlStore, furnished: Callable[[Transactor], Any], make_take: Callable[..., Take]
) -> None:
    """A take is committed while another transaction has its key locked, or lock order would not hold."""
    await furnished(store)
    locked, written = asyncio.Event(), asyncio.Event()

    async def holds(tx: Transaction) -> None:
        await tx.lock(Key, "main")
        locked.set()
        await written.wait()

    holding = asyncio.create_task(store.transact(holds))
    await locked.wait()
    async with asyncio.timeout(10):
        await store.transact(lambda tx: tx.add(make_take()))
    written.set()
    await holding


async def test_rows_that_are_held_too_long(
    postgres_tables: str, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, furnished: Callable[[Transactor], Any]
) -> None:
    """Whoever waits for a row gives up with a sentence, and may come again."""
    monkeypatch.setattr("storage.postgres.LOCK_TIMEOUT_MS", SOON_MS)
    store = await open_store(postgres_tables, clock, alone=False)
    await furnished(store)

    locked, refused = asyncio.Event(), asyncio.Event()

    async def holds(tx: Transaction) -> None:
        await tx.lock(Key, "main")
        locked.set()
        await refused.wait()

    holding = asyncio.create_task(store.transact(holds))
    await locked.wait()
    with pytest.raises(StoreError, match="other transactions held its rows for too long"):
        await store.transact(lambda tx: tx.lock(Key, "main"))
    refused.set()
    await holding
    assert await store.transact(lambda tx: tx.lock(Key, "main")) is not None
    await store.close()


@pytest.mark.parametrize(
    ("child", "sentence"),
    [
        (Channel(id="c", workspace="nowhere", name="c"), "A channel names a workspace that is not there"),
        (
            Card(id="c", workspace="w", channel="w/x", person="p", created_at=1),
            "A card names a channel that is not there",
        ),
    ],
)
async def test_a_parent_that_is_missing_is_named(
    store: SqlStore, furnished: Callable[[Transactor], Any], child: Any, sentence: str
) -> None:
    """The server's constraint is said in the words of the other stores; so is a parent that is removed."""
    await furnished(store)
    with pytest.raises(StoreError, match=sentence):
        await store.transact(lambda tx: tx.add(child))
    with pytest.raises(StoreError, match="names a workspace that is not there"):
        await store.transact(lambda tx: tx.delete(Workspace, "w"))


async def test_values_never_appear_in_the_errors(store: SqlStore) -> None:
    """The server quotes the row that was refused; neither the error nor its causes do."""
    secret = "a fox in snow"
    await store.transact(lambda tx: tx.add(Inbound(id=secret, at=1)))
    with pytest.raises(Taken) as taken:
        await store.transact(lambda tx: tx.add(Inbound(id=secret, at=2)))
    cause = taken.value.__cause__
    assert isinstance(cause, sa.exc.IntegrityError)
    assert secret not in f"{taken.value}{cause}{cause.orig}{cause.orig!r}"


async def test_a_number_beyond_the_column(store: SqlStore) -> None:
    """It is refused with the sentence of the other stores."""
    with pytest.raises(StoreError, match="beyond what the database can hold"):
        await store.transact(lambda tx: tx.add(Inbound(id="e", at=2**63)))


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        (f"postgresql+psycopg://me:{PASSWORD}@127.0.0.1:1/db", "db on 127.0.0.1 cannot be used: connection .*refused"),
        (f"postgresql+psycopg://me:{PASSWORD}@127.0.0.1:1/db?colour=red", "cannot be used: .*colour"),
        (f"postgresql+psycopg://me:{PASSWORD}@127.0.0.1/", "names no database"),
        (f"postgresql+psycopg2://me:{PASSWORD}@127.0.0.1/db", r"Databases of postgresql\+psycopg2 are not supported"),
        (f"postgresql+psycopg://me:{PASSWORD}@127.0.0.1:port/db", "This is not a database address"),
        (f"postgresql+psycopg://me:{PASSWORD}@nowhere.invalid/db", "db on nowhere.invalid cannot be used"),
    ],
)
@pytest.mark.parametrize("alone", [True, False], ids=["alone", "shared"])
async def test_addresses_that_lead_nowhere(address: str, sentence: str, clock: FakeClock, *, alone: bool) -> None:
    """What is wrong is a sentence; the password is in no part of the error."""
    with pytest.raises(StoreError, match=sentence if alone else None) as failed:
        await open_store(address, clock, alone=alone)
    error: BaseException | None = failed.value
    while error is not None:
        assert PASSWORD not in f"{error} {error!r}"
        error = error.__cause__ or error.__context__


def test_without_the_driver_it_is_said_how_to_get_it() -> None:
    """The extra is not needed for anything else; an address that needs it says so."""
    body = """
import asyncio, sys
sys.modules["psycopg"] = None
from bot.core.clock import SystemClock
from bot.core.errors import StoreError
from storage import open_store
try:
    asyncio.run(open_store("postgresql+psycopg://me@127.0.0.1/db", SystemClock()))
except StoreError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", body], capture_output=True, text=True, timeout=60, check=True)
    assert "its driver is not installed; install it with: pip install 'psycopg[binary]'" in done.stdout
    assert len(done.stdout.splitlines()) == 1


async def test_time_is_the_databases(postgres_tables: str) -> None:
    """A machine whose clock is a month off goes by the database's, in every transaction and in between."""
    wrong = FakeClock()
    clock = StoreClock(wrong)
    store = await open_store(postgres_tables, clock, alone=False)
    server = int(await ask(postgres_tables, "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint"))

    async def now(tx: Transaction) -> int:
        return tx.now

    at = await store.transact(now)
    assert abs(at - server) < 60_000 < abs(wrong.now() - server)
    assert 0 <= clock.now() - at < 60_000
    assert store.behind_ms == 0
    await store.close()


async def test_a_machine_that_is_ahead_of_the_database(postgres_tables: str) -> None:
    """What the machine said before the database was asked is no time of the rows: nothing is held up by it."""
    machine = FakeClock()
    machine.jump(100 * 365 * 86_400)
    clock = SteadyClock(StoreClock(machine))
    store = await open_store(postgres_tables, clock, alone=False)
    server = int(await ask(postgres_tables, "SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint"))

    async def now(tx: Transaction) -> int:
        return tx.now

    at = await store.transact(now)
    assert abs(at - server) < 60_000
    assert store.behind_ms == 0
    await store.close()


async def test_a_database_that_does_not_wait_for_its_disk(
    postgres_server: str, postgres: str, clock: FakeClock
) -> None:
    """However the database is set: what is committed here is on disk."""
    name = postgres.partition("@/")[2].partition("?")[0]
    run_on(postgres_server, f"ALTER DATABASE {name} SET synchronous_commit = off")
    assert await ask(postgres, "SHOW synchronous_commit") == "off"
    store = await open_store(postgres, clock, alone=False)
    async with store.engine.connect() as connection:
        assert (await connection.exec_driver_sql("SHOW synchronous_commit")).scalar_one() == "on"
    await store.close()
