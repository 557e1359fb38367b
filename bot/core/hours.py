"""The dailies hour: when it comes, once on each date of a zone's calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.core.periods import DAY, local_day, moment

#: A date whose hour came, the one before it, one that a zone left out, and one to which clocks were set back.
DATES = 5


@dataclass(frozen=True, slots=True)
class Hour:
    """The hour of one date, and when it came, UTC milliseconds."""

    day: date
    at: int


def last_hours(zone: str, minutes: int, now: int) -> tuple[Hour, Hour]:
    """The newest hour that has come by ``now``, so many minutes after midnight, and the one before it.

    One that clocks skip comes at the jump, one that comes twice counts once; a date that the zone left out has none.
    """
    tomorrow = local_day(zone, now) + DAY
    days = (tomorrow - DAY * number for number in range(DATES))
    hours = [Hour(day, moment(zone, day, minutes)) for day in days if _is_day(zone, day)]
    newest, before, *_ = (hour for hour in hours if hour.at <= now)
    return newest, before


def _is_day(zone: str, day: date) -> bool:
    return moment(zone, day, 0) < moment(zone, day + DAY, 0)
