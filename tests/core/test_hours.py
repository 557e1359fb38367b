"""The dailies hour: when it comes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import available_timezones

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.core.hours import Hour, last_hours
from bot.core.periods import local_day

ZONES = sorted(available_timezones() - {"localtime"})
MINUTE_MS = 60_000


def utc(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize(
    ("zone", "minutes", "now", "newest", "before"),
    [
        ("UTC", 17 * 60, "2026-11-02T17:00", "2026-11-02T17:00", "2026-11-01T17:00"),
        ("UTC", 17 * 60, "2026-11-02T16:59", "2026-11-01T17:00", "2026-10-31T17:00"),
        ("Asia/Tokyo", 30, "2026-11-02T15:30", "2026-11-02T15:30", "2026-11-01T15:30"),
        # Half past two is skipped: it comes when clocks jump from two to three.
        ("Europe/Berlin", 2 * 60 + 30, "2026-03-29T01:00", "2026-03-29T01:00", "2026-03-28T01:30"),
        # Half past two comes twice: the first counts.
        ("Europe/Berlin", 2 * 60 + 30, "2026-10-25T00:30", "2026-10-25T00:30", "2026-10-24T00:30"),
        ("Europe/Berlin", 2 * 60 + 30, "2026-10-25T01:30", "2026-10-25T00:30", "2026-10-24T00:30"),
        # The 30th was left out.
        ("Pacific/Apia", 17 * 60, "2011-12-30T12:00", "2011-12-30T03:00", "2011-12-29T03:00"),
        ("Pacific/Apia", 17 * 60, "2011-12-31T03:00", "2011-12-31T03:00", "2011-12-30T03:00"),
    ],
)
def test_the_newest_hour_and_the_one_before(zone: str, minutes: int, now: str, newest: str, before: str) -> None:
    """By the clocks of the zone."""
    assert [hour.at for hour in last_hours(zone, minutes, utc(now))] == [utc(newest), utc(before)]


@given(
    st.sampled_from(ZONES),
    st.integers(0, 24 * 60 - 1),
    st.integers(utc("2000-01-01T00:00"), utc("2037-12-31T00:00")),
)
@example("America/St_Johns", 0, utc("2009-11-01T03:00"))
@example("Pacific/Apia", 23 * 60 + 59, utc("2011-12-31T10:00"))
def test_every_date_has_one_hour(zone: str, minutes: int, now: int) -> None:
    """Whoever looks each minute for two days finds each hour once, in order, when it comes; in every zone."""
    newest, before = last_hours(zone, minutes, now)
    assert before.at < newest.at <= now
    assert before.day < newest.day <= local_day(zone, now) + timedelta(days=1)
    assert last_hours(zone, minutes, newest.at) == (newest, before)
    assert last_hours(zone, minutes, newest.at - 1)[0] == before
    assert newest.at % MINUTE_MS == 0


def test_an_hour_has_its_date() -> None:
    """The date of the zone's calendar, by which it is told once."""
    assert last_hours("Asia/Tokyo", 30, utc("2026-11-02T16:00"))[0] == Hour(date(2026, 11, 3), utc("2026-11-02T15:30"))
