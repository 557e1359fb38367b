"""Time that never runs back, whatever happens to the wall clock."""

from __future__ import annotations

from bot.core.ports.clock import Clock

#: Behind the wall clock time passes at this part of its pace, so that the wall clock catches up; twice the jump later.
PACE = 0.5


class SteadyClock:
    """A wall clock that goes on where another is set back: slower, until it has been caught up with.

    Were it to stand still instead, nothing that is under way would come due for as long as the jump was: jobs would not
    be polled while their clips expire, and slots and grace would last.
    """

    def __init__(self, clock: Clock) -> None:
        """Begin with what ``clock`` says when the time is asked for first: by then a database may have told it."""
        #: The clock that it goes by.
        self.wall = clock
        self._now_ms = 0.0
        self._seen_s = clock.monotonic()

    def now(self) -> int:
        """UTC milliseconds, never less than before."""
        wall, seconds = self.wall.now(), self.wall.monotonic()
        passed_ms = (seconds - self._seen_s) * 1000
        self._now_ms, self._seen_s = max(wall, self._now_ms + max(0.0, passed_ms) * PACE), seconds
        return int(self._now_ms)

    def monotonic(self) -> float:
        """See ``Clock``."""
        return self.wall.monotonic()

    async def sleep(self, seconds: float) -> None:
        """See ``Clock``."""
        await self.wall.sleep(seconds)

    @property
    def behind_ms(self) -> int:
        """How far the wall clock is behind this one, in milliseconds."""
        return max(0, self.now() - self.wall.now())

    def not_before(self, at: int) -> None:
        """Go on from ``at`` (UTC milliseconds) where it is later: so far the rows are."""
        self._now_ms = float(max(self.now(), at))
