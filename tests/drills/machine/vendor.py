"""The provider as the machine has it: it knows for which take each job was ordered, and has bad moments."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.core.errors import Gone
from bot.core.ports import Balance, Downloaded, History, JobStatus, Order
from tests.drills.vendor import Behaviour, MadeJob, Vendor

#: The clip's address is good for so long after the job's end; provider.md.
URL_LIVES_MS = 24 * 3600 * 1000
#: Orders that it plans to treat otherwise than usual, at most.
MOST_BEHAVIOURS = 5


def ordering_take() -> str:
    """The take whose order is sent by the current task, which is named after it."""
    task = asyncio.current_task()
    return "" if task is None else task.get_name().removeprefix("submit ")


@dataclass(kw_only=True)
class MachineVendor(Vendor):
    """A vendor that is asked by several processes."""

    #: The take that each job was ordered for, and the longest lag of the history while it was new.
    made_for: dict[str, str] = field(default_factory=dict)
    lag_of: dict[str, float] = field(default_factory=dict)
    #: Takes whose order came when their slot may be gone: a frozen process sent it late.
    without_slot: set[str] = field(default_factory=set)
    #: Errors that the next calls of a method meet.
    troubles: defaultdict[str, list[Exception]] = field(default_factory=lambda: defaultdict(list))

    def bills(self, take: str) -> list[MadeJob]:
        """The jobs that were ordered for a take."""
        return [self.jobs[job] for job, made_for in self.made_for.items() if made_for == take]

    def running(self) -> list[MadeJob]:
        """The jobs that render now, each in a slot."""
        now = self.clock.now()
        return [
            job for job in self.jobs.values() if job.ends_at > now and self.made_for[job.id] not in self.without_slot
        ]

    async def poll(self, job: str) -> JobStatus:
        self._trouble("poll")
        return await super().poll(job)

    async def find_recent(self, since: int) -> History:
        self._trouble("find_recent")
        return await super().find_recent(since)

    async def balance(self) -> Balance:
        self._trouble("balance")
        return await super().balance()

    async def download(self, url: str, into: Path, **limits: Any) -> Downloaded:
        self._trouble("download")
        made = next((job for job in self.jobs.values() if url.endswith(f"/{job.id}.mp4")), None)
        if made is not None and self.clock.now() >= made.ends_at + URL_LIVES_MS:
            msg = "the address has expired"
            raise Gone(msg, status=403)
        return await super().download(url, into, **limits)

    def treat(self, behaviours: list[Behaviour]) -> None:
        """The next orders are treated so."""
        self.behaviours = [*self.behaviours, *behaviours][-MOST_BEHAVIOURS:]

    def mend(self) -> None:
        """Everything is answered again, and the history shows all."""
        self.behaviours.clear()
        self.troubles.clear()
        self.history, self.history_lag_s = True, 0.0

    def _trouble(self, method: str) -> None:
        if self.troubles[method]:
            raise self.troubles[method].pop(0)

    def _make(self, order: Order, behaviour: Behaviour) -> MadeJob:
        job = super()._make(order, behaviour)
        self.made_for[job.id] = ordering_take()
        self.lag_of[job.id] = self.history_lag_s
        return job
