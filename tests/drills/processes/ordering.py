"""A process that orders at once with others: ``python -m tests.drills.processes.ordering DATABASE NUMBER ORDERS``.

It says ``ready`` when its rows are open, begins when it is told anything, and says ``done`` when all are answered.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from bot.core.clock import SystemClock, SystemIds
from bot.core.commands import Actor, Draft
from bot.jobs.manager import JobManager
from storage import StoreClock, open_store
from tests.jobs.conftest import LAUNCH, make_office

#: People of each process.
PEOPLE = 3


async def main(database: str, number: int, orders: int) -> None:
    """Order everything in one turn of the loop; what cannot be held is asked, and an error ends the process."""
    clock = StoreClock(SystemClock())
    store = await open_store(database, clock, alone=False)
    with tempfile.TemporaryDirectory() as folder:
        kit = replace(make_office(Path(folder), store=store).kit, clock=clock, ids=SystemIds(), alone=False)
        manager = JobManager(kit)
        print("ready", flush=True)
        await asyncio.to_thread(sys.stdin.readline)
        drafts = [
            Draft(
                actor=Actor(id=f"person-{number}-{order % PEOPLE}", name="somebody"),
                place=LAUNCH,
                event=f"event-{number}-{order}",
                prompt="a fox in snow",
            )
            for order in range(orders)
        ]
        await asyncio.gather(*(manager.handle(draft) for draft in drafts))
    await store.close()
    print("done", flush=True)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
