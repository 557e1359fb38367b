"""A chart of 400 days, drawn in a worker of its own, beside a bare process that draws one bar with matplotlib."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

from bot.core.charts import Bar, Chart, Level, Plot, Theme, Tick
from bot.media.media import Media

ROUNDS = 5
DAYS, WEEK = 400, 7
DOLLAR = 1_000_000
#: What anybody would write who wants a bar.
BARE = """
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
figure = Figure(figsize=(16, 10), dpi=100)
FigureCanvasAgg(figure)
figure.add_subplot().bar([1], [1])
figure.savefig("bare.png")
"""


def chart() -> Chart:
    """A running total under a cap, and a bar for each week."""
    starts = range(0, DAYS, WEEK)
    return Chart(
        plot=Plot.DAYS,
        theme=Theme.DARK,
        title="#launch: spending by week",
        subtitle="since 1 Nov 2026 · $406.00 of $500.00 spent, $1.50 held",
        series=("drafts $232.00", "finals $174.00", "held $1.50"),
        bars=tuple(Bar(parts=(4 * DOLLAR, 3 * DOLLAR), start=start, days=WEEK) for start in starts),
        bars_name="Each week",
        level_name="Total so far",
        days=DAYS,
        ticks=tuple(Tick(at=at, name="1 Nov") for at in range(4, DAYS, 90)),
        level=Level(
            cap=500 * DOLLAR,
            cap_name="cap $500.00",
            spent=406 * DOLLAR,
            held=3 * DOLLAR // 2,
            over_name="",
            now=399.5,
            full=None,
            full_name="",
        ),
    )


async def test_time_of_a_chart(tmp_path: Path) -> None:
    """With no list of fonts yet, and with one; the bare process has one from its second round on."""
    drawn, media = chart(), Media()
    target = tmp_path / "chart.png"

    async def first() -> None:
        for path in tmp_path.iterdir():
            path.unlink()
        await media.draw_chart(drawn, target)

    cold, warm = await _median_s(first), await _median_s(lambda: media.draw_chart(drawn, target))
    bare = await _median_s(lambda: _bare(tmp_path))
    print(
        f"\na chart of {DAYS} days: {warm:.2f} s, {cold:.2f} s without a list of fonts; {target.stat().st_size:,} bytes"
    )
    print(f"  a bare process that draws one bar: {bare:.2f} s, ratio {warm / bare:.1f}")


async def _bare(folder: Path) -> None:
    environment = os.environ | {"MPLCONFIGDIR": str(folder)}
    subprocess.run([sys.executable, "-c", BARE], check=True, cwd=folder, env=environment)  # noqa: ASYNC221


async def _median_s(doing: Callable[[], Awaitable[None]]) -> float:
    spans = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        await doing()
        spans.append(time.perf_counter() - begun)
    return statistics.median(spans)
