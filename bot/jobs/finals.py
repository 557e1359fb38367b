"""A draft's finals: one live final per draft and round, armed by votes or asked for by 🔁."""

from __future__ import annotations

from dataclasses import replace

from bot.core import ids as naming
from bot.core.approvals import names
from bot.core.budgets import Purse, short
from bot.core.commands import Actor, Again
from bot.core.errors import Refusal
from bot.core.ledger import hold
from bot.core.lifecycle import CLIP, ENDED_WITHOUT_CLIP, Stage, State
from bot.core.money import Money
from bot.core.notices import Notice
from bot.core.owner_rules import OwnerRule, owner_rule
from bot.core.policy import MATCH
from bot.core.ports import Transaction
from bot.core.rows import Asked, Card, Rank, Shot, Slate, Take, Vote
from bot.core.sentences import answers
from bot.jobs.accept import MAKER_ANSWERS_MS, new_take
from bot.jobs.asking.question import Question
from bot.jobs.asking.rules import OWNER_ANSWERS_MS, Waits, ask_by_rule
from bot.jobs.frames import look_of, require_frame
from bot.jobs.kit import Kit
from bot.jobs.places import Here, home_of, require_open
from bot.jobs.plans import Plan, from_shot
from bot.jobs.quotes import quoted
from bot.jobs.steps import named, touch

#: An armed final whose card with Undo was not shown by then is not ordered.
SHOWN_WITHIN_MS = 3600 * 1000
#: Nothing more comes of a final in one of these by itself; its clip is there.
AT_REST = CLIP - {State.FETCHING, State.DELIVERING}


async def finals_of(tx: Transaction, draft: str) -> list[Take]:
    """Every final of the draft, the newest round last."""
    return await tx.rows(Take, draft=draft, order=("round",))


async def lock_family(tx: Transaction, draft_id: str) -> tuple[Take, list[Take]]:
    """A draft and its finals, locked behind the budgets that the caller has locked.

    None can be added meanwhile, for that takes the draft's lock.
    """
    known = await named(tx, Take, draft_id)
    if known.slate is not None:
        await tx.lock(Slate, known.slate)
    draft = await tx.lock(Take, draft_id) or known
    return draft, [await tx.lock(Take, final.id) or final for final in await finals_of(tx, draft_id)]


def round_of(finals: list[Take]) -> int:
    """The round that a vote given now counts for: a final that ended without a clip opens the next."""
    if not finals:
        return 1
    last = finals[-1]
    return last.round + 1 if last.state in ENDED_WITHOUT_CLIP else last.round


def live_final(finals: list[Take]) -> Take | None:
    """The final that stands in the way of another one: the newest that has a clip or may still get one."""
    return next((final for final in reversed(finals) if final.state not in ENDED_WITHOUT_CLIP), None)


def require_promotable(draft: Take) -> None:
    """Whether a take can have a final.

    Raises:
        Refusal: it is a final, has no clip yet, or was taken down.
    """
    if draft.stage is Stage.FINAL:
        raise Refusal(answers.is_final_already(draft.id))
    if draft.state not in CLIP:
        raise Refusal(answers.not_promotable(draft))
    if draft.hidden:
        raise Refusal(answers.was_hidden(draft.id))


async def plan_final(kit: Kit, tx: Transaction, draft: Take) -> Plan:
    """The final of a draft, as its shot was asked for, in the look that its card says, at today's price.

    Raises:
        Refusal: its model is off by now, or no longer takes what was asked.
    """
    shot, card = await named(tx, Shot, draft.shot), await named(tx, Card, draft.card)
    model = await quoted(kit, tx, shot.model)
    return from_shot(kit, replace(shot, look=look_of(card, shot, model)), stage=Stage.FINAL, model=model)


async def require_startable(tx: Transaction, draft: Take, made: Plan) -> None:
    """Whether there is what a final starts from, before any money is held for it.

    Raises:
        Refusal: its look is *match*, and no frame of the draft is kept; says what to do.
    """
    if made.look == MATCH:
        await require_frame(tx, draft)


async def arm_final(
    kit: Kit,
    tx: Transaction,
    at: Here,
    draft: Take,
    made: Plan,
    votes: list[Vote],
    purses: tuple[Purse, ...],
    *,
    round_number: int,
) -> tuple[Take, Waits | None]:
    """The quorum is complete: the final is written with its hold and waits for its grace.

    Without room it is asked; where a rule wants an owner's yes, and no owner is among the voters, she is asked at
    once. Gives what the voters read of that too.
    """
    maker = Actor(id=draft.person, name=draft.person_name)
    final = await _new_final(kit, tx, draft, made, maker, round_number=round_number, approved_by=names(votes))
    rule = rule_for_votes(at, purses, final.price, votes)
    until = tx.now + OWNER_ANSWERS_MS
    if short(purses, final.price, Stage.FINAL):
        final = replace(final, asked=Asked.CAP, asked_until=until, due_at=until)
    elif rule is not None:
        final = replace(final, asked=Asked.OWNER, asked_until=until, asked_owner_at=tx.now, due_at=until)
        final = replace(final, held=final.price)
    else:
        final = replace(final, state=State.ARMED, held=final.price, due_at=tx.now + SHOWN_WITHIN_MS)
    await _write(kit, tx, final, purses)
    for vote in votes:
        await tx.put(replace(vote, used_by=final.id))
    if rule is None or final.asked is not Asked.OWNER:
        return final, None
    return final, await ask_by_rule(kit, tx, Question(at=at, takes=(final,), purses=purses), rule)


def rule_for_votes(at: Here, purses: tuple[Purse, ...], price: Money, votes: list[Vote]) -> OwnerRule | None:
    """The rule that wants an owner's yes to a final that these votes have approved; an owner's vote is one.

    ``purses`` are as they are without the final.
    """
    return None if at.roles.owner_voted(votes) else owner_rule(at.channel.policy, purses, price, Stage.FINAL)


async def next_final(kit: Kit, tx: Transaction, command: Again, final: Take) -> Notice:
    """🔁 on a final: the next round, for whoever asks, confirmed with its price; an open round is joined instead.

    Raises:
        Refusal: no maker, nothing is ordered in its channel now, or its draft is set aside or taken down.
    """
    at = await home_of(kit, tx, final)
    at.require_role(command.actor, Stage.DRAFT)
    purses = await at.purses(kit, tx, command.actor.id, command.actor.name)
    require_open(kit, at, purses)
    draft, finals = await lock_family(tx, final.draft or final.id)
    for open_one in finals:
        if open_one.state not in ENDED_WITHOUT_CLIP | AT_REST:
            return Notice(text=answers.final_under_way(open_one))
    require_promotable(draft)
    if draft.rejected_by:
        raise Refusal(answers.set_aside(draft.id, draft.rejected_by))
    return await _ask_for(kit, tx, draft, finals[-1].round + 1, command.actor, purses)


async def _ask_for(
    kit: Kit, tx: Transaction, draft: Take, round_number: int, maker: Actor, purses: tuple[Purse, ...]
) -> Notice:
    """Write the final that waits for its maker's yes; or for an owner's, where it does not fit."""
    made = await plan_final(kit, tx, draft)
    await require_startable(tx, draft, made)
    final = await _new_final(kit, tx, draft, made, maker, round_number=round_number, approved_by=maker.name)
    missing = short(purses, final.price, Stage.FINAL)
    until = tx.now + (OWNER_ANSWERS_MS if missing else MAKER_ANSWERS_MS)
    final = replace(final, asked=Asked.CAP if missing else Asked.CONFIRM, asked_until=until, due_at=until)
    if not missing:
        final = replace(final, held=final.price)
    await _write(kit, tx, final, purses)
    if missing:
        text, buttons = answers.over_cap(final.id, final.price, missing, final.price, 1, Stage.FINAL)
    else:
        text, buttons = answers.confirm_order(final.id, final.price, purses, 1, made)
    return Notice(text=text, buttons=buttons)


async def _new_final(
    kit: Kit, tx: Transaction, draft: Take, made: Plan, maker: Actor, *, round_number: int, approved_by: str
) -> Take:
    shot, card = await _own_shot(kit, tx, draft, made), await named(tx, Card, draft.card)
    fresh = await new_take(kit, tx, made, shot, card, maker)
    return replace(
        fresh,
        id=naming.final_id(draft.id, round_number),
        draft=draft.id,
        slate=draft.slate,
        number=draft.number,
        label=draft.label,
        round=round_number,
        lane=0,
        approved_by=approved_by,
    )


async def _own_shot(kit: Kit, tx: Transaction, draft: Take, made: Plan) -> Shot:
    """The draft's shot; one of its own for a final of another look, which it keeps whatever the card says later."""
    shot = await named(tx, Shot, draft.shot)
    if made.look == shot.look:
        return shot
    own = replace(shot, id=kit.ids.unique(), look=made.look, created_at=tx.now)
    await tx.add(own)
    return own


async def _write(kit: Kit, tx: Transaction, final: Take, purses: tuple[Purse, ...]) -> None:
    await tx.add(final)
    if final.held:
        await hold(tx, final, purses, by=final.person)
    kit.engine.wake(tx, final.id, final.due_at or tx.now)
    await touch(kit, tx, final.card, Rank.UNDO)
