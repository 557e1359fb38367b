"""What was posted under which nonce, so that nothing stands twice: in memory, and in the rows for after a restart.

Slack's ``chat.postMessage`` knows no key against repetition, and no scope of ours reads a channel's history. So where
Slack has taken a card or line and its answer is lost for good (the process dies before the note, or the connection
breaks), that one may be posted once more. An answer that is only slow is waited for: see ``SlackChat``.
"""

from __future__ import annotations

import logging
from collections import OrderedDict

from adapters.slack.notes import SAID, Notes
from bot.core.errors import ChatBusy
from bot.core.ports import Clock, Message, Store

log = logging.getLogger(__name__)

MOST_REMEMBERED = 5_000


class Said:
    """The messages by their nonces, which count for one channel each."""

    def __init__(self, store: Store, clock: Clock) -> None:
        """Nothing is read before it is asked for."""
        self._notes = Notes(store, clock)
        self._known: OrderedDict[str, Message] = OrderedDict()

    async def message(self, channel: str, nonce: str) -> Message | None:
        """The message that was posted with this nonce, in this process or an earlier one.

        Raises:
            ChatBusy: the rows cannot be read, so that it is not known.
        """
        key = _key(channel, nonce)
        if key in self._known:
            return self._known[key]
        facts = await self._notes.get(SAID, key)
        return Message(channel=facts["channel"], id=facts["ts"]) if facts else None

    async def keep(self, channel: str, nonce: str, message: Message) -> None:
        """Remember what was posted; where the rows cannot be written, this process does."""
        key = _key(channel, nonce)
        self._known[key] = message
        while len(self._known) > MOST_REMEMBERED:
            self._known.popitem(last=False)
        try:
            await self._notes.put(SAID, key, {"channel": message.channel, "ts": message.id})
            await self._notes.tidy()
        except ChatBusy:
            log.exception("what was posted as %s could not be noted", nonce)

    async def forget(self, channel: str, nonce: str) -> None:
        """The message does not stand any more.

        Raises:
            ChatBusy: the rows cannot be written.
        """
        key = _key(channel, nonce)
        await self._notes.forget(SAID, key)
        self._known.pop(key, None)


def _key(channel: str, nonce: str) -> str:
    return f"{channel}:{nonce}"
