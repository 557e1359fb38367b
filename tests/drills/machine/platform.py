"""The platform: the chat that outlives every process, and the reactions that stand in it whether or not we are told."""

from __future__ import annotations

from bot.core.fakes.chat import LARGEST_FILE_BYTES, FakeChat
from bot.core.fakes.script import Script
from bot.core.ports import Message, Posted, Reaction


class DrillChat(FakeChat):
    """A chat of which the drill knows what stands in it."""

    def clip(self, channel: str, nonce: str) -> Posted | None:
        """The clip that was posted with this nonce, while it stands."""
        return self._posted.get((channel, nonce))

    def standing_on(self, message: Message) -> list[Reaction]:
        """The reactions that stand on a message."""
        return list(self._reactions.get(message, ()))

    def mend(self) -> None:
        """Everything may be posted again."""
        self.closed_channels.clear()
        self.largest_file_bytes = LARGEST_FILE_BYTES
        self.script = Script()
