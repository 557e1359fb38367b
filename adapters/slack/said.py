"""What was posted under which nonce, so that nothing stands twice: in memory, and in the rows for after a restart.

Slack's ``chat.postMessage`` knows no key against repetition, and no scope of ours reads a channel's history. So a
process that dies between Slack's answer and the note may post that one card or line once more; nothing else can.
"""

from __future__ import annotations

import logging
from collections import OrderedDict

from bot.core.errors import ChatBusy, StoreError
from bot.core.ports import Between, Clock, Message, Store, Transaction
from bot.core.rows import Note

log = logging.getLogger(__name__)

PREFIX = "slack:said:"
#: Until then the rows of cards and lines have what was posted; the outbox gives a card up after three days.
KEPT_MS = 7 * 24 * 3600 * 1000
TIDY_EVERY_MS = 24 * 3600 * 1000
PAGE = 500
MOST_REMEMBERED = 5_000


class Said:
    """The messages by their nonces, which count for one channel each."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Nothing is read before it is asked for."""
        self._store = store
        self._clock = clock
        self._known: OrderedDict[str, Message] = OrderedDict()
        self._tidy_at = 0

    async def message(self, channel: str, nonce: str) -> Message | None:
        """The message that was posted with this nonce, in this process or an earlier one.

        Raises:
            ChatBusy: the rows cannot be read, so that it is not known.
        """
        key = _key(channel, nonce)
        if key in self._known:
            return self._known[key]
        try:
            note = await self._store.transact(lambda tx: tx.get(Note, key))
        except StoreError as error:
            msg = "Whether it was posted cannot be read"
            raise ChatBusy(msg) from error
        return Message(channel=note.facts["channel"], id=note.facts["ts"]) if note else None

    async def keep(self, channel: str, nonce: str, message: Message) -> None:
        """Remember what was posted; where the rows cannot be written, this process does."""
        key, now = _key(channel, nonce), self._clock.now()
        self._known[key] = message
        while len(self._known) > MOST_REMEMBERED:
            self._known.popitem(last=False)
        facts = {"channel": message.channel, "ts": message.id}
        try:
            await self._store.transact(lambda tx: tx.put(Note(id=key, facts=facts, at=now)))
            if now >= self._tidy_at:
                self._tidy_at = now + TIDY_EVERY_MS
                await self._tidy(now - KEPT_MS)
        except StoreError:
            log.exception("what was posted as %s could not be noted", nonce)

    async def forget(self, channel: str, nonce: str) -> None:
        """The message does not stand any more.

        Raises:
            ChatBusy: the rows cannot be written.
        """
        key = _key(channel, nonce)
        try:
            await self._store.transact(lambda tx: tx.delete(Note, key))
        except StoreError as error:
            msg = "What does not stand any more cannot be forgotten"
            raise ChatBusy(msg) from error
        self._known.pop(key, None)

    async def _tidy(self, before: int) -> None:
        """Drop the notes from before then, a page in each transaction."""
        passed: int | None = 0
        while passed is not None:
            skip = passed
            passed = await self._store.transact(lambda tx, skip=skip: _drop(tx, before, skip))  # type: ignore[misc]


async def _drop(tx: Transaction, before: int, skip: int) -> int | None:
    """Drop what is ours of a page of old notes; how many of the others were passed over, ``None`` at the end."""
    page = await tx.rows(Note, at=Between(high=before), order=("at", "id"), limit=PAGE, skip=skip)
    ours = [note for note in page if note.id.startswith(PREFIX)]
    for note in ours:
        await tx.delete(Note, note.id)
    return skip + len(page) - len(ours) if len(page) == PAGE else None


def _key(channel: str, nonce: str) -> str:
    return f"{PREFIX}{channel}:{nonce}"
