"""What drafting has saved: the arithmetic, and what it says."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.budgets import Purse
from bot.core.money import ZERO, Money
from bot.core.periods import Days
from bot.core.sentences.answers.purses import begin
from bot.core.sentences.numbers import count
from bot.core.sentences.plain import capital
from bot.core.sentences.reports import when


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    """Drafts and finals that were charged, and what the drafts would have cost as finals."""

    drafts: int
    drafts_cost: Money
    #: Finals that were promoted from a draft, and from how many of them.
    finals: int
    finals_cost: Money
    finished: int
    #: Finals without a draft.
    direct: int
    direct_cost: Money
    #: Every one of the drafts, in its shot's final length, at today's price.
    at_once: Money
    #: ``720p``; empty where the drafts' models have several.
    resolution: str
    #: Drafts of which no price is known today, left out of all figures; and what they have cost.
    unpriced: int = 0
    unpriced_cost: Money = ZERO

    @property
    def saved(self) -> Money:
        """Negative: drafting has cost more than it saved."""
        return self.at_once - self.drafts_cost - self.finals_cost

    @property
    def break_even(self) -> int:
        """The percentage of drafts, rounded down, up to which finishing them costs less than all of them at once."""
        return (self.at_once - self.drafts_cost).micros * 100 // self.at_once.micros if self.at_once else 0


def too_many_takes(most: int) -> str:
    """Savings of a long time."""
    return f"Those are more than {most:,} takes; ask for a shorter period, as in /dailies savings 2026-11."


def savings(purse: Purse, days: Days | None, found: Saving) -> str:
    """The arithmetic in a few short lines."""
    left_out = (
        f"{count(found.unpriced, 'draft')} for {found.unpriced_cost} {'is' if found.unpriced == 1 else 'are'} left "
        "out: there is no price today for the final."
        if found.unpriced
        else ""
    )
    if not found.drafts:
        return "\n".join(filter(None, (f"{begin(purse)}, {when(days)}: no draft was charged.", left_out)))
    lines = (f"{begin(purse)}, {when(days)}:", _actual(found), _alternative(found), *_verdict(found), left_out)
    return "\n".join(line for line in lines if line)


def _actual(found: Saving) -> str:
    finals, cost = found.finals + found.direct, found.finals_cost + found.direct_cost
    with_finals = f", {count(finals, 'final')} {cost}: {found.drafts_cost + cost}" if finals else ""
    return f"{count(found.drafts, 'draft')} cost {found.drafts_cost}{with_finals}."


def _alternative(found: Saving) -> str:
    resolution = found.resolution or "the finals' resolution"
    all_ = f"At {resolution} it" if found.drafts == 1 else f"All {found.drafts} at {resolution}"
    as_before = "as it was" if found.direct == 1 else "as they were"
    direct = f", with {count(found.direct, 'direct final')} {as_before}," if found.direct else ""
    return f"{all_}{direct} would be {found.at_once + found.direct_cost}."


def _verdict(found: Saving) -> list[str]:
    if found.saved > ZERO:
        return [f"Drafting saved {found.saved}."]
    if not found.saved:
        return ["Drafting saved nothing and cost nothing."]
    return [f"Drafting cost {Money(-found.saved.micros)} more than it saved.", capital(_why(found))]


def _why(found: Saving) -> str:
    if found.break_even <= 0:
        return "a draft costs as much as its final here, so drafting cannot save."
    if found.finished * 100 < found.break_even * found.drafts:
        return f"{count(found.finals, 'final')} were made of {count(found.finished, 'draft')}: each new round is paid."
    return (
        f"you finish {found.finished} of {found.drafts}; "
        f"drafting pays while fewer than {found.break_even} % are finished."
    )
