"""Whether the bot may post in a channel or thread, by what Discord has told already; before any money is spent."""

from __future__ import annotations

from collections.abc import Mapping

import discord

from adapters.discord import needs
from adapters.discord.errors import translated
from adapters.discord.ids import split
from bot.core.errors import ChatBusy, ChatClosed
from bot.core.sentences import access

#: Where messages are written; a forum takes them as posts of their own.
Room = discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.ForumChannel | discord.Thread
_POSTING = frozenset({"send_messages", "send_messages_in_threads"})
_WITH_A_POST = frozenset({"embed_links", "attach_files"})
_KINDS = (discord.TextChannel, discord.VoiceChannel, discord.StageChannel, discord.ForumChannel, discord.Thread)


class Rooms:
    """Looks at channels, threads and forum posts."""

    def __init__(self, client: discord.Client) -> None:
        """``client`` has the cache."""
        self._client = client

    async def obstacle(self, channel: str) -> str | None:
        """The sentence that says how to allow posts there; ``None``: they are allowed.

        Raises:
            ChatBusy: Discord cannot be asked, or does not tell of the server just now.
        """
        try:
            room = await self.room(channel)
        except ChatClosed as error:
            return access.not_ordered(str(error))
        why = _why_not(room)
        return access.not_ordered(why) if why else None

    async def room(self, channel: str) -> Room:
        """The channel or thread; only an archived thread has to be asked for.

        Raises:
            ChatBusy
            ChatClosed: it is gone, or nobody writes there.
        """
        guild_id, place = split(channel)
        guild = self._client.get_guild(guild_id)
        if guild is None and self._client.is_ready():
            raise ChatClosed(access.not_in_server())
        if guild is None or guild.unavailable:
            raise ChatBusy(access.away("the server"))
        found: object = guild.get_channel_or_thread(place)
        if found is None:
            with translated():
                found = await guild.fetch_channel(place)
        if isinstance(found, discord.Thread) and found.parent is None:
            raise ChatClosed(access.channel_gone())
        if not isinstance(found, _KINDS):
            raise ChatClosed(access.no_messages_there(access.where(getattr(found, "name", ""))))
        return found

    def forum(self, channel: str) -> discord.ForumChannel | None:
        """The forum, where it is one itself, and none of its posts."""
        guild_id, place = split(channel)
        guild = self._client.get_guild(guild_id)
        found = guild.get_channel(place) if guild else None
        return found if isinstance(found, discord.ForumChannel) else None


def _why_not(room: Room) -> str | None:
    """What keeps the bot out, and who lets it in."""
    granted, where = room.permissions_for(room.guild.me), access.where(room.name)
    lacking = dict(needs.without(granted, thread=isinstance(room, discord.Thread)))
    if isinstance(room, discord.Thread):
        if room.is_private() and room.me is None and not granted.manage_threads:
            return access.private_thread(where)
        if room.locked and not granted.manage_threads:
            return access.thread_locked(where)
        # What is not allowed in a thread is allowed in its channel.
        where = access.where(room.parent.name if room.parent else "")
    elif isinstance(room, discord.ForumChannel):
        lacking |= needs.without(granted, thread=True)
    named = {need.what: need.name for need in _of_its_own(lacking).values()}
    return access.may_not(named, where) if named else None


def _of_its_own(lacking: Mapping[str, needs.Need]) -> Mapping[str, needs.Need]:
    """Of what is missing, what is to be allowed: whoever may not see or post may do nothing else, whatever is set."""
    if "view_channel" in lacking:
        return {"view_channel": lacking["view_channel"]}
    if lacking.keys() & _POSTING:
        return {name: need for name, need in lacking.items() if name not in _WITH_A_POST}
    return lacking
