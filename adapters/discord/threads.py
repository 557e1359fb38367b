"""Threads that Discord has archived because nobody wrote in them: nothing in them is changed until they are open."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import discord

from adapters.discord.errors import Archived, translated
from bot.core.errors import ChatClosed
from bot.core.sentences import access

T = TypeVar("T")


async def in_open(client: discord.Client, place: int, deed: Callable[[], Awaitable[T]]) -> T:
    """Do it; in a thread that was archived meanwhile, once that is open again.

    Raises:
        ChatClosed: the thread is locked, or the bot may not open it.
        ChatBusy, ChatError, and what ``deed`` raises
    """
    try:
        return await deed()
    except Archived:
        await _open(client, place)
    return await deed()


async def _open(client: discord.Client, place: int) -> None:
    """Open a thread again: whoever may write in it may do so, unless it is locked."""
    with translated():
        thread = client.get_channel(place) or await client.fetch_channel(place)
    if not isinstance(thread, discord.Thread):
        raise ChatClosed(access.thread_archived())
    if thread.locked:
        raise ChatClosed(access.thread_locked(access.where(thread.name)))
    try:
        with translated():
            await thread.edit(archived=False)
    except ChatClosed:
        raise ChatClosed(access.thread_archived(access.where(thread.name))) from None
