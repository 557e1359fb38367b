"""What a chat has to know again after a restart, each under a key of its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import TypeVar

from bot.core.errors import ChatBusy, StoreError
from bot.core.ports import Between, Clock, Store, Transaction
from bot.core.ports.store import Work
from bot.core.rows import Note

T = TypeVar("T")

DAY_MS = 24 * 3600 * 1000
PAGE = 200
STORE_AGAIN_S = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Notes of one kind: how their ids begin, and how long they are kept after they were last written."""

    prefix: str
    days: int


class Notes:
    """Facts by key, committed before each call returns; tidied once a day. Every method raises only ChatBusy."""

    def __init__(self, store: Store, clock: Clock, shelves: Collection[Shelf]) -> None:
        """``store`` has the rows; ``shelves`` are all the kinds that the chat has."""
        self._store = store
        self._clock = clock
        self._shelves = tuple(shelves)
        self._tidied_at: int | None = None

    async def get(self, shelf: Shelf, key: str) -> dict[str, str] | None:
        """What is noted, if anything."""
        note = await self.done(lambda tx: tx.get(Note, shelf.prefix + key))
        return dict(note.facts) if note else None

    async def put(self, shelf: Shelf, key: str, facts: Mapping[str, str]) -> None:
        """Note it, in place of what was noted."""

        async def work(tx: Transaction) -> None:
            await tx.put(Note(id=shelf.prefix + key, facts=dict(facts), at=tx.now))

        await self.done(work)

    async def forget(self, shelf: Shelf, key: str) -> None:
        """Remove it; what is not there is not an error."""
        await self.done(lambda tx: tx.delete(Note, shelf.prefix + key))

    async def tidy(self) -> None:
        """Remove what nobody asks for any more, unless that was done within the last day."""
        now = self._clock.now()
        if self._tidied_at is not None and now - self._tidied_at < DAY_MS:
            return
        self._tidied_at = now
        kept = 0
        while (found := await self.done(lambda tx, skip=kept: _tidy_page(tx, self._shelves, skip))) is not None:  # type: ignore[misc]
            kept += found

    async def done(self, work: Work[T]) -> T:
        """Work on the rows: nothing is sent to the chat while they cannot be read or written.

        Raises:
            ChatBusy
        """
        try:
            return await self._store.transact(work)
        except StoreError as error:
            msg = "what was noted of the chat cannot be read or written"
            raise ChatBusy(msg, retry_after_s=STORE_AGAIN_S) from error


async def _tidy_page(tx: Transaction, shelves: Collection[Shelf], skip: int) -> int | None:
    """Remove what is too old of a page, oldest first: how many of it stay; ``None``: there is no such page."""
    youngest = tx.now - min(shelf.days for shelf in shelves) * DAY_MS
    page = await tx.rows(Note, at=Between(high=youngest), order=("at", "id"), limit=PAGE, skip=skip)
    old = [note for note in page if _is_old(note, shelves, tx.now)]
    for note in old:
        await tx.delete(Note, note.id)
    return len(page) - len(old) if page else None


def _is_old(note: Note, shelves: Collection[Shelf], now: int) -> bool:
    """Only of our own kinds: others keep theirs for as long as they like."""
    return any(note.id.startswith(shelf.prefix) and note.at <= now - shelf.days * DAY_MS for shelf in shelves)
