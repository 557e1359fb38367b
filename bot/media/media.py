"""What the rest of the product asks about clips."""

from __future__ import annotations

from pathlib import Path

from bot.core.charts import Chart
from bot.core.errors import ClipDamaged
from bot.media.errors import MediaUnavailable
from bot.media.facts import Asked, ClipFacts, Measured
from bot.media.workers import WORKERS_AT_ONCE, Workers

CHECK_TIMEOUT_S = 60.0
CHART_TIMEOUT_S = 20.0
#: A chart of 1600 by 1000 with everything on it has a tenth of this.
CHART_BYTES = 4_000_000


class Media:
    """Reads clips, which are untrusted, outside of this process."""

    def __init__(self, *, workers: int | Workers = WORKERS_AT_ONCE) -> None:
        """``workers`` is how many clips are read at once, or where."""
        self._workers = workers if isinstance(workers, Workers) else Workers(at_once=workers)

    async def check_clip(
        self,
        path: Path,
        *,
        seconds: int,
        width_over_height: tuple[int, int] | None,
        audio: bool,
        timeout_s: float = CHECK_TIMEOUT_S,
    ) -> ClipFacts:
        """Decode the whole clip, and say how it differs from what was asked.

        ``seconds`` is the length asked for, ``width_over_height`` the shape (``(16, 9)``), or ``None`` for any.

        Raises:
            ClipDamaged: not a whole, playable H.264 MP4; the text says in which way.
            MediaUnavailable: it could not be checked, for reasons that say nothing of the clip.
        """
        facts = await self._workers.run({"task": "check", "clip": str(path)}, timeout_s=timeout_s)
        asked = Asked(seconds=seconds, width_over_height=width_over_height, audio=audio)
        try:
            return ClipFacts.of(Measured.read(facts), asked)
        except ValueError as error:
            raise MediaUnavailable(str(error)) from error

    async def draw_chart(self, chart: Chart, into: Path, *, timeout_s: float = CHART_TIMEOUT_S) -> None:
        """Draw a chart as a PNG of 1600 by 1000; matplotlib keeps its list of fonts in the same folder.

        Raises:
            MediaUnavailable: it could not be drawn, or the disk does not take it.
        """
        request = {"task": "chart", "chart": chart.said(), "into": str(into)}
        try:
            await self._workers.run(request, timeout_s=timeout_s, file_bytes=CHART_BYTES)
        except ClipDamaged as error:  # How a worker says that it needs more than it may, or has crashed.
            raise MediaUnavailable(str(error)) from error
