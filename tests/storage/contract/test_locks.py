from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.core.lock_order import LockOrderError
from bot.core.ports.store import Transaction
from bot.core.rows import Budget, Card, Channel, Key, Slate, Slot, Take
from bot.core.transacting import Transactor

MakeTake = Callable[..., Take]
Step = Callable[[Transaction], Awaitable[Any]]

KEY: Step = lambda tx: tx.lock(Key, "main")  # noqa: E731  # a table of words is easier to read
CHANNEL: Step = lambda tx: tx.lock(Budget, "channel:z", 1)  # noqa: E731
CHANNEL_LATER: Step = lambda tx: tx.lock(Budget, "channel:z", 2)  # noqa: E731
WORKSPACE: Step = lambda tx: tx.lock(Budget, "workspace:b", 1)  # noqa: E731
PERSON: Step = lambda tx: tx.lock(Budget, "person:a", 1)  # noqa: E731
SLATE: Step = lambda tx: tx.lock(Slate, "S")  # noqa: E731
TAKE_A: Step = lambda tx: tx.lock(Take, "A")  # noqa: E731
TAKE_B: Step = lambda tx: tx.lock(Take, "B")  # noqa: E731
SLOT: Step = lambda tx: tx.lock(Slot, "A")  # noqa: E731
IN_ORDER = [KEY, CHANNEL, CHANNEL_LATER, PERSON, WORKSPACE, SLATE, TAKE_A, TAKE_B, SLOT]


def steps(*several: Step) -> Callable[[Transaction], Awaitable[None]]:
    async def work(tx: Transaction) -> None:
        for step in several:
            await step(tx)

    return work


async def test_the_order_can_be_kept(store: Transactor) -> None:
    """Keys, budgets, slate, takes by id and slots may be locked in this order, rows that are not there too."""
    await store.transact(steps(*IN_ORDER))


@pytest.mark.parametrize("place", range(len(IN_ORDER) - 1))
async def test_any_two_neighbours_the_wrong_way_round_are_a_defect(store: Transactor, place: int) -> None:
    """A lock after one that comes later in the order is refused at once."""
    with pytest.raises(LockOrderError):
        await store.transact(steps(IN_ORDER[place + 1], IN_ORDER[place]))


async def test_a_lock_may_be_taken_again(store: Transactor) -> None:
    """A row that is locked already may be locked again after later ones."""
    await store.transact(steps(KEY, TAKE_A, SLOT, KEY, TAKE_A))


async def test_tables_outside_the_order_may_be_locked_at_any_time(store: Transactor) -> None:
    """Cards and channels have no place in the order."""
    await store.transact(steps(SLOT, lambda tx: tx.lock(Card, "A7K"), lambda tx: tx.lock(Channel, "w/launch")))


async def test_reading_locks_nothing(store: Transactor) -> None:
    """What is read without a lock may be locked later."""
    await store.transact(steps(lambda tx: tx.get(Slot, "A"), lambda tx: tx.rows(Take), KEY))


async def test_a_budget_of_an_unknown_scope_cannot_be_locked(store: Transactor) -> None:
    """A scope that the order does not know is a defect."""
    with pytest.raises(LockOrderError, match="no scope like 'team:x'"):
        await store.transact(steps(lambda tx: tx.lock(Budget, "team:x", 1)))


@pytest.mark.parametrize(
    "late",
    [
        lambda tx: tx.put(Key(id="main", slots=3)),
        lambda tx: tx.delete(Key, "main"),
        lambda tx: tx.put(Budget(scope="channel:z", period_start=1, period_end=None, cap=None)),
    ],
    ids=["put", "delete", "budget"],
)
async def test_a_change_locks_as_a_lock_does(store: Transactor, late: Step) -> None:
    """To put or delete a row locks it, so it has its place in the order."""
    with pytest.raises(LockOrderError):
        await store.transact(steps(TAKE_A, late))


async def test_a_step_locks_its_take(store: Transactor, make_take: MakeTake) -> None:
    """Takes are stepped in the order of their ids, unless they were locked before."""
    a, b = make_take("A"), make_take("B")

    async def seed(tx: Transaction) -> None:
        await tx.add(b)
        await tx.add(a)

    await store.transact(seed)
    step_a: Step = lambda tx: tx.step(a, replace(a, hidden=True))  # noqa: E731
    step_b: Step = lambda tx: tx.step(b, replace(b, hidden=True))  # noqa: E731
    with pytest.raises(LockOrderError):
        await store.transact(steps(step_b, step_a))
    await store.transact(steps(TAKE_A, TAKE_B, step_b, step_a))


async def test_many_rows_are_locked_in_the_order_of_their_keys(store: Transactor) -> None:
    """One call locks all rows that meet its conditions, none before the ones that are locked already."""

    def budget(scope: str, start: int) -> Budget:
        return Budget(scope=scope, period_start=start, period_end=None, cap=None)

    wanted = [budget("channel:a", 9), budget("channel:z", 1), budget("person:a", 1), budget("workspace:a", 1)]

    async def work(tx: Transaction) -> list[Budget]:
        locked = await tx.lock_all(Budget, scope=("person:a", "workspace:a", "channel:z", "channel:a"))
        for each in locked:
            assert await tx.lock(Budget, each.scope, each.period_start) == each
        await tx.put(replace(locked[0], cap_version=2))
        return locked

    async def seed(tx: Transaction) -> None:
        for each in (*reversed(wanted), budget("channel:m", 1)):
            await tx.add(each)

    await store.transact(seed)
    assert await store.transact(work) == wanted
    with pytest.raises(LockOrderError):
        await store.transact(steps(WORKSPACE, lambda tx: tx.lock_all(Budget, scope="person:a")))
    with pytest.raises(LockOrderError):
        await store.transact(steps(TAKE_A, lambda tx: tx.lock_all(Budget, period_start=9)))


async def test_a_row_of_the_transactions_own_may_be_changed_at_any_time(store: Transactor, make_take: MakeTake) -> None:
    """Nobody else can wait for what nobody else can see: it is locked from when it was added or claimed."""

    async def work(tx: Transaction) -> None:
        await tx.add(make_take("A"))
        assert await tx.claim(Key(id="new"))
        await tx.lock(Slot, "A")
        await tx.put(replace(Key(id="new"), slots=2))
        await tx.lock(Key, "new")
        _ = await tx.step(make_take("A"), replace(make_take("A"), hidden=True))

    await store.transact(work)
    assert await store.transact(lambda tx: tx.get(Key, "new")) == Key(id="new", slots=2)
