"""What a transaction has read and written of budgets and places, and where its money belongs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

from bot.core.budgets import Scope, holds
from bot.core.ports import Row, Transaction
from bot.core.rows import Budget, Channel, Workspace
from bot.jobs.steps import named

R = TypeVar("R", bound=Row)
#: A budget: its scope, and the start of its period.
Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Home:
    """Where the money of a transaction was ordered, or its cap set: that is where it is told."""

    channel: Channel
    workspace: Workspace

    def kind(self, scope: str) -> str:
        """``channel``, ``workspace`` or ``person``."""
        return scope.partition(":")[0]

    def person(self, scope: str) -> str:
        """The person that a scope is of."""
        return scope.removeprefix(f"person:{self.workspace.id}/")

    def scope(self, scope: str) -> Scope:
        """A scope with the policy that it has here; a person's still goes by their id."""
        match self.kind(scope):
            case "channel":
                return Scope(id=scope, name=f"#{self.channel.name}", policy=self.channel.policy.cap)
            case "workspace":
                return Scope(id=scope, name="the workspace", policy=self.workspace.policy.cap)
            case _:
                return Scope(id=scope, name=self.person(scope), policy=self.workspace.policy.person_cap)


class Seen:
    """A transaction of which the budgets and places that it reads and writes are remembered."""

    def __init__(self, tx: Transaction) -> None:
        """``tx`` does the work."""
        self.now = tx.now
        self._tx = tx
        #: As they were when they were read first; ``None``: they were not.
        self._before: dict[Key, Budget | None] = {}
        self._after: dict[Key, Budget] = {}
        self._channels: dict[str, Channel] = {}
        self._workspaces: dict[str, Workspace] = {}
        #: A channel or workspace was written: it may be its ladder.
        self._set = False

    def __getattr__(self, name: str) -> Any:
        """Whatever else a transaction can do is not watched."""
        return getattr(self._tx, name)

    async def get(self, table: type[R], *key: str | int) -> R | None:
        """The row, remembered."""
        return self._saw(await self._tx.get(table, *key))

    async def lock(self, table: type[R], *key: str | int) -> R | None:
        """The row, locked and remembered."""
        return self._saw(await self._tx.lock(table, *key))

    async def lock_all(self, table: type[R], **where: object) -> list[R]:
        """The rows, locked and remembered."""
        found = await self._tx.lock_all(table, **where)
        for row in found:
            self._saw(row)
        return found

    async def put(self, row: Row) -> None:
        """Write, and remember what was written."""
        await self._tx.put(row)
        match row:
            case Budget():
                self._before.setdefault((row.scope, row.period_start), None)
                self._after[row.scope, row.period_start] = row
            case Channel() | Workspace():
                self._saw(row)
                self._set = True
            case _:
                pass

    def raised(self) -> list[Budget]:
        """The budgets of running periods of which more is used than before, or whose cap or ladder may be another."""
        return [self._after[key] for key in sorted(self._after) if self._is_raised(key)]

    def _is_raised(self, key: Key) -> bool:
        budget, before = self._after[key], self._before[key]
        if not budget.cap or not holds(budget, self.now):
            return False
        if before is None or self._set:
            return True
        return budget.used > before.used or budget.cap_version != before.cap_version

    async def home(self, scope: str) -> Home | None:
        """Where a scope's budget was written from; nowhere, if no channel has to do with it."""
        own = scope.removeprefix("channel:")
        booked = sorted(key[0].removeprefix("channel:") for key in self._after if key[0].startswith("channel:"))
        channel = own if own != scope else next(iter((*booked, *sorted(self._channels))), None)
        if channel is None:
            return None
        found = self._channels.get(channel) or await named(self._tx, Channel, channel)
        workspace = self._workspaces.get(found.workspace) or await named(self._tx, Workspace, found.workspace)
        return Home(channel=found, workspace=workspace)

    def _saw(self, row: R | None) -> R | None:
        """Remember a budget as it was first seen, a place as it is by now."""
        match row:
            case Budget():
                self._before.setdefault((row.scope, row.period_start), row)
            case Channel():
                self._channels[row.id] = row
            case Workspace():
                self._workspaces[row.id] = row
            case _:
                pass
        return row
