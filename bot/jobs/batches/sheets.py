"""A sheet: up to ten drafts that were ordered together and are not alike, each with a plan of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.core.budgets import Purse, short
from bot.core.commands import Actor
from bot.core.ledger import hold_all
from bot.core.lifecycle import Stage
from bot.core.money import total
from bot.core.notices import Notice
from bot.core.ports import Transaction
from bot.core.rows import Asked, Card, Shot, Slate, Take
from bot.core.sentences import batches as words
from bot.jobs.accept import MAKER_ANSWERS_MS, new_card, new_take
from bot.jobs.asking.rules import OWNER_ANSWERS_MS
from bot.jobs.kit import Kit
from bot.jobs.places import Here
from bot.jobs.plans import Plan, from_shot
from bot.jobs.quotes import quoted
from bot.jobs.steps import named


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One draft of a sheet."""

    label: str
    plan: Plan
    #: Whose yes it waits for; the maker's holds its price.
    asked: Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What a sheet is written as."""

    lane: int
    batch: str | None = None
    place: int | None = None
    #: When an unanswered one ends, UTC milliseconds.
    until: int


async def write_sheet(
    kit: Kit, tx: Transaction, at: Here, actor: Actor, lines: Sequence[Line], purses: tuple[Purse, ...], sheet: Sheet
) -> list[Take]:
    """Write a card, its slate, and for each line a shot and a take that is asked; hold what waits for its maker."""
    card = await new_card(kit, tx, at, actor)
    if sheet.batch is not None:  # its maker is mentioned with the report
        card = replace(card, mentioned=True)
        await tx.put(card)
    await tx.add(_slate(card, len(lines), sheet, tx.now))
    takes = [
        await _take(kit, tx, card, actor, line, sheet, number=number) for number, line in enumerate(lines, start=1)
    ]
    own = [take for take in takes if take.asked is Asked.CONFIRM]
    held = {take.id: take for take in await hold_all(tx, own, purses, by=actor.id)} if own else {}
    written = [held.get(take.id, take) for take in takes]
    for take in written:
        await tx.add(take)
        kit.engine.wake(tx, take.id, sheet.until)
    return written


def _slate(card: Card, count: int, sheet: Sheet, now: int) -> Slate:
    return Slate(
        id=card.id,
        workspace=card.workspace,
        channel=card.channel,
        person=card.person,
        prompt="",
        count=count,
        batch=sheet.batch,
        sheet=sheet.place,
        created_at=now,
    )


async def _take(kit: Kit, tx: Transaction, card: Card, actor: Actor, line: Line, sheet: Sheet, *, number: int) -> Take:
    shot = line.plan.shot(line.plan.variants[0], id=kit.ids.unique(), workspace=card.workspace, at=tx.now)
    await tx.add(shot)
    take = await new_take(kit, tx, line.plan, shot, card, actor, number=number, label=line.label)
    return replace(take, slate=card.id, lane=sheet.lane, asked=line.asked, asked_until=sheet.until, due_at=sheet.until)


async def same_sheet(
    kit: Kit, tx: Transaction, at: Here, actor: Actor, takes: Sequence[Take], purses: tuple[Purse, ...]
) -> Notice:
    """A sheet once more, each of its drafts as it was asked for, at today's prices; confirmed, all or nothing."""
    plans = []
    for take in takes:
        shot = await named(tx, Shot, take.shot)
        plans.append(from_shot(kit, shot, stage=Stage.DRAFT, model=await quoted(kit, tx, shot.model)))
    price = total(plan.price for plan in plans)
    missing = short(purses, price, Stage.DRAFT)
    asked = Asked.CAP if missing else Asked.CONFIRM
    lines = [Line(label=take.label, plan=plan, asked=asked) for take, plan in zip(takes, plans, strict=True)]
    until = tx.now + (OWNER_ANSWERS_MS if missing else MAKER_ANSWERS_MS)
    card = (await write_sheet(kit, tx, at, actor, lines, purses, Sheet(lane=1, until=until)))[0].card
    if missing:
        text, buttons = words.nothing_fits(card, plans, price, missing, [])
    else:
        text, buttons = words.confirm_again(card, plans, price)
    return Notice(text=text, buttons=buttons)
