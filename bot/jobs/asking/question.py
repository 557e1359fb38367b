"""Takes that wait for a yes: what they need, pricing them anew, and ordering them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from bot.core.budgets import Purse
from bot.core.commands import Actor
from bot.core.errors import Refusal
from bot.core.ledger import hold, reprice
from bot.core.lifecycle import Stage, State
from bot.core.money import Money, total
from bot.core.ports import Transaction
from bot.core.rows import Shot, Take, Vote
from bot.core.sentences import answers
from bot.jobs.ballots import is_by_votes
from bot.jobs.kit import Kit
from bot.jobs.places import Here
from bot.jobs.plans import from_shot
from bot.jobs.quotes import quoted
from bot.jobs.steps import move, named


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What waits for a yes: one take, or the takes of a slate by their numbers; everything is locked."""

    at: Here
    takes: tuple[Take, ...]
    #: The current budgets of their maker.
    purses: tuple[Purse, ...]
    #: The budgets of earlier periods that their holds are booked in.
    earlier: tuple[Purse, ...] = ()
    #: By take, the scopes and periods that its hold is booked in.
    booked: Mapping[str, frozenset[tuple[str, int]]] = field(default_factory=dict)
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

    def short(self, prices: Mapping[str, Money]) -> tuple[Purse, ...]:
        """The budgets, earlier ones too, in which its takes do not fit at these prices.

        What is held for them already counts in their favour, and is changed where it is booked.
        """
        return tuple(
            purse
            for purse in (*self.purses, *self.earlier)
            if not purse.fits(self._more(purse, prices), self.first.stage)
        )

    def _more(self, purse: Purse, prices: Mapping[str, Money]) -> Money:
        """What would be held beyond what is, in one budget."""
        key = (purse.scope.id, purse.budget.period_start)
        return total(
            prices[take.id] - take.held
            for take in self.takes
            if (key in self.booked[take.id] if take.held else not purse.over)
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
