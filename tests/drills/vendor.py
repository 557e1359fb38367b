"""A provider with a memory of its own, on the drill's clock: it makes jobs, bills them, and answers as it was told to.

What it has made and billed is the truth that the rows are judged by at the end of a drill.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from bot.core.errors import (
    Gone,
    NotSent,
    NotSentFor,
    OrderRefused,
    OutcomeUnknown,
    RefusedFor,
    ServerFault,
    Transient,
)
from bot.core.money import ZERO, Money, total
from bot.core.ports import (
    Accepted,
    Balance,
    Charge,
    Clock,
    Downloaded,
    History,
    HistoryRow,
    Job,
    JobStatus,
    Order,
)

RATES = {"480p": Money.usd("0.08"), "720p": Money.usd("0.15")}
#: How long an answer takes, in seconds: any; one that is late; one that never comes.
PROMPT_S = 0.2
LATE_S = 50.0
TIMEOUT_S = 60.0
#: How long a job renders, in seconds.
RENDERS_S = 30.0


class Behaviour(Enum):
    """What the provider does with one order."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    NOT_SENT = "not sent"
    #: No answer within the POST's time limit, and no job.
    TIMEOUT_BEFORE = "timeout before charging"
    #: No answer within the POST's time limit, and a job.
    TIMEOUT_AFTER = "timeout after charging"
    FAULT_BEFORE = "5xx before"
    FAULT_AFTER = "5xx after"
    #: The job is made and the connection breaks.
    DROPPED = "dropped answer"
    #: The job is made and its id comes just within the time limit.
    LATE = "late answer"
    CREDIT = "402"
    RATE = "429"


#: A job is made, and billed, by an order that is treated so.
MAKES_A_JOB = frozenset(
    {Behaviour.ACCEPTED, Behaviour.TIMEOUT_AFTER, Behaviour.FAULT_AFTER, Behaviour.DROPPED, Behaviour.LATE}
)
#: Nobody but the history can tell of a job that was made so.
SILENT = frozenset({Behaviour.TIMEOUT_AFTER, Behaviour.FAULT_AFTER, Behaviour.DROPPED})


@dataclass(slots=True, kw_only=True)
class MadeJob:
    """A job as the provider knows it."""

    id: str
    order: Order
    behaviour: Behaviour
    created_at: int
    ends_at: int
    price: Money
    #: What it says of its end; the usual is done.
    fails: bool = False
    refunded: bool = False

    @property
    def billed(self) -> Money:
        """What it has cost in the end."""
        return ZERO if self.refunded else self.price

    @property
    def clip(self) -> bytes:
        """Bytes that no other job has."""
        return f"the clip of {self.id}: {self.order.payload.get('prompt')}".encode() * 8


@dataclass(kw_only=True)
class Vendor:
    """The Provider port. ``behaviours`` are used up by the orders as they come; after them every order is accepted."""

    clock: Clock
    behaviours: list[Behaviour] = field(default_factory=list)
    #: The history can be read; and shows a job so many seconds after it was made.
    history: bool = True
    history_lag_s: float = 0.0
    wallet: Money = Money.usd(1000)
    renders_s: float = RENDERS_S
    #: Called with each order before it is treated; a drill looks here whether it may come at all.
    on_order: Callable[[Order], None] = lambda _order: None
    #: The price of the jobs of a prompt, where it is not the list's.
    charges: dict[str, Money] = field(default_factory=dict)
    #: Prompts whose jobs fail, and whether their money comes back.
    failing: dict[str, bool] = field(default_factory=dict)
    jobs: dict[str, MadeJob] = field(default_factory=dict)
    #: How often each method was called.
    calls: Counter[str] = field(default_factory=Counter)
    #: The most jobs that rendered at once.
    most_at_once: int = 0

    @property
    def billed(self) -> Money:
        """Everything that was billed and not given back."""
        return total(job.billed for job in self.jobs.values())

    def jobs_of(self, prompt: str) -> list[MadeJob]:
        """The jobs of a prompt, oldest first."""
        return [job for job in self.jobs.values() if job.order.payload.get("prompt") == prompt]

    async def estimate(self, order: Order) -> Money | None:
        """The list's price."""
        self.calls["estimate"] += 1
        return _price(order)

    async def submit(self, order: Order) -> Accepted:
        """Treat the order as it is this order's turn to be treated."""
        self.calls["submit"] += 1
        self.on_order(order)
        behaviour = self.behaviours.pop(0) if self.behaviours else Behaviour.ACCEPTED
        job = self._make(order, behaviour) if behaviour in MAKES_A_JOB else None
        match behaviour:
            case Behaviour.TIMEOUT_BEFORE | Behaviour.TIMEOUT_AFTER:
                await self.clock.sleep(TIMEOUT_S)
                msg = "no answer in time"
                raise OutcomeUnknown(msg)
            case Behaviour.LATE:
                await self.clock.sleep(LATE_S)
            case _:
                await self.clock.sleep(PROMPT_S)
        if job is not None and behaviour in (Behaviour.ACCEPTED, Behaviour.LATE):
            return Accepted(job=job.id, charge=Charge(amount=job.price))
        raise _no(behaviour)

    async def poll(self, job: str) -> JobStatus:
        """How the job is."""
        self.calls["poll"] += 1
        made = self.jobs.get(job)
        if made is None:
            msg = "no such job"
            raise Gone(msg, status=404)
        charge = Charge(amount=made.price, refunded=made.refunded)
        if self.clock.now() < made.ends_at:
            return JobStatus(job=Job.RUNNING, said="processing", charge=charge)
        if made.fails:
            return JobStatus(job=Job.FAILED, said="failed", error="it did not work out", charge=charge)
        return JobStatus(job=Job.DONE, said="completed", output_url=_url(job), charge=charge)

    async def find_recent(self, since: int) -> History:
        """Every job that was made since, as far as the history shows it by now."""
        self.calls["find_recent"] += 1
        if not self.history:
            msg = "the history is not served"
            raise Transient(msg, status=503)
        shown = self.clock.now() - round(self.history_lag_s * 1000)
        rows = [_row(job) for job in self.jobs.values() if since <= job.created_at <= shown]
        return History(rows=tuple(reversed(rows)), complete=True)

    async def upload(self, picture: Path, media_type: str) -> str:
        """An address."""
        del media_type
        self.calls["upload"] += 1
        return f"https://files.invalid/{picture.name}"

    async def balance(self) -> Balance:
        """What is left."""
        self.calls["balance"] += 1
        return Balance(amount=self.wallet - self.billed)

    async def download(self, url: str, into: Path, *, limit_bytes: int, timeout_s: float) -> Downloaded:
        """The clip's bytes."""
        del limit_bytes, timeout_s
        self.calls["download"] += 1
        made = next((job for job in self.jobs.values() if _url(job.id) == url), None)
        if made is None:
            msg = "no such clip"
            raise Gone(msg, status=403)
        into.write_bytes(made.clip)
        return Downloaded(size=len(made.clip), sha256=hashlib.sha256(made.clip).hexdigest())

    async def close(self) -> None:
        """Nothing is open."""

    def _make(self, order: Order, behaviour: Behaviour) -> MadeJob:
        now = self.clock.now()
        prompt = str(order.payload.get("prompt"))
        job = MadeJob(
            id=f"job-{len(self.jobs) + 1}",
            order=order,
            behaviour=behaviour,
            created_at=now,
            ends_at=now + round(self.renders_s * 1000),
            price=self.charges.get(prompt) or _price(order),
            fails=prompt in self.failing,
            refunded=self.failing.get(prompt, False),
        )
        self.jobs[job.id] = job
        self.most_at_once = max(self.most_at_once, sum(each.ends_at > now for each in self.jobs.values()))
        return job


def _price(order: Order) -> Money:
    return Money(RATES[str(order.payload["resolution"])].micros * int(str(order.payload["duration"])))


def _row(job: MadeJob) -> HistoryRow:
    payload = json.loads(json.dumps(dict(job.order.payload)))
    return HistoryRow(job=job.id, endpoint=job.order.endpoint, payload=payload, created_at=job.created_at)


def _url(job: str) -> str:
    return f"https://files.invalid/{job}.mp4"


def _no(behaviour: Behaviour) -> Exception:
    match behaviour:
        case Behaviour.REFUSED:
            return OrderRefused("content policy", reason=RefusedFor.POLICY, status=422)
        case Behaviour.NOT_SENT:
            return NotSent("no route to the provider", reason=NotSentFor.NETWORK)
        case Behaviour.CREDIT:
            return NotSent("insufficient balance", reason=NotSentFor.CREDIT, status=402)
        case Behaviour.RATE:
            return NotSent("too many requests", reason=NotSentFor.RATE, status=429, retry_after_s=7)
        case Behaviour.FAULT_BEFORE | Behaviour.FAULT_AFTER:
            return ServerFault("bad gateway", status=502)
        case _:
            return OutcomeUnknown("the connection broke")
