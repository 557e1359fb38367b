"""What a webhook is told, and when: the result object, unsigned, once the job has ended."""

from __future__ import annotations

from dataclasses import replace

from adapters.muapi.simulator.faults import Fault
from adapters.muapi.simulator.jobs import Job, Stage
from adapters.muapi.simulator.world import World

LATE_S = 600.0


def call_back(world: World, job: Job, origin: str) -> None:
    """Have the order's webhook called when the job has ended; a job that never ends calls nobody."""
    if job.webhook is not None and job.outcome.stage is not None and Fault.CALL_NEVER not in job.marks:
        world.caller.start(_call(world, job, job.webhook, origin))


async def _call(world: World, job: Job, url: str, origin: str) -> None:
    late = job.marks.get(Fault.CALL_LATE)
    wait_s = job.ends_at - world.clock.monotonic() + (world.plan.real(late.number(LATE_S)) if late else 0.0)
    await world.clock.sleep(max(0.0, wait_s))
    for _ in range(2 if Fault.CALL_TWICE in job.marks else 1):
        view = world.view(job, origin)
        await _tell(world, job, url, world.wire.result(view))
    if Fault.CALL_STALE in job.marks:
        stale = replace(world.view(job, origin), stage=Stage.PROCESSING, url=None, refunded=False)
        await _tell(world, job, url, world.wire.result(stale))


async def _tell(world: World, job: Job, url: str, body: dict[str, object]) -> None:
    world.counts["calls"] += 1
    await world.caller.call(job.id, url, world.wrapped(body))
