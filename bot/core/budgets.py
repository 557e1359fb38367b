"""What may still be spent: scopes, their budgets in the current period, and whether a price fits."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.core.lifecycle import Stage
from bot.core.money import ZERO, Money
from bot.core.periods import span
from bot.core.policy import CapPolicy
from bot.core.ports.store import Transaction
from bot.core.rows import Budget, Channel, Line, LineKind, Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Where money is counted, and the cap that its policy sets."""

    id: str
    #: As the chat says it: ``#launch``, ``the workspace``, ``mina``.
    name: str
    policy: CapPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class Purse:
    """A scope with its budget of the current period, locked."""

    scope: Scope
    budget: Budget
    #: The zone that its dates are said in.
    zone: str

    @property
    def left(self) -> Money | None:
        """What is left, never below zero; ``None`` without a cap."""
        return None if self.budget.cap is None else max(ZERO, self.budget.cap - self.budget.used)

    @property
    def spent(self) -> Money:
        """What is charged."""
        return self.budget.used - self.budget.held

    @property
    def excess(self) -> Money:
        """What is used beyond the cap."""
        return ZERO if self.budget.cap is None else max(ZERO, self.budget.used - self.budget.cap)

    @property
    def reserved(self) -> Money:
        """What is still unused of the finals envelope."""
        return max(ZERO, self.scope.policy.envelope - self.budget.used_finals)

    def room(self, stage: Stage) -> Money | None:
        """What an order of this stage may cost, drafts without what is reserved for finals; ``None`` without a cap."""
        if self.left is None:
            return None
        return max(ZERO, self.left - self.reserved) if stage is Stage.DRAFT else self.left

    def fits(self, price: Money, stage: Stage) -> bool:
        """Whether an order of this price may be held."""
        room = self.room(stage)
        return room is None or price <= room


def scopes_of(workspace: Workspace, channel: Channel, person: str, person_name: str) -> tuple[Scope, ...]:
    """The scopes that an order counts in, in lock order."""
    return (
        Scope(id=f"channel:{channel.id}", name=f"#{channel.name}", policy=channel.policy.cap),
        Scope(id=f"workspace:{workspace.id}", name="the workspace", policy=workspace.policy.cap),
        Scope(id=f"person:{workspace.id}/{person}", name=person_name, policy=workspace.policy.person_cap),
    )


async def open_purse(tx: Transaction, scope: Scope, default_zone: str, *, also: Iterable[int] = ()) -> Purse:
    """Lock the scope's budget of the period that holds now; a new period begins with the cap that is set.

    ``also`` are the starts of other periods of the scope to lock, for takes that are booked there.
    """
    current = await _current(tx, scope, default_zone)
    for start in sorted({*also} - {current.period_start}):
        await tx.lock(Budget, scope.id, start)
    locked = await tx.lock(Budget, current.scope, current.period_start)
    if locked is None and not await tx.claim(current):
        locked = await tx.lock(Budget, current.scope, current.period_start)
    return Purse(scope=scope, budget=locked or current, zone=_zone(scope, default_zone))


async def newest_budget(tx: Transaction, scope: str) -> Budget | None:
    """The budget of the scope's latest period, which may be over."""
    return next(iter(await tx.rows(Budget, scope=scope, order=("-period_start",), limit=1)), None)


async def _current(tx: Transaction, scope: Scope, default_zone: str) -> Budget:
    """The budget of the period that holds now; one that is not written yet begins where the last one ended.

    A stop outlives its period: only an owner ends it.
    """
    newest = await newest_budget(tx, scope.id)
    if newest is not None and holds(newest, tx.now):
        return newest
    period = span(scope.policy.period, _zone(scope, default_zone), tx.now)
    begins = period.start if newest is None else max(period.start, newest.period_end or 0)
    stopped_by = None if newest is None else newest.stopped_by
    return Budget(
        scope=scope.id, period_start=begins, period_end=period.end, cap=scope.policy.amount, stopped_by=stopped_by
    )


def holds(budget: Budget, now: int) -> bool:
    """Whether the budget's period is still the current one; a clock that jumps back does not open an old one."""
    return budget.period_end is None or now < budget.period_end


def _zone(scope: Scope, default_zone: str) -> str:
    return scope.policy.zone or default_zone


async def open_purses(
    tx: Transaction, scopes: tuple[Scope, ...], default_zone: str, *, takes: Iterable[str] = ()
) -> tuple[Purse, ...]:
    """Lock the current budget of each scope, in the order given, and those that ``takes`` are booked in."""
    booked = [line for take in takes for line in await tx.rows(Line, take=take, kind=LineKind.HOLD)]
    return tuple(
        [
            await open_purse(
                tx, scope, default_zone, also=[line.period_start for line in booked if line.scope == scope.id]
            )
            for scope in scopes
        ]
    )


async def see_purses(tx: Transaction, scopes: tuple[Scope, ...], default_zone: str) -> tuple[Purse, ...]:
    """The current budget of each scope, to be shown: nothing is locked, and no period is begun."""
    return tuple(
        [
            Purse(scope=scope, budget=await _current(tx, scope, default_zone), zone=_zone(scope, default_zone))
            for scope in scopes
        ]
    )


def short(purses: tuple[Purse, ...], price: Money, stage: Stage) -> tuple[Purse, ...]:
    """The purses in which the price does not fit."""
    return tuple(purse for purse in purses if not purse.fits(price, stage))


async def set_cap(tx: Transaction, purse: Purse, amount: Money | None) -> Purse:
    """Set the current cap; every change is a new version, so that its alerts may speak again."""
    budget = replace(purse.budget, cap=amount, cap_version=purse.budget.cap_version + 1)
    await tx.put(budget)
    return replace(purse, budget=budget)
