"""The largest file of each server: as Discord says it, as a setting says it, and as it turned out."""

from __future__ import annotations

import discord

from adapters.chat.notes import Notes
from adapters.discord.clip_notes import LIMITS
from adapters.discord.ids import split

MIB = 1 << 20
#: Where a server is not in the client's memory: without boosts.
LEAST_BYTES = 10 * MIB
#: What Discord's limits are or were: a file was too large, so the next of these below it may be the limit.
STEPS = (100 * MIB, 50 * MIB, 25 * MIB, 20 * MIB, 10 * MIB, 8 * MIB)


class Limits:
    """What each server takes, in bytes."""

    def __init__(self, client: discord.Client, notes: Notes, *, largest_bytes: int | None = None) -> None:
        """``largest_bytes`` stands for what Discord says, on every server."""
        self._client = client
        self._notes = notes
        self._largest_bytes = largest_bytes
        #: By server: the smallest that an interaction there has told of. Who pays Discord may send larger ones, so
        #: that it is told of more than the bot may; a server's limit is what everybody else is told.
        self._told: dict[int, int] = {}

    def told(self, guild: int, size: int) -> None:
        """An interaction in a server says that its answer may have files of so many bytes."""
        self._told[guild] = min(size, self._told.get(guild, size))

    async def most_bytes(self, channel: str) -> int:
        """The largest file that may be posted there.

        Raises:
            ChatBusy: what was noted cannot be read.
        """
        guild = split(channel)[0]
        said = self._said(guild)
        noted = await self._notes.get(LIMITS, str(guild))
        # A server that has been given another limit since is believed.
        return min(said, int(noted["most"])) if noted and noted["said"] == str(said) else said

    async def was_too_large(self, channel: str, size: int) -> None:
        """Discord did not take a file of so many bytes there."""
        guild = split(channel)[0]
        most = next((step for step in STEPS if step < size), size // 2)
        await self._notes.put(LIMITS, str(guild), {"said": str(self._said(guild)), "most": str(most)})

    def _said(self, guild: int) -> int:
        if self._largest_bytes is not None:
            return self._largest_bytes
        if guild in self._told:
            return self._told[guild]
        known = self._client.get_guild(guild)
        return known.filesize_limit if known else LEAST_BYTES
