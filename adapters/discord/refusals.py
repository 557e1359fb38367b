"""What Discord forbade a moment ago is not asked again at once: ten thousand refusals in ten minutes shut a bot out.

However many cards and lines wait for a channel that is closed to us, it is asked about once a minute.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import contextmanager

from adapters.discord.errors import Forbidden
from bot.core.ports import Clock

#: In seconds; who was refused comes again after a minute, and asks then.
QUIET_S = 50.0


class Refusals:
    """Remembers them, in memory alone."""

    def __init__(self, clock: Clock) -> None:
        """Nothing was refused yet."""
        self._clock = clock
        self._known: dict[Hashable, tuple[float, str]] = {}

    @contextmanager
    def heeded(self, what: Hashable) -> Iterator[None]:
        """Ask Discord for this, unless it refused the same a moment ago.

        Raises:
            Forbidden: it did, and says the same now; and what is raised inside.
        """
        now = self._clock.monotonic()
        self._known = {each: known for each, known in self._known.items() if known[0] > now}
        if what in self._known:
            raise Forbidden(self._known[what][1])
        try:
            yield
        except Forbidden as error:
            self._known[what] = (self._clock.monotonic() + QUIET_S, str(error))
            raise
