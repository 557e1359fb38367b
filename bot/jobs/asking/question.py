"""Takes that wait for a yes: finding them, pricing them anew, and ordering them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.core.budgets import Purse, short
from bot.core.commands import Actor, Command
from bot.core.errors import Refusal
from bot.core.ledger import hold, reprice
from bot.core.lifecycle import Stage, State
from bot.core.money import Money, total
from bot.core.ports import Transaction
from bot.core.rows import Asked, Shot, Slate, Take, Vote
from bot.core.sentences import answers
from bot.jobs.ballots import is_by_votes
from bot.jobs.kit import Kit
from bot.jobs.places import Here, batch_named, find_takes, home_of
from bot.jobs.plans import from_shot
from bot.jobs.quotes import quoted
from bot.jobs.steps import move, named


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What waits for a yes: one take, or the takes of a slate by their numbers; everything is locked."""

    at: Here
    takes: tuple[Take, ...]
    #: The budgets of their maker.
    purses: tuple[Purse, ...]
    #: The batch that they are of, when it was asked about all of it.
    batch: str = ""
    #: How many drafts that batch has.
    drafts: int = 0

    @property
    def first(self) -> Take:
        """The take that speaks for all."""
        return self.takes[0]

    @property
    def subject(self) -> str:
        """The id that the answers name."""
        return self.first.id if len(self.takes) == 1 else self.batch or self.first.card

    @property
    def named(self) -> str:
        """What an answer was about, by its id; of a batch of which a part waited, that it is the rest."""
        rest = self.subject == self.batch and len(self.takes) < self.drafts
        return answers.rest_of(self.batch, len(self.takes)) if rest else self.subject

    @property
    def price(self) -> Money:
        """What all of it costs, as it was said last."""
        return total(take.price for take in self.takes)

    def short(self, purses: tuple[Purse, ...], price: Money) -> tuple[Purse, ...]:
        """The purses in which it does not fit at this price; what is held for it already counts in its favour."""
        return short(purses, price - total(take.held for take in self.takes), self.first.stage)


async def find_question(
    kit: Kit, tx: Transaction, command: Command, subject: str, *whose: Asked, asked_at: int | None = None
) -> Question:
    """Everything under the id that waits for such a yes; with ``asked_at``, of the question that was put then.

    Raises:
        Refusal: none waits any more: the first answer won, or its time is over; or what waits was asked anew since.
    """
    found = await find_takes(tx, command.place.workspace, subject)
    at = await home_of(kit, tx, found[0])
    ids = sorted(take.id for take in found)
    purses = await at.purses(kit, tx, found[0].person, found[0].person_name, takes=ids)
    for slate in sorted({take.slate for take in found if take.slate is not None}):
        await tx.lock(Slate, slate)
    takes = {take.id: take for take in await tx.lock_all(Take, id=tuple(ids))}
    waiting = [take for each in found if (take := takes[each.id]).state is State.ASKED and take.asked in whose]
    if not waiting:
        raise Refusal(answers.not_waiting(takes[ids[0]]))
    waiting = [take for take in waiting if take.asked_until is None or tx.now < take.asked_until]
    if not waiting:
        raise Refusal(answers.too_late(takes[ids[0]]))
    if asked_at is not None:
        waiting = [take for take in waiting if take.asked_owner_at == asked_at]
    if not waiting:
        raise Refusal(answers.answered_already(takes[ids[0]]))
    batch = await batch_named(tx, command.place.workspace, subject)
    return Question(
        at=at, takes=tuple(waiting), purses=purses, batch=batch.id if batch else "", drafts=batch.count if batch else 0
    )


async def prices_today(kit: Kit, tx: Transaction, question: Question) -> dict[str, Money]:
    """What each take costs now.

    Raises:
        Refusal: a final whose votes were taken back, or whose draft was set aside; a model that is off by now.
    """
    prices = {}
    shots = {shot.id: shot for shot in await tx.rows(Shot, id=tuple(take.shot for take in question.takes))}
    for take in question.takes:
        await _require_votes(tx, question.at, take)
        shot = shots[take.shot]
        made = from_shot(kit, shot, stage=take.stage, model=await quoted(kit, tx, shot.model))
        prices[take.id] = made.price
    return prices


async def _require_votes(tx: Transaction, at: Here, take: Take) -> None:
    """A final that votes have asked for needs them still; one that 🔁 has asked for has none."""
    if take.draft is None:
        return
    draft = await named(tx, Take, take.draft)
    votes = await tx.rows(Vote, take=take.draft, round=take.round)
    if await is_by_votes(tx, take) and len(at.roles.counting(votes, draft)) < at.channel.policy.quorum:
        raise Refusal(answers.votes_are_gone(take.id))


def require_maker(question: Question, actor: Actor) -> None:
    """The maker's own yes, in a role that may still order it.

    Raises:
        Refusal: somebody else, or no longer a maker or approver.
    """
    first = question.first
    if actor.id != first.person:
        raise Refusal(answers.makers_yes(question.subject, first.person_name))
    straight = first.stage is Stage.FINAL and first.draft is None
    question.at.require_role(actor, Stage.FINAL if straight else Stage.DRAFT)


async def order(
    kit: Kit, tx: Transaction, take: Take, purses: tuple[Purse, ...], *, price: Money | None = None, by: str
) -> Take:
    """Queue a take that has its yes; without a price its hold stands as it is."""
    if price is not None:
        take = await commit(tx, take, price, purses, by=by)
    return await move(
        kit, tx, take, State.QUEUED, at=tx.now, queued_at=tx.now, asked=None, asked_until=None, asked_owner_at=None
    )


async def commit(tx: Transaction, take: Take, price: Money, purses: tuple[Purse, ...], *, by: str) -> Take:
    """Hold the price; a take that holds an older price already has its hold changed."""
    if not take.held:
        return await hold(tx, replace(take, price=price), purses, by=by)
    return take if price == take.price else await reprice(tx, take, price, by=by)
