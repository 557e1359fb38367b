"""The simulator in a process of its own, and what it has counted."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from bot.core.money import Money

ROOT = Path(__file__).parents[3]
DAILIES = (str(Path(sys.executable).with_name("dailies")),)
#: Half a second of each clip is encoded, and then repeated: the clips are not what a drill is about.
QUICK = """
import sys
from adapters.muapi.simulator import clips
from bot.__main__ import main

clips.LOOP_FRAMES = clips.LOOP_FRAMES_LARGE = 12
sys.exit(main(sys.argv[1:]))
"""
#: With a history that lags, which no option of ``dailies simulate`` asks for.
LAGGING = """
import asyncio, sys
from adapters.muapi.simulator import Simulator

async def main():
    async with Simulator(key="k-7", scale=float(sys.argv[1]), seed=int(sys.argv[2]), history_lag_s=1e9) as simulator:
        print("Simulating Muapi at", simulator.base_url, "with key k-7", flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


@dataclass(frozen=True)
class Billed:
    """One job at the provider: what it was ordered as, and what it cost in the end."""

    job: str
    prompt: str
    price: Money
    charged: Money


@dataclass(frozen=True)
class Provider:
    """Where the simulator is; it outlives every bot of its test."""

    base_url: str
    key: str
    scale: float

    def bills(self) -> list[Billed]:
        """Every job, oldest first."""
        return [_billed(bill) for bill in self._asked("bills")["bills"]]

    def running(self) -> int:
        """Jobs that are not over now."""
        return sum(job["stage"] not in {"completed", "failed", "cancelled"} for job in self._asked("jobs")["jobs"])

    def downloads(self) -> int:
        """Clips that were asked for so far."""
        return int(self._asked("bills")["report"]["downloads"])

    def _asked(self, what: str) -> dict[str, Any]:
        root = self.base_url.partition("/api/")[0]
        said: dict[str, Any] = httpx.get(f"{root}/control/{what}", trust_env=False, verify=False).json()
        return said


def _billed(bill: dict[str, Any]) -> Billed:
    price = Money.usd(bill["amount"])
    return Billed(
        job=bill["job"],
        prompt=str(bill["payload"]["prompt"]),
        price=price,
        charged=Money.usd(0) if bill["refunded"] else price,
    )


@contextmanager
def simulating(*, scale: float, seed: int, lagging: bool = False) -> Iterator[Provider]:
    """A simulator until the end; its history never shows anything when it is ``lagging``."""
    options = ("--port", "0", "--key", "k-7", "--scale", str(scale), "--seed", str(seed), "--balance", "5000")
    command = (
        (sys.executable, "-c", LAGGING, str(scale), str(seed))
        if lagging
        else (sys.executable, "-c", QUICK, "simulate", *options)
    )
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            assert server.stdout is not None
            found = re.search(r"at (\S+) with key (\S+)", server.stdout.readline())
            assert found is not None
            yield Provider(base_url=found[1], key=found[2], scale=scale)
        finally:
            server.kill()
