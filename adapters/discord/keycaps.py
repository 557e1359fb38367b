"""The bot's own reactions with the numbers of a sheet; one that is there already is no error to Discord."""

from __future__ import annotations

import discord

from adapters.discord.errors import translated
from adapters.discord.ids import split, spot
from adapters.discord.threads import in_open
from bot.core.emoji import KEYCAPS
from bot.core.ports import Message


async def react(client: discord.Client, message: Message, number: int) -> None:
    """Add a number, 1–10.

    Raises:
        ChatBusy, ChatClosed, MessageGone, ChatError
    """
    guild, _ = split(message.channel)
    place, own = spot(message)
    standing = client.get_partial_messageable(place, guild_id=guild).get_partial_message(own)

    async def add() -> None:
        with translated():
            await standing.add_reaction(KEYCAPS[number - 1])

    await in_open(client, place, add)
