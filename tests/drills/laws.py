"""What has to be true of rows, provider, archive and chat when a story is over, whatever ended in its midst."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Protocol

from bot.core.filenames import safe_name
from bot.core.ledger import SECOND_JOB
from bot.core.lifecycle import CLIP, SLOTTED, State
from bot.core.money import ZERO, total
from bot.core.ports import Store, Transaction
from bot.core.rows import Budget, Line, Slot, Take
from bot.jobs.kit import Rules
from tests.drills.vendor import MadeJob, Vendor

#: Nothing of these is booked, for nothing was ordered or its money is back.
UNPAID = frozenset({State.REFUSED, State.CANCELLED, State.DECLINED, State.EXPIRED, State.ASKED})


class Kept(Protocol):
    """An archive that can be looked into."""

    @property
    def files(self) -> Mapping[str, bytes]:
        """What is kept, by its name."""
        ...


class Shown(Protocol):
    """A chat that can be looked at."""

    @property
    def posted(self) -> Counter[str]:
        """How often each clip is to be seen, by its name."""
        ...


class Judged(Protocol):
    """What outlives a process."""

    @property
    def store(self) -> Store:
        """The rows."""
        ...

    @property
    def vendor(self) -> Vendor:
        """Who makes the clips."""
        ...

    @property
    def rules(self) -> Rules:
        """What the jobs obey."""
        ...

    @property
    def archive(self) -> Kept:
        """Where clips are kept."""
        ...

    @property
    def chat(self) -> Shown:
        """Where clips are shown."""
        ...

    @property
    def answered(self) -> set[str]:
        """Jobs whose answer is safely on the disk."""
        ...


async def broken(on: Judged, *, bills_per_take: int = 1) -> list[str]:
    """Every law that does not hold, in words; none when all do."""
    return await on.store.transact(lambda tx: _broken(tx, on, bills_per_take))


async def _broken(tx: Transaction, on: Judged, bills_per_take: int) -> list[str]:
    takes = await tx.rows(Take)
    return [
        *_bills(takes, on.vendor, bills_per_take),
        *_money(takes, on.vendor),
        *await _books(tx, takes),
        *_clips(takes, on, booked={line.evidence for line in await tx.rows(Line, reason=SECOND_JOB)}),
        *await _slots(tx, takes, on),
        *await _caps(tx, takes, on),
    ]


def _bills(takes: list[Take], vendor: Vendor, most: int) -> list[str]:
    """One job per take at the most; drafts and finals are told apart by their resolution."""
    asked = Counter(take.resolution for take in takes)
    made = Counter(str(job.order.payload["resolution"]) for job in vendor.jobs.values())
    return [
        f"{made[each]} jobs of {each} were made for {asked[each]} takes"
        for each in made
        if made[each] > asked[each] * most
    ]


def _money(takes: list[Take], vendor: Vendor) -> list[str]:
    """What was billed is charged, or held by a take that is visibly not known."""
    charged = total(take.charged for take in takes)
    known = total(job.billed for job in vendor.jobs.values())
    held = total(take.held for take in takes if take.state is State.UNKNOWN)
    found = []
    if not charged <= known <= charged + held:
        found.append(f"{known} was billed, {charged} is charged and {held} held by unknowns")
    for take in takes:
        if take.state in UNPAID and take.charged:
            found.append(f"{take.id} is {take.state.value} and charged {take.charged}")
        if take.state is State.UNKNOWN and take.held != take.price:
            found.append(f"{take.id} is unknown and holds {take.held} of {take.price}")
        if take.state in CLIP and take.held:
            found.append(f"{take.id} is {take.state.value} and still holds {take.held}")
    return found


async def _books(tx: Transaction, takes: list[Take]) -> list[str]:
    """Budgets and takes are the sums of their lines."""
    found = []
    for budget in await tx.rows(Budget):
        own = await tx.rows(Line, scope=budget.scope, period_start=budget.period_start)
        if budget.used != total(line.amount for line in own) or budget.held != total(line.held for line in own):
            found.append(f"the budget of {budget.scope} is not the sum of its lines")
    for take in takes:
        lines = await tx.rows(Line, take=take.id)
        by_scope = {line.scope: ZERO for line in lines}
        for line in lines:
            by_scope[line.scope] += line.amount
        if any(amount != take.held + take.charged for amount in by_scope.values()) or (
            take.held + take.charged != ZERO and not by_scope
        ):
            found.append(f"{take.id} holds {take.held} and is charged {take.charged}, its lines say {by_scope}")
    return found


def _clips(takes: list[Take], on: Judged, *, booked: set[str]) -> list[str]:
    """Every clip that was paid for is kept, with its own bytes, and in the channel once."""
    found = []
    kept = set(on.archive.files.values())
    posted = on.chat.posted
    by_job = {take.job: take for take in takes if take.job}
    unresolved = sum(take.state is State.UNKNOWN for take in takes)
    orphans: list[MadeJob] = []
    for job in on.vendor.jobs.values():
        take = by_job.get(job.id)
        if take is None and job.id not in booked:
            orphans.append(job)
        elif take is not None and not job.fails and job.clip not in kept:
            found.append(f"the clip of {take.id}, which is {take.state.value}, is not kept")
    if len(orphans) > unresolved:
        found.append(f"nobody knows of {[job.id for job in orphans]}: {unresolved} takes are unknown")
    found += [f"nobody has {job}, whose answer was on the disk" for job in on.answered - set(by_job) - booked]
    found += [f"{name} was posted {times} times" for name, times in posted.items() if times > 1]
    found += [
        f"{take.id} is delivered and not in the channel"
        for take in takes
        if take.state is State.DELIVERED and posted.keys().isdisjoint({f"{take.id}.mp4", _labelled(take)})
    ]
    return found


def _labelled(take: Take) -> str:
    """What the clip of a batch's line is called."""
    return f"{safe_name(take.id, take.label)}.mp4"


async def _slots(tx: Transaction, takes: list[Take], on: Judged) -> list[str]:
    """Never more at once at the provider than there are slots; and no slot is lost or made up."""
    found = []
    if on.vendor.most_at_once > on.rules.slots:
        found.append(f"{on.vendor.most_at_once} jobs rendered at once, {on.rules.slots} may")
    with_slot = {slot.take for slot in await tx.rows(Slot)}
    for take in takes:
        if take.id in with_slot and take.state not in SLOTTED | {State.UNKNOWN, State.RELEASED, State.WRITTEN_OFF}:
            found.append(f"{take.id} is {take.state.value} and has a slot")
        if take.state in SLOTTED and take.id not in with_slot and not take.late:
            found.append(f"{take.id} is {take.state.value} and has no slot")
    return found


async def _caps(tx: Transaction, takes: list[Take], on: Judged) -> list[str]:
    """No cap is exceeded but by what the provider itself took too much, or by what came to light late."""
    if any(take.overrun or take.late for take in takes):
        return []
    found = [
        f"{budget.scope} has used {budget.used} of {budget.cap}"
        for budget in await tx.rows(Budget)
        if budget.cap is not None and budget.used > budget.cap
    ]
    cap = on.rules.channel_policy.cap.amount
    if cap is not None and on.vendor.billed > cap:
        found.append(f"{on.vendor.billed} was billed under a cap of {cap}")
    return found
