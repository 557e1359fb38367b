"""What is said at the steps of a cap, word for word."""

from __future__ import annotations

import pytest

from bot.core.budgets import Purse
from bot.core.money import Money
from bot.core.policy import Ladder
from bot.core.sentences import ladder
from bot.core.sentences.spenders import Spender, in_short, others
from tests.core.builders import NOW, make_purse

HOUR_MS = 3600 * 1000
DAY_MS = 24 * HOUR_MS
LAUNCH = make_purse("50", "40.10")
TEAM = make_purse("100", "80", scope="workspace:T1", name="the workspace")
DRAFTS = Ladder(drafts_only=True)
FACTS = {
    "used": ladder.with_takes(ladder.used(LAUNCH), 55, 15),
    "forecast": "At this pace it is full on the 23rd.",
    "works": "Everything goes on; from 95 % the owner approves each order.",
    "people": "mina $23.42 (31, 9) · jo $11.12 (16, 4) · others $5.56 (8, 2)",
    "scope": "channel:local:launch",
    "version": "3",
}


@pytest.mark.parametrize(
    ("purse", "drafts", "finals", "said"),
    [
        (LAUNCH, 55, 15, "#launch: $40.10 of $50.00 used (55 drafts, 15 finals)."),
        (LAUNCH, 1, 0, "#launch: $40.10 of $50.00 used (1 draft)."),
        (LAUNCH, 0, 1, "#launch: $40.10 of $50.00 used (1 final)."),
        (LAUNCH, 0, 0, "#launch: $40.10 of $50.00 used."),
        (TEAM, 2, 2, "The workspace: $80.00 of $100.00 used (2 drafts, 2 finals)."),
    ],
)
def test_what_is_used_is_said_with_its_takes(purse: Purse, drafts: int, finals: int, said: str) -> None:
    """The sum, the cap, and what it was for; no names."""
    assert ladder.with_takes(ladder.used(purse), drafts, finals) == said


@pytest.mark.parametrize(
    ("purse", "step", "said"),
    [
        (make_purse("50", "25"), 50, "Everything goes on."),
        (LAUNCH, 80, "Everything goes on; from 95 % the owner approves each order."),
        (
            make_purse("50", "40", ladder=DRAFTS),
            80,
            "Drafts go on, finals need the owner's yes; from 95 % the owner approves each order.",
        ),
        (make_purse("50", "40", ladder=Ladder(approve=None)), 80, "Everything goes on."),
        (make_purse("50", "48", ladder=DRAFTS), 95, "The owner approves each order now."),
        (make_purse("50", "50"), 100, "Nothing more is ordered until 1 Dec or until the cap is raised."),
        (make_purse("50", "50", end=None), 100, "Nothing more is ordered until the cap is raised."),
    ],
)
def test_what_still_works_is_said(purse: Purse, step: int, said: str) -> None:
    """What may be ordered from here on, and what comes next."""
    assert ladder.still_works(purse, step) == said


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (1, "on the 3rd"),
        (9, "on the 11th"),
        (10, "on the 12th"),
        (19, "on the 21st"),
        (20, "on the 22nd"),
        (21, "on the 23rd"),
        (22, "on the 24th"),
    ],
)
def test_the_day_on_which_a_cap_is_full_is_named(day: int, said: str) -> None:
    """By its ordinal."""
    assert ladder.forecast(NOW + day * DAY_MS, LAUNCH, NOW) == f"At this pace it is full {said}."


def test_a_cap_that_is_full_before_midnight_has_its_hour_named() -> None:
    """In the zone of the budget; where the period is a day, it is known that it is today."""
    soon = NOW + 3 * HOUR_MS
    assert ladder.forecast(soon, LAUNCH, NOW) == "At this pace it is full today at 12:00."
    day = make_purse("50", "40", end=1_793_491_200_000 + DAY_MS)
    assert ladder.forecast(soon, day, NOW) == "At this pace it is full at 12:00."
    assert ladder.forecast(None, LAUNCH, NOW) == ""


def test_the_channel_reads_totals_and_the_contact_reads_names() -> None:
    """The same sentence; names, raises and the report are the contact's alone."""
    said = (
        "#launch: $40.10 of $50.00 used (55 drafts, 15 finals). At this pace it is full on the 23rd. Everything goes "
        "on; from 95 % the owner approves each order."
    )
    here, contact = ladder.to_channel(FACTS), ladder.to_contact(FACTS)
    assert (here.title, here.lines, here.buttons) == (said, (), ())
    assert (contact.title, contact.lines) == (said, (FACTS["people"],))
    assert [(button.label, button.action) for button in contact.buttons] == [
        ("Raise by $10", "raise-cap:1000.3:channel:local:launch"),
        ("Raise by $25", "raise-cap:2500.3:channel:local:launch"),
        ("Report", "report-of:channel:local:launch"),
    ]


def test_who_has_spent_what_fits_one_line() -> None:
    """Each with drafts and finals; several as others."""
    mina = Spender(name="mina", amount=Money.usd("23.42"), drafts=31, finals=9)
    rest = [Spender(name=name, amount=Money.usd("2.78"), drafts=4, finals=1) for name in ("lee", "kim")]
    assert in_short([mina, others(rest)]) == "mina $23.42 (31, 9) · others $5.56 (8, 2)"


@pytest.mark.parametrize(
    ("purse", "steps", "said"),
    [
        (LAUNCH, Ladder(), "Steps: 50 % told here · 80 % contact told · 95 % owner approves each"),
        (LAUNCH, DRAFTS, "Steps: 50 % told here · 80 % contact told · 80 % drafts only · 95 % owner approves each"),
        (TEAM, Ladder(approve=None), "Steps: 50 % owner told · 80 % owner told"),
        (LAUNCH, Ladder(tell=None, warn=None, approve=None), "Steps: none before 100 %"),
    ],
)
def test_the_steps_that_are_set_are_told(purse: Purse, steps: Ladder, said: str) -> None:
    """Each with what happens at it; a step that spans channels is told to the owner."""
    assert ladder.steps_set(purse.scope, steps) == said
