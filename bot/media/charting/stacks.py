"""Bars whose parts lie on each other."""

from __future__ import annotations

from collections.abc import Sequence

from matplotlib.axes import Axes

from bot.core.charts import Bar
from bot.media.charting.looks import Fill
from bot.media.charting.sheet import Sheet

#: How much of its days, or of its row, a bar takes.
SHARE = 0.78
#: How much of the picture it takes at most.
MOST_SHARE = 0.2


def stand(sheet: Sheet, axes: Axes, bars: Sequence[Bar], fills: Sequence[Fill], *, unit: int) -> None:
    """Upright bars over their days; ``unit`` is what is 1 on the axis."""
    widest = MOST_SHARE * (axes.get_xlim()[1] - axes.get_xlim()[0])
    for part, fill in enumerate(fills):
        some = [bar for bar in bars if bar.parts[part]]
        axes.bar(
            [bar.start + bar.days / 2 for bar in some],
            [bar.parts[part] / unit for bar in some],
            [min(widest, bar.days * SHARE) for bar in some],
            [base(bar.parts, part) / unit for bar in some],
            **sheet.fill(fill),
        )


def lie(sheet: Sheet, axes: Axes, bars: Sequence[Bar], fills: Sequence[Fill], *, unit: int) -> None:
    """Bars from left to right, the first on top."""
    for part, fill in enumerate(fills):
        some = [(row, bar.parts) for row, bar in enumerate(bars) if bar.parts[part]]
        axes.barh(
            [-row for row, _ in some],
            [parts[part] / unit for _, parts in some],
            SHARE,
            [base(parts, part) / unit for _, parts in some],
            clip_on=False,
            **sheet.fill(fill),
        )


def base(parts: Sequence[int], part: int) -> int:
    """Where a part begins: on those before it of the same sign."""
    return sum(each for each in parts[:part] if (each < 0) == (parts[part] < 0))


def lowest(bars: Sequence[Bar]) -> int:
    """The end of the longest bar below zero; 0 where there is none."""
    return min((sum(each for each in bar.parts if each < 0) for bar in bars), default=0)


def highest(bars: Sequence[Bar]) -> int:
    """The end of the longest bar above zero; 0 where there is none."""
    return max((sum(each for each in bar.parts if each > 0) for bar in bars), default=0)
