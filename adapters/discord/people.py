"""Who somebody is in a server, as Discord says it at this moment."""

from __future__ import annotations

import logging

import discord

from adapters.chat.remembered import Remembered
from adapters.discord.errors import translated
from adapters.discord.ids import PLATFORM, person_of
from bot.core.commands import Actor
from bot.core.errors import ChatClosed, ChatError, Refusal
from bot.core.ports import Clock
from bot.core.sentences import access, talk

log = logging.getLogger(__name__)
#: A person who leaves, or is given a role, is seen so here after so long at the latest: within the grace of a final,
#: so that whoever is banned after voting orders nothing.
GOOD_S = 10.0
MOST = 5_000
#: What Discord says of people who are not in the server: they left, were banned, or have no account any more.
NO_MEMBER = frozenset({10007, 10013})


class People:
    """The people of each server. Whoever comes with an event is taken as it says; others are kept for some seconds."""

    def __init__(self, client: discord.Client, clock: Clock) -> None:
        """``client`` is the one that hears Discord; nobody's list of members is asked for."""
        self._client = client
        self._known = Remembered(self._read, clock=clock, good_s=GOOD_S, most=MOST)

    def actor(self, who: discord.Member | discord.User, guild: discord.Guild | None) -> Actor:
        """The person, as Discord describes them with an event; outside a server, without any role in one."""
        if guild is None or not isinstance(who, discord.Member):
            return Actor(id=str(who.id), name=who.display_name, bot=who.bot)
        return Actor(id=str(who.id), name=who.display_name, admin=_manages(who), bot=who.bot, groups=_roles(who))

    async def asking(self, guild: int, person: int) -> Actor:
        """The person, for what they ask by an event that does not describe them.

        Raises:
            Refusal: Discord does not say who it is; whoever is not known does nothing.
        """
        try:
            return await self.known(guild, person)
        except ChatError as error:
            log.warning("who %s is in %s could not be read: %s", person, guild, error)
            raise Refusal(talk.person_unknown()) from error

    async def known(self, guild: int, person: int) -> Actor:
        """A person by their id; whoever is not in the server any more is a guest there.

        Raises:
            ChatError: Discord does not say who it is.
        """
        return await self._known.get((guild, person))

    async def in_workspace(self, workspace: str, person: str) -> Actor:
        """The same by the workspace's id in the rows.

        Raises:
            ChatError: Discord does not say who it is.
        """
        guild = workspace.removeprefix(f"{PLATFORM}:")
        if not guild.isdecimal():
            msg = f"{workspace} is no server of Discord"
            raise ChatError(msg)
        return await self.known(int(guild), person_of(person))

    def forget(self, guild: int, person: int) -> None:
        """Ask anew the next time."""
        self._known.forget((guild, person))

    async def _read(self, key: tuple[int, int]) -> Actor:
        own, person = key
        guild = self._client.get_guild(own)
        if guild is None:
            raise ChatClosed(access.unseen_there())
        with translated():
            try:
                return self.actor(await guild.fetch_member(person), guild)
            except discord.NotFound as error:
                if error.code in NO_MEMBER:
                    return Actor(id=str(person), name=str(person), guest=True)
                raise


def _manages(member: discord.Member) -> bool:
    """Manage Server, in the server as a whole; a person in time-out manages nothing."""
    return member.guild_permissions.manage_guild


def _roles(member: discord.Member) -> tuple[str, ...] | None:
    """The roles that the person has, everybody's own left out; ``None``: the server's are not known just now."""
    if member.guild.default_role is None:
        return None
    return tuple(str(role.id) for role in member.roles if not role.is_default())
