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

    def room(self, stage: Stage) -> Money | None:
        """What an order of this stage may cost: drafts may not touch what is unused of the finals envelope."""
        if self.left is None:
            return None
        reserved = max(ZERO, self.scope.policy.envelope - self.budget.used_finals) if stage is Stage.DRAFT else ZERO
        return max(ZERO, self.left - reserved)

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
    zone = scope.policy.zone or default_zone
    newest = next(iter(await tx.rows(Budget, scope=scope.id, order=("-period_start",), limit=1)), None)
    if newest is None or not _holds(newest, tx.now):
        period = span(scope.policy.period, zone, tx.now)
        begins = period.start if newest is None else max(period.start, newest.period_end or 0)
        newest = Budget(scope=scope.id, period_start=begins, period_end=period.end, cap=scope.policy.amount)
        await tx.claim(newest)
    for start in sorted({*also} - {newest.period_start}):
        await tx.lock(Budget, scope.id, start)
    locked = await tx.lock(Budget, newest.scope, newest.period_start)
    return Purse(scope=scope, budget=locked or newest, zone=zone)


def _holds(budget: Budget, now: int) -> bool:
    """Whether the budget's period is still the current one; a clock that jumps back does not open an old one."""
    return budget.period_end is None or now < budget.period_end


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


def short(purses: tuple[Purse, ...], price: Money, stage: Stage) -> tuple[Purse, ...]:
    """The purses in which the price does not fit."""
    return tuple(purse for purse in purses if not purse.fits(price, stage))


async def set_cap(tx: Transaction, purse: Purse, amount: Money | None) -> Purse:
    """Set the current cap; every change is a new version, so that its alerts may speak again."""
    budget = replace(purse.budget, cap=amount, cap_version=purse.budget.cap_version + 1)
    await tx.put(budget)
    return replace(purse, budget=budget)
