"""What may still be spent: scopes, their budgets in the current period, and whether a price fits."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace

from bot.core.errors import Conflict
from bot.core.lifecycle import Stage
from bot.core.money import ZERO, Money
from bot.core.periods import span_after
from bot.core.policy import CapPolicy
from bot.core.ports.store import Between, Transaction
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
    #: It is a period that is over, in which a take still has its hold.
    over: bool = False

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

    def reached(self, step: int | None) -> bool:
        """Whether so many percent of the cap are spent or held; never without a cap, or without such a step."""
        cap, used = self.budget.cap, self.budget.used
        return step is not None and cap is not None and used * 100 >= cap * step

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
    """The scopes that an order counts in, as they are said: the narrowest cap first."""
    return (
        Scope(id=f"channel:{channel.id}", name=f"#{channel.name}", policy=channel.policy.cap),
        Scope(id=f"workspace:{workspace.id}", name="the workspace", policy=workspace.policy.cap),
        Scope(id=f"person:{workspace.id}/{person}", name=person_name, policy=workspace.policy.person_cap),
    )


async def newest_budget(tx: Transaction, scope: str) -> Budget | None:
    """The budget of the scope's latest period, which may be over."""
    return next(iter(await tx.rows(Budget, scope=scope, order=("-period_start",), limit=1)), None)


async def _running(tx: Transaction, scopes: tuple[Scope, ...], *, lock: bool) -> dict[str, Budget]:
    """By scope, the budget of the period that holds now, where it is written; of several, the one that begins last."""
    ids, still = tuple(scope.id for scope in scopes), Between(low=tx.now + 1, empty=True)
    look = tx.lock_all if lock else tx.rows
    return {budget.scope: budget for budget in await look(Budget, scope=ids, period_end=still)}


async def _not_begun(tx: Transaction, scope: Scope, default_zone: str) -> Budget:
    """The budget of a period that is not written yet: it begins where the last one ended.

    A stop outlives its period: only an owner ends it. Its cap is another version than every earlier one, so that an
    old button cannot raise it.
    """
    newest = await newest_budget(tx, scope.id)
    if newest is not None and holds(newest, tx.now):
        return newest
    ended = 0 if newest is None else newest.period_end or 0
    period = span_after(ended, scope.policy.period, _zone(scope, default_zone), tx.now)
    stopped_by = None if newest is None else newest.stopped_by
    return Budget(
        scope=scope.id,
        period_start=period.start,
        period_end=period.end,
        cap=scope.policy.amount,
        cap_version=1 if newest is None else newest.cap_version + 1,
        stopped_by=stopped_by,
    )


def holds(budget: Budget, now: int) -> bool:
    """Whether the budget's period is still the current one; a clock that jumps back does not open an old one."""
    return budget.period_end is None or now < budget.period_end


def _zone(scope: Scope, default_zone: str) -> str:
    return scope.policy.zone or default_zone


async def bookings(tx: Transaction, takes: Iterable[str]) -> set[tuple[str, int]]:
    """The scopes and periods that the takes' first holds are booked in."""
    ids = tuple(takes)
    lines = await tx.rows(Line, take=ids, kind=LineKind.HOLD) if ids else []
    return {(line.scope, line.period_start) for line in lines}


async def open_purses(
    tx: Transaction, scopes: tuple[Scope, ...], default_zone: str, *, also: Collection[tuple[str, int]] = ()
) -> tuple[Purse, ...]:
    """Lock the current budget of each scope; a new period begins with the cap that is set.

    ``also`` are other periods of these scopes to lock, for takes that are booked there.

    Raises:
        Conflict: another has begun the same period at the same time; the store runs the work again.
    """
    current = await _running(tx, scopes, lock=not also)
    for scope in sorted(scopes, key=lambda scope: scope.id):
        if scope.id not in current:
            current[scope.id] = await _begin(tx, scope, default_zone)
    if also:
        wanted = {*also, *((budget.scope, budget.period_start) for budget in current.values())}
        current |= await _lock(tx, wanted, current)
    return _purses(scopes, current, default_zone)


async def _begin(tx: Transaction, scope: Scope, default_zone: str) -> Budget:
    fresh = await _not_begun(tx, scope, default_zone)
    if not await tx.claim(fresh):
        raise Conflict
    return fresh


async def _lock(tx: Transaction, wanted: set[tuple[str, int]], current: dict[str, Budget]) -> dict[str, Budget]:
    """Lock these scopes' periods, and give the current ones as they are by now."""
    starts = tuple({start for _, start in wanted})
    locked = await tx.lock_all(Budget, scope=tuple(current), period_start=starts)
    return {each.scope: each for each in locked if each.period_start == current[each.scope].period_start}


async def see_purses(tx: Transaction, scopes: tuple[Scope, ...], default_zone: str) -> tuple[Purse, ...]:
    """The current budget of each scope, to be shown: nothing is locked, and no period is begun."""
    current = await _running(tx, scopes, lock=False)
    for scope in scopes:
        if scope.id not in current:
            current[scope.id] = await _not_begun(tx, scope, default_zone)
    return _purses(scopes, current, default_zone)


def _purses(scopes: tuple[Scope, ...], current: dict[str, Budget], default_zone: str) -> tuple[Purse, ...]:
    return tuple(Purse(scope=scope, budget=current[scope.id], zone=_zone(scope, default_zone)) for scope in scopes)


def short(purses: tuple[Purse, ...], price: Money, stage: Stage) -> tuple[Purse, ...]:
    """The purses in which the price does not fit."""
    return tuple(purse for purse in purses if not purse.fits(price, stage))


async def set_cap(tx: Transaction, purse: Purse, amount: Money | None) -> Purse:
    """Set the current cap; every change is a new version, so that its alerts may speak again."""
    changed = amount != purse.budget.cap
    budget = replace(purse.budget, cap=amount, cap_version=purse.budget.cap_version + changed)
    await tx.put(budget)
    return replace(purse, budget=budget)
