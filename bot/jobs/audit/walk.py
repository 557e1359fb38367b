"""The whole audit, in order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.core.lifecycle import ENDED_WITHOUT_CLIP, Stage
from bot.core.ports import Archive, Store, Transaction
from bot.core.rows import Key, Slot, Take
from bot.jobs.answers import Answers
from bot.jobs.audit import clips, money, orders
from bot.jobs.audit.findings import Finding, Severity, notice, serious
from bot.jobs.audit.reading import Whole, takes_of

#: After so many takes it is said how far the audit is.
SAID_EVERY = 1_000

Tell = Callable[[str], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """What was looked at, and what was found: the serious first."""

    takes: int
    findings: tuple[Finding, ...]


@dataclass(slots=True)
class _Gathered:
    """What can only be judged when every take was seen."""

    books: money.Books
    takes: int = 0
    findings: list[Finding] = field(default_factory=list)
    #: Live finals by draft and round; takes by key and job.
    rounds: dict[tuple[str, int], set[str]] = field(default_factory=lambda: defaultdict(set))
    jobs: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, whole: Whole, scale: float) -> None:
        take = whole.take
        self.takes += 1
        self.findings += (*money.of_take(whole), *orders.of_take(whole, scale))
        self.books.add(whole)
        if _is_live_final(take):
            self.rounds[take.draft or "", take.round].add(take.id)
        if take.job:
            self.jobs[take.key, take.job].add(take.id)


async def audit(
    store: Store,
    *,
    archive: Archive,
    answers: Answers,
    scale: float = 1.0,
    hashed: bool = False,
    tell: Tell | None = None,
) -> Audited:
    """Look at everything; ``hashed`` reads every clip's bytes, ``scale`` is real seconds in a provider second.

    Raises:
        StoreError: the rows cannot be read.
    """
    gathered = _Gathered(books=money.Books(begun=await store.transact(_now)))
    async for page in takes_of(store):
        for whole in page:
            gathered.add(whole, scale)
            found = await clips.of_clip(archive, whole.take, hashed=hashed)
            if found is None:
                found = await clips.of_pictures(archive, whole.pictures)
            if found is not None:
                gathered.findings.append(found)
            if tell is not None and gathered.takes % SAID_EVERY == 0:
                await tell(f"{gathered.takes:,} takes looked at")
    findings = gathered.findings + await money.of_budgets(store, gathered.books)
    findings += await store.transact(_slots)
    findings += await _twice(store, gathered)
    findings += [found async for found in clips.of_answers(store, answers)]
    ranked = sorted(findings, key=lambda each: (each.severity is not Severity.SERIOUS, each.code, each.subject))
    return Audited(takes=gathered.takes, findings=tuple(ranked))


async def _now(tx: Transaction) -> int:
    return tx.now


async def _slots(tx: Transaction) -> list[Finding]:
    found: list[Finding] = []
    for key in await tx.rows(Key):
        taken = await tx.count(Slot, key=key.id)
        if taken > key.slots:
            found.append(notice("slots_exceeded", key.id, f"{taken} orders run at once, {key.slots} are allowed"))
    return found


async def _twice(store: Store, gathered: _Gathered) -> list[Finding]:
    """What may be there once only; what was read in several steps is read again in one."""
    found: list[Finding] = []
    for (draft, number), ids in sorted(gathered.rounds.items()):
        if len(ids) > 1:
            live = await store.transact(lambda tx, d=draft, n=number: tx.rows(Take, draft=d, round=n))  # type: ignore[misc]
            names = [take.id for take in live if _is_live_final(take)]
            if len(names) > 1:
                found.append(serious("two_finals", draft, f"round {number} has {', '.join(names)}"))
    for (key, job), ids in sorted(gathered.jobs.items()):
        if len(ids) > 1:
            named = await store.transact(lambda tx, k=key, j=job: tx.rows(Take, key=k, job=j))  # type: ignore[misc]
            if len(named) > 1:
                found.append(serious("job_twice", job, f"it is named by {', '.join(take.id for take in named)}"))
    return found


def _is_live_final(take: Take) -> bool:
    ended = take.state in ENDED_WITHOUT_CLIP
    return take.stage is Stage.FINAL and take.draft is not None and not take.late and not ended
