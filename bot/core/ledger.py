"""The ledger: hold, settle, release, adjust; lines are added, never edited.

Every function writes one line into each scope of the take and the same sum into the scope's budget, in
the caller's transaction, and gives the take with its own figures brought along; the caller steps it. A
take belongs to the period of its first hold, whenever its later lines are written.

In each scope a take's lines always sum to what the take says: their amounts to ``held + charged``, their
holds to ``held``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.core.budgets import Purse, holds, newest_budget
from bot.core.errors import StoreError
from bot.core.lifecycle import Stage
from bot.core.money import ZERO, Money, total
from bot.core.ports.store import Transaction
from bot.core.rows import Budget, Line, LineKind, Take

#: The reason of the lines of a job that was made beside the take's own.
SECOND_JOB = "second job"


async def hold(tx: Transaction, take: Take, purses: tuple[Purse, ...], *, by: str) -> Take:
    """Set the take's price aside in every purse; the caller has seen that it fits, or was allowed to exceed."""
    return (await hold_all(tx, [take], purses, by=by))[0]


async def hold_all(tx: Transaction, takes: Sequence[Take], purses: tuple[Purse, ...], *, by: str) -> list[Take]:
    """Set the prices of new takes aside as ``hold`` does for one; each budget is written once."""
    for purse in purses:
        for take in takes:
            await tx.add(_line(tx, take, purse.budget, LineKind.HOLD, amount=take.price, held=take.price, by=by))
        price = total(take.price for take in takes)
        finals = total(take.price for take in takes if take.stage is Stage.FINAL)
        await _carry(tx, purse.budget, used=price, held=price, finals=finals)
    return [replace(take, held=take.price) for take in takes]


async def holds_of(tx: Transaction, take: str) -> list[Line]:
    """The lines of the take's first hold, in lock order; empty while nothing was held."""
    return await tx.rows(Line, take=take, kind=LineKind.HOLD, order=("scope",))


async def lock_budgets(tx: Transaction, take: str) -> list[Budget]:
    """Lock the budgets that the take's money is booked in, and give them.

    Where such a period is over, its scope's latest is locked too: that is where a stop is written.

    Raises:
        StoreError: a line's budget is not there; always a defect.
    """
    found = []
    for line in await holds_of(tx, take):
        budget = await tx.lock(Budget, line.scope, line.period_start)
        if budget is None:
            msg = f"{take} is booked in {line.scope}, of which there is no budget"
            raise StoreError(msg)
        found.append(budget)
        await _lock_latest(tx, budget)
    return found


async def settle(tx: Transaction, take: Take, charge: Money, *, by: str, evidence: str) -> Take:
    """Turn what is held into the charge of the take's own job; above the price it is booked in full, as overrun.

    A take whose money was settled or released before is brought up (or down) to the charge by an adjust line
    that names its evidence. What a second job has cost stays booked beside it.
    """
    others = await _charged_by_others(tx, take)
    amount = charge - (take.charged - others) - take.held
    kind, reason, evidence = await _closing(tx, take, LineKind.SETTLE, "", evidence)
    for budget in await lock_budgets(tx, take.id):
        await _write(tx, take, budget, kind, amount=amount, held=-take.held, by=by, reason=reason, evidence=evidence)
    return replace(take, held=ZERO, charged=charge + others, overrun=take.overrun or charge > take.price)


async def release(tx: Transaction, take: Take, *, by: str, reason: str) -> Take:
    """Give back what is held; a take that holds nothing stays as it is."""
    if not take.held:
        return take
    kind, reason, evidence = await _closing(tx, take, LineKind.RELEASE, reason, "")
    for budget in await lock_budgets(tx, take.id):
        await _write(
            tx, take, budget, kind, amount=-take.held, held=-take.held, by=by, reason=reason, evidence=evidence
        )
    return replace(take, held=ZERO)


async def reprice(tx: Transaction, take: Take, price: Money, *, by: str) -> Take:
    """Change an existing hold to a new price."""
    delta = price - take.held
    for budget in await lock_budgets(tx, take.id) if delta else []:
        await _write(
            tx,
            take,
            budget,
            LineKind.ADJUST,
            amount=delta,
            held=delta,
            by=by,
            reason="reprice",
            evidence=_incident(take, f"{take.held} to {price}"),
        )
    return replace(take, price=price, held=price)


async def recommit(tx: Transaction, take: Take, *, by: str, evidence: str) -> Take:
    """Late evidence that the take was made: what is booked for its own job is brought up to its price.

    Every cap is ignored, and whatever has to be booked again is overrun: its money had been given back.
    """
    own = take.charged - await _charged_by_others(tx, take)
    missing = take.price - own - take.held
    if missing <= ZERO:
        return take
    for budget in await lock_budgets(tx, take.id):
        await _write(
            tx,
            take,
            budget,
            LineKind.ADJUST,
            amount=missing,
            held=missing,
            by=by,
            reason="late",
            evidence=_incident(take, evidence),
        )
    return replace(take, held=take.held + missing, overrun=True)


async def book_second_job(tx: Transaction, take: Take, *, by: str, job: str, charge: Money | None = None) -> Take:
    """A second job was made for the take: it is booked too, once per job, and the take's scopes stop.

    ``charge`` is what it has cost, where that is known already; else it costs what the take does.
    """
    cost = take.price if charge is None else charge
    if await tx.count(Line, take=take.id, kind=LineKind.ADJUST, reason=SECOND_JOB, evidence=job):
        return take
    for budget in await lock_budgets(tx, take.id):
        await _write(tx, take, budget, LineKind.ADJUST, amount=cost, held=ZERO, by=by, reason=SECOND_JOB, evidence=job)
    await stop_scopes(tx, take)
    return replace(take, charged=take.charged + cost, overrun=True)


async def stop_scopes(tx: Transaction, take: Take) -> None:
    """Stop ordering in every scope of a take that cost more than was held, until an owner lets it go on.

    The stop stands on the scope's latest period, and is handed on to the next.
    """
    for budget in await lock_budgets(tx, take.id):
        latest = await _lock_latest(tx, budget)
        await tx.put(replace(latest, stopped_by=_stop(take)))


async def is_stopped(tx: Transaction, take: Take) -> bool:
    """Whether a scope that the take's money is booked in is stopped; read without a lock."""
    for line in await holds_of(tx, take.id):
        latest = await newest_budget(tx, line.scope)
        if latest is not None and latest.stopped_by:
            return True
    return False


async def let_go_on(tx: Transaction, take: Take) -> frozenset[str]:
    """Lift the stop that this take has brought about, and give the scopes that go on.

    What another take has stopped stays so.
    """
    lifted = set()
    for budget in await lock_budgets(tx, take.id):
        latest = await _lock_latest(tx, budget)
        if latest.stopped_by == _stop(take):
            await tx.put(replace(latest, stopped_by=None))
            lifted.add(latest.scope)
    return frozenset(lifted)


def _stop(take: Take) -> str:
    return f"overrun:{take.id}"


def _incident(take: Take, evidence: str) -> str:
    """Evidence that may be met again, once for each version of the take."""
    return f"{evidence}, version {take.ver}"


async def _lock_latest(tx: Transaction, budget: Budget) -> Budget:
    """The latest budget of the scope, locked: the given one (locked before), or one that came after it."""
    if holds(budget, tx.now):
        return await tx.lock(Budget, budget.scope, budget.period_start) or budget
    newest = await newest_budget(tx, budget.scope) or budget
    return await tx.lock(Budget, newest.scope, newest.period_start) or newest


async def _closing(
    tx: Transaction, take: Take, kind: LineKind, reason: str, evidence: str
) -> tuple[LineKind, str, str]:
    """Kind, reason and evidence of the line that ends a hold: each take settles or releases once, then it adjusts."""
    if await tx.count(Line, take=take.id, kind=(LineKind.SETTLE, LineKind.RELEASE)):
        return LineKind.ADJUST, reason or kind.value, _incident(take, evidence or kind.value)
    return kind, reason, evidence


async def _charged_by_others(tx: Transaction, take: Take) -> Money:
    """What jobs beside the take's own have cost; the same in each of its scopes."""
    lines = await tx.rows(Line, take=take.id, kind=LineKind.ADJUST, reason=SECOND_JOB)
    return total(line.amount for line in lines if line.scope == lines[0].scope)


async def _write(
    tx: Transaction,
    take: Take,
    budget: Budget,
    kind: LineKind,
    *,
    amount: Money,
    held: Money,
    by: str,
    reason: str = "",
    evidence: str = "",
) -> None:
    """Add a line and carry its sum into the budget that was locked; ``take`` is as it was before."""
    await tx.add(_line(tx, take, budget, kind, amount=amount, held=held, by=by, reason=reason, evidence=evidence))
    await _carry(tx, budget, used=amount, held=held, finals=amount if take.stage is Stage.FINAL else ZERO)


async def _carry(tx: Transaction, budget: Budget, *, used: Money, held: Money, finals: Money) -> None:
    """Add the sums of lines to the budget that was locked."""
    current = await tx.lock(Budget, budget.scope, budget.period_start) or budget
    await tx.put(
        replace(current, used=current.used + used, held=current.held + held, used_finals=current.used_finals + finals)
    )


def _line(
    tx: Transaction,
    take: Take,
    budget: Budget,
    kind: LineKind,
    *,
    amount: Money,
    held: Money,
    by: str,
    reason: str = "",
    evidence: str = "",
) -> Line:
    """A line for a take as it was before."""
    before = ZERO if kind is LineKind.HOLD else take.held + take.charged
    return Line(
        id=f"{take.id}|{budget.scope}|{kind.value}|{reason}|{evidence}",
        take=take.id,
        person=take.person,
        stage=take.stage,
        model=take.model,
        scope=budget.scope,
        period_start=budget.period_start,
        kind=kind,
        amount=amount,
        held=held,
        takes=bool(before + amount) - bool(before),
        reason=reason,
        evidence=evidence,
        at=tx.now,
        by=by,
    )
