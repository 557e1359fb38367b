"""Words on a card, and the rows that they are noted in."""

from __future__ import annotations

from typing import TypeVar

import pytest

from adapters.chat.notes import Notes
from adapters.discord.asides import FRESH_MS, MOST_REMEMBERED, Asides
from adapters.discord.shelves import SHELVES
from bot.core.errors import ChatBusy, StoreError
from bot.core.fakes import FakeClock, MemoryStore
from bot.core.ports import Message
from bot.core.ports.store import Work

T = TypeVar("T")

CARD = Message(channel="discord:5/77", id="77/1")


class Broken(MemoryStore):
    """Rows that can be read only while ``works``."""

    works = True

    async def transact(self, work: Work[T]) -> T:
        if not self.works:
            raise StoreError
        return await super().transact(work)


async def test_noted() -> None:
    """What was said is known to a later process too, and over for both once an outcome is shown."""
    clock = FakeClock()
    notes = Notes(MemoryStore(clock), clock, SHELVES)
    first = Asides(notes, clock)
    await first.add(CARD, "zed: no")
    await first.add(CARD, "lee: no")
    later = Asides(notes, clock)
    assert await later.on(CARD) == ("zed: no", "lee: no")
    await later.decided(CARD)
    assert await later.on(CARD) == ("zed: no", "lee: no")
    await clock.advance(FRESH_MS / 1000 + 1)
    await later.decided(CARD)
    assert await Asides(notes, clock).on(CARD) == await later.on(CARD) == ()


async def test_rows_cannot_be_read() -> None:
    """No card waits for what else is said on it; only who says it is told to come again."""
    clock = FakeClock()
    store = Broken(clock)
    asides = Asides(Notes(store, clock, SHELVES), clock)
    store.works = False
    assert await asides.on(CARD) == ()
    await asides.decided(CARD)
    with pytest.raises(ChatBusy):
        await asides.add(CARD, "zed: no")
    store.works = True
    await asides.add(CARD, "zed: no")
    assert await asides.on(CARD) == ("zed: no",)


async def test_not_all_in_memory() -> None:
    """Of thousands of cards those that were looked at last are remembered, and the others read again."""
    clock = FakeClock()
    asides = Asides(Notes(MemoryStore(clock), clock, SHELVES), clock)
    await asides.add(CARD, "zed: no")
    for number in range(MOST_REMEMBERED):
        await asides.on(Message(channel=CARD.channel, id=f"78/{number}"))
    assert len(asides._known) == MOST_REMEMBERED  # noqa: SLF001 - what is in memory
    assert await asides.on(CARD) == ("zed: no",)
