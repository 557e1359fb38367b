from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.buckets import Step, buckets, step_of
from bot.core.periods import Days

DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))
FIRST = date(2026, 11, 2)


def lasting(days: int) -> Days:
    return Days(FIRST, FIRST + timedelta(days=days - 1))


@pytest.mark.parametrize(
    ("days", "most", "step"),
    [
        (1, 62, Step.DAY),
        (62, 62, Step.DAY),
        (63, 62, Step.WEEK),
        (400, 62, Step.WEEK),
        (400, 14, Step.MONTH),
        (1_000, 62, Step.MONTH),
        (36_000, 62, Step.YEAR),
    ],
)
def test_the_smallest_step_of_which_there_are_few(days: int, most: int, step: Step) -> None:
    """Days as long as they can be told apart; years however many there are."""
    assert step_of(lasting(days), most) is step


def test_ends_are_cut() -> None:
    """A week or a month of which the chart has a part has those days."""
    found = list(buckets(Days(date(2026, 10, 31), date(2026, 12, 1)), Step.MONTH))
    assert [each.days for each in found] == [1, 30, 1]
    weeks = list(buckets(Days(date(2026, 11, 1), date(2026, 11, 10)), Step.WEEK))
    assert [each.days for each in weeks] == [1, 7, 2]


@given(one=DAYS, other=DAYS, step=st.sampled_from([Step.WEEK, Step.MONTH, Step.YEAR]))
def test_each_day_is_in_one(one: date, other: date, step: Step) -> None:
    """They follow each other from the first day to the last, without a gap."""
    days = Days(min(one, other), max(one, other))
    found = list(buckets(days, step))
    assert (found[0].first, found[-1].last) == (days.first, days.last)
    assert all(after.first - before.last == timedelta(days=1) for before, after in pairwise(found))
    assert all(each.days >= 1 for each in found)
