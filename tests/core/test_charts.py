from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bot.core.charts import Bar, Chart, Level, Plot, Theme, Tick

LEVEL = Level(cap=9, cap_name="cap", spent=4, held=1, over_name="", now=1.5, full=2.25, full_name="full")
CHART = Chart(
    plot=Plot.DAYS,
    theme=Theme.DARK,
    title="#launch",
    subtitle="1 Nov 2026",
    series=("drafts", "finals"),
    bars=(Bar(parts=(3, -1), name="mina", note="$1", start=1, days=7), Bar(parts=(2, 0))),
    days=8,
    ticks=(Tick(at=0.5, name="1 Nov"),),
    level=LEVEL,
)


@pytest.mark.parametrize("chart", [CHART, replace(CHART, level=None, bars=(), ticks=())])
def test_a_chart_crosses_to_another_process(chart: Chart) -> None:
    """As JSON, and is the same there."""
    assert Chart.read(json.loads(json.dumps(chart.said()))) == chart
