"""The service's memory: every job, in order, and the money that it took."""

from __future__ import annotations

import hashlib
import heapq
import random
import uuid
from dataclasses import dataclass

from adapters.muapi.simulator.fate import outcome, takes_s
from adapters.muapi.simulator.faults import Fault, Mark, Marks
from adapters.muapi.simulator.jobs import ENDED, Bill, Job
from adapters.muapi.simulator.models import Model
from adapters.muapi.simulator.plan import Plan, Shape
from adapters.muapi.simulator.wallet import Wallet
from bot.core.money import ZERO, Money
from bot.core.ports.clock import Clock

MOST_JOBS = 100_000
MISSING_S = 30.0
UNLISTED_S = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Submit:
    """One valid order, as it came."""

    #: Which of all submits it is, counting from 1.
    request: int
    request_id: str | None
    model: Model
    payload: dict[str, object]
    marks: Marks
    #: Whole seconds of its video references.
    reference_seconds: int = 0
    #: Where to call when it has ended.
    webhook: str | None = None


class Book:
    """Jobs by id and by age; at most 100,000."""

    def __init__(self, plan: Plan, clock: Clock, wallet: Wallet) -> None:
        """An empty book; job ids depend on the moment too, so that a restart gives no id twice."""
        self._plan = plan
        self._clock = clock
        self._wallet = wallet
        self._chance = random.Random(plan.seed)  # noqa: S311 - latencies, not secrets
        self._salt = f"{plan.seed}:{clock.now()}"
        self._jobs: dict[str, Job] = {}
        self._order: list[Job] = []
        #: Jobs that will give their money back, by the moment.
        self._refunds: list[tuple[float, str, Money]] = []
        #: Jobs that still take one of the key's places.
        self._running: dict[str, Job] = {}

    @property
    def full(self) -> bool:
        """Whether another job would be one too many."""
        return len(self._order) >= MOST_JOBS

    def price(self, submit: Submit) -> Money:
        """What the job will be billed."""
        mark = submit.marks.get(Fault.OVERCHARGE)
        amount = _dollars(mark) if mark else None
        if amount is not None:
            return amount
        return submit.model.price(submit.payload, reference_seconds=submit.reference_seconds)

    def create(self, submit: Submit) -> Job:
        """Remember a job that is paid for."""
        now, real = self._clock.monotonic(), self._plan.real
        ends = now + real(takes_s(submit.marks, self._chance, model=submit.model, payload=submit.payload))
        missing, unlisted = submit.marks.get(Fault.MISSING), submit.marks.get(Fault.UNLISTED)
        lag_s = unlisted.number(UNLISTED_S) if unlisted else self._plan.history_lag_s
        job = Job(
            id=self._id(),
            request=submit.request,
            request_id=submit.request_id,
            model=submit.model,
            payload=submit.payload,
            marks=submit.marks,
            amount=self.price(submit),
            outcome=outcome(submit.marks, refunds=self._plan.refunds),
            created_ms=self._clock.now(),
            created_at=now,
            ends_at=ends,
            expires_at=ends if Fault.EXPIRED in submit.marks else ends + real(self._plan.lifetime_s),
            visible_at=now + real(missing.number(MISSING_S)) if missing else now,
            listed_at=now + real(lag_s),
            webhook=submit.webhook,
        )
        self._remember(job)
        return job

    def find(self, job_id: str) -> Job | None:
        """The job of that id."""
        return self._jobs.get(job_id)

    def jobs(self) -> list[Job]:
        """Every job, oldest first."""
        return list(self._order)

    def running(self) -> int:
        """How many jobs are not over."""
        now = self._clock.monotonic()
        self._running = {name: job for name, job in self._running.items() if job.stage(now) not in ENDED}
        return len(self._running)

    def bills(self) -> list[Bill]:
        """What was billed, oldest first, one line per job."""
        self.settle()
        now = self._clock.monotonic()
        return [
            Bill(
                job=job.id,
                request_id=job.request_id,
                request=job.request,
                endpoint=job.model.endpoint,
                payload=job.payload,
                amount=job.amount,
                refunded=job.refunded(now),
                created_at=job.created_ms,
            )
            for job in self._order
        ]

    def settle(self) -> None:
        """Give back what is due by now."""
        now = self._clock.monotonic()
        while self._refunds and self._refunds[0][0] <= now:
            _, _, amount = heapq.heappop(self._refunds)
            self._wallet.refund(amount)

    def _remember(self, job: Job) -> None:
        self._jobs[job.id] = job
        self._order.append(job)
        self._running[job.id] = job
        if job.outcome.refund:
            heapq.heappush(self._refunds, (job.ends_at, job.id, job.amount))

    def _id(self) -> str:
        digest = hashlib.sha256(f"{self._salt}:{len(self._order)}".encode()).digest()
        if self._plan.shape is not Shape.GUIDE:
            return str(uuid.UUID(bytes=digest[:16], version=4))
        return f"job_{digest.hex()[:12]}"


def _dollars(mark: Mark) -> Money | None:
    try:
        amount = Money.usd(mark.value)
    except ValueError:
        return None
    return amount if amount >= ZERO else None
