"""Calendar periods in a zone, daylight saving and leap years included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from bot.core.policy import Period


@dataclass(frozen=True, slots=True)
class Span:
    """A period: from ``start`` up to but not including ``end``, UTC milliseconds; ``end`` is ``None`` for ever."""

    start: int
    end: int | None


class Reach(Enum):
    """How far a report reaches, where no dates are named. Weeks, months and years are the calendar's."""

    #: The current period of the budget.
    PERIOD = "period"
    #: The one before it.
    LAST = "last"
    TODAY = "today"
    YESTERDAY = "yesterday"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"
    LAST_WEEK = "last week"
    LAST_MONTH = "last month"
    LAST_YEAR = "last year"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Days:
    """Calendar days, both included."""

    first: date
    last: date


def span(period: Period, zone: str, now: int) -> Span:
    """The calendar period of ``zone`` that holds ``now``; weeks begin on Monday."""
    local = datetime.fromtimestamp(now / 1000, ZoneInfo(zone))
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    match period:
        case Period.DAY:
            return _between(midnight, midnight + timedelta(days=1))
        case Period.WEEK:
            monday = midnight - timedelta(days=midnight.weekday())
            return _between(monday, monday + timedelta(days=7))
        case Period.MONTH:
            first = midnight.replace(day=1)
            return _between(first, (first + timedelta(days=32)).replace(day=1))
        case Period.NONE:  # pragma: no branch - the last of all periods
            return Span(0, None)


def day_of(at: int, zone: str) -> date:
    """The calendar day that a moment, UTC milliseconds, belongs to."""
    return datetime.fromtimestamp(at / 1000, ZoneInfo(zone)).date()


def begin_of(day: date, zone: str) -> int:
    """The first moment of a calendar day, UTC milliseconds; of one that a zone has skipped, that of the next."""
    return _milliseconds(datetime.combine(day, time(), ZoneInfo(zone)))


def span_of(days: Days, zone: str) -> Span:
    """From the first moment of the first day to the end of the last; a day has 23 to 25 hours, as the zone has it."""
    return Span(begin_of(days.first, zone), begin_of(days.last + timedelta(days=1), zone))


def days_of(reach: Reach, today: date) -> Days:
    """The calendar days that a reach names on a day; neither a budget's period nor ``ALL``, which name none."""
    match reach:
        case Reach.YESTERDAY:
            return Days(today - timedelta(days=1), today - timedelta(days=1))
        case Reach.WEEK | Reach.LAST_WEEK:
            monday = today - timedelta(days=today.weekday() + (7 if reach is Reach.LAST_WEEK else 0))
            return Days(monday, monday + timedelta(days=6))
        case Reach.MONTH:
            return month_of(today)
        case Reach.LAST_MONTH:
            return month_of(today.replace(day=1) - timedelta(days=1))
        case Reach.YEAR | Reach.LAST_YEAR:
            return year_of(today.year - (reach is Reach.LAST_YEAR))
        case _:
            return Days(today, today)


def month_of(day: date) -> Days:
    """The calendar month of a day."""
    first = day.replace(day=1)
    return Days(first, (first + timedelta(days=31)).replace(day=1) - timedelta(days=1))


def year_of(year: int) -> Days:
    """A calendar year."""
    return Days(date(year, 1, 1), date(year, 12, 31))


def _between(first: datetime, after: datetime) -> Span:
    return Span(_milliseconds(first), _milliseconds(after))


def _milliseconds(local: datetime) -> int:
    """UTC milliseconds of a wall-clock time; one that daylight saving skips is the moment of the jump."""
    return int(local.astimezone(UTC).timestamp() * 1000)


def moment_name(at: int, zone: str) -> str:
    """A moment as a log or a card says it: ``25 Nov, 14:05``."""
    return f"{day_name(at, zone)}, {datetime.fromtimestamp(at / 1000, ZoneInfo(zone)):%H:%M}"


def day_name(at: int, zone: str) -> str:
    """A date as the chat says it: ``1 Dec``."""
    local = datetime.fromtimestamp(at / 1000, ZoneInfo(zone))
    return f"{local.day} {local:%b}"
