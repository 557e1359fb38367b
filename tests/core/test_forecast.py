"""When a cap will be full."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.forecast import HOUR_MS, Booked, begins, full_at
from bot.core.money import Money
from bot.core.rows import Budget
from tests.core.builders import NOW, make_purse

DAY_MS = 24 * HOUR_MS
#: $20 of $50 in the three days before 5 November, 9:00.
THIS = 3 * DAY_MS
BUDGET = make_purse("50", "20").budget


def said(budget: Budget = BUDGET, *, amount: str = "20", takes: int = 40, time: int = THIS) -> int | None:
    now = NOW + THIS
    return full_at(budget, Booked(amount=Money.usd(amount), takes=takes, since=now - time), now)


def test_what_is_left_lasts_as_long_as_its_pace_says() -> None:
    """$20 in three days: the other $30 last four and a half."""
    assert said() == NOW + THIS + 4 * DAY_MS + DAY_MS // 2


@pytest.mark.parametrize(
    ("budget", "facts"),
    [
        (make_purse(None, "20").budget, {}),
        (make_purse("50", "20", end=None).budget, {}),
        (make_purse("50", "50").budget, {}),
        (make_purse("50", "60").budget, {}),
        (BUDGET, {"takes": 4}),
        (BUDGET, {"time": 48 * HOUR_MS - 1}),
        (BUDGET, {"amount": "0"}),
        (BUDGET, {"amount": "-1"}),
        (BUDGET, {"amount": "2"}),
    ],
)
def test_without_enough_to_go_by_nothing_is_said(budget: Budget, facts: dict[str, Any]) -> None:
    """No cap, no period, full by now, too few takes, too short a time, nothing booked, or enough until the reset."""
    assert said(budget, **facts) is None


def test_two_days_and_five_takes_are_enough() -> None:
    """The least that a pace is said of."""
    assert said(takes=5, time=48 * HOUR_MS) is not None


def test_a_day_needs_four_hours() -> None:
    """Where the period is a day, its pace is known sooner."""
    now = NOW + THIS
    day = replace(BUDGET, period_start=now - 9 * HOUR_MS, period_end=now + 16 * HOUR_MS)
    assert said(day, time=4 * HOUR_MS) == now + 6 * HOUR_MS
    assert said(day, time=4 * HOUR_MS - 1) is None


def test_the_last_seven_days_count() -> None:
    """Bookings count from the first one on, and no longer than a week."""
    assert begins(NOW, NOW + DAY_MS) == NOW
    assert begins(NOW, NOW + 8 * DAY_MS) == NOW + DAY_MS


@given(
    cap=st.integers(1, 10**9),
    used=st.integers(0, 10**9),
    amount=st.integers(1, 10**9),
    time=st.integers(48 * HOUR_MS, 7 * DAY_MS),
)
def test_a_forecast_is_neither_past_nor_beyond_the_period(cap: int, used: int, amount: int, time: int) -> None:
    """And by then, at that pace, the cap is used to the last micro-dollar."""
    budget = replace(BUDGET, cap=Money(cap), used=Money(used))
    now = NOW + THIS
    at = full_at(budget, Booked(amount=Money(amount), takes=5, since=now - time), now)
    assert at is None or now < at < (budget.period_end or 0)
    assert at is None or used + amount * (at - now) // time >= cap
