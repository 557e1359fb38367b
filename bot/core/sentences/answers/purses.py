"""How budgets stand, in all sentences that speak of money left."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.budgets import Purse
from bot.core.lifecycle import Stage
from bot.core.money import ZERO, Money
from bot.core.periods import day_name
from bot.core.sentences.plain import NAME_CHARACTERS, capital, plain


def name(purse: Purse) -> str:
    """The scope inside a sentence: ``#launch``, ``the workspace``, ``mina``; with its period, where that is over."""
    return f"{plain(purse.scope.name, NAME_CHARACTERS)}{period_over(purse)}"


def period_over(purse: Purse) -> str:
    """`` in the period until 1 Dec``; nothing for the current one."""
    end = purse.budget.period_end
    return f" in the period until {day_name(end, purse.zone)}" if purse.over and end is not None else ""


def begin(purse: Purse) -> str:
    """The scope at the beginning of a sentence; a person's name stays as they write it."""
    return name(purse) if purse.scope.id.startswith("person:") else capital(name(purse))


def tightest(purses: Sequence[Purse], price: Money) -> tuple[Purse, Money]:
    """The purse with the least left, once the price is taken off; without caps the first."""
    capped = [(purse, purse.left - price) for purse in purses if purse.left is not None]
    return min(capped, key=lambda each: each[1], default=(purses[0], ZERO))


def standing(tight: tuple[Purse, Money]) -> str:
    """``#launch has $36.40 of $50.00 left until 1 Dec.``."""
    purse, rest = tight
    if purse.budget.cap is None:
        return f"{begin(purse)} has no cap."
    over = f"; {purse.excess} over it is used" if purse.excess else ""
    return f"{begin(purse)} has {max(ZERO, rest)} of {purse.budget.cap} left{until(purse)}{over}."


def until(purse: Purse) -> str:
    """When the budget resets, if it still does."""
    end = purse.budget.period_end
    return "" if end is None or purse.over else f" until {day_name(end, purse.zone)}"


def used(purse: Purse) -> str:
    """``cap $50.00: $47.60 spent, $1.50 held``; what is beyond the cap or kept for finals is said too."""
    held = f", {purse.budget.held} held" if purse.budget.held else ""
    over = f", {purse.excess} over it" if purse.excess else ""
    finals = f", {purse.reserved} kept for finals" if purse.reserved else ""
    return f"cap {purse.budget.cap}: {purse.spent} spent{held}{over}{finals}"


def how_used(purse: Purse, *, named: bool = False) -> str:
    """``$47.60 of $50.00 spent, $1.50 held.``; with the scope's name where it is not the channel that is spoken of."""
    whose = f"{begin(purse)}: " if named else ""
    of = "" if purse.budget.cap is None else f" of {purse.budget.cap}"
    held = f", {purse.budget.held} held" if purse.budget.held else ""
    return f"{whose}{purse.spent}{of} spent{held}."


def too_little(purse: Purse, stage: Stage) -> str:
    """``#launch has $0.90 left until 1 Dec (cap $50.00: $47.60 spent, $1.50 held)``."""
    drafts = " for drafts" if stage is Stage.DRAFT and purse.reserved else ""
    return f"{name(purse)} has {room(purse, stage)} left{drafts}{until(purse)} ({used(purse)})"


def room(purse: Purse, stage: Stage) -> Money:
    """What still fits where too little is left; there is a cap then."""
    return purse.room(stage) or ZERO


def raised_to(purse: Purse) -> str:
    """A cap after a raise, inside a sentence."""
    whose = f"the cap of {name(purse)}" if purse.scope.id.startswith("person:") else name(purse)
    return f"{whose} was raised to {purse.budget.cap}"


def set_below(purse: Purse) -> str:
    """A cap that was set below what is used."""
    kept = f"The {purse.budget.held} that is held stays held. " if purse.budget.held else ""
    return f"{kept}Nothing more is ordered until there is room."


def from_next_reset(period: str, zone: str, purse: Purse) -> str:
    """A period or zone that was changed."""
    when = until(purse).replace(" until ", " from ") or " from now"
    what = "It is one budget without reset" if period == "none" else f"Its period is a {period} in {zone}"
    return f"{what}{when} on."


def persons_cap(amount: Money | None) -> str:
    """The cap that each person of a workspace has."""
    return "Nobody has a cap of their own now." if amount is None else f"Each person may spend {amount} here."


def envelope_too_large(envelope: Money, cap: Money | None) -> str:
    """A finals envelope that is more than its cap, or has none to be a part of."""
    if cap is None:
        return f"The finals envelope of {envelope} is a part of a cap, and there is none."
    return f"The finals envelope of {envelope} is a part of the cap, which would be {cap}: set both, or a smaller one."
