"""How long the console script takes to explain itself."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

RUNS = 11


def test_time_of_the_first_help() -> None:
    """``dailies --help``, beside an interpreter that does nothing."""
    help_s = _median_s("-m", "bot", "--help")
    bare_s = _median_s("-c", "pass")
    print(f"\ndailies --help: {help_s:.2f} s, an interpreter alone {bare_s:.2f} s, ratio {help_s / bare_s:.1f}")


def _median_s(*words: str) -> float:
    spans = []
    for _ in range(RUNS):
        begun = time.perf_counter()
        subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL)
        spans.append(time.perf_counter() - begun)
    return statistics.median(spans)
