"""What the worker knows of takes that render, so that a poll without news neither reads nor writes a row."""

from __future__ import annotations

from bot.core.rows import Take


class Known:
    """The rows of takes that are polled, as they were read last.

    Such a row may be old. All that it decides is whether the job is asked after: whatever is found is judged by the
    row under its lock, so that the worst an old one brings about is a poll too many.
    """

    def __init__(self) -> None:
        """Nothing is known at first."""
        self._rows: dict[str, tuple[int, Take]] = {}

    def keep(self, take: Take, again: int) -> None:
        """Nothing has changed: the take is as it was until its alarm at ``again`` (UTC milliseconds)."""
        self._rows[take.id] = (again, take)

    def take(self, take_id: str, now: int) -> Take | None:
        """The row, once; ``None`` when it is to be read, because it is not known or somebody rang before its time."""
        again, take = self._rows.pop(take_id, (now, None))
        return take if again <= now else None
