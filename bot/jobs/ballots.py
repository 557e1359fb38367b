"""How a vote is written down: the latest state of one person, by one means, on one take."""

from __future__ import annotations

from dataclasses import replace

from bot.core.approvals import Roles
from bot.core.commands import Actor, CastVote
from bot.core.ports import Reaction, Transaction
from bot.core.rows import Meaning, Source, Take, Vote


async def record(tx: Transaction, roles: Roles, command: CastVote, take: Take, round_number: int) -> bool:
    """Write the latest state of the vote; whether the vote now is as the command says because of this person.

    An older event never overwrites a newer one, and what does not stand cannot be taken back. A vote that is given
    a second time by the same means stands as it was, used or not; only the groups that the person is in are those of
    now, where the platform says them.
    """
    earlier = await _latest(tx, command, take)
    if earlier is not None and earlier.at > command.at:
        return False
    if not command.given:
        if earlier is None or not earlier.standing:
            return False
        await tx.put(replace(earlier, standing=False, at=command.at))
    elif earlier is not None and earlier.standing and earlier.round == round_number:
        groups = earlier.groups if command.actor.groups is None else command.actor.groups
        await tx.put(replace(earlier, at=command.at, groups=groups))
    else:
        await tx.put(_given(roles, command, take, round_number))
    return True


async def change_mind(tx: Transaction, command: CastVote, take: Take) -> bool:
    """An approval takes back the person's own ❌ by button or verb; one by reaction stands until it is removed."""
    against = await tx.rows(Vote, take=take.id, person=command.actor.id, meaning=Meaning.REJECT, standing=True)
    mine = [vote for vote in against if vote.source is not Source.REACTION and vote.at <= command.at]
    for vote in mine:
        await tx.put(replace(vote, standing=False, at=command.at))
    return bool(mine)


def as_now(vote: Vote, who: Actor | Reaction) -> Vote:
    """The vote of a person who is by now what the platform says; groups that it does not say just now stay."""
    guest = who.guest or who.bot
    groups = vote.groups if who.groups is None else who.groups
    return replace(vote, guest=guest, groups=groups, counted=vote.counted and not guest)


async def is_by_votes(tx: Transaction, final: Take) -> bool:
    """Whether votes have asked for a final, and not 🔁."""
    return bool(await tx.count(Vote, take=final.draft, round=final.round, used_by=final.id))


async def carry_over(tx: Transaction, final: Take) -> None:
    """The votes of a final that nobody could undo, or that its owner did not allow, are not used up.

    They stand in the round that it opens; by themselves they arm nothing there.
    """
    for vote in await tx.rows(Vote, take=final.draft, round=final.round, meaning=Meaning.APPROVE):
        await tx.put(replace(vote, round=final.round + 1, used_by=None))


async def _latest(tx: Transaction, command: CastVote, take: Take) -> Vote | None:
    """The same person's vote by the same means, of the newest round that it was given in."""
    found = await tx.rows(
        Vote,
        take=take.id,
        person=command.actor.id,
        meaning=command.meaning,
        source=command.source,
        message=command.message,
        order=("-round",),
        limit=1,
    )
    return found[0] if found else None


def _given(roles: Roles, command: CastVote, take: Take, round_number: int) -> Vote:
    return Vote(
        take=take.id,
        round=round_number,
        person=command.actor.id,
        meaning=command.meaning,
        source=command.source,
        message=command.message,
        name=command.actor.name,
        guest=command.actor.guest or command.actor.bot,
        counted=roles.owner(command.actor),
        groups=command.actor.groups or (),
        standing=True,
        at=command.at,
    )
