"""The simulated provider in a process of its own, so that it takes nothing from what is measured.

``python -m tests.bench.simulated SCALE SEED`` prints where it is; at the end of its input it prints its jobs as JSON.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from adapters.muapi.simulator import Simulator
from adapters.muapi.simulator.clips import Clip
from adapters.muapi.simulator.shelf import Shelf
from bot.core.money import Money

PLENTY = Money.usd(10_000)


@dataclass(frozen=True, slots=True)
class Made:
    """A job: when it was ordered and when it was done, in monotonic seconds of the machine."""

    id: str
    created_at: float
    ends_at: float


@dataclass(slots=True)
class Running:
    """A simulator that runs; its jobs are known when it has ended."""

    url: str
    jobs: list[Made] = field(default_factory=list)


@contextlib.asynccontextmanager
async def simulated(*, scale: float, seed: int) -> AsyncIterator[Running]:
    """Start one, and read its jobs at the end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.bench.simulated", str(scale), str(seed)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    running = Running((await process.stdout.readline()).decode().strip())
    try:
        yield running
    finally:
        output, _ = await process.communicate(b"")
        running.jobs += [Made(*each) for each in json.loads(output)]


def _encode_once(shelf: Shelf) -> None:
    """The clips differ by their job's id only; encoding each would keep the machine busy with what is not measured."""
    fetch = shelf.fetch

    async def the_one(clip: Clip) -> Path:
        return await fetch(replace(clip, scene=replace(clip.scene, job="any")))

    shelf.fetch = the_one  # type: ignore[method-assign]


async def _serve(scale: float, seed: int) -> None:
    async with Simulator(scale=scale, seed=seed, balance=PLENTY) as simulator:
        _encode_once(simulator._open_world().shelf)  # noqa: SLF001
        print(simulator.base_url, flush=True)
        await asyncio.to_thread(sys.stdin.read)
        jobs = simulator._open_world().book.jobs()  # noqa: SLF001
        print(json.dumps([(job.id, job.created_at, job.ends_at) for job in jobs]))


if __name__ == "__main__":
    asyncio.run(_serve(float(sys.argv[1]), int(sys.argv[2])))
