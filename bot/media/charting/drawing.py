"""Each kind of chart with what draws it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from bot.core.charts import Chart, Plot
from bot.media.charting.days import draw_days
from bot.media.charting.finished import draw_finished
from bot.media.charting.people import draw_people
from bot.media.charting.sheet import Sheet

DRAWN_BY: Mapping[Plot, Callable[[Chart], Sheet]] = {
    Plot.DAYS: draw_days,
    Plot.PEOPLE: draw_people,
    Plot.FINISHED: draw_finished,
}


def draw(chart: Chart, into: Path) -> None:
    """Write the chart as a PNG, 1600 by 1000.

    Raises:
        OSError: the disk does not take it.
    """
    DRAWN_BY[chart.plot](chart).save(into)
