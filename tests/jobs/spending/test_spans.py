from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.core.buckets import Step
from bot.core.periods import Days
from bot.core.rows import Budget
from bot.jobs.spending.reading import Extent
from bot.jobs.spending.spans import covered

FIRST = date(2026, 11, 1)
NOVEMBER = Days(FIRST, date(2026, 11, 30))
BUDGET = Budget(scope="channel:local:launch", period_start=0, period_end=None, cap=None)


def ms(moment: str) -> int:
    return round(datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp() * 1000)


def extent(days: Days | None, budget: Budget | None, **changes: Any) -> Extent:
    usual: dict[str, Any] = {"scope": BUDGET.scope, "zone": "UTC", "now": ms("2026-11-15T12:00"), "periods": (0,)}
    return Extent(**{**usual, "low": 0, "high": 0, "newest": (), "days": days, "budget": budget, **changes})


@pytest.mark.parametrize(
    ("of", "booked", "days"),
    [
        (extent(NOVEMBER, BUDGET), [date(2026, 11, 3)], NOVEMBER),
        (extent(NOVEMBER, BUDGET), [date(2026, 12, 2)], Days(FIRST, date(2026, 12, 2))),
        (extent(NOVEMBER, None), [date(2026, 11, 3)], NOVEMBER),
        (extent(None, BUDGET), [date(2026, 11, 3)], Days(date(2026, 11, 3), date(2026, 11, 15))),
        (
            extent(Days(date(2026, 1, 1), date(2026, 12, 31)), None),
            [FIRST, date(2026, 11, 9)],
            Days(FIRST, date(2026, 11, 9)),
        ),
    ],
    ids=["period", "charged-after-it", "month", "no-end", "year"],
)
def test_days_that_are_covered(of: Extent, booked: list[date], days: Days) -> None:
    """A period whole; of a long time only what has any booking; without an end until today."""
    assert covered(of, booked, most=62).days == days


def test_bars_of_a_long_time() -> None:
    """400 days are 58 weeks; those cut short at an end have no name, and few enough of the others have one."""
    booked = [FIRST, FIRST + timedelta(days=399)]
    span = covered(extent(None, None), booked, most=62)
    assert (span.step, len(span.buckets), span.length) == (Step.WEEK, 58, 400)
    assert [tick.name for tick in span.ticks()] == ["2 Nov", "1 Feb", "3 May", "2 Aug", "1 Nov"]
    assert span.ticks()[0].at == span.start(span.buckets[1]) + 3.5 == 4.5
    assert len(covered(extent(None, None), booked, most=14).ticks()) == 5
    assert len(covered(extent(None, None), [FIRST, date(2199, 1, 1)], most=62).ticks()) <= 10


def test_where_a_moment_is() -> None:
    """In days from the first, by the zone's clocks, a day of 25 hours like any other; never outside."""
    berlin = covered(
        extent(Days(date(2026, 10, 24), date(2026, 10, 26)), None, zone="Europe/Berlin"), [date(2026, 10, 24)], most=62
    )
    assert berlin.at(ms("2026-10-24T22:00")) == 1.0
    assert berlin.at(ms("2026-10-25T10:30")) == berlin.at(ms("2026-10-25T10:31")) == 1.5
    assert berlin.at(ms("2026-10-25T23:00")) == 2.0
    assert berlin.at(ms("2026-10-01T00:00")) == 0.0
    assert berlin.at(ms("2026-12-01T00:00")) == 3.0


def test_bars_to_come_are_not_drawn() -> None:
    """Those that have begun by today are."""
    span = covered(extent(NOVEMBER, BUDGET), [FIRST], most=62)
    assert len(span.begun(date(2026, 11, 15))) == 15
