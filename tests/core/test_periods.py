"""Calendar periods in a zone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.periods import (
    Days,
    Reach,
    Span,
    begin_of,
    day_name,
    day_of,
    days_of,
    moment_name,
    span,
    span_of,
)
from bot.core.policy import Period

ZONES = sorted(available_timezones() - {"localtime"})


def utc(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("period", "zone", "now", "start", "end"),
    [
        (Period.DAY, "UTC", "2026-11-02T09:00", "2026-11-02T00:00", "2026-11-03T00:00"),
        (Period.DAY, "UTC", "2026-11-02T00:00", "2026-11-02T00:00", "2026-11-03T00:00"),
        (Period.DAY, "Asia/Tokyo", "2026-11-02T23:59", "2026-11-02T15:00", "2026-11-03T15:00"),
        # The day on which clocks go forward has 23 hours, the one on which they go back has 25.
        (Period.DAY, "Europe/Berlin", "2026-03-29T12:00", "2026-03-28T23:00", "2026-03-29T22:00"),
        (Period.DAY, "Europe/Berlin", "2026-10-25T12:00", "2026-10-24T22:00", "2026-10-25T23:00"),
        # These clocks skip midnight: the day begins at the moment of the jump.
        (Period.DAY, "America/Sao_Paulo", "2018-11-04T12:00", "2018-11-04T03:00", "2018-11-05T02:00"),
        (Period.DAY, "America/Sao_Paulo", "2018-11-03T12:00", "2018-11-03T03:00", "2018-11-04T03:00"),
        (Period.DAY, "Asia/Beirut", "2026-03-29T12:00", "2026-03-28T22:00", "2026-03-29T21:00"),
        # These have the hour after midnight twice: the day begins with the first.
        (Period.DAY, "America/Havana", "2026-11-01T04:30", "2026-11-01T04:00", "2026-11-02T05:00"),
        (Period.DAY, "America/Havana", "2026-11-01T05:30", "2026-11-01T04:00", "2026-11-02T05:00"),
        # A whole day was left out.
        (Period.DAY, "Pacific/Apia", "2011-12-30T09:00", "2011-12-29T10:00", "2011-12-30T10:00"),
        (Period.WEEK, "UTC", "2026-11-02T00:00", "2026-11-02T00:00", "2026-11-09T00:00"),
        (Period.WEEK, "UTC", "2026-11-08T23:59", "2026-11-02T00:00", "2026-11-09T00:00"),
        (Period.WEEK, "Europe/Berlin", "2026-10-25T12:00", "2026-10-18T22:00", "2026-10-25T23:00"),
        (Period.WEEK, "UTC", "2026-12-31T12:00", "2026-12-28T00:00", "2027-01-04T00:00"),
        (Period.MONTH, "UTC", "2026-11-30T23:59", "2026-11-01T00:00", "2026-12-01T00:00"),
        (Period.MONTH, "UTC", "2026-12-31T23:59", "2026-12-01T00:00", "2027-01-01T00:00"),
        (Period.MONTH, "UTC", "2028-02-29T12:00", "2028-02-01T00:00", "2028-03-01T00:00"),
        (Period.MONTH, "UTC", "2027-02-28T12:00", "2027-02-01T00:00", "2027-03-01T00:00"),
        (Period.MONTH, "Europe/Berlin", "2026-03-31T12:00", "2026-02-28T23:00", "2026-03-31T22:00"),
        (Period.MONTH, "Europe/Berlin", "2026-10-31T22:30", "2026-09-30T22:00", "2026-10-31T23:00"),
    ],
)
def test_a_period_is_the_calendars(period: Period, zone: str, now: str, start: str, end: str) -> None:
    """Days, weeks from Monday and months of the zone, however long its clocks make them."""
    assert span(period, zone, utc(now)) == Span(utc(start), utc(end))


def test_without_periods_there_is_one_for_ever() -> None:
    """A budget that never resets begins with time and has no end."""
    assert span(Period.NONE, "Europe/Berlin", utc("2026-11-02T09:00")) == Span(0, None)


@given(
    st.sampled_from(ZONES),
    st.sampled_from([Period.DAY, Period.WEEK, Period.MONTH]),
    st.integers(utc("2024-01-01T00:00"), utc("2037-12-31T00:00")),
)
def test_every_moment_lies_in_its_period_and_the_next_begins_where_it_ends(zone: str, period: Period, now: int) -> None:
    """In every zone periods hold the moment that they are asked for, leave no gap, and never overlap."""
    found = span(period, zone, now)
    assert found.end is not None
    assert found.start <= now < found.end
    assert span(period, zone, found.start) == found
    assert span(period, zone, found.end - 1) == found
    assert span(period, zone, found.end).start == found.end


def test_a_moment_is_named_with_its_time() -> None:
    """By the zone's clock, in 24 hours."""
    assert moment_name(utc("2026-11-30T23:05"), "Europe/Berlin") == "1 Dec, 00:05"


@pytest.mark.parametrize(
    ("moment", "zone", "name"),
    [
        ("2026-12-01T00:00", "UTC", "1 Dec"),
        ("2026-11-30T23:00", "Europe/Berlin", "1 Dec"),
        ("2026-12-01T00:00", "America/Los_Angeles", "30 Nov"),
        ("2028-02-29T12:00", "UTC", "29 Feb"),
    ],
)
def test_a_day_is_named_in_its_zone(moment: str, zone: str, name: str) -> None:
    """The chat says a date as the zone's calendar does, without a leading zero."""
    assert day_name(utc(moment), zone) == name


@pytest.mark.parametrize(
    ("reach", "first", "last"),
    [
        (Reach.TODAY, "2028-03-01", "2028-03-01"),
        (Reach.YESTERDAY, "2028-02-29", "2028-02-29"),
        (Reach.WEEK, "2028-02-28", "2028-03-05"),
        (Reach.LAST_WEEK, "2028-02-21", "2028-02-27"),
        (Reach.MONTH, "2028-03-01", "2028-03-31"),
        (Reach.LAST_MONTH, "2028-02-01", "2028-02-29"),
        (Reach.YEAR, "2028-01-01", "2028-12-31"),
        (Reach.LAST_YEAR, "2027-01-01", "2027-12-31"),
    ],
)
def test_a_reach_names_days(reach: Reach, first: str, last: str) -> None:
    """Calendar days, weeks from Monday, months and years, on the day after a leap day, a Wednesday."""
    days = Days(date.fromisoformat(first), date.fromisoformat(last))
    assert days_of(reach, date(2028, 3, 1)) == days


@given(st.sampled_from(ZONES), st.integers(utc("2010-01-01T00:00"), utc("2037-12-31T00:00")))
def test_every_moment_lies_in_its_day(zone: str, now: int) -> None:
    """In every zone, also where midnight is left out, comes twice, or is a day away."""
    day = day_of(now, zone)
    found = span_of(Days(day, day), zone)
    assert found.end is not None
    assert found.start <= now < found.end
    assert begin_of(day, zone) == found.start
    assert found == span(Period.DAY, zone, now)


def test_a_day_that_a_zone_has_left_out_is_empty() -> None:
    """It begins where the next one does."""
    skipped = date(2011, 12, 30)
    assert span_of(Days(skipped, skipped), "Pacific/Apia") == Span(utc("2011-12-30T10:00"), utc("2011-12-30T10:00"))
