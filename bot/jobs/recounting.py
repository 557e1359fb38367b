"""Votes are read again from the platform before a final is ordered: what stands there now is what counts.

Those by reaction stand on its messages. Those by button or verb stand in the rows alone: of them it is read who the
people are by now.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.commands import Actor
from bot.core.ports import Message, Reaction, Transaction
from bot.core.rows import Card, Meaning, Post, Source, Take, Vote
from bot.jobs.ballots import as_now
from bot.jobs.kit import Kit
from bot.jobs.places import Here
from bot.jobs.votes import read_again


@dataclass(frozen=True, slots=True, kw_only=True)
class Voted:
    """Where the votes for a final's draft are."""

    channel: str
    #: Every message on which it can be voted for.
    messages: tuple[str, ...]
    #: Who approves it by a button or a verb, each once.
    people: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """What the platform says of them."""

    #: What stands on every message, by message.
    reactions: Mapping[str, list[Reaction]]
    #: Who approves by a button or a verb, by the person's id.
    people: Mapping[str, Actor]


async def voted(tx: Transaction, final: Take) -> Voted:
    """Where the votes for a final's draft are, in its round."""
    card = await tx.get(Card, final.card)
    posts = await tx.rows(Post, take=final.draft)
    ids = [card.message] if card and card.message else []
    messages = dict.fromkeys((*ids, *(post.message for post in posts if post.message)))
    people = dict.fromkeys(vote.person for vote in await _without_message(tx, final))
    return Voted(channel=final.channel, messages=tuple(messages), people=tuple(people))


async def read_votes(kit: Kit, votes: Voted) -> Readings:
    """What stands there now, and who the people are now.

    Raises:
        ChatError: the platform does not say.
    """
    chat, channel = kit.chat_of(votes.channel), votes.channel
    reactions = {each: await chat.reactions(Message(channel=channel, id=each)) for each in votes.messages}
    people = await asyncio.gather(*(chat.who(each, channel=channel) for each in votes.people))
    return Readings(reactions=reactions, people=dict(zip(votes.people, people, strict=True)))


async def recount(tx: Transaction, at: Here, final: Take, draft: Take, readings: Readings) -> list[Vote]:
    """Take over what was read, and give the approvals that count now."""
    for message, reactions in readings.reactions.items():
        await read_again(tx, draft, reactions, message, final.round)
    for message in await _deleted(tx, final, readings):
        await read_again(tx, draft, [], message, final.round)
    for vote in await _without_message(tx, final):
        if who := readings.people.get(vote.person):  # Else it was given since, with what the platform says now.
            await tx.put(as_now(vote, who))
    return at.roles.counting(await tx.rows(Vote, take=draft.id, round=final.round), draft)


async def _deleted(tx: Transaction, final: Take, readings: Readings) -> set[str]:
    """Messages that were voted on and are no longer shown: a person has deleted them, and with them the reactions."""
    votes = await tx.rows(Vote, take=final.draft, round=final.round, source=Source.REACTION)
    return {vote.message for vote in votes} - set(readings.reactions)


async def _without_message(tx: Transaction, final: Take) -> list[Vote]:
    """The standing approvals by button or verb."""
    votes = await tx.rows(Vote, take=final.draft, round=final.round, meaning=Meaning.APPROVE, standing=True)
    return [vote for vote in votes if vote.source is not Source.REACTION]
