"""Charts drawn in the test's own process: matplotlib is imported once, settled as a worker settles it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from bot.core.charts import Bar, Chart, Level, Plot, Theme, Tick
from bot.media.chart import settle

DOLLAR = 1_000_000
TICKS = tuple(Tick(at=day + 0.5, name=f"{day + 1} Nov") for day in range(0, 30, 7))
LEVEL = Level(
    cap=50 * DOLLAR,
    cap_name="cap $50.00",
    spent=24 * DOLLAR,
    held=1_500_000,
    over_name="",
    now=16.4,
    full=28.5,
    full_name="At this pace it is full on the 29th",
)
CHART = Chart(
    plot=Plot.DAYS,
    theme=Theme.LIGHT,
    title="#launch: spending by day",
    subtitle="1 Nov 2026 to 30 Nov 2026 · $24.00 of $50.00 spent, $1.50 held",
    series=("drafts $16.00", "finals $8.00", "held $1.50"),
    bars=tuple(Bar(parts=(DOLLAR, DOLLAR // 2), start=day) for day in range(16)),
    bars_name="Each day",
    level_name="Total so far",
    days=30,
    ticks=TICKS,
    level=LEVEL,
)


@pytest.fixture(scope="session", autouse=True)
def _settled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    before = dict(os.environ)
    settle(tmp_path_factory.mktemp("matplotlib"))
    import matplotlib.font_manager  # noqa: F401, PLC0415  # read now, while it is told where

    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def made() -> Callable[..., Chart]:
    """The chart of half a month, with changes."""

    def make(**changes: Any) -> Chart:
        return replace(CHART, **changes)

    return make


@pytest.fixture
def levelled() -> Callable[..., Level]:
    """Its running total, with changes."""

    def make(**changes: Any) -> Level:
        return replace(LEVEL, **changes)

    return make
