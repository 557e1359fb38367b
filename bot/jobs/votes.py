"""Votes as state: recording, counting, reading the platform again, and what they set in motion."""

from __future__ import annotations

from dataclasses import replace

from bot.core.budgets import Purse
from bot.core.commands import Actor, CastVote, Undo
from bot.core.emoji import ReactionMeaning, meaning_of, number_of
from bot.core.errors import Refusal
from bot.core.ledger import release
from bot.core.lifecycle import CLIP, WAITING, Stage, State
from bot.core.notices import SILENCE, Notice
from bot.core.ports import Reaction, Transaction
from bot.core.rows import Meaning, Rank, Source, Take, Vote
from bot.core.sentences import answers
from bot.jobs.finals import arm_final, finals_of, live_final, plan_final, round_of
from bot.jobs.kit import Kit
from bot.jobs.places import Here, enter, find_take, first_time, home_of
from bot.jobs.steps import locked, move, touch


class Votes:
    """Handlers of the verdicts: approve, reject, undo."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` is the worker's too."""
        self._kit = kit

    async def cast(self, command: CastVote) -> Notice:
        """Record a vote; the one that completes the quorum arms the draft's final."""
        if command.given and command.meaning is Meaning.APPROVE:
            refusal = await self._kit.chat_of(command.place.channel).may_post(command.place.channel)
            if refusal is not None:
                raise Refusal(refusal)

        async def work(tx: Transaction) -> Notice:
            if not await first_time(tx, command):
                return SILENCE
            return await self._cast(tx, command)

        return await self._kit.store.transact(work)

    async def _cast(self, tx: Transaction, command: CastVote) -> Notice:
        found = await find_take(tx, command.place.workspace, command.subject)
        at = await home_of(self._kit, tx, found)
        booked = [found.id, *(final.id for final in await finals_of(tx, found.id))]
        purses = await at.purses(self._kit, tx, found.person, found.person_name, takes=booked)
        take = await locked(tx, found.id)
        if command.meaning is Meaning.REJECT:
            return await self._reject(tx, at, command, take)
        draft = _promotable(take)
        finals = await finals_of(tx, draft.id)
        if not await _record(tx, at, command, draft, round_of(finals)):
            return SILENCE
        await touch(self._kit, tx, draft.card, Rank.UNDO)
        votes = at.roles.counting(await tx.rows(Vote, take=draft.id, round=round_of(finals)), draft)
        live = live_final(finals)
        if live is not None:
            if not command.given:
                return await self._withdrawn(tx, at, await locked(tx, live.id), len(votes))
            return Notice(text=answers.final_already(live))
        if command.given and not at.roles.approver(command.actor):
            raise Refusal(answers.pick_shown(at.channel.name, guest=command.actor.guest))
        if not command.given:
            return Notice(text=answers.vote_taken_back(draft.id))
        return await self._count(tx, at, draft, votes, purses, round_of(finals))

    async def _count(
        self, tx: Transaction, at: Here, draft: Take, votes: list[Vote], purses: tuple[Purse, ...], round_number: int
    ) -> Notice:
        """Arm the final when the quorum is reached and nobody has set the draft aside."""
        quorum = at.channel.policy.quorum
        if draft.rejected_by:
            return Notice(text=answers.set_aside(draft.id, draft.rejected_by), needed=True)
        if len(votes) < quorum:
            made = await plan_final(self._kit, tx, draft)
            own_only = not votes and quorum > 1
            return Notice(
                text=answers.approvals(draft.id, len(votes), quorum, made.price, own_only=own_only), needed=own_only
            )
        final = await arm_final(self._kit, tx, draft, votes, purses, round_number=round_number)
        if final.state is State.ASKED:
            text, buttons = answers.final_over_cap(final, purses)
            return Notice(text=text, buttons=buttons)
        return Notice(text=answers.armed(final, at.channel.policy.grace_s))

    async def _withdrawn(self, tx: Transaction, at: Here, final: Take, standing: int) -> Notice:
        """A vote was taken back: a final that is still armed and has lost its quorum is not ordered."""
        if final.state is not State.ARMED or standing >= at.channel.policy.quorum:
            return Notice(text=answers.vote_taken_back(final.draft or final.id))
        await disarm(self._kit, tx, final, by="votes", why=answers.withdrawn())
        return Notice(text=answers.disarmed(final))

    async def undo(self, command: Undo) -> Notice:
        """Disarm a final within its grace; the votes that armed it stay used."""

        async def work(tx: Transaction) -> Notice:
            if not await first_time(tx, command):
                return SILENCE
            found = await _armed(tx, await find_take(tx, command.place.workspace, command.subject))
            at = await enter(self._kit, tx, command.place)
            if not _may_judge(at, command.actor, found):
                raise Refusal(answers.not_yours(found.id))
            final = await locked(tx, found.id)
            if final.state is not State.ARMED:
                raise Refusal(answers.too_late_to_undo(final))
            await disarm(self._kit, tx, final, by=command.actor.id, why=answers.undone(command.actor.name))
            return Notice(text=answers.disarmed(final))

        return await self._kit.store.transact(work)

    async def _reject(self, tx: Transaction, at: Here, command: CastVote, take: Take) -> Notice:
        """Set a take aside, or take that back; one that still waits is cancelled instead."""
        if not _may_judge(at, command.actor, take):
            raise Refusal(answers.not_yours(take.id))
        if take.state in WAITING:
            if not command.given:
                return SILENCE
            taken = await release(tx, take, by=command.actor.id, reason="cancelled")
            await move(
                self._kit,
                tx,
                taken,
                State.CANCELLED,
                rank=Rank.OUTCOME,
                problem=answers.cancelled_by(command.actor.name),
            )
            return Notice(text=answers.cancelled(taken.id, take.held))
        if not await _record(tx, at, command, take, 1):
            return SILENCE
        against = [vote for vote in await tx.rows(Vote, take=take.id, meaning=Meaning.REJECT) if vote.standing]
        names = " and ".join(sorted({vote.name for vote in against}))
        await move(self._kit, tx, take, take.state, at=take.due_at, rank=Rank.UNDO, rejected_by=names)
        return Notice(text=answers.rejected(take.id) if names else answers.no_longer_rejected(take.id))


async def disarm(kit: Kit, tx: Transaction, final: Take, *, by: str, why: str) -> Take:
    """Give an armed final's money back; its votes are used up."""
    released = await release(tx, final, by=by, reason="disarmed")
    return await move(kit, tx, released, State.CANCELLED, rank=Rank.UNDO, problem=why)


async def read_again(tx: Transaction, draft: Take, reactions: list[Reaction], message: str, round_number: int) -> None:
    """Replace the approvals that came by reaction on this message with what the platform says now.

    A reaction that has stood since an earlier round was used up there, and is no vote given anew.
    """
    standing = {
        reaction.person: reaction for reaction in reactions if not reaction.bot and _approves(reaction.emoji, draft)
    }
    here = await tx.rows(Vote, take=draft.id, message=message, meaning=Meaning.APPROVE)
    for vote in here:
        if vote.round == round_number and vote.source is Source.REACTION:
            await tx.put(replace(vote, standing=vote.person in standing))
    known = {vote.person for vote in here if vote.round == round_number or vote.standing}
    for person, reaction in standing.items():
        if person not in known:
            await tx.put(_missed(draft, round_number, reaction, message, tx.now))


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
        standing=True,
        at=now,
    )


def _approves(emoji: str, draft: Take) -> bool:
    meaning = meaning_of(emoji)
    return meaning is ReactionMeaning.APPROVE or (meaning is ReactionMeaning.PICK and number_of(emoji) == draft.number)


async def _record(tx: Transaction, at: Here, command: CastVote, take: Take, round_number: int) -> bool:
    """Write the latest state of the vote; whether it is news. An older event never overwrites a newer one."""
    same = {"take": take.id, "person": command.actor.id, "meaning": command.meaning, "source": command.source}
    earlier = await tx.rows(Vote, message=command.message, order=("-round",), limit=1, **same)
    if earlier and earlier[0].at > command.at:
        return False
    if not command.given:
        if not earlier or not earlier[0].standing:
            return False
        await tx.put(replace(earlier[0], standing=False, at=command.at))
        return True
    if earlier and earlier[0].standing and earlier[0].round == round_number:
        return False
    await tx.put(
        Vote(
            take=take.id,
            round=round_number,
            person=command.actor.id,
            meaning=command.meaning,
            source=command.source,
            message=command.message,
            name=command.actor.name,
            guest=command.actor.guest or command.actor.bot,
            counted=at.roles.owner(command.actor),
            standing=True,
            at=command.at,
        )
    )
    return True


def _promotable(take: Take) -> Take:
    """The draft, if it can have a final.

    Raises:
        Refusal: it is a final, has no clip yet, or was taken down.
    """
    if take.stage is Stage.FINAL:
        raise Refusal(answers.is_final_already(take.id))
    if take.state not in CLIP:
        raise Refusal(answers.not_promotable(take))
    if take.hidden:
        raise Refusal(answers.was_hidden(take.id))
    return take


def _may_judge(at: Here, actor: Actor, take: Take) -> bool:
    """The maker, an approver, an owner."""
    return not actor.bot and (actor.id == take.person or at.roles.approver(actor) or at.roles.owner(actor))


async def _armed(tx: Transaction, take: Take) -> Take:
    """The final that an Undo means: itself, or the live one of the draft that was named."""
    if take.stage is Stage.FINAL:
        return take
    return live_final(await finals_of(tx, take.id)) or take
