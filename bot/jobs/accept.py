"""T1: an order is accepted. Every cap is checked, the money is held and the takes are written, or nothing is."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.core import ids as naming
from bot.core.budgets import Purse, short
from bot.core.commands import Actor
from bot.core.ledger import hold
from bot.core.lifecycle import State
from bot.core.money import Money
from bot.core.notices import Notice
from bot.core.owner_rules import OwnerRule
from bot.core.parsing.actions import action
from bot.core.policy import ChannelPolicy
from bot.core.ports import Button, Transaction
from bot.core.prompts import lint
from bot.core.rows import Asked, Card, Key, Rank, Shot, Slate, Take
from bot.core.sentences import answers
from bot.jobs.asking.question import Question
from bot.jobs.asking.rules import OWNER_ANSWERS_MS, Waits, ask_by_rule, rule_for
from bot.jobs.durations import usual_ms
from bot.jobs.kit import Kit
from bot.jobs.places import Here
from bot.jobs.plans import Plan
from bot.jobs.steps import show

#: How long an order waits for its maker's own confirmation.
MAKER_ANSWERS_MS = 15 * 60 * 1000
#: New ids of one length that may be taken already, before the next ones grow by a symbol.
WORD_TRIES = 8
SHORTEST_WORD = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """What became of an order."""

    card: str
    takes: tuple[Take, ...]
    price: Money
    #: Where it does not fit; empty when it was held.
    short: tuple[Purse, ...]
    purses: tuple[Purse, ...]
    #: What its maker reads of the question to the owner, where a rule wants her yes.
    waits: Waits | None = None

    @property
    def asked(self) -> Asked | None:
        """Whose yes it waits for."""
        return self.takes[0].asked


async def accept(
    kit: Kit, tx: Transaction, at: Here, actor: Actor, plan: Plan, purses: tuple[Purse, ...], *, confirm: bool = False
) -> Accepted:
    """Write the order's card, slate, shots and takes; hold its price where every cap has room.

    A slate is all or nothing. Without room its takes are asked: the prompt is safe, nothing is held.
    ``confirm`` has the maker say yes first, as an order above the channel's limit does by itself. Where a rule
    wants an owner's yes she is asked at once, and the money is held meanwhile; her own order has it.
    """
    missing = short(purses, plan.price_of_all, plan.stage)
    rule = rule_for(at, purses, plan.price_of_all, plan.stage, by=actor)
    asked = _asked(at.channel.policy, plan, missing, confirm=confirm, rule=rule)
    card = await new_card(kit, tx, at, actor)
    slate = await _new_slate(tx, card, plan)
    takes = []
    for number, variant in enumerate(plan.variants, start=1):
        shot = plan.shot(variant, id=kit.ids.unique(), workspace=at.workspace.id, at=tx.now)
        await tx.add(shot)
        take = await new_take(kit, tx, plan, shot, card, actor, number=number if slate else 0, label=variant.label)
        takes.append(await _write(kit, tx, replace(take, slate=slate), purses, asked))
    if asked in (None, Asked.OWNER):
        await show(kit, tx, card, Rank.OUTCOME)  # Its maker waits for it.
    done = Accepted(card=card.id, takes=tuple(takes), price=plan.price_of_all, short=missing, purses=purses)
    if asked is Asked.OWNER and rule is not None:
        question = Question(at=at, takes=done.takes, purses=purses)
        done = replace(done, waits=await ask_by_rule(kit, tx, question, rule))
    return done


def _asked(
    policy: ChannelPolicy, plan: Plan, missing: tuple[Purse, ...], *, confirm: bool, rule: OwnerRule | None = None
) -> Asked | None:
    """Whose yes an order waits for: a short cap's first, then its maker's, then the one that a rule wants."""
    if missing:
        return Asked.CAP
    if confirm or plan.price_of_all > policy.confirm_above:
        return Asked.CONFIRM
    return None if rule is None else Asked.OWNER


async def new_card(kit: Kit, tx: Transaction, at: Here, actor: Actor) -> Card:
    """A card with an id that nobody has; ids grow when those of a length become rare."""
    tries = 0
    while True:
        card = Card(
            id=kit.ids.word(SHORTEST_WORD + tries // WORD_TRIES),
            workspace=at.workspace.id,
            channel=at.channel.id,
            person=actor.id,
            room=at.room,
            created_at=tx.now,
        )
        if await tx.claim(card):
            return card
        tries += 1


async def _new_slate(tx: Transaction, card: Card, plan: Plan) -> str | None:
    if len(plan.variants) == 1:
        return None
    await tx.add(
        Slate(
            id=card.id,
            workspace=card.workspace,
            channel=card.channel,
            person=card.person,
            prompt=plan.prompt,
            count=len(plan.variants),
            created_at=tx.now,
        )
    )
    return card.id


async def new_take(
    kit: Kit, tx: Transaction, plan: Plan, shot: Shot, card: Card, actor: Actor, *, number: int = 0, label: str = ""
) -> Take:
    """A take of the shot as the plan has it: priced, not yet in any state but asked, not yet written."""
    await _ensure_key(kit, tx)
    return Take(
        id=naming.take_id(card.id, number),
        workspace=card.workspace,
        channel=card.channel,
        person=actor.id,
        person_name=actor.name,
        shot=shot.id,
        card=card.id,
        number=number,
        label=label,
        stage=plan.stage,
        key=kit.key,
        model=plan.model.name,
        resolution=plan.resolution,
        seconds=plan.length,
        lane=1 if number else 0,
        created_at=tx.now,
        state=State.ASKED,
        state_at=tx.now,
        price=plan.price,
        usual_ms=await usual_ms(kit, tx, plan.model, plan.resolution, plan.length),
    )


async def _ensure_key(kit: Kit, tx: Transaction) -> None:
    """The key has a row; looked for until it was there once."""
    if kit.key not in kit.learned.keys:
        if await tx.get(Key, kit.key) is None:
            await tx.claim(Key(id=kit.key, slots=kit.rules.slots))
        tx.after(lambda: kit.learned.keys.add(kit.key))


async def _write(kit: Kit, tx: Transaction, take: Take, purses: tuple[Purse, ...], asked: Asked | None) -> Take:
    """Add the take in the state it begins in, with its hold; and set the worker's alarm."""
    if asked is None:
        take = replace(take, state=State.QUEUED, queued_at=tx.now, due_at=tx.now)
    else:
        until = tx.now + (MAKER_ANSWERS_MS if asked is Asked.CONFIRM else OWNER_ANSWERS_MS)
        since = tx.now if asked is Asked.OWNER else None
        take = replace(take, asked=asked, asked_until=until, asked_owner_at=since, due_at=until)
    if asked is not Asked.CAP:
        take = replace(take, held=take.price)
    await tx.add(take)
    if take.held:
        await hold(tx, take, purses, by=take.person)
    kit.engine.wake(tx, take.id, take.due_at or tx.now)
    return take


def accepted_notice(plan: Plan, done: Accepted, *, remark: str = "") -> Notice:
    """What the maker reads at once: price, lengths, what is left; or why it was not ordered."""
    text, buttons = _what_became(plan, done)
    tip = lint(plan.prompt)
    advice = tip.sentence if tip else ""
    if tip is not None and tip.positive:
        buttons = (*buttons, Button(label="Use it", action=action("tip", done.card)))
    card = done.card if done.asked in (None, Asked.OWNER) else None
    return Notice(text=_lines(remark, text, advice), buttons=buttons, card=card, beside=_lines(remark, advice))


def _lines(*said: str) -> str:
    return "\n".join(filter(None, said))


def _what_became(plan: Plan, done: Accepted) -> answers.Said:
    number = len(done.takes)
    if done.waits is not None:
        return done.waits.said, ()
    match done.asked:
        case Asked.CAP:
            return answers.over_cap(done.card, done.price, done.short, plan.price, number, plan.stage)
        case Asked.CONFIRM | Asked.OWNER:
            return answers.confirm_order(done.card, done.price, done.purses, number, plan)
        case None:
            return answers.ordered(plan, done.price, done.purses, number), ()
