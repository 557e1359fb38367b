"""Ten thousand open takes: what polling them costs, how soon work begins again, how long anything holds the rows."""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.core.lifecycle import State
from tests.bench.rows import copy, fill

ROUNDS = 5
SECONDS = 12.0
#: Polls begin so long after the rows were put in place: sooner than a process has started.
IN_MS = 500
#: Figures of a round, of which the median is told.
NUMBERS = (
    "polls_per_s",
    "cores",
    "rss_mib",
    "late_median_ms",
    "late_p99_ms",
    "first_s",
    "first_cpu_s",
    "held_ms",
    "held_cpu_ms",
)


@pytest.mark.parametrize(
    ("name", "state", "shown"),
    [
        ("ten thousand takes that render", State.RENDERING, True),
        ("ten thousand that render, every card to be drawn", State.RENDERING, False),
        ("ten thousand that wait for a slot", State.QUEUED, True),
    ],
)
async def test_ten_thousand_takes(tmp_path: Path, name: str, state: State, shown: bool) -> None:  # noqa: FBT001
    """A process for each round, on SQLite and a provider that answers at once."""
    template = tmp_path / "template.db"
    await asyncio.to_thread(fill, template, state, shown=shown)
    rounds = []
    for number in range(ROUNDS):
        home = tmp_path / f"home{number}"
        await asyncio.to_thread(copy, template, home, in_ms=IN_MS)
        rounds.append(await _at_work(home))

    print(f"\n{name}: {_line({each: _middle(rounds, each) for each in NUMBERS})}")
    print(f"  held longest by {', '.join(sorted({each['held_by'] for each in rounds}))}")


def _middle(rounds: list[dict[str, Any]], name: str) -> float:
    return float(statistics.median(each[name] for each in rounds))


def _line(figures: dict[str, float]) -> str:
    return (
        "{polls_per_s:,.0f} polls a second, {cores:.0%} of a core, {rss_mib:.0f} MiB, late by {late_median_ms:.0f} ms "
        "median, {late_p99_ms:.0f} ms p99;\n"
        "  from the start of the process to its first call of the provider {first_s:.1f} s, of which computing "
        "{first_cpu_s:.1f} s;\n"
        "  the rows held for {held_ms:.0f} ms at most, computing for {held_cpu_ms:.0f} ms at most"
    ).format(**figures)


async def _at_work(home: Path) -> dict[str, Any]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.at_work", str(home), str(SECONDS), stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    assert process.returncode == 0
    figures: dict[str, Any] = json.loads(output)
    return figures
