"""Votes as state: recording, counting, reading the platform again, and what they set in motion."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.core.approvals import names
from bot.core.budgets import Purse
from bot.core.commands import CastVote, Undo
from bot.core.emoji import ReactionMeaning, meaning_of, number_of
from bot.core.errors import Refusal
from bot.core.ledger import release
from bot.core.lifecycle import ENDED_WITHOUT_CLIP, WAITING, Stage, State
from bot.core.notices import SILENCE, Notice
from bot.core.ports import Reaction, Transaction
from bot.core.rows import Asked, Card, Meaning, Post, Rank, Source, Take, Vote
from bot.core.sentences import answers
from bot.jobs.ballots import as_now, carry_over, change_mind, is_by_votes, record
from bot.jobs.events import once
from bot.jobs.finals import (
    AT_REST,
    arm_final,
    finals_of,
    live_final,
    lock_family,
    plan_final,
    require_promotable,
    require_startable,
    round_of,
)
from bot.jobs.kit import Kit
from bot.jobs.places import Here, find_take, home_of, obstacle, require_channel, shown_where
from bot.jobs.steps import locked, move, named, touch
from bot.jobs.stopping import drop

#: Who has disarmed a final that nobody has seen with its Undo.
TIME = "time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Matter:
    """What a vote is about, with everything locked that it may change."""

    at: Here
    #: The take that was named: the draft or one of its finals.
    take: Take
    draft: Take
    finals: list[Take]
    purses: tuple[Purse, ...]

    @property
    def round(self) -> int:
        """The round that a vote given now counts for."""
        return round_of(self.finals)

    @property
    def live(self) -> Take | None:
        """The final that stands in the way of another one."""
        return live_final(self.finals)

    async def counting(self, tx: Transaction, round_number: int) -> list[Vote]:
        """The approvals that count in a round."""
        votes = await tx.rows(Vote, take=self.draft.id, round=round_number)
        return self.at.roles.counting(votes, self.draft)


class Votes:
    """Handlers of the verdicts: approve, reject, undo."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` is the worker's too."""
        self._kit = kit

    async def cast(self, command: CastVote) -> Notice:
        """Record a vote; the one that completes the quorum arms the draft's final.

        Raises:
            Refusal: it does not count, or sets nothing in motion; a vote that a person may give is kept all the same.
        """
        closed = None
        if command.given and command.meaning is Meaning.APPROVE:
            require_channel(command.place)
            channel = await shown_where(self._kit, command, command.subject)
            closed = await self._kit.chat_of(channel).may_post(channel)
        said = await once(self._kit, command, lambda tx: self._cast(tx, command, closed)) or SILENCE
        if isinstance(said, Refusal):
            raise said
        return said

    async def _cast(self, tx: Transaction, command: CastVote, closed: str | None) -> Notice | Refusal:
        matter = await self._lock(tx, command)
        if command.meaning is Meaning.REJECT:
            return await self._reject(tx, command, matter)
        if matter.take.draft is not None:
            raise Refusal(answers.is_final_already(matter.take.id))
        if not command.given:
            return await self._withdraw(tx, command, matter)
        require_promotable(matter.draft)
        if not await record(tx, matter.at.roles, command, matter.draft, matter.round):
            return SILENCE
        return await self._approve(tx, command, matter, closed)

    async def _lock(self, tx: Transaction, command: CastVote) -> Matter:
        found = await find_take(tx, command.place.workspace, command.subject)
        at = await home_of(self._kit, tx, found)
        draft_id = found.draft or found.id
        family = [draft_id, *(final.id for final in await finals_of(tx, draft_id))]
        purses = await at.purses(self._kit, tx, found.person, found.person_name, takes=family)
        draft, finals = await lock_family(tx, draft_id)
        take = next(each for each in (draft, *finals) if each.id == found.id)
        return Matter(at=at, take=take, draft=draft, finals=finals, purses=purses)

    async def _approve(
        self, tx: Transaction, command: CastVote, matter: Matter, closed: str | None
    ) -> Notice | Refusal:
        """A vote that is given and recorded: it is kept, whatever is answered."""
        draft, at = matter.draft, matter.at
        await touch(self._kit, tx, draft.card, Rank.UNDO)
        if await change_mind(tx, command, draft):
            by = await _against(tx, draft)
            draft = await move(self._kit, tx, draft, draft.state, at=draft.due_at, rank=Rank.UNDO, rejected_by=by)
        if matter.live is not None:
            there = answers.final_already if matter.live.state in AT_REST else answers.final_under_way
            return Notice(text=there(matter.live))
        if not at.roles.approver(command.actor):
            return Refusal(answers.pick_shown(at.channel.name, guest=command.actor.guest))
        if draft.rejected_by:
            return Notice(text=answers.set_aside(draft.id, draft.rejected_by), needed=True)
        closed = closed or obstacle(self._kit, at, matter.purses)
        return await self._count(tx, command, replace(matter, draft=draft), closed)

    async def _count(self, tx: Transaction, command: CastVote, matter: Matter, closed: str | None) -> Notice | Refusal:
        """Arm the final when the quorum is reached and nothing stands against ordering."""
        draft, quorum = matter.draft, matter.at.channel.policy.quorum
        votes = await matter.counting(tx, matter.round)
        try:
            made = await plan_final(self._kit, tx, draft)
            await require_startable(tx, draft, made)
        except Refusal as refusal:
            return refusal
        if len(votes) < quorum:
            own = command.actor.id == draft.person and quorum > 1
            return Notice(
                text=answers.approvals(draft.id, len(votes), quorum, made.final_price, own_only=own), needed=own
            )
        if closed is not None:
            return Refusal(closed)
        final, waits = await arm_final(
            self._kit, tx, matter.at, draft, made, votes, matter.purses, round_number=matter.round
        )
        if waits is not None:
            return Notice(text=waits.said, needed=True)
        if final.state is State.ARMED:
            return Notice(text=answers.armed(final, matter.at.channel.policy.grace_s))
        text, buttons = answers.final_over_cap(final, matter.purses)
        return Notice(text=text, buttons=buttons)

    async def _withdraw(self, tx: Transaction, command: CastVote, matter: Matter) -> Notice:
        """A vote is taken back: a final that is still armed and has lost its quorum is not ordered."""
        if not await record(tx, matter.at.roles, command, matter.draft, matter.round):
            return SILENCE
        await touch(self._kit, tx, matter.draft.card, Rank.UNDO)
        live = matter.live
        if live is not None and await _is_pending(tx, live):
            standing = await matter.counting(tx, live.round)
            if len(standing) < matter.at.channel.policy.quorum:
                await disarm(self._kit, tx, live, by="votes", why=answers.withdrawn())
                return Notice(text=answers.disarmed(live))
        return Notice(text=answers.vote_taken_back(matter.draft.id))

    async def _reject(self, tx: Transaction, command: CastVote, matter: Matter) -> Notice:
        """Set a take aside, or take that back; what still waits of it is cancelled."""
        take = matter.take
        if command.given:
            matter.at.require_say(command.actor, take)
            if take.state in WAITING:
                return await self._cancel(tx, command, take)
            if take.state in ENDED_WITHOUT_CLIP:
                raise Refusal(answers.not_promotable(take))
        if not await record(tx, matter.at.roles, command, take, 1):
            return SILENCE
        by = await _against(tx, take)
        await move(self._kit, tx, take, take.state, at=take.due_at, rank=Rank.UNDO, rejected_by=by)
        if by and take is matter.draft and matter.live is not None and matter.live.state in WAITING:
            await self._cancel(tx, command, matter.live)
        return Notice(text=answers.rejected(take.id) if by else answers.no_longer_rejected(take.id))

    async def _cancel(self, tx: Transaction, command: CastVote, take: Take) -> Notice:
        await drop(self._kit, tx, take, by=command.actor, why=answers.cancelled_by(command.actor.name))
        return Notice(text=answers.cancelled(take.id, take.held))

    async def undo(self, command: Undo) -> Notice:
        """Disarm a final within its grace; the votes that armed it stay used."""
        return await once(self._kit, command, lambda tx: self._undo(tx, command)) or SILENCE

    async def _undo(self, tx: Transaction, command: Undo) -> Notice:
        found = await find_take(tx, command.place.workspace, command.subject)
        if found.stage is Stage.DRAFT:
            found = live_final(await finals_of(tx, found.id)) or found
        at = await home_of(self._kit, tx, found)
        at.require_say(command.actor, found)
        final = await locked(tx, found.id)
        if final.state is not State.ARMED:
            raise Refusal(answers.too_late_to_undo(final))
        await disarm(self._kit, tx, final, by=command.actor.id, why=answers.undone(command.actor.name))
        return Notice(text=answers.disarmed(final))


async def _is_pending(tx: Transaction, final: Take) -> bool:
    """Whether a final holds money on the strength of its votes alone, and is not ordered yet."""
    waits = final.state is State.ASKED and final.asked is Asked.OWNER
    return final.state is State.ARMED or (waits and await is_by_votes(tx, final))


async def _against(tx: Transaction, take: Take) -> str:
    """Who has set the take aside, each once, by name."""
    votes = await tx.rows(Vote, take=take.id, meaning=Meaning.REJECT, standing=True, order=("at", "person"))
    return names({vote.person: vote for vote in votes}.values())


async def disarm(kit: Kit, tx: Transaction, final: Take, *, by: str, why: str) -> Take:
    """Give an armed final's money back; its votes are used up, unless only the time has run out for it."""
    if by == TIME:
        await carry_over(tx, final)
    released = await release(tx, final, by=by, reason="disarmed")
    return await move(kit, tx, released, State.CANCELLED, rank=Rank.UNDO, problem=why)


async def read_again(tx: Transaction, draft: Take, reactions: list[Reaction], message: str, round_number: int) -> None:
    """Replace the approvals that came by reaction on this message with what the platform says now.

    Whoever has left meanwhile is a guest now, and approves nothing.

    A reaction that has stood since an earlier round was used up there, and is no vote given anew. A ✅ on a
    slate's card, or on a message with several clips, means none of its takes.
    """
    card = await named(tx, Card, draft.card)
    on_sheet = draft.slate is not None and card.message == message
    on_sheet = on_sheet or are_together(await tx.rows(Post, channel=draft.channel, message=message))
    standing = {
        reaction.person: reaction
        for reaction in reactions
        if not reaction.bot and _approves(reaction.emoji, draft, on_sheet=on_sheet)
    }
    here = await tx.rows(Vote, take=draft.id, message=message, meaning=Meaning.APPROVE)
    for vote in here:
        if vote.round == round_number and vote.source is Source.REACTION:
            said = standing.get(vote.person)
            now = vote if said is None else as_now(vote, said)
            await tx.put(replace(now, standing=said is not None))
    known = {vote.person for vote in here if vote.round == round_number or vote.standing}
    for person, reaction in standing.items():
        if person not in known:
            await tx.put(_missed(draft, round_number, reaction, message, tx.now))


def are_together(posts: Iterable[Post]) -> bool:
    """Whether a message with these posts shows the clips of several takes, or did when it came."""
    posts = tuple(posts)
    return any(post.together for post in posts) or len({post.take for post in posts}) > 1


def _missed(draft: Take, round_number: int, reaction: Reaction, message: str, now: int) -> Vote:
    """A vote whose event never came."""
    return Vote(
        take=draft.id,
        round=round_number,
        person=reaction.person,
        meaning=Meaning.APPROVE,
        source=Source.REACTION,
        message=message,
        name=reaction.name or reaction.person,
        guest=reaction.guest,
        groups=reaction.groups or (),
        standing=True,
        at=now,
    )


def _approves(emoji: str, draft: Take, *, on_sheet: bool) -> bool:
    meaning = meaning_of(emoji)
    if meaning is ReactionMeaning.APPROVE:
        return not on_sheet
    return meaning is ReactionMeaning.PICK and number_of(emoji) == draft.number
