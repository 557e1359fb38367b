from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.core.errors import StoreError, Taken
from bot.core.lifecycle import Stage
from bot.core.money import Money
from bot.core.ports.store import Transaction
from bot.core.rows import (
    Budget,
    Inbound,
    Key,
    Line,
    LineKind,
    Meaning,
    Source,
    Take,
    Vote,
)
from bot.core.transacting import Transactor

MakeTake = Callable[..., Take]


def line(id: str, amount: str, **changes: Any) -> Line:  # noqa: A002  # the column's name
    values = {"take": "A7K", "scope": f"channel:{id}", "period_start": 0, "kind": LineKind.HOLD, "at": 1, "by": "ada"}
    what = {"person": "ada", "stage": Stage.DRAFT, "model": "mini", "takes": 1}
    return Line(**{"id": id, **what, "amount": Money.usd(amount), "held": Money.usd(amount), **values, **changes})


async def test_a_row_that_is_not_there_is_none(store: Transactor) -> None:
    """A row that was never written is None, with and without a lock."""

    async def work(tx: Transaction) -> None:
        assert await tx.get(Take, "nope") is None
        assert await tx.lock(Take, "nope") is None

    await store.transact(work)


async def test_what_is_added_is_there_for_the_next_transaction(store: Transactor, make_take: MakeTake) -> None:
    """An added row is read back equal, in the same transaction and in the next."""

    async def add(tx: Transaction) -> Take | None:
        await tx.add(make_take())
        return await tx.get(Take, "A7K")

    assert await store.transact(add) == make_take()
    assert await store.transact(lambda tx: tx.get(Take, "A7K")) == make_take()


async def test_adding_twice_is_taken_by_the_key(store: Transactor, make_take: MakeTake) -> None:
    """A second row with the same key is refused by the key's name."""

    async def add(tx: Transaction) -> None:
        await tx.add(make_take())

    await store.transact(add)
    with pytest.raises(Taken) as taken:
        await store.transact(add)
    assert taken.value.constraint == "take_key"


async def test_claim_says_who_was_first(store: Transactor) -> None:
    """The first claim inserts, the second does nothing and leaves the transaction usable."""

    async def work(tx: Transaction) -> tuple[bool, bool, int]:
        first = await tx.claim(Inbound(id="e1", at=1))
        second = await tx.claim(Inbound(id="e1", at=2))
        return first, second, await tx.total(Inbound, "at")

    assert await store.transact(work) == (True, False, 1)


async def test_claim_gives_way_to_a_unique_index(store: Transactor, make_take: MakeTake) -> None:
    """A claim that another row's unique index forbids inserts nothing."""

    async def work(tx: Transaction) -> bool:
        await tx.add(make_take())
        await tx.add(line("l1", "1", scope="channel:c"))
        return await tx.claim(line("l2", "1", scope="channel:c"))

    assert await store.transact(work) is False


async def test_put_inserts_then_replaces(store: Transactor) -> None:
    """Put writes a new row, and every field of one that is there."""

    async def work(tx: Transaction) -> list[Budget]:
        await tx.put(Budget(scope="channel:c", period_start=1, period_end=9, cap=Money.usd(5)))
        await tx.put(Budget(scope="channel:c", period_start=1, period_end=None, cap=None, used=Money(3)))
        return await tx.rows(Budget)

    assert await store.transact(work) == [
        Budget(scope="channel:c", period_start=1, period_end=None, cap=None, used=Money(3))
    ]


async def test_a_row_without_other_fields_than_its_key_and_time_is_replaced(store: Transactor) -> None:
    """Put of an event that was seen keeps one row with the later time."""

    async def work(tx: Transaction) -> list[Inbound]:
        await tx.put(Inbound(id="e1", at=1))
        await tx.put(Inbound(id="e1", at=2))
        return await tx.rows(Inbound)

    assert await store.transact(work) == [Inbound(id="e1", at=2)]


async def test_delete_removes_and_forgives(store: Transactor) -> None:
    """A deleted row is gone, and deleting it again is no error."""

    async def work(tx: Transaction) -> int:
        await tx.add(Inbound(id="e1", at=1))
        await tx.delete(Inbound, "e1")
        await tx.delete(Inbound, "e1")
        return await tx.count(Inbound)

    assert await store.transact(work) == 0


async def test_a_key_of_several_columns_takes_enums(store: Transactor, make_take: MakeTake) -> None:
    """A vote is found by its whole key, the enums in it included."""
    vote = Vote(
        take="A7K", round=1, person="bob", meaning=Meaning.APPROVE, source=Source.VERB, name="Bob", standing=True, at=5
    )

    async def work(tx: Transaction) -> tuple[Vote | None, Vote | None]:
        await tx.add(make_take())
        await tx.put(vote)
        key: Any = ("A7K", 1, "bob", Meaning.APPROVE, Source.VERB, "")
        other: Any = ("A7K", 1, "bob", Meaning.REJECT, Source.VERB, "")
        return await tx.get(Vote, *key), await tx.get(Vote, *other)

    assert await store.transact(work) == (vote, None)


async def test_a_wrong_number_of_key_values_is_a_type_error(store: Transactor) -> None:
    """A budget cannot be asked for by its scope alone."""
    with pytest.raises(TypeError, match="Budget is found by scope, period_start, not by 1 values"):
        await store.transact(lambda tx: tx.get(Budget, "channel:c"))


async def test_the_ledger_is_only_added_to(store: Transactor) -> None:
    """A ledger line can be neither replaced nor removed."""
    with pytest.raises(TypeError, match="ledger lines are added, never edited"):
        await store.transact(lambda tx: tx.put(line("l", "1")))
    with pytest.raises(TypeError, match="ledger lines are added, never edited"):
        await store.transact(lambda tx: tx.delete(Line, "l"))


async def test_a_take_is_not_put(store: Transactor, make_take: MakeTake) -> None:
    """A take moves by step, so that nobody's step is overwritten."""
    with pytest.raises(TypeError, match="a take is added once and then moves by step"):
        await store.transact(lambda tx: tx.put(make_take()))


async def test_a_row_without_its_parent_is_not_committed(store: Transactor, make_take: MakeTake) -> None:
    """A take of a key that is not there is refused when the transaction commits, by both names."""
    with pytest.raises(StoreError, match="A take names a key that is not there"):
        await store.transact(lambda tx: tx.add(make_take(key="other")))
    assert await store.transact(lambda tx: tx.count(Take)) == 0


async def test_a_parent_with_children_is_not_removed(store: Transactor, make_take: MakeTake) -> None:
    """A key that a take names cannot be deleted."""
    await store.transact(lambda tx: tx.add(make_take()))
    with pytest.raises(StoreError, match="A take names a key that is not there"):
        await store.transact(lambda tx: tx.delete(Key, "main"))
    assert await store.transact(lambda tx: tx.get(Key, "main")) == Key(id="main")


async def test_a_parent_without_children_is_removed(store: Transactor, make_take: MakeTake) -> None:
    """A key that no take names can be deleted, whatever others are named."""

    async def work(tx: Transaction) -> list[Key]:
        await tx.put(Key(id="spare"))
        await tx.add(make_take())
        return await tx.rows(Key)

    assert len(await store.transact(work)) == 2
    await store.transact(lambda tx: tx.delete(Key, "spare"))
    assert await store.transact(lambda tx: tx.rows(Key)) == [Key(id="main")]


async def test_a_ledger_line_may_be_written_before_its_take(store: Transactor, make_take: MakeTake) -> None:
    """Parents are looked for at the commit only."""

    async def work(tx: Transaction) -> None:
        await tx.add(line("l1", "0.32"))
        await tx.add(make_take())

    await store.transact(work)
    assert await store.transact(lambda tx: tx.get(Take, "A7K")) == make_take()


async def test_what_was_written_is_seen_by_every_question(store: Transactor, make_take: MakeTake) -> None:
    """Within its transaction a row is what was last written of it, however it is asked for, and gone when removed."""

    async def work(tx: Transaction) -> None:
        await tx.add(make_take())
        assert await tx.count(Take) == 1
        stepped = await tx.step(make_take(), make_take(hidden=True))
        assert await tx.get(Take, "A7K") == await tx.lock(Take, "A7K") == stepped
        assert await tx.rows(Take, hidden=True) == [stepped]
        await tx.put(Budget(scope="person:p", period_start=1, period_end=None, cap=None, used=Money(2)))
        assert await tx.total(Budget, "used") == 2
        await tx.put(Budget(scope="person:p", period_start=1, period_end=None, cap=None, used=Money(3)))
        assert [budget.used for budget in await tx.lock_all(Budget)] == [Money(3)]
        await tx.add(Inbound(id="e1", at=1))
        assert not await tx.claim(Inbound(id="e1", at=2))
        await tx.delete(Inbound, "e1")
        assert await tx.get(Inbound, "e1") is None
        assert await tx.claim(Inbound(id="e1", at=3))

    await store.transact(work)
    assert await store.transact(lambda tx: tx.rows(Inbound)) == [Inbound(id="e1", at=3)]
