"""One process on a PostgreSQL database: a second one is refused, and one that has lost the lock does nothing more."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Iterator

import pytest

from bot.core.errors import LockLost, StoreError
from bot.core.fakes import FakeClock
from bot.core.ports.store import Transaction
from bot.core.rows import Inbound
from storage import SqlStore, open_store, postgres_lock
from tests.storage.test_postgres import ask

#: Long enough for a loaded machine.
SOON_S = 20.0
OURS = f"FROM pg_locks WHERE locktype = 'advisory' AND classid = {postgres_lock.LOCK[0]}"
HOLDER = """
import asyncio, sys
from bot.core.clock import SystemClock
from storage import open_store
async def main():
    await open_store(sys.argv[1], SystemClock())
    print("open", flush=True)
    await asyncio.Event().wait()
asyncio.run(main())
"""


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for a process that may just have been killed."""
    monkeypatch.setattr(postgres_lock, "HANDOVER_MS", 100)


@pytest.fixture
def holder(postgres_tables: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the database open."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, postgres_tables], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        yield process
        process.kill()


async def lose(store: SqlStore, address: str) -> None:
    """End the connection that has the lock, and wait until that is noticed."""
    await ask(address, f"SELECT pg_terminate_backend(pid) {OURS}")
    async with asyncio.timeout(SOON_S):
        with pytest.raises(LockLost):
            await store.guard(asyncio.Event())


async def test_a_second_process_is_refused(
    holder: subprocess.Popen[str], postgres_tables: str, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The sentence says which process and machine has it; once that one is killed, the next has it."""
    sentence = rf"Another Dailies \(dailies {holder.pid}@.*, server process \d+\) is using the database t\w+ on "
    with pytest.raises(StoreError, match=sentence):
        await open_store(postgres_tables, clock)
    holder.send_signal(signal.SIGKILL)
    holder.wait()
    monkeypatch.setattr(postgres_lock, "HANDOVER_MS", 10_000)
    await (await open_store(postgres_tables, clock)).close()


async def test_a_process_that_is_frozen_keeps_the_lock(
    holder: subprocess.Popen[str], postgres_tables: str, clock: FakeClock
) -> None:
    """It may go on at any moment, so nobody else begins."""
    holder.send_signal(signal.SIGSTOP)
    with pytest.raises(StoreError, match="Another Dailies"):
        await open_store(postgres_tables, clock)


async def test_the_lock_is_free_after_close_and_after_a_failed_opening(
    postgres_tables: str, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever comes next finds nothing in the way; a store that shares the rows asks for no lock."""

    def fail(*_: object) -> None:
        raise StoreError

    store = await open_store(postgres_tables, clock)
    shared = await open_store(postgres_tables, clock, alone=False)
    assert (store.is_held, shared.is_held) == (True, True)
    await shared.close()
    await store.close()
    await store.close()
    with monkeypatch.context() as broken:
        broken.setattr("storage.opening.migrate", fail)
        with pytest.raises(StoreError):
            await open_store(postgres_tables, clock)
    await (await open_store(postgres_tables, clock)).close()


async def test_a_lock_that_is_lost_ends_everything(postgres_tables: str, clock: FakeClock) -> None:
    """It is noticed at once; no transaction begins any more, and one under way is not committed."""
    store = await open_store(postgres_tables, clock)

    async def work(tx: Transaction) -> None:
        await tx.add(Inbound(id="e1", at=1))
        await lose(store, postgres_tables)

    with pytest.raises(
        LockLost, match=r"The lock on the database \w+ on .* is lost, so another Dailies may have begun"
    ):
        await store.transact(work)
    with pytest.raises(LockLost):
        await store.transact(lambda tx: tx.count(Inbound))
    assert not store.is_held
    await store.close()
    again = await open_store(postgres_tables, clock)
    assert await again.transact(lambda tx: tx.count(Inbound)) == 0
    await again.close()


async def test_a_lock_that_is_no_longer_ours_is_noticed(
    postgres_tables: str, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server is asked every few seconds, in case the connection lives and the lock does not."""
    monkeypatch.setattr(postgres_lock, "KEEPALIVE_S", 0.05)
    store = await open_store(postgres_tables, clock)
    await store._held._connection.execute("SELECT pg_advisory_unlock_all()")  # type: ignore[attr-defined]  # noqa: SLF001
    async with asyncio.timeout(SOON_S):
        with pytest.raises(LockLost):
            await store.guard(asyncio.Event())
    await store.close()


async def test_a_server_that_does_not_answer_is_given_up_on(
    postgres_tables: str, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Silence counts as a loss, sooner than the server would let another in."""
    monkeypatch.setattr(postgres_lock, "KEEPALIVE_S", 0.05)
    monkeypatch.setattr(postgres_lock, "ANSWER_S", 0.1)
    store = await open_store(postgres_tables, clock)
    (pid,) = [await ask(postgres_tables, f"SELECT pid {OURS}")]
    os.kill(pid, signal.SIGSTOP)
    try:
        async with asyncio.timeout(SOON_S):
            with pytest.raises(LockLost):
                await store.guard(asyncio.Event())
    finally:
        os.kill(pid, signal.SIGCONT)
    assert "has not said for" in caplog.text
    await store.close()


async def test_the_guard_ends_with_the_stop(postgres_tables: str, clock: FakeClock) -> None:
    """As long as the lock is held it waits for the stop, and no longer."""
    store = await open_store(postgres_tables, clock)
    stop = asyncio.Event()
    guarding = asyncio.create_task(store.guard(stop))
    await asyncio.sleep(0)
    assert not guarding.done()
    stop.set()
    await guarding
    await store.close()


def test_the_process_gives_up_before_the_server_does() -> None:
    """However the network fails, the next process begins only when the last one has stopped."""
    ours = postgres_lock.KEEPALIVE_S + postgres_lock.ANSWER_S
    server = postgres_lock.SERVER_SIDE
    assert ours < server["tcp_keepalives_idle"]
