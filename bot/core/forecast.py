"""When a cap will be full, at the pace of the last days.

The pace is what was booked (charged or held, less what was given back) in the last seven days of the period, or since
its first booking where that is later, by the time that it took. What is left of the cap, held money taken off, lasts so
much longer. Nothing is said on too little: less than 48 hours of bookings (4 hours where the period is a day), fewer
than five takes, nothing booked on balance; nor of a cap that lasts to the end of its period, or has none.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.money import Money
from bot.core.rows import Budget

HOUR_MS = 3600 * 1000
#: Bookings older than this say nothing of the pace.
LOOK_BACK_MS = 7 * 24 * HOUR_MS
#: The shortest time that has a pace, and the shortest in a period of a day.
LEAST_MS = 48 * HOUR_MS
LEAST_OF_A_DAY_MS = 4 * HOUR_MS
LEAST_TAKES = 5
#: The longest that a day can be, with daylight saving; any longer period is no day.
LONGEST_DAY_MS = 26 * HOUR_MS


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """What was booked in a budget since a moment."""

    amount: Money
    #: Takes that cost or hold anything.
    takes: int
    #: UTC milliseconds.
    since: int


def begins(first: int, now: int) -> int:
    """Since when bookings count, where the period's first was at ``first``; UTC milliseconds."""
    return max(first, now - LOOK_BACK_MS)


def full_at(budget: Budget, booked: Booked, now: int) -> int | None:
    """When the cap is reached at this pace, UTC milliseconds; ``None`` where there is nothing to say."""
    if budget.cap is None or budget.period_end is None or budget.used >= budget.cap:
        return None
    time = now - booked.since
    enough = time >= _least(budget.period_end - budget.period_start) and booked.takes >= LEAST_TAKES
    if not enough or booked.amount.micros <= 0:
        return None
    full = now + -(-(budget.cap - budget.used).micros * time // booked.amount.micros)
    return full if full < budget.period_end else None


def _least(period_ms: int) -> int:
    return LEAST_OF_A_DAY_MS if period_ms <= LONGEST_DAY_MS else LEAST_MS
