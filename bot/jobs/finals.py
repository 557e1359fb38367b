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
from bot.core.notices import Notice
from bot.core.ports import Transaction
from bot.core.rows import Asked, Card, Rank, Shot, Take, Vote
from bot.core.sentences import answers
from bot.jobs.accept import MAKER_ANSWERS_MS, OWNER_ANSWERS_MS, new_take
from bot.jobs.kit import Kit
from bot.jobs.places import enter, require_ordering
from bot.jobs.plans import Plan, from_shot
from bot.jobs.steps import touch

#: An armed final whose card with Undo was not shown by then is not ordered.
SHOWN_WITHIN_MS = 3600 * 1000


async def finals_of(tx: Transaction, draft: str) -> list[Take]:
    """Every final of the draft, the newest round last."""
    return await tx.rows(Take, draft=draft, order=("round",))


def round_of(finals: list[Take]) -> int:
    """The round that a vote given now counts for: a final that ended without a clip opens the next."""
    if not finals:
        return 1
    last = finals[-1]
    return last.round + 1 if last.state in ENDED_WITHOUT_CLIP else last.round


def live_final(finals: list[Take]) -> Take | None:
    """The final that stands in the way of another one."""
    return finals[-1] if finals and finals[-1].state not in ENDED_WITHOUT_CLIP else None


async def plan_final(kit: Kit, tx: Transaction, draft: Take) -> Plan:
    """The final of a draft, at today's price."""
    shot = await tx.get(Shot, draft.shot)
    if shot is None:
        raise Refusal(answers.no_such_take(draft.id))
    return from_shot(kit, shot, stage=Stage.FINAL)


async def arm_final(
    kit: Kit, tx: Transaction, draft: Take, votes: list[Vote], purses: tuple[Purse, ...], *, round_number: int
) -> Take:
    """The quorum is complete: the final is written with its hold and waits for its grace; without room it is asked."""
    made = await plan_final(kit, tx, draft)
    final = await _new_final(kit, tx, draft, made, round_number, approved_by=names(votes))
    missing = short(purses, final.price, Stage.FINAL)
    if missing:
        final = replace(final, asked=Asked.CAP, asked_until=tx.now + OWNER_ANSWERS_MS, due_at=tx.now + OWNER_ANSWERS_MS)
    else:
        final = replace(final, state=State.ARMED, held=final.price, due_at=tx.now + SHOWN_WITHIN_MS)
    await _write(kit, tx, final, purses)
    for vote in votes:
        await tx.put(replace(vote, used_by=final.id))
    return final


async def order_final(kit: Kit, tx: Transaction, command: Again, final: Take) -> Notice:
    """🔁 on a final: the next round, confirmed by the maker with its price; while a round is open it joins it."""
    at = await enter(kit, tx, command.place)
    purses = await at.purses(kit, tx, final.person, final.person_name)
    require_ordering(kit, at, command, purses)
    draft = await tx.lock(Take, final.draft or final.id)
    if draft is None:
        raise Refusal(answers.no_such_take(final.id))
    finals = await finals_of(tx, draft.id)
    last = finals[-1]
    if last.state not in ENDED_WITHOUT_CLIP and last.state not in CLIP - {State.FETCHING, State.DELIVERING}:
        return Notice(text=answers.final_under_way(last))
    made = await plan_final(kit, tx, draft)
    new = await _new_final(kit, tx, draft, made, last.round + 1, approved_by=command.actor.name)
    missing = short(purses, new.price, Stage.FINAL)
    wait = OWNER_ANSWERS_MS if missing else MAKER_ANSWERS_MS
    asked = Asked.CAP if missing else Asked.CONFIRM
    new = replace(new, asked=asked, asked_until=tx.now + wait, due_at=tx.now + wait)
    new = new if missing else replace(new, held=new.price)
    await _write(kit, tx, new, purses)
    if missing:
        text, buttons = answers.over_cap(new.id, new.price, missing, new.price, 1, Stage.FINAL)
    else:
        text, buttons = answers.confirm_order(new.id, new.price, 1, made)
    return Notice(text=text, buttons=buttons)


async def _new_final(
    kit: Kit, tx: Transaction, draft: Take, made: Plan, round_number: int, *, approved_by: str
) -> Take:
    shot, card = await tx.get(Shot, draft.shot), await tx.get(Card, draft.card)
    if shot is None or card is None:
        raise Refusal(answers.no_such_take(draft.id))
    maker = Actor(id=draft.person, name=draft.person_name)
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


async def _write(kit: Kit, tx: Transaction, final: Take, purses: tuple[Purse, ...]) -> None:
    await tx.add(final)
    if final.held:
        await hold(tx, final, purses, by=final.person)
    kit.engine.wake(tx, final.id, final.due_at or tx.now)
    await touch(kit, tx, final.card, Rank.UNDO)
