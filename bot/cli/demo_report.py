"""What a demo leaves behind in figures, and whether the provider's bills, the ledger and the clips agree."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adapters.muapi.simulator import Bill
from bot.core.lifecycle import Stage, State
from bot.core.money import ZERO, Money, total
from bot.core.ports import Transaction
from bot.core.rows import Budget, Line, LineKind, Take

MADE_BY = "dailies demo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Books:
    """The rows and the bills of a demo."""

    takes: Sequence[Take]
    lines: Sequence[Line]
    budgets: Sequence[Budget]
    bills: Sequence[Bill]

    @property
    def billed(self) -> Money:
        """What the provider kept."""
        return total(_kept(bill) for bill in self.bills)

    @property
    def charged(self) -> Money:
        """What the takes cost by our books."""
        return total(take.charged for take in self.takes)

    def scopes(self) -> list[str]:
        """Every scope that was booked: the channel, the workspace, each person."""
        return sorted({line.scope for line in self.lines})

    def sums(self, scope: str) -> Mapping[str, Money]:
        """A scope's ledger in sums: by kind of line, and what is used and held in the end."""
        own = [line for line in self.lines if line.scope == scope]
        kinds = {kind.value: total(line.amount for line in own if line.kind is kind) for kind in LineKind}
        return kinds | {"used": total(line.amount for line in own), "held": total(line.held for line in own)}


async def read_books(tx: Transaction, bills: Sequence[Bill]) -> Books:
    """Everything that was written."""
    return Books(
        takes=await tx.rows(Take, order=("created_at", "id")),
        lines=await tx.rows(Line, order=("at", "id")),
        budgets=await tx.rows(Budget),
        bills=bills,
    )


def disagreements(books: Books, *, ends: Mapping[tuple[Stage, State], int], clips: Path) -> Iterator[str]:
    """Everything that does not fit, in a sentence each. Reads every clip."""
    yield from _jobs(books)
    yield from _sums(books)
    yield from _clips(books.takes, clips)
    ended = Counter((take.stage, take.state) for take in books.takes)
    if ended != ends:
        yield f"the story ended otherwise than it is told: {_counted(ended)} instead of {_counted(ends)}"


def _jobs(books: Books) -> Iterator[str]:
    """One bill for each take that has a job, and none for anything else."""
    jobs = Counter(bill.job for bill in books.bills)
    takes = {take.job: take for take in books.takes if take.job}
    for bill in books.bills:
        take = takes.get(bill.job)
        if take is None:
            yield f"the provider billed {bill.amount} for {bill.job}, which no take has"
        elif take.charged != _kept(bill):
            yield f"{take.id} is booked with {take.charged}, the provider billed {_kept(bill)}"
    yield from (f"the provider billed {job} {times} times" for job, times in jobs.items() if times > 1)
    yield from (f"{take.id} has a job that was not billed" for job, take in takes.items() if job not in jobs)
    yield from (
        f"{take.id} costs {take.charged} without a job" for take in books.takes if take.charged and not take.job
    )


def _sums(books: Books) -> Iterator[str]:
    """Every scope has what its takes were billed, and is used as its budget says."""
    kept = {bill.job: _kept(bill) for bill in books.bills}
    for scope in books.scopes():
        own = {line.take for line in books.lines if line.scope == scope}
        billed = total(kept.get(take.job or "", ZERO) for take in books.takes if take.id in own)
        sums = books.sums(scope)
        if sums["held"]:
            yield f"{sums['held']} is still held in {scope}"
        if sums["used"] != billed:
            yield f"the ledger of {scope} has {sums['used']}, its takes were billed {billed}"
    for budget in books.budgets:
        used = total(line.amount for line in books.lines if line.scope == budget.scope)
        if budget.used != used:
            yield f"the budget of {budget.scope} says {budget.used}, its ledger {used}"


def _clips(takes: Sequence[Take], clips: Path) -> Iterator[str]:
    for take in takes:
        path = clips / f"{take.id}.mp4"
        if take.state is State.DELIVERED and not _is_clip(path, take.clip_sha256):
            yield f"{path} is not the clip of {take.id}"


def _is_clip(path: Path, sha256: str | None) -> bool:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest() == sha256
    except OSError:
        return False


def as_json(books: Books, problems: Sequence[str]) -> dict[str, Any]:
    """The report; amounts are dollars as text, exact."""
    by_job = {take.job: take.id for take in books.takes if take.job}
    return {
        "made_by": MADE_BY,
        "takes": [_take(take) for take in books.takes],
        "bills": [
            {
                "job": bill.job,
                "take": by_job.get(bill.job),
                "endpoint": bill.endpoint,
                "amount": _dollars(bill.amount),
                "refunded": bill.refunded,
            }
            for bill in books.bills
        ],
        "ledger": {
            scope: {name: _dollars(sum_) for name, sum_ in books.sums(scope).items()} for scope in books.scopes()
        },
        "totals": {"billed": _dollars(books.billed), "charged": _dollars(books.charged)},
        "agree": not problems,
        "disagreements": list(problems),
    }


def _take(take: Take) -> dict[str, Any]:
    return {
        "id": take.id,
        "stage": take.stage.value,
        "state": take.state.value,
        "label": take.label,
        "for": take.person_name,
        "seconds": take.seconds,
        "resolution": take.resolution,
        "price": _dollars(take.price),
        "held": _dollars(take.held),
        "charged": _dollars(take.charged),
        "approved_by": take.approved_by,
        "why": take.problem,
        "job": take.job,
        "sha256": take.clip_sha256,
    }


def _kept(bill: Bill) -> Money:
    return ZERO if bill.refunded else bill.amount


def _dollars(amount: Money) -> str:
    return str(amount).replace("$", "").replace(",", "")


def _counted(ends: Mapping[tuple[Stage, State], int]) -> str:
    return ", ".join(
        f"{number} {stage.value} {state.value}" for (stage, state), number in sorted(ends.items(), key=str)
    )
