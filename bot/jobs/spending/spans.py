"""The days that a chart covers, the bars that they are put together to, and where a moment is among them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from bot.core.buckets import Bucket, Step, buckets, step_of
from bot.core.charts import Tick
from bot.core.periods import DAY, Days, begin_of, day_of
from bot.core.sentences import charts
from bot.jobs.spending.reading import Extent

#: Asked for more days than this, those before the first booking and after the last are left out.
MOST_EMPTY_DAYS = 62
MOST_TICKS = 6
#: Every so many bars have a name; the least that leaves few enough.
EVERY: Mapping[Step, tuple[int, ...]] = {
    Step.DAY: (1, 2, 7, 14),
    Step.WEEK: (1, 2, 4, 8, 13),
    Step.MONTH: (1, 3, 6, 12),
    Step.YEAR: (1, 2, 5, 10, 20),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """Days from left to right."""

    days: Days
    step: Step
    #: All bars, also those that are still to come.
    buckets: tuple[Bucket, ...]
    zone: str

    @property
    def length(self) -> int:
        """How many days."""
        return (self.days.last - self.days.first).days + 1

    def start(self, of: Bucket) -> int:
        """How many days are before a bar's first."""
        return (of.first - self.days.first).days

    def at(self, moment: int) -> float:
        """Where a moment, UTC milliseconds, is, in days; the nearer end where it is outside.

        To a hundredth, which nobody sees, so that a minute later it is the same picture.
        """
        day = day_of(moment, self.zone)
        begun, over = begin_of(day, self.zone), begin_of(day + DAY, self.zone)
        part = (moment - begun) / max(1, over - begun)
        return min(max(0.0, round((day - self.days.first).days + part, 2)), float(self.length))

    def ticks(self) -> tuple[Tick, ...]:
        """Names below some of the bars, in the middle of each; one cut short at an end has no room for a name."""
        widest = max(each.days for each in self.buckets)
        named = [each for each in self.buckets if each.days * 2 > widest]
        steps = EVERY[self.step]
        every = next((each for each in steps if len(named) <= each * MOST_TICKS), steps[-1])
        return tuple(
            Tick(at=self.start(each) + each.days / 2, name=charts.bucket(each, self.step)) for each in named[::every]
        )

    def begun(self, today: date) -> list[Bucket]:
        """The bars that are not wholly to come."""
        return [each for each in self.buckets if each.first <= today]


def covered(of: Extent, booked: Collection[date], *, most: int) -> Covered:
    """The days of an extent in which something was booked on these days (one at least), as ``most`` bars at most.

    A period is whole, even what is still to come of it; it goes on where its takes were charged after its end.
    """
    first, last = min(booked), max(booked)
    if of.days is None:
        days = Days(first, max(last, day_of(of.now, of.zone)))
    elif of.budget is not None or (of.days.last - of.days.first).days < MOST_EMPTY_DAYS:
        days = Days(min(first, of.days.first), max(last, of.days.last))
    else:
        days = Days(first, last)
    step = step_of(days, most)
    return Covered(days=days, step=step, buckets=tuple(buckets(days, step)), zone=of.zone)
