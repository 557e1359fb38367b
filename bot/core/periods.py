"""Calendar periods in a zone, daylight saving and leap years included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from bot.core.moments import marked
from bot.core.policy import Period

DAY = timedelta(days=1)
#: Between the beginnings of one date in the zone farthest east and in the one farthest west.
MOST_APART_MS = 26 * 3600 * 1000


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
    day = _day(zone, now)
    match period:
        case Period.DAY:
            return _between(zone, day, day + DAY)
        case Period.WEEK:
            monday = day - timedelta(days=day.weekday())
            return _between(zone, monday, monday + timedelta(days=7))
        case Period.MONTH:
            first = day.replace(day=1)
            return _between(zone, first, (first + timedelta(days=32)).replace(day=1))
        case Period.NONE:  # pragma: no branch - the last of all periods
            return Span(0, None)


def span_after(ended: int, period: Period, zone: str, now: int) -> Span:
    """The period that holds ``now`` where the one before it, perhaps of another calendar, ended at ``ended``.

    It begins there at the earliest. What a change of the zone has left of a period is none of its own, with a whole cap
    for some hours: it goes on with the next.
    """
    found = span(period, zone, now)
    if found.start >= ended:
        return found
    if found.end is None:
        return Span(ended, None)
    rest, whole = found.end - ended, found.end - found.start
    is_scrap = rest <= MOST_APART_MS and rest * 2 < whole
    return Span(ended, span(period, zone, found.end).end if is_scrap else found.end)


def moment(zone: str, day: date, minutes: int) -> int:
    """UTC milliseconds at which the clocks of ``zone`` first show so many minutes after midnight.

    A time that they skip is the moment of the jump.
    """
    shown = datetime.combine(day, time(minutes // 60, minutes % 60), ZoneInfo(zone))
    at, other = _milliseconds(shown), _milliseconds(shown.replace(fold=1))
    return at if at <= other else _jump(ZoneInfo(zone), other, at)


def local_day(zone: str, now: int) -> date:
    """The date that the calendars of ``zone`` show."""
    return datetime.fromtimestamp(now / 1000, ZoneInfo(zone)).date()


def day_of(at: int, zone: str) -> date:
    """The calendar day that a moment, UTC milliseconds, belongs to."""
    return _day(zone, at)


def begin_of(day: date, zone: str) -> int:
    """The first moment of a calendar day, UTC milliseconds; of one that a zone has skipped, that of the next."""
    return moment(zone, day, 0)


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


def _day(zone: str, now: int) -> date:
    """The day that holds ``now``. One that has begun goes on where clocks are set back to before its midnight."""
    day = local_day(zone, now)
    return day + DAY if moment(zone, day + DAY, 0) <= now else day


def _between(zone: str, first: date, after: date) -> Span:
    return Span(moment(zone, first, 0), moment(zone, after, 0))


def _jump(zone: ZoneInfo, before: int, at: int) -> int:
    """When the offset changes between two moments, before the one and at or before the other."""
    new = datetime.fromtimestamp(at / 1000, zone).utcoffset()
    while at - before > 1:
        middle = (before + at) // 2
        if datetime.fromtimestamp(middle / 1000, zone).utcoffset() == new:
            at = middle
        else:
            before = middle
    return at


def _milliseconds(local: datetime) -> int:
    return int(local.astimezone(UTC).timestamp() * 1000)


def moment_name(at: int, zone: str) -> str:
    """A moment as a log or a card says it: ``25 Nov, 14:05``."""
    return f"{day_name(at, zone)}, {datetime.fromtimestamp(at / 1000, ZoneInfo(zone)):%H:%M}"


def native_moment(at: int, zone: str) -> str:
    """The same in a sentence: a chat that can shows it in each reader's own zone."""
    return marked(at, moment_name(at, zone))


def day_name(at: int, zone: str) -> str:
    """A date as the chat says it: ``1 Dec``."""
    local = datetime.fromtimestamp(at / 1000, ZoneInfo(zone))
    return f"{local.day} {local:%b}"
