"""Which faults strike a request: those it carries itself, and those the control endpoint has armed."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection

from adapters.muapi.simulator.faults import LARGEST_TIMES, Mark, Marks, Strikes, read_header, read_prompt

MOST_ARMED = 1_000
MOST_TALLIES = 100_000
#: What is armed at one of these moments strikes the next order, and goes with its job.
ORDERED = frozenset(Strikes) - {Strikes.POLL, Strikes.HISTORY}


class Armory:
    """Counts how often each limited fault has struck."""

    def __init__(self) -> None:
        """Nothing is armed."""
        self._armed: list[tuple[Mark, int]] = []
        self._struck: OrderedDict[tuple[str, str], int] = OrderedDict()

    def arm(self, mark: Mark, times: int) -> None:
        """Let a fault strike the next ``times`` requests of its kind, 1 to 10,000.

        Raises:
            ValueError: a count out of its range, or 1,000 armed already.
        """
        if not 1 <= times <= LARGEST_TIMES:
            msg = f"times is between 1 and {LARGEST_TIMES}"
            raise ValueError(msg)
        if len(self._armed) >= MOST_ARMED:
            msg = f"at most {MOST_ARMED} faults are armed at once"
            raise ValueError(msg)
        self._armed.append((mark, times))

    def disarm(self) -> None:
        """Forget everything that is armed."""
        self._armed.clear()

    def armed(self) -> list[tuple[Mark, int]]:
        """What is armed, with the times left."""
        return list(self._armed)

    def on_submit(self, *, header: str, prompt: str, body: str) -> Marks:
        """The faults of a submit; ``body`` names its content, for faults that strike the first n times only.

        Raises:
            ValueError: the header names something that is no fault.
        """
        asked = [*read_header(header), *read_prompt(prompt)]
        struck = [mark for mark in asked if mark.fault.strikes is Strikes.POLL or self._strikes(mark, body)]
        return Marks([*struck, *self._take(ORDERED)])

    def on_poll(self, *, header: str, marks: Marks, job: str) -> Marks:
        """The faults of a poll; ``marks`` are those that the job was ordered with.

        Raises:
            ValueError: the header names something that is no fault.
        """
        carried = [mark for mark in marks.only(Strikes.POLL) if self._strikes(mark, job)]
        return Marks([*read_header(header), *carried, *self._take({Strikes.POLL})]).only(Strikes.POLL)

    def on_history(self, *, header: str) -> Marks:
        """The faults of a reading of the history.

        Raises:
            ValueError: the header names something that is no fault.
        """
        return Marks([*read_header(header), *self._take({Strikes.HISTORY})]).only(Strikes.HISTORY)

    def count(self, kind: str, of: str) -> int:
        """Count one more of a kind of thing, and say how many there were before it."""
        before = self._struck.pop((kind, of), 0)
        self._struck[kind, of] = before + 1
        if len(self._struck) > MOST_TALLIES:
            self._struck.popitem(last=False)
        return before

    def _strikes(self, mark: Mark, of: str) -> bool:
        return mark.times is None or self.count(mark.fault.word, of) < mark.times

    def _take(self, moments: Collection[Strikes]) -> list[Mark]:
        taken = [mark for mark, _ in self._armed if mark.fault.strikes in moments]
        left = [(mark, times - 1 if mark.fault.strikes in moments else times) for mark, times in self._armed]
        self._armed = [(mark, times) for mark, times in left if times > 0]
        return taken
