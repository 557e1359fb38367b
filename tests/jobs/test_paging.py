"""Reading many rows a page at a time."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.fakes import FakeClock, MemoryStore
from bot.core.ports import Transaction
from bot.core.rows import Outbox, Rank
from bot.jobs import paging
from bot.jobs.paging import pages


async def filled(times: list[int]) -> MemoryStore:
    """A store with a row of the outbox for each time."""
    store = MemoryStore(FakeClock())

    async def write(tx: Transaction) -> None:
        for number, at in enumerate(times):
            await tx.add(Outbox(id=f"{number:03d}", channel="c", rank=Rank.STATE, due_at=at, created_at=number % 2))

    await store.transact(write)
    return store


async def read(store: MemoryStore, **where: Any) -> list[list[int]]:
    """The times on each page."""
    return [[row.due_at for row in page] async for page in pages(store, Outbox, by="due_at", **where)]


@pytest.mark.parametrize("times", [[], [1], [1, 2, 3], [3, 1, 2, 5, 4, 9, 7], [1, 1, 2, 2, 2], [4] * 10, [1] * 7 + [2]])
async def test_every_row_comes_once_in_order(times: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    """However many are of one moment, and wherever a page ends."""
    monkeypatch.setattr(paging, "PAGE", 3)
    store = await filled(times)
    found = await read(store)
    assert [at for page in found for at in page] == sorted(times)
    assert all(found)
    await store.close()


async def test_a_page_is_a_transaction_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Others have their turn between two pages; what they add behind is found."""
    monkeypatch.setattr(paging, "PAGE", 2)
    store = await filled([1, 2, 3])
    found = []
    async for page in pages(store, Outbox, by="due_at"):
        found += [row.due_at for row in page]
        if len(found) == 2:
            new = Outbox(id="new", channel="c", rank=Rank.STATE, due_at=9, created_at=0)
            await store.transact(lambda tx, new=new: tx.add(new))  # type: ignore[misc]
    assert found == [1, 2, 3, 9]
    await store.close()


async def test_conditions_hold_on_every_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only rows that meet them."""
    monkeypatch.setattr(paging, "PAGE", 2)
    store = await filled([1, 2, 3, 4, 5, 6, 7])
    assert [at for page in await read(store, created_at=0) for at in page] == [1, 3, 5, 7]
    await store.close()
