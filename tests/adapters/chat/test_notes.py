"""What the Slack chat notes of files, and for how long."""

from __future__ import annotations

import pytest

from adapters.chat.notes import DAY_MS, PAGE, Notes
from adapters.slack.shelves import HUNG, PICTURES, SHELVES, UPLOADS
from bot.core.fakes import FakeClock, MemoryStore
from bot.core.ports import Transaction
from bot.core.rows import Note


async def ids(store: MemoryStore) -> list[str]:
    return [note.id for note in await store.transact(lambda tx: tx.rows(Note, order=("id",)))]


async def test_noted() -> None:
    """What is noted is there until it is forgotten."""
    clock = FakeClock()
    notes = Notes(MemoryStore(clock), clock, SHELVES)
    assert await notes.get(UPLOADS, "n1") is None
    await notes.put(UPLOADS, "n1", {"file": "F1"})
    await notes.put(UPLOADS, "n1", {"file": "F2"})
    assert await notes.get(UPLOADS, "n1") == {"file": "F2"}
    await notes.forget(UPLOADS, "n1")
    assert await notes.get(UPLOADS, "n1") is None


@pytest.mark.parametrize(
    ("days", "kept"),
    [
        (6, {"own": 250, "hung": 1, "picture": 1, "upload": 250}),
        (8, {"own": 250, "hung": 1, "picture": 1}),
        (121, {"own": 250}),
    ],
)
async def test_tidied(days: int, kept: dict[str, int]) -> None:
    """Notes end with their days, however many there are; those of others are nobody's business here."""
    clock = FakeClock()
    store = MemoryStore(clock)

    async def fill(tx: Transaction) -> None:
        for n in range(PAGE + 50):
            await tx.put(Note(id=f"slack:own:{n}", at=tx.now))
            await tx.put(Note(id=f"slack:upload:{n}", at=tx.now))

    await store.transact(fill)
    notes = Notes(store, clock, SHELVES)
    await notes.put(HUNG, "1", {})
    await notes.put(PICTURES, "1", {})
    await notes.tidy()
    await clock.advance(days * DAY_MS / 1000)
    await notes.tidy()
    await notes.tidy()
    found = [note.split(":")[1] for note in await ids(store)]
    assert {kind: found.count(kind) for kind in found} == kept
