from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.core.errors import StoreError, Taken
from bot.core.fakes import FakeClock
from bot.core.ports.store import Transaction
from bot.core.rows import Inbound, Key, Take
from bot.core.transacting import Transactor

MakeTake = Callable[..., Take]


async def slots(store: Transactor) -> int:
    """The number that the tests count up."""
    key = await store.transact(lambda tx: tx.get(Key, "main"))
    assert key is not None
    return key.slots


async def count_up(tx: Transaction) -> None:
    key = await tx.lock(Key, "main")
    assert key is not None
    await asyncio.sleep(0)
    await tx.put(replace(key, slots=key.slots + 1))


async def test_an_exception_rolls_back_and_comes_out(store: Transactor, make_take: MakeTake) -> None:
    """Whatever the work raises comes out as it is, and nothing that it wrote remains: not even what it removed."""

    async def work(tx: Transaction) -> None:
        await tx.add(make_take())
        await tx.put(Key(id="main", slots=9))
        await tx.claim(Inbound(id="e1", at=1))
        await tx.delete(Inbound, "e0")
        raise LookupError

    await store.transact(lambda tx: tx.add(Inbound(id="e0", at=1)))
    with pytest.raises(LookupError):
        await store.transact(work)
    assert await slots(store) == 5
    assert await store.transact(lambda tx: tx.rows(Inbound)) == [Inbound(id="e0", at=1)]
    assert await store.transact(lambda tx: tx.count(Take)) == 0


async def test_what_it_does_is_counted(store: Transactor, make_take: MakeTake) -> None:
    """Every work, and those that failed; a unique index that says no, or an error of the work's own, is no failure."""
    before = replace(store.tally)

    async def work(error: Exception) -> None:
        async def fail(tx: Transaction) -> None:
            del tx
            raise error

        with pytest.raises(type(error)):
            await store.transact(fail)

    for error in (StoreError("the disk is full"), Taken("one_hold"), LookupError()):
        await work(error)
    await store.transact(lambda tx: tx.add(make_take()))
    assert (store.tally.transactions - before.transactions, store.tally.failures - before.failures) == (4, 1)


async def test_fifty_at_once_lose_nothing(store: Transactor) -> None:
    """Fifty tasks that read, wait and write one counter count fifty."""
    await asyncio.gather(*(store.transact(count_up) for _ in range(50)))
    assert await slots(store) == 55


async def test_a_transaction_inside_a_transaction_is_refused(store: Transactor) -> None:
    """A nested call is an error at once, in a task that the work starts too, and the work may go on."""

    async def work(tx: Transaction) -> None:
        with pytest.raises(RuntimeError, match="a transaction inside a transaction"):
            await store.transact(count_up)
        with pytest.raises(RuntimeError, match="a transaction inside a transaction"):
            await asyncio.create_task(store.transact(count_up))
        await count_up(tx)

    await store.transact(work)
    assert await slots(store) == 6


async def test_a_task_that_outlives_its_transaction_may_begin_another(store: Transactor) -> None:
    """What the work has started is free again once the work is over."""
    over = asyncio.Event()
    later: list[asyncio.Task[None]] = []

    async def afterwards() -> None:
        await over.wait()
        await store.transact(count_up)

    async def work(tx: Transaction) -> None:
        later.append(asyncio.create_task(afterwards()))
        await count_up(tx)

    await store.transact(work)
    over.set()
    await later[0]
    assert await slots(store) == 7


async def test_a_transaction_that_is_over_cannot_be_used(store: Transactor) -> None:
    """A transaction that was kept is refused after its end, callbacks included."""
    kept: list[Transaction] = []

    async def work(tx: Transaction) -> None:
        kept.append(tx)
        await count_up(tx)

    await store.transact(work)
    with pytest.raises(RuntimeError, match="this transaction is over"):
        await kept[0].get(Key, "main")
    with pytest.raises(RuntimeError, match="this transaction is over"):
        kept[0].after(kept.clear)


async def test_callbacks_come_after_the_commit_in_order(store: Transactor) -> None:
    """Callbacks run once the rows are written, in the order given, and see no transaction around them."""
    seen: list[str] = []
    started: list[asyncio.Task[int]] = []

    async def work(tx: Transaction) -> None:
        tx.after(lambda: seen.append("first"))
        tx.after(lambda: started.append(asyncio.create_task(slots(store))))
        tx.after(lambda: seen.append("last"))
        await count_up(tx)
        assert seen == []

    await store.transact(work)
    assert seen == ["first", "last"]
    assert await started[0] == 6


async def test_callbacks_of_a_rolled_back_transaction_never_come(store: Transactor) -> None:
    """A transaction that failed calls nobody back."""
    seen: list[str] = []

    async def work(tx: Transaction) -> None:
        tx.after(lambda: seen.append("called"))
        raise LookupError

    with pytest.raises(LookupError):
        await store.transact(work)
    assert seen == []


async def test_a_callback_that_fails_is_logged(store: Transactor, caplog: pytest.LogCaptureFixture) -> None:
    """The rows are written, so a failing callback stops neither the next one nor the caller."""
    seen: list[str] = []

    def fail() -> None:
        raise LookupError

    async def work(tx: Transaction) -> str:
        tx.after(fail)
        tx.after(lambda: seen.append("next"))
        return "done"

    assert await store.transact(work) == "done"
    assert seen == ["next"]
    assert "a callback after a commit failed" in caplog.text


async def test_a_refused_row_spoils_its_transaction(store: Transactor) -> None:
    """After Taken nothing else is done, and a work that hides it is not committed: as PostgreSQL has it."""

    async def work(tx: Transaction) -> None:
        await count_up(tx)
        with pytest.raises(Taken):
            await tx.add(Key(id="main"))
        with pytest.raises(Taken):
            await tx.get(Key, "main")

    with pytest.raises(Taken):
        await store.transact(work)
    assert await slots(store) == 5


async def leave(caller: asyncio.Task[None]) -> bool:
    """Cancel the caller and wait for its end; whether it ended as cancelled. Never raises: the work has to go on."""
    caller.cancel()
    await asyncio.wait([caller])
    return caller.cancelled()


async def test_a_cancelled_caller_does_not_stop_the_work(store: Transactor) -> None:
    """The caller leaves at once; the work goes on to its commit."""
    inside, go_on = asyncio.Event(), asyncio.Event()

    async def work(tx: Transaction) -> None:
        inside.set()
        await go_on.wait()
        await count_up(tx)

    caller = asyncio.create_task(store.transact(work))
    await inside.wait()
    left = await leave(caller)
    go_on.set()
    await store.idle()
    assert left
    assert await slots(store) == 6


async def test_a_failure_that_nobody_waits_for_is_logged(store: Transactor, caplog: pytest.LogCaptureFixture) -> None:
    """A work that fails after its caller was cancelled is rolled back and said in the log."""
    inside, go_on = asyncio.Event(), asyncio.Event()

    async def work(tx: Transaction) -> None:
        await count_up(tx)
        inside.set()
        await go_on.wait()
        raise LookupError

    caller = asyncio.create_task(store.transact(work))
    await inside.wait()
    left = await leave(caller)
    go_on.set()
    await store.idle()
    assert left
    assert await slots(store) == 5
    assert "a transaction failed after its caller was cancelled" in caplog.text


async def test_three_hundred_cancelled_callers(store: Transactor) -> None:
    """Callers cancelled at any moment leave whole transactions: every one done, none half, none open."""
    chance = random.Random(7)

    async def work(tx: Transaction) -> None:
        await count_up(tx)
        await tx.put(Inbound(id="seen", at=await tx.total(Key, "slots")))

    async def cancelled() -> None:
        caller = asyncio.create_task(store.transact(work))
        for _ in range(chance.randrange(12)):
            await asyncio.sleep(0)
        caller.cancel()
        await asyncio.wait([caller])

    for _ in range(30):
        await asyncio.gather(*(cancelled() for _ in range(10)))
    await store.idle()
    done = await slots(store)
    assert await store.transact(lambda tx: tx.get(Inbound, "seen")) == Inbound(id="seen", at=done)
    await store.transact(work)
    assert await slots(store) == done + 1


async def test_a_work_that_is_cancelled_itself_is_rolled_back(store: Transactor) -> None:
    """When the store's own task is cancelled, as at the end of the loop, nothing of it remains."""

    async def work(tx: Transaction) -> None:
        await count_up(tx)
        task = asyncio.current_task()
        assert task is not None
        task.cancel()
        await tx.put(Inbound(id="e1", at=1))

    with pytest.raises(asyncio.CancelledError):
        await store.transact(work)
    assert await slots(store) == 5
    await store.transact(count_up)
    assert await slots(store) == 6


async def test_time_never_runs_backwards(store: Transactor, clock: FakeClock) -> None:
    """After a jump back no transaction is earlier than the one before; the store says how far the clock is behind."""

    async def now(tx: Transaction) -> int:
        return tx.now

    clock.jump(10)
    newest = await store.transact(now)
    assert newest == clock.now()
    assert store.behind_ms == 0
    clock.jump(-90)
    assert await store.transact(now) == newest
    assert store.behind_ms == 90_000
    clock.jump(91)
    assert await store.transact(now) == newest + 1_000
    assert store.behind_ms == 0


async def test_a_closed_store_refuses(store: Transactor) -> None:
    """Closing waits for what runs; after that the store says that it is closed, and may be closed again."""
    running = asyncio.create_task(store.transact(count_up))
    await asyncio.sleep(0)
    await store.close()
    assert running.done()
    with pytest.raises(StoreError, match="The store is closed"):
        await store.transact(count_up)
    await store.close()
