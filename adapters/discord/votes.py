"""The votes that stand on a message, read with as few questions as possible."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import discord

from adapters.discord.errors import translated
from bot.core import emoji
from bot.core.commands import Actor
from bot.core.emoji import ReactionMeaning
from bot.core.ports import Reaction

#: Who a person is, by server and id.
Who = Callable[[int, int], Awaitable[Actor]]
#: Of reactions, what is a vote.
_VOTES = frozenset({ReactionMeaning.APPROVE, ReactionMeaning.REJECT, ReactionMeaning.PICK})


async def standing(message: discord.Message, guild: int, who: Who) -> list[Reaction]:
    """Every vote on a message that was just read, each person's once per meaning; bots included.

    Raises:
        ChatBusy, ChatClosed, MessageGone, ChatError
    """
    with translated():
        given = dict.fromkeys([each async for each in _given(message)])
    people = list(dict.fromkeys(person for person, _ in given))
    actors = dict(zip(people, await asyncio.gather(*(who(guild, each) for each in people)), strict=True))
    return [_reaction(actors[person], sign) for person, sign in given]


async def _given(message: discord.Message) -> AsyncIterator[tuple[int, str]]:
    """Who voted with what; only those signs are paged that somebody else has given than the bot itself."""
    for reaction in message.reactions:
        sign = emoji.normalise(str(reaction.emoji))
        if reaction.is_custom_emoji() or emoji.meaning_of(sign) not in _VOTES:
            continue
        if reaction.count == 1 and reaction.me:
            yield message.author.id, sign
            continue
        kinds = {discord.ReactionType.normal: reaction.count - reaction.burst_count}
        kinds[discord.ReactionType.burst] = reaction.burst_count
        for kind, count in kinds.items():
            async for user in reaction.users(type=kind, limit=count):
                yield user.id, sign


def _reaction(actor: Actor, sign: str) -> Reaction:
    return Reaction(person=actor.id, emoji=sign, name=actor.name, guest=actor.guest, bot=actor.bot, groups=actor.groups)
