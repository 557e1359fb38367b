"""Calendar periods in a zone."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.core.periods import (
    MOST_APART_MS,
    Days,
    Reach,
    Span,
    begin_of,
    day_name,
    day_of,
    days_of,
    local_day,
    moment,
    moment_name,
    span,
    span_after,
)
from bot.core.periods import (
    span_of as span_of_days,
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
        # These skip midnight in spring, and have the hour before midnight twice in autumn.
        (Period.DAY, "America/Santiago", "2026-09-06T12:00", "2026-09-06T04:00", "2026-09-07T03:00"),
        (Period.DAY, "America/Santiago", "2026-04-05T03:30", "2026-04-04T03:00", "2026-04-05T04:00"),
        # These were set back from past midnight: the day that had begun went on.
        (Period.DAY, "America/St_Johns", "2009-11-01T03:00", "2009-11-01T02:30", "2009-11-02T03:30"),
        # These have the hour after midnight twice: the day begins with the first.
        (Period.DAY, "America/Havana", "2026-11-01T04:30", "2026-11-01T04:00", "2026-11-02T05:00"),
        (Period.DAY, "America/Havana", "2026-11-01T05:30", "2026-11-01T04:00", "2026-11-02T05:00"),
        # A whole day was left out.
        (Period.DAY, "Pacific/Apia", "2011-12-30T09:00", "2011-12-29T10:00", "2011-12-30T10:00"),
        (Period.WEEK, "UTC", "2026-11-02T00:00", "2026-11-02T00:00", "2026-11-09T00:00"),
        (Period.WEEK, "UTC", "2026-11-08T23:59", "2026-11-02T00:00", "2026-11-09T00:00"),
        (Period.WEEK, "Europe/Berlin", "2026-10-25T12:00", "2026-10-18T22:00", "2026-10-25T23:00"),
        (Period.WEEK, "Pacific/Apia", "2011-12-31T12:00", "2011-12-26T10:00", "2012-01-01T10:00"),
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
    st.integers(utc("1970-01-02T00:00"), utc("2037-12-31T00:00")),
)
@example("America/St_Johns", Period.MONTH, utc("2009-11-01T03:00"))
@example("Pacific/Kiritimati", Period.MONTH, utc("1994-12-31T12:00"))
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


@given(st.sampled_from(ZONES), st.integers(utc("2012-01-01T00:00"), utc("2037-12-31T00:00")))
def test_a_day_is_one_date_of_the_calendar(zone: str, now: int) -> None:
    """In every zone it begins when the date changes and ends with the next change, however long that is."""
    found = span(Period.DAY, zone, now)
    assert found.end is not None
    assert local_day(zone, found.start) == local_day(zone, now) == local_day(zone, found.end - 1)
    assert local_day(zone, found.start - 1) < local_day(zone, now) < local_day(zone, found.end)


@pytest.mark.parametrize(
    ("period", "zone", "ended", "now", "start", "end"),
    [
        # The same calendar: what the calendar says.
        (Period.MONTH, "UTC", "2026-12-01", "2026-12-05T00:00", "2026-12-01T00:00", "2027-01-01T00:00"),
        (Period.MONTH, "UTC", "2026-10-01", "2026-12-05T00:00", "2026-12-01T00:00", "2027-01-01T00:00"),
        # Another zone: what is left of its November, eight hours, goes on with December.
        (Period.MONTH, "US/Pacific", "2026-12-01", "2026-12-01T01:00", "2026-12-01T00:00", "2027-01-01T08:00"),
        (Period.MONTH, "US/Pacific", "2026-12-01", "2026-12-01T09:00", "2026-12-01T08:00", "2027-01-01T08:00"),
        (Period.DAY, "US/Pacific", "2026-12-01", "2026-12-01T01:00", "2026-12-01T00:00", "2026-12-02T08:00"),
        # Its December has begun already: from the reset on.
        (Period.MONTH, "Asia/Tokyo", "2026-12-01", "2026-12-01T01:00", "2026-12-01T00:00", "2026-12-31T15:00"),
        # Another period: what is left of it is most of it, or days of it.
        (Period.DAY, "Europe/Berlin", "2026-12-01", "2026-12-01T01:00", "2026-12-01T00:00", "2026-12-01T23:00"),
        (Period.WEEK, "UTC", "2026-12-01", "2026-12-01T01:00", "2026-12-01T00:00", "2026-12-07T00:00"),
        (Period.MONTH, "UTC", "2026-12-28", "2026-12-28T01:00", "2026-12-28T00:00", "2027-01-01T00:00"),
    ],
)
def test_a_period_begins_where_one_of_another_calendar_ended(
    period: Period, zone: str, ended: str, now: str, start: str, end: str
) -> None:
    """Nothing overlaps, and some hours are no period of their own."""
    assert span_after(utc(ended), period, zone, utc(now)) == Span(utc(start), utc(end))


def test_what_never_resets_begins_with_the_last_reset() -> None:
    """One budget for ever, after one with periods."""
    assert span_after(utc("2026-12-01"), Period.NONE, "UTC", utc("2026-12-05")) == Span(utc("2026-12-01"), None)


@given(
    st.sampled_from(ZONES),
    st.sampled_from([Period.DAY, Period.WEEK, Period.MONTH]),
    st.integers(utc("2012-01-01T00:00"), utc("2037-12-31T00:00")),
    st.integers(0, 40 * 24 * 3600 * 1000),
)
def test_a_change_of_calendar_leaves_no_gap(zone: str, period: Period, ended: int, since: int) -> None:
    """The period holds the moment, and the one after it is the calendar's; it is never much longer than that."""
    now = ended + since
    found, calendar = span_after(ended, period, zone, now), span(period, zone, now)
    assert found.end is not None
    assert calendar.end is not None
    assert found.start == max(ended, calendar.start)
    assert found.start <= now < calendar.end <= found.end
    assert span(period, zone, found.end).start == found.end
    assert found.end - found.start <= span_of(period, zone, found.end - 1) + MOST_APART_MS


def span_of(period: Period, zone: str, now: int) -> int:
    """How long the calendar's period is."""
    found = span(period, zone, now)
    assert found.end is not None
    return found.end - found.start


@pytest.mark.parametrize(
    ("zone", "day", "minutes", "at"),
    [
        ("UTC", date(2026, 11, 2), 17 * 60, "2026-11-02T17:00"),
        ("Europe/Berlin", date(2026, 3, 29), 1 * 60 + 59, "2026-03-29T00:59"),
        # From two to three the clocks show nothing: the moment of the jump.
        ("Europe/Berlin", date(2026, 3, 29), 2 * 60, "2026-03-29T01:00"),
        ("Europe/Berlin", date(2026, 3, 29), 2 * 60 + 59, "2026-03-29T01:00"),
        ("Europe/Berlin", date(2026, 3, 29), 3 * 60, "2026-03-29T01:00"),
        ("Australia/Lord_Howe", date(2026, 10, 4), 2 * 60 + 15, "2026-10-03T15:30"),
        ("America/Santiago", date(2026, 9, 6), 30, "2026-09-06T04:00"),
        # Midnight lies within a jump.
        ("America/Toronto", date(1919, 3, 31), 0, "1919-03-31T04:30"),
        # From two to three the clocks show everything twice: the first time.
        ("Europe/Berlin", date(2026, 10, 25), 2 * 60 + 30, "2026-10-25T00:30"),
        # The whole day was left out.
        ("Pacific/Apia", date(2011, 12, 30), 17 * 60, "2011-12-30T10:00"),
    ],
)
def test_a_time_of_day_is_when_clocks_show_it_first(zone: str, day: date, minutes: int, at: str) -> None:
    """A time that is skipped is the moment of the jump."""
    assert moment(zone, day, minutes) == utc(at)


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
    found = span_of_days(Days(day, day), zone)
    assert found.end is not None
    assert found.start <= now < found.end
    assert begin_of(day, zone) == found.start
    assert found == span(Period.DAY, zone, now)


def test_a_day_that_a_zone_has_left_out_is_empty() -> None:
    """It begins where the next one does."""
    skipped = date(2011, 12, 30)
    assert span_of_days(Days(skipped, skipped), "Pacific/Apia") == Span(
        utc("2011-12-30T10:00"), utc("2011-12-30T10:00")
    )
