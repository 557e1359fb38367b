"""Calendar periods in a zone, daylight saving and leap years included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.core.policy import Period


@dataclass(frozen=True, slots=True)
class Span:
    """A period: from ``start`` up to but not including ``end``, UTC milliseconds; ``end`` is ``None`` for ever."""

    start: int
    end: int | None


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
