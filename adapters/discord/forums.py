"""Forums, where a message is the beginning of a post of its own, and no nonce keeps it from standing twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import discord

from bot.core.ports import Clock

NAME_CHARACTERS = 100
#: A post whose answer was lost came about at most so long before that was known; our clock may be off, too.
LOST_MS = 10 * 60 * 1000
MOST_LOST = 1_000


class Forums:
    """Begins posts; one whose answer was lost is looked for before it is begun again. Raises what discord.py does."""

    def __init__(self, client: discord.Client, clock: Clock) -> None:
        """``client`` has the cache."""
        self._client = client
        self._clock = clock
        #: By forum and nonce: when it was first not known whether a post came about, in UTC milliseconds.
        self._lost: dict[tuple[int, str], int] = {}

    async def begin(
        self, forum: discord.ForumChannel, name: str, content: Mapping[str, Any], *, nonce: str
    ) -> discord.Message:
        """Post it under a name, which is cut where it is too long."""
        key, name = (forum.id, nonce), name[:NAME_CHARACTERS].strip()
        message = await self._begun(forum, name, self._lost[key]) if key in self._lost else None
        if message is None:
            self._lost.setdefault(key, self._clock.now())
            if len(self._lost) > MOST_LOST:
                del self._lost[next(iter(self._lost))]
            tags = [tag for tag in forum.available_tags if not tag.moderated][:1] if forum.flags.require_tag else []
            message = (await forum.create_thread(name=name, applied_tags=tags, **content)).message
        self._lost.pop(key, None)
        return message

    async def _begun(self, forum: discord.ForumChannel, name: str, lost_at: int) -> discord.Message | None:
        """The first message of our post of this name, where it came about when its answer was lost."""
        own = self._client.user.id if self._client.user else 0
        for thread in forum.threads:
            begun = discord.utils.snowflake_time(thread.id).timestamp() * 1000
            if thread.owner_id == own and thread.name == name and begun > lost_at - LOST_MS:
                async for message in thread.history(limit=1, oldest_first=True):
                    return message
        return None
