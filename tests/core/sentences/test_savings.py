from __future__ import annotations

from dataclasses import replace
from datetime import date

from bot.core.money import Money
from bot.core.periods import Days
from bot.core.sentences.savings import Saving, savings
from tests.core.builders import make_purse

NOVEMBER = Days(date(2026, 11, 1), date(2026, 11, 30))
SAVING = Saving(
    drafts=40,
    drafts_cost=Money.usd("12.80"),
    finals=9,
    finals_cost=Money.usd(9),
    finished=9,
    direct=0,
    direct_cost=Money(0),
    at_once=Money.usd(30),
    resolution="720p",
)


def said(**changes: object) -> list[str]:
    return savings(make_purse(), NOVEMBER, replace(SAVING, **changes)).splitlines()[1:]  # type: ignore[arg-type]


def test_savings_are_the_arithmetic() -> None:
    """What drafts and finals cost, what it would have been at once, and the difference."""
    assert said() == [
        "40 drafts cost $12.80, 9 finals $9.00: $21.80.",
        "All 40 at 720p would be $30.00.",
        "Drafting saved $8.20.",
    ]
    assert said(direct=2, direct_cost=Money.usd(2), resolution="")[:2] == [
        "40 drafts cost $12.80, 11 finals $11.00: $23.80.",
        "All 40 at the finals' resolution, with 2 direct finals as they were, would be $32.00.",
    ]
    assert said(finals_cost=Money.usd("17.20"))[2] == "Drafting saved nothing and cost nothing."


def test_drafting_that_costs_more_says_when_it_pays() -> None:
    """The share that may be finished; or that no share helps; or that rounds have been added."""
    assert said(finals=31, finished=31, finals_cost=Money.usd(31))[2:] == [
        "Drafting cost $13.80 more than it saved.",
        "You finish 31 of 40; drafting pays while fewer than 57 % are finished.",
    ]
    assert said(drafts_cost=Money.usd(30))[3] == "A draft costs as much as its final here, so drafting cannot save."
    assert said(finals=31, finals_cost=Money.usd(31))[3] == ("31 finals were made of 9 drafts: each new round is paid.")
    assert said(at_once=Money(0))[3] == "A draft costs as much as its final here, so drafting cannot save."


def test_savings_without_drafts() -> None:
    """There is nothing to compare, and what is left out is said."""
    nothing = replace(SAVING, drafts=0, unpriced=2, unpriced_cost=Money.usd("0.64"))
    assert savings(make_purse(), NOVEMBER, nothing).splitlines() == [
        "#launch, 1 Nov 2026 to 30 Nov 2026: no draft was charged.",
        "2 drafts for $0.64 are left out: there is no price today for the final.",
    ]
