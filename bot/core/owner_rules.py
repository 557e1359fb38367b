"""When an order needs an owner's yes although every cap has room for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.core.budgets import Purse
from bot.core.lifecycle import Stage
from bot.core.money import ZERO, Money
from bot.core.policy import ChannelPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnerRule:
    """The rule that an order falls under: its price, or the step of a cap that was reached before it."""

    #: Orders above it need the yes; zero where a step is what counts.
    above: Money = ZERO
    #: The cap whose step is reached, and the step in percent; ``None`` where the price is what counts.
    purse: Purse | None = None
    step: int = 0
    #: From this step on only finals need the yes, and drafts go on.
    finals_only: bool = False


def owner_rule(policy: ChannelPolicy, purses: Iterable[Purse], price: Money, stage: Stage) -> OwnerRule | None:
    """The rule by which an order of this price needs an owner's yes, if any does.

    ``purses`` are as they are without the order: a step applies to what begins at or above it.
    """
    if policy.owner_above is not None and price > policy.owner_above:
        return OwnerRule(above=policy.owner_above)
    return next((rule for purse in purses if (rule := _step(purse, stage)) is not None), None)


def _step(purse: Purse, stage: Stage) -> OwnerRule | None:
    """The highest step of the cap's ladder that is reached and asks for the yes."""
    ladder = purse.scope.policy.ladder
    if ladder.approve is not None and purse.reached(ladder.approve):
        return OwnerRule(purse=purse, step=ladder.approve)
    drafts_only = ladder.drafts_only and stage is Stage.FINAL
    if drafts_only and ladder.warn is not None and purse.reached(ladder.warn):
        return OwnerRule(purse=purse, step=ladder.warn, finals_only=True)
    return None
