"""Votes are read again from the platform before a final is ordered: what stands there now is what counts."""

from __future__ import annotations

from collections.abc import Mapping

from bot.core.ports import Message, Reaction, Transaction
from bot.core.rows import Card, Post, Source, Take, Vote
from bot.jobs.kit import Kit
from bot.jobs.places import Here
from bot.jobs.votes import read_again

#: What stands on every message of a draft, by message.
Readings = Mapping[str, list[Reaction]]


async def messages_of(tx: Transaction, final: Take) -> list[Message]:
    """Every message on which a final's draft can be voted for."""
    card = await tx.get(Card, final.card)
    posts = await tx.rows(Post, take=final.draft)
    ids = [card.message] if card and card.message else []
    found = dict.fromkeys((*ids, *(post.message for post in posts if post.message)))
    return [Message(channel=final.channel, id=each) for each in found]


async def read_votes(kit: Kit, messages: list[Message]) -> Readings:
    """What stands on them now.

    Raises:
        ChatError: the platform does not say.
    """
    return {message.id: await kit.chat_of(message.channel).reactions(message) for message in messages}


async def recount(tx: Transaction, at: Here, final: Take, draft: Take, readings: Readings) -> list[Vote]:
    """Take over what was read, and give the approvals that count now."""
    for message, reactions in readings.items():
        await read_again(tx, draft, reactions, message, final.round)
    for message in await _deleted(tx, final, readings):
        await read_again(tx, draft, [], message, final.round)
    return at.roles.counting(await tx.rows(Vote, take=draft.id, round=final.round), draft)


async def _deleted(tx: Transaction, final: Take, readings: Readings) -> set[str]:
    """Messages that were voted on and are no longer shown: a person has deleted them, and with them the reactions."""
    votes = await tx.rows(Vote, take=final.draft, round=final.round, source=Source.REACTION)
    return {vote.message for vote in votes} - set(readings)
