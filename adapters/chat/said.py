"""What was posted under which nonce, so that nothing stands twice: in memory, and in the rows for after a restart.

Where the platform has taken a message and its answer is lost for good (the process dies before the note, or the
connection breaks), and it knows no key against repetition, that one may be posted once more. An answer that is only
slow is waited for by whoever posts.
"""

from __future__ import annotations

import logging
from collections import OrderedDict

from adapters.chat.notes import Notes, Shelf
from bot.core.errors import ChatBusy
from bot.core.ports import Message

log = logging.getLogger(__name__)

MOST_REMEMBERED = 5_000


class Said:
    """The messages by their nonces, which count for one channel each."""

    def __init__(self, notes: Notes, shelf: Shelf) -> None:
        """``shelf`` is where they are noted; nothing is read before it is asked for."""
        self._notes = notes
        self._shelf = shelf
        self._known: OrderedDict[str, Message] = OrderedDict()

    async def message(self, channel: str, nonce: str) -> Message | None:
        """The message that was posted with this nonce, in this process or an earlier one.

        Raises:
            ChatBusy: the rows cannot be read, so that it is not known.
        """
        key = _key(channel, nonce)
        if key in self._known:
            return self._known[key]
        facts = await self._notes.get(self._shelf, key)
        return Message(channel=facts["channel"], id=facts.get("id") or facts["ts"]) if facts else None

    async def keep(self, channel: str, nonce: str, message: Message) -> None:
        """Remember what was posted; where the rows cannot be written, this process does."""
        key = _key(channel, nonce)
        self._known[key] = message
        while len(self._known) > MOST_REMEMBERED:
            self._known.popitem(last=False)
        try:
            await self._notes.put(self._shelf, key, {"channel": message.channel, "id": message.id})
            await self._notes.tidy()
        except ChatBusy:
            log.exception("what was posted as %s could not be noted", nonce)

    async def forget(self, channel: str, nonce: str) -> None:
        """The message does not stand any more.

        Raises:
            ChatBusy: the rows cannot be written.
        """
        key = _key(channel, nonce)
        await self._notes.forget(self._shelf, key)
        self._known.pop(key, None)


def _key(channel: str, nonce: str) -> str:
    return f"{channel}:{nonce}"
