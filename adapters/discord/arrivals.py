"""Servers that the bot is added to: each is welcomed once, where it may speak."""

from __future__ import annotations

import logging
from dataclasses import dataclass

import discord

from adapters.chat.notes import Notes, Shelf
from adapters.discord import needs
from adapters.discord.desk import Desk
from adapters.discord.errors import translated
from adapters.discord.ids import PLATFORM
from adapters.discord.places import Places
from bot.core.commands import Actor, Welcome
from bot.core.errors import ChatError, StoreError
from bot.core.parsing.origin import Origin
from bot.core.ports import CardView, Chat
from bot.core.sentences import access

log = logging.getLogger(__name__)
#: Whom the bot has welcomed; for ever, as far as anybody counts.
WELCOMED = Shelf(prefix="discord:welcomed:", days=36_500)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spot:
    """Where a server is welcomed."""

    channel: discord.TextChannel
    #: Why there; for the log.
    why: str


class Arrivals:
    """Handler of the bot's arrival in a server, and of servers that it came to while it was away."""

    def __init__(self, desk: Desk, *, client: discord.Client, places: Places, chat: Chat, notes: Notes) -> None:
        """``notes`` remember whom the bot knows."""
        self._desk = desk
        self._client = client
        self._places = places
        self._chat = chat
        self._notes = notes

    async def look_around(self) -> None:
        """Welcome every server that was not welcomed yet: the bot may have been added before it ran."""
        for guild in tuple(self._client.guilds):
            await self.joined(guild)

    async def joined(self, guild: discord.Guild) -> None:
        """Welcome a server, once for ever: one that the bot comes back to knows it. What fails comes again."""
        if guild.unavailable:
            return
        try:
            if await self._notes.get(WELCOMED, str(guild.id)) is None and await self._welcomed(guild):
                await self._notes.put(WELCOMED, str(guild.id), {"name": guild.name})
        except (ChatError, StoreError) as error:
            log.warning("the server %s (%s) was not welcomed: %s", guild.name, guild.id, error)

    async def _welcomed(self, guild: discord.Guild) -> bool:
        """Whether somebody there was told."""
        spot = _spot(guild)
        if spot is None:
            return await self._told_owner(guild)
        log.info("%s (%s) is welcomed in #%s, %s", guild.name, guild.id, spot.channel.name, spot.why)
        place, now = self._places.place(spot.channel), self._desk.clock.now()
        # Who has added the bot is not said; it is spoken for by nobody.
        nobody = Actor(id=str(guild.me.id), name=guild.me.display_name)
        event = f"{PLATFORM}:welcome:{guild.id}:{spot.channel.id}:{now}"
        said = await self._desk.manager.handle(Origin(actor=nobody, place=place, event=event, now=now).make(Welcome))
        if said.text and not said.unwritten:
            # A server that the operator has not added: one sentence, and no budget.
            nonce = f"stranger:{guild.id}"
            await self._chat.say(CardView(title=said.text), channel=place.channel, nonce=nonce, to=None, thread=None)
        return not said.unwritten

    async def _told_owner(self, guild: discord.Guild) -> bool:
        """Nowhere may it speak: the owner hears of it directly, and what to allow."""
        log.warning(
            "%s (%s) is not welcomed: I may see and post in none of its text channels; its owner is told",
            guild.name,
            guild.id,
        )
        if guild.owner_id is None:
            return False
        names = [need.name for need in needs.PERMISSIONS.values()]
        with translated():
            owner = await self._client.fetch_user(guild.owner_id)
            await owner.send(discord.utils.escape_markdown(access.nowhere_to_speak(guild.name, names)))
        return True


def _spot(guild: discord.Guild) -> _Spot | None:
    """The channel for news of the server, else the first text channel, where a card may be posted."""
    system = guild.system_channel
    if system is not None and _may_speak(system):
        return _Spot(channel=system, why="its system channel")
    first = next((channel for channel in guild.text_channels if _may_speak(channel)), None)
    return _Spot(channel=first, why="the first channel in which I may post") if first else None


def _may_speak(channel: discord.TextChannel) -> bool:
    granted = channel.permissions_for(channel.guild.me)
    return granted.view_channel and granted.send_messages and granted.embed_links
