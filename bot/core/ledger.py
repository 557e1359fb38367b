"""The ledger: hold, settle, release, adjust; lines are added, never edited.

Every function writes one line into each scope of the take and the same sum into the scope's budget, in
the caller's transaction, and gives the take with its own figures brought along; the caller steps it. A
take belongs to the period of its first hold, whenever its later lines are written.
"""

from __future__ import annotations

from dataclasses import replace

from bot.core.budgets import Purse
from bot.core.lifecycle import Stage
from bot.core.money import ZERO, Money
from bot.core.ports.store import Transaction
from bot.core.rows import Budget, Line, LineKind, Take


async def hold(tx: Transaction, take: Take, purses: tuple[Purse, ...], *, by: str) -> Take:
    """Set the take's price aside in every purse; the caller has seen that it fits, or was allowed to exceed."""
    for purse in purses:
        await _write(tx, take, purse.budget, LineKind.HOLD, amount=take.price, held=take.price, by=by)
    return replace(take, held=take.price)


async def holds_of(tx: Transaction, take: str) -> list[Line]:
    """The lines of the take's first hold, in lock order; empty while nothing was held."""
    order = {"channel": 0, "workspace": 1, "person": 2}
    lines = await tx.rows(Line, take=take, kind=LineKind.HOLD)
    return sorted(lines, key=lambda line: (order[line.scope.partition(":")[0]], line.scope))


async def lock_budgets(tx: Transaction, take: str) -> list[Budget]:
    """Lock the budgets that the take's money is booked in."""
    found = [await tx.lock(Budget, line.scope, line.period_start) for line in await holds_of(tx, take)]
    return [budget for budget in found if budget is not None]


async def settle(tx: Transaction, take: Take, charge: Money, *, by: str, evidence: str) -> Take:
    """Turn what is held into the charge; above the hold is booked in full and marked as overrun.

    A take whose money was already settled or released is brought up (or down) to the charge by an adjust
    line that names its evidence.
    """
    closed = await tx.count(Line, take=take.id, kind=(LineKind.SETTLE, LineKind.RELEASE))
    delta = charge - take.held if not closed else charge - take.charged - take.held
    for budget in await lock_budgets(tx, take.id):
        if closed:
            await _write(
                tx,
                take,
                budget,
                LineKind.ADJUST,
                amount=delta,
                held=-take.held,
                by=by,
                reason="settle",
                evidence=evidence,
            )
        else:
            await _write(tx, take, budget, LineKind.SETTLE, amount=delta, held=-take.held, by=by, evidence=evidence)
    return replace(take, held=ZERO, charged=charge, overrun=take.overrun or charge > take.price)


async def release(tx: Transaction, take: Take, *, by: str, reason: str) -> Take:
    """Give back what is held; a take that holds nothing stays as it is."""
    if not take.held:
        return take
    for budget in await lock_budgets(tx, take.id):
        await _write(tx, take, budget, LineKind.RELEASE, amount=-take.held, held=-take.held, by=by, reason=reason)
    return replace(take, held=ZERO)


async def reprice(tx: Transaction, take: Take, price: Money, *, by: str) -> Take:
    """Change an existing hold to a new price."""
    delta = price - take.price
    for budget in await lock_budgets(tx, take.id):
        await _write(
            tx,
            take,
            budget,
            LineKind.ADJUST,
            amount=delta,
            held=delta,
            by=by,
            reason="reprice",
            evidence=f"{take.price} to {price}, version {take.ver}",
        )
    return replace(take, price=price, held=price)


async def recommit(tx: Transaction, take: Take, *, by: str, evidence: str) -> Take:
    """Late evidence that the take was made: what is booked is brought up to its price, ignoring every cap."""
    missing = take.price - take.charged - take.held
    if missing.micros <= 0:
        return take
    for budget in await lock_budgets(tx, take.id):
        await _write(
            tx, take, budget, LineKind.ADJUST, amount=missing, held=missing, by=by, reason="late", evidence=evidence
        )
    return replace(take, held=take.held + missing)


async def book_second_job(tx: Transaction, take: Take, *, by: str, job: str) -> Take:
    """A second job was made for the take: its price is booked too, and the take's scopes stop."""
    for budget in await lock_budgets(tx, take.id):
        await _write(
            tx, take, budget, LineKind.ADJUST, amount=take.price, held=ZERO, by=by, reason="second job", evidence=job
        )
    await stop_scopes(tx, take)
    return replace(take, charged=take.charged + take.price, overrun=True)


async def stop_scopes(tx: Transaction, take: Take) -> None:
    """Stop ordering in every scope of a take that cost more than was held, until an owner lets it go on."""
    for budget in await lock_budgets(tx, take.id):
        await tx.put(replace(budget, stopped_by=f"overrun:{take.id}"))


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
    """Add a line and carry its sum into the budget that was locked."""
    await tx.add(
        Line(
            id=f"{take.id}|{budget.scope}|{kind.value}|{reason}|{evidence}",
            take=take.id,
            scope=budget.scope,
            period_start=budget.period_start,
            kind=kind,
            amount=amount,
            held=held,
            reason=reason,
            evidence=evidence,
            at=tx.now,
            by=by,
        )
    )
    current = await tx.lock(Budget, budget.scope, budget.period_start) or budget
    finals = amount if take.stage is Stage.FINAL else ZERO
    await tx.put(
        replace(
            current,
            used=current.used + amount,
            held=current.held + held,
            used_finals=current.used_finals + finals,
        )
    )
