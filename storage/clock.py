"""The clock of an installation: the machine's, until a database has told it a better time."""

from __future__ import annotations

from bot.core.ports.clock import Clock

MICROS_PER_MS = 1_000
MICROS_PER_SECOND = 1_000_000


class StoreClock:
    """Goes by the machine's wall clock on SQLite; a PostgreSQL store tells it the database's at every transaction.

    In between it goes on by the monotonic clock, so that a machine whose wall clock is wrong, or is set while
    the bot runs, still judges every due time as the database does.
    """

    def __init__(self, machine: Clock) -> None:
        """``machine`` says how much time has passed, and waits."""
        self._machine = machine
        #: The database's time less the monotonic clock's, in microseconds; ``None`` until it was told.
        self._ahead: int | None = None

    def now(self) -> int:
        """UTC milliseconds."""
        return self._machine.now() if self._ahead is None else (self._ahead + self._micros()) // MICROS_PER_MS

    def monotonic(self) -> float:
        """Seconds since some moment."""
        return self._machine.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await self._machine.sleep(seconds)

    def told(self, at: int, *, trip_s: float) -> None:
        """Take the database's time ``at`` (UTC milliseconds), as it was within the last ``trip_s`` seconds.

        It is at least ``at`` by now, and at most that much later; of what was known before, only what lies
        outside of these bounds is given up. So no slow trip sets the clock back, and it is never early.
        """
        earliest = at * MICROS_PER_MS - self._micros()
        latest = earliest + round(trip_s * MICROS_PER_SECOND) + MICROS_PER_MS
        self._ahead = earliest if self._ahead is None else min(max(self._ahead, earliest), latest)

    def _micros(self) -> int:
        return round(self._machine.monotonic() * MICROS_PER_SECOND)
