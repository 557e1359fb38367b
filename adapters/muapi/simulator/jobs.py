"""Jobs: what was ordered, what becomes of it, and what it has become by now.

A job's whole future is decided when it is created, so its state is a function of the time, and
nothing has to run in the background.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from adapters.muapi.simulator.faults import Marks
from adapters.muapi.simulator.models import Model
from bot.core.money import Money

#: The shares of a job's time after which it is no longer queued, and no longer pending.
QUEUED_SHARE = 0.05
PENDING_SHARE = 0.12


class Stage(Enum):
    """Where a job stands, in the vendor's words."""

    #: Waits to start.
    QUEUED = "queued"
    #: Accepted, not yet running.
    PENDING = "pending"
    #: Being made.
    PROCESSING = "processing"
    #: The output is ready; the guide says ``succeeded``.
    COMPLETED = "completed"
    #: Ended without an output.
    FAILED = "failed"
    #: Stopped by the provider.
    CANCELLED = "cancelled"


ENDED = frozenset({Stage.COMPLETED, Stage.FAILED, Stage.CANCELLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a job ends."""

    #: The last stage; ``None`` when it never ends.
    stage: Stage | None
    #: The error text of a failed job.
    error: str | None = None
    #: Whether the money comes back when it ends.
    refund: bool = False
    #: Failed because of what it shows.
    nsfw: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One job. Moments called ``_at`` are the clock's monotonic seconds, except where they say otherwise."""

    id: str
    #: Which of all submits made it, counting from 1.
    request: int
    #: The client's ``X-Request-Id``, when it sent one.
    request_id: str | None
    model: Model
    payload: Mapping[str, object]
    marks: Marks
    amount: Money
    outcome: Outcome
    #: UTC milliseconds.
    created_ms: int
    created_at: float
    ends_at: float
    #: The clip's URL works until then.
    expires_at: float
    #: Polls find nothing until then.
    visible_at: float
    #: The history shows it from then on.
    listed_at: float
    #: Where to call when it has ended.
    webhook: str | None = None

    def stage(self, now: float) -> Stage:
        """Where it stands at that moment."""
        if self.outcome.stage is not None and now >= self.ends_at:
            return self.outcome.stage
        share = (now - self.created_at) / max(self.ends_at - self.created_at, 1e-9)
        if share < QUEUED_SHARE:
            return Stage.QUEUED
        return Stage.PENDING if share < PENDING_SHARE else Stage.PROCESSING

    def ended(self, now: float) -> bool:
        """Whether it is over by that moment."""
        return self.stage(now) in ENDED

    def refunded(self, now: float) -> bool:
        """Whether its money has come back by that moment."""
        return self.outcome.refund and self.ended(now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """Money taken for one job: what a test reads to prove that nothing was bought twice."""

    job: str
    #: The client's own ``X-Request-Id``, when it sent one.
    request_id: str | None
    #: Which of all submits that reached the server made it, counting from 1.
    request: int
    endpoint: str
    payload: Mapping[str, object]
    amount: Money
    refunded: bool
    #: UTC milliseconds.
    created_at: int
