"""What is written waits for its like, and nothing is seen of that but in the number of statements."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.core.errors import Taken
from bot.core.ports.store import Transaction
from bot.core.rows import Attempt, AttemptKind, Budget, Inbound, Key, Outcome, Take
from storage import SqlStore
from storage.pending import MOST_ROWS
from tests.tally import tallied

ATTEMPT = Attempt(id="a", take="A7K", kind=AttemptKind.SUBMIT, owner="p", started_at=1, expires_at=2)
BUDGET = Budget(scope="channel:c", period_start=1, period_end=None, cap=None)


async def sent(store: SqlStore, work: Callable[[Transaction], Any]) -> list[str]:
    """What each statement of the work does."""
    with tallied(store) as tally:
        await store.transact(work)
    return tally.tables


async def test_rows_of_a_table_are_written_together(sql_store: SqlStore) -> None:
    """One statement for each table and way of writing, at the commit; a row that is put twice is written once."""

    async def work(tx: Transaction) -> None:
        for number in range(3):
            await tx.add(Inbound(id=f"e{number}", at=1))
            await tx.put(Inbound(id="last", at=number))
        assert await tx.get(Inbound, "last") == Inbound(id="last", at=2)

    assert await sent(sql_store, work) == ["INSERT inbound"] * 3
    assert await sql_store.transact(lambda tx: tx.total(Inbound, "at")) == 5


async def test_a_row_that_was_added_is_written_as_it_is_by_the_end(sql_store: SqlStore) -> None:
    """To change what was just added costs nothing."""

    async def work(tx: Transaction) -> None:
        await tx.add(BUDGET)
        await tx.lock(Budget, "channel:c", 1)
        await tx.put(replace(BUDGET, cap_version=2))

    assert await sent(sql_store, work) == ["INSERT budgets"]
    assert await sql_store.transact(lambda tx: tx.rows(Budget)) == [replace(BUDGET, cap_version=2)]


async def test_very_many_rows_are_written_in_pages(sql_store: SqlStore) -> None:
    """A database takes so many values in one statement and no more."""

    async def work(tx: Transaction) -> None:
        for number in range(2 * MOST_ROWS + 1):
            await tx.add(Inbound(id=f"e{number}", at=1))

    assert await sent(sql_store, work) == ["INSERT inbound"] * 3
    assert await sql_store.transact(lambda tx: tx.count(Inbound)) == 2 * MOST_ROWS + 1


async def test_a_locked_row_is_read_once(sql_store: SqlStore) -> None:
    """What this transaction has locked or written cannot change behind its back; what it has only read can."""

    async def work(tx: Transaction) -> None:
        for _ in range(2):
            assert await tx.get(Key, "main") == Key(id="main")
        for _ in range(2):
            assert await tx.lock(Key, "main") == Key(id="main")
            assert await tx.get(Key, "main") == Key(id="main")
        await tx.put(Key(id="main", slots=3))
        assert await tx.lock(Key, "main") == Key(id="main", slots=3)

    await sql_store.transact(lambda tx: tx.add(Key(id="main")))
    assert await sent(sql_store, work) == ["SELECT keys"] * 3 + ["INSERT keys"]


async def test_a_row_without_a_lock_is_written_in_its_turn(sql_store: SqlStore) -> None:
    """To put a row locks it on a server, so it is sent when its turn in the lock order is, not at the commit."""

    async def work(tx: Transaction) -> None:
        await tx.put(Key(id="main"))
        await tx.lock_all(Budget)
        await tx.put(Key(id="main", slots=3))

    assert await sent(sql_store, work) == ["INSERT keys", "SELECT budgets", "INSERT keys"]


@pytest.mark.parametrize("kind", [AttemptKind.SUBMIT, AttemptKind.POST])
async def test_the_index_that_refuses_one_of_several_rows_is_named(
    sql_store: SqlStore, make_take: Callable[..., Take], furnished: Callable[[SqlStore], Any], kind: AttemptKind
) -> None:
    """SQLite names the columns alone, on which several indexes stand: rows of one statement are of one kind."""
    await furnished(sql_store)

    async def seed(tx: Transaction) -> None:
        await tx.add(make_take())
        await tx.add(replace(ATTEMPT, kind=kind))

    async def work(tx: Transaction) -> None:
        for number, each in enumerate(AttemptKind):
            await tx.add(replace(ATTEMPT, id=f"b{number}", kind=each))

    await sql_store.transact(seed)
    with pytest.raises(Taken) as taken:
        await sql_store.transact(work)
    assert taken.value.constraint == f"one_live_{kind.value}"
    assert [each.outcome for each in await sql_store.transact(lambda tx: tx.rows(Attempt))] == [Outcome.SENDING]
