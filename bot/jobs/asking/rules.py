"""Questions to the owner: whether a rule wants her yes, and how the question is put, once for each order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.core.budgets import Purse
from bot.core.commands import Actor
from bot.core.lifecycle import Stage, State
from bot.core.money import Money
from bot.core.owner_rules import OwnerRule, owner_rule
from bot.core.periods import day_name
from bot.core.ports import Transaction
from bot.core.rows import Asked, Line, Shot, Slate, Take
from bot.core.sentences import answers
from bot.jobs.asking.question import Question
from bot.jobs.contacts import contact_name
from bot.jobs.kit import Kit
from bot.jobs.places import Here
from bot.jobs.steps import move, named, tell_owner

#: How long an order waits for the owner.
OWNER_ANSWERS_MS = 72 * 3600 * 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class Waits:
    """What waits for an owner, as its maker reads it."""

    subject: str
    price: Money
    rule: OwnerRule
    channel: str
    #: Who is asked; empty where nobody looks after the budget and the question stands in the channel.
    contact: str
    #: The last day on which it is answered: ``28 Nov``.
    until: str

    @property
    def said(self) -> str:
        """What waits, why, for whom, how much is held, until when."""
        why = answers.why_owner(self.rule, self.channel, need="a yes")
        return answers.waits_for_owner(self.subject, self.price, why, self.contact, self.until)


def rule_for(at: Here, purses: tuple[Purse, ...], price: Money, stage: Stage, *, by: Actor) -> OwnerRule | None:
    """The rule that wants an owner's yes to what a person orders, if any does; an owner's order has it.

    ``purses`` are as they are without the order.
    """
    return None if at.roles.owner(by) else owner_rule(at.channel.policy, purses, price, stage)


async def without(tx: Transaction, purses: tuple[Purse, ...], takes: Iterable[Take]) -> tuple[Purse, ...]:
    """The purses as if these takes, not ordered yet, held nothing in them."""
    ids = tuple(take.id for take in takes)
    own = await tx.sums(Line, ("amount", "held"), by=("scope", "period_start"), take=ids)
    return tuple(_less(purse, *own.get((purse.scope.id, purse.budget.period_start), (0, 0))) for purse in purses)


def _less(purse: Purse, amount: int, held: int) -> Purse:
    budget = purse.budget
    return replace(purse, budget=replace(budget, used=budget.used - Money(amount), held=budget.held - Money(held)))


async def waits(kit: Kit, tx: Transaction, question: Question, rule: OwnerRule) -> Waits:
    """What the maker reads of a question that was put because of a rule."""
    at, first = question.at, question.first
    return Waits(
        subject=question.subject,
        price=question.price,
        rule=rule,
        channel=at.channel.name,
        contact=await contact_name(kit, tx, at) or "",
        until=day_name(first.asked_until or first.state_at, question.purses[0].zone),
    )


async def wait_for_owner(kit: Kit, tx: Transaction, question: Question, rule: OwnerRule) -> Waits:
    """Takes (locked, their money held) wait for an owner from now on, and the owner is asked.

    The question's purses are as they are without its takes.
    """
    until = tx.now + OWNER_ANSWERS_MS
    takes = [
        await move(
            kit,
            tx,
            take,
            State.ASKED,
            at=until,
            asked=Asked.OWNER,
            asked_until=until,
            asked_owner_at=tx.now,
            order_at=None,
        )
        for take in question.takes
    ]
    return await ask_by_rule(kit, tx, replace(question, takes=tuple(takes)), rule)


async def ask_by_rule(kit: Kit, tx: Transaction, question: Question, rule: OwnerRule) -> Waits:
    """Put the question that a rule wants; its takes say already since when they wait for the owner.

    The question's purses are as they are without its takes.
    """
    why = answers.why_owner(rule, question.at.channel.name)
    used = how_used(question.purses, [rule.purse] if rule.purse else [])
    await put(kit, tx, question, line="owner", why=why, used=used)
    return await waits(kit, tx, question, rule)


async def put(kit: Kit, tx: Transaction, question: Question, *, line: str, used: str, **facts: str) -> None:
    """Ask whoever looks after the channel's budget; the time at which it is put names the question."""
    at, first = question.at, question.first
    await tell_owner(
        kit,
        tx,
        line,
        about=f"{question.subject}:{first.asked_owner_at}",
        channel=at.channel.id,
        maker=first.person_name,
        approved=first.approved_by,
        price=str(question.price),
        place=at.channel.name,
        subject=question.subject,
        prompt=await _prompt(tx, question.takes),
        number=str(len(question.takes)),
        stage=first.stage.value,
        used=used,
        asked=str(first.asked_owner_at),
        **facts,
    )


async def _prompt(tx: Transaction, takes: Sequence[Take]) -> str:
    """What was typed for several takes of a slate, variants in braces; else the prompt of the first take."""
    first, slates = takes[0], {take.slate for take in takes}
    if len(takes) > 1 and first.slate is not None and len(slates) == 1:
        slate = await named(tx, Slate, first.slate)
        if slate.prompt:
            return slate.prompt
    return (await named(tx, Shot, first.shot)).prompt


def how_used(purses: Sequence[Purse], which: Sequence[Purse]) -> str:
    """How the caps stand that are the reason of a question; the channel's, where none is."""
    channel = purses[0]
    ids, over = {purse.scope.id for purse in which if not purse.over}, [purse for purse in which if purse.over]
    told = [*(purse for purse in purses if purse.scope.id in ids), *over] or [channel]
    return " ".join(answers.how_used(purse, named=purse is not channel) for purse in told)
