"""Days put together to weeks, months or years, so that a chart of a long time has bars that can be told apart."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from bot.core.periods import DAY, Days, month_of, year_of


class Step(Enum):
    """What a bar is of."""

    DAY = "day"
    #: Monday to Sunday.
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class Bucket:
    """Days, both included; at the ends of a chart they may be fewer than its step has."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many they are."""
        return (self.last - self.first).days + 1


def step_of(days: Days, most: int) -> Step:
    """The smallest step of which the days take ``most`` at most; years where none is large enough."""
    smaller = (step for step in Step if step is not Step.YEAR)
    return next((step for step in smaller if sum(1 for _ in buckets(days, step)) <= most), Step.YEAR)


def buckets(days: Days, step: Step) -> Iterator[Bucket]:
    """The days in order, put together, without a gap."""
    first = days.first
    while first <= days.last:
        last = min(_end(first, step), days.last)
        yield Bucket(first, last)
        first = last + DAY


def _end(day: date, step: Step) -> date:
    match step:
        case Step.DAY:
            return day
        case Step.WEEK:
            return day + timedelta(days=6 - day.weekday())
        case Step.MONTH:
            return month_of(day).last
        case Step.YEAR:  # pragma: no branch - the last of all steps
            return year_of(day.year).last
