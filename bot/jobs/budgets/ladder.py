"""The ladder: each step of a cap is told once, in the transaction whose money or whose change of the cap passes it.

It watches what is written, as the journal does: every transaction of the jobs goes through it, so that no place that
books has to think of it. Before the commit it looks at each budget that was written, whatever has raised what is used
of it: an order, a final, an owner's yes, a price that rose, a charge above its hold, late evidence, a second job; or a
cap or a ladder that was set. Where a step is reached and not told yet under this version of the cap, its row and its
lines are written with the rest, or nothing of it is. What a line says of people and of the pace is not read here, where
the budget is locked, but when the line is sent (``bot.jobs.budgets.telling``).

A ladder that is set at the very moment in which another process accepts an order may be looked at by the old one; the
next booking sees to it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, TypeVar

from bot.core import ladder
from bot.core.approvals import people_among
from bot.core.budgets import Purse
from bot.core.ports import Transaction, Work
from bot.core.rows import Alert, Budget, Channel, Workspace
from bot.core.sentences import ladder as words
from bot.jobs.budgets.seen import Home, Seen
from bot.jobs.budgets.spenders import names_of
from bot.jobs.kit import Kit
from bot.jobs.steps import contact_of, named, say

T = TypeVar("T")
#: A version of a budget's cap.
Version = tuple[str, int, int]

#: Versions whose told steps are remembered, so that they are not read again with every booking.
REMEMBERED = 10_000


def on_the_ladder(kit: Kit) -> Kit:
    """The kit, whose every transaction tells the steps that it passes."""
    return replace(kit, store=LadderStore(kit))


class LadderStore:
    """A store whose transactions tell the steps that they pass."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` has the rows."""
        self._kit = kit
        self._told: dict[Version, frozenset[int]] = {}

    @property
    def behind_ms(self) -> int:
        """How far the wall clock is behind the newest time in the rows, in milliseconds."""
        return self._kit.store.behind_ms

    async def transact(self, work: Work[T]) -> T:
        """Run ``work`` in one transaction, tell the steps that it passes, and commit."""
        return await self._kit.store.transact(lambda tx: self._watched(tx, work))

    async def close(self) -> None:
        """Wait for every transaction that runs, then let go of the rows."""
        await self._kit.store.close()

    async def _watched(self, tx: Transaction, work: Work[T]) -> T:
        seen = Seen(tx)
        result = await work(seen)
        for budget in seen.raised():
            if (home := await seen.home(budget.scope)) is not None:
                await self._climb(tx, home, budget)
        return result

    async def _climb(self, tx: Transaction, home: Home, budget: Budget) -> None:
        """Tell the highest step that is reached and not told yet; the lower ones are noted as told."""
        purse = self._purse(home, budget)
        version = (budget.scope, budget.period_start, budget.cap_version)
        if not set(ladder.reached(purse)) - self._told.get(version, frozenset()):
            return
        home = replace(home, channel=await named(tx, Channel, home.channel.id))
        home = replace(home, workspace=await named(tx, Workspace, home.workspace.id))
        purse = self._purse(home, budget)
        before = {alert.step for alert in await tx.rows(Alert, **_columns(version))}
        new = [step for step in ladder.reached(purse) if step not in before]
        for step in new:
            await tx.add(Alert(**_columns(version), step=step, at=tx.now))
        tx.after(lambda: self._remember(version, frozenset({*before, *new})))
        if new and new[-1] > max(before, default=0):
            await self._tell(tx, home, purse, new[-1])

    def _remember(self, version: Version, steps: frozenset[int]) -> None:
        if len(self._told) >= REMEMBERED:
            self._told.clear()
        self._told[version] = steps

    def _purse(self, home: Home, budget: Budget) -> Purse:
        scope = home.scope(budget.scope)
        return Purse(scope=scope, budget=budget, zone=scope.policy.zone or self._kit.rules.zone)

    async def _tell(self, tx: Transaction, home: Home, purse: Purse, step: int) -> None:
        """A channel's steps are told there, and to its contact from the warning on; all others to whoever pays."""
        kind = home.kind(purse.scope.id)
        if kind == "person":
            person = home.person(purse.scope.id)
            name = (await names_of(tx, home.workspace.id, [person]))[person]
            purse = replace(purse, scope=replace(purse.scope, name=name))
        facts = {
            "scope": purse.scope.id,
            "period": str(purse.budget.period_start),
            "version": str(purse.budget.cap_version),
            "zone": purse.zone,
            "at": str(tx.now),
            "used": words.used(purse),
            "used_micros": str(purse.budget.used.micros),
            "counts": "" if step == purse.scope.policy.ladder.tell else "yes",
            "works": words.still_works(purse, step),
        }
        about = f"{purse.scope.id}:{purse.budget.period_start}:{purse.budget.cap_version}:{step}"
        contact = await self._contact(tx, home, kind)
        if kind == "channel" or (kind == "workspace" and contact is None):
            await say(self._kit, tx, "ladder", about=about, channel=home.channel.id, **facts)
        if contact is not None and (kind != "channel" or step != purse.scope.policy.ladder.tell):
            await say(self._kit, tx, "ladder_contact", about=about, channel=home.channel.id, to=contact, **facts)

    async def _contact(self, tx: Transaction, home: Home, kind: str) -> str | None:
        """Who hears of it: the channel's contact; of a cap that spans channels the first owner, where there is one."""
        owners = people_among(home.workspace.policy.owners or self._kit.rules.owners)
        return owners[0] if kind != "channel" and owners else await contact_of(self._kit, tx, home.channel.id)


def _columns(version: Version) -> dict[str, Any]:
    scope, period_start, cap_version = version
    return {"scope": scope, "period_start": period_start, "cap_version": cap_version}
