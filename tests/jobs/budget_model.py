"""What a ladder and a cap mean, in a few lines that share nothing with the product's own; and a store that is watched.

After each transaction every running budget is looked at, whether it was written or not: what is reached under the cap
and the steps that are set by then counts as told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from bot.core.policy import CapPolicy
from bot.core.ports import Store, Transaction, Work
from bot.core.rows import Budget, Channel, Line, LineKind, Workspace

T = TypeVar("T")
#: Scope, start of the period, version of the cap, step in percent.
Step = tuple[str, int, int, int]


@dataclass(slots=True)
class Model:
    """What should have been told, and to whom; and which holds have broken a cap."""

    told: set[Step] = field(default_factory=set)
    #: The lines that were to be sent, by their nonces.
    lines: set[str] = field(default_factory=set)
    #: Holds that took a scope above its cap as it was then.
    breaches: list[str] = field(default_factory=list)
    #: An owner has said that this one may.
    allowed: bool = False
    known: set[str] = field(default_factory=set)

    def look(self, now: int, budgets: Iterable[Budget], policies: dict[str, CapPolicy], lines: Iterable[Line]) -> None:
        """A transaction was committed: the rows are these by now."""
        held = self._held(lines)
        for budget in budgets:
            if budget.cap is None:
                continue
            if (budget.scope, budget.period_start) in held and budget.used > budget.cap and not self.allowed:
                self.breaches.append(f"{budget.scope}: {budget.used} of {budget.cap}")
            if budget.cap and (budget.period_end is None or now < budget.period_end):
                self._climb(budget, policies[budget.scope.partition("/")[0]])

    def _held(self, lines: Iterable[Line]) -> set[tuple[str, int]]:
        """Where something was newly held, or a hold topped up."""
        new = [line for line in lines if line.id not in self.known]
        self.known.update(line.id for line in new)
        holds = [line for line in new if line.kind is LineKind.HOLD or line.reason == "reprice"]
        return {(line.scope, line.period_start) for line in holds if line.amount.micros > 0}

    def _climb(self, budget: Budget, policy: CapPolicy) -> None:
        cap = budget.cap.micros if budget.cap else 0
        set_ = [step for step in (policy.ladder.tell, policy.ladder.warn, policy.ladder.approve, 100) if step]
        name = (budget.scope, budget.period_start, budget.cap_version)
        before = {step for *version, step in self.told if tuple(version) == name}
        new = {step for step in set_ if budget.used.micros / cap >= step / 100} - before
        self.told |= {(*name, step) for step in new}
        highest = max(new, default=0)
        if highest > max(before, default=0):
            about = ":".join(map(str, (*name, highest)))
            here = budget.scope.startswith("channel:")
            self.lines |= {f"ladder:{about}"} if here else set()
            self.lines |= {f"ladder_contact:{about}"} if not here or highest != policy.ladder.tell else set()


class WatchedStore:
    """A store whose commits the model is told of."""

    def __init__(self, store: Store, model: Model) -> None:
        self._store = store
        self._model = model

    @property
    def behind_ms(self) -> int:
        return self._store.behind_ms

    async def close(self) -> None:
        await self._store.close()

    async def transact(self, work: Work[T]) -> T:
        return await self._store.transact(lambda tx: self._watched(tx, work))

    async def _watched(self, tx: Transaction, work: Work[T]) -> T:
        result = await work(tx)
        budgets, lines = await tx.rows(Budget), await tx.rows(Line)
        channels, workspaces = await tx.rows(Channel), await tx.rows(Workspace)
        policies = {f"channel:{each.id}": each.policy.cap for each in channels}
        policies |= {f"workspace:{each.id}": each.policy.cap for each in workspaces}
        policies |= {f"person:{each.id}": each.policy.person_cap for each in workspaces}
        tx.after(lambda: self._model.look(tx.now, budgets, policies, lines))
        return result
