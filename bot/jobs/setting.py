"""What owners set: caps, and a channel's settings."""

from __future__ import annotations

import logging
from dataclasses import replace

from bot.core.budgets import Purse, set_cap
from bot.core.commands import BudgetSet, Settings
from bot.core.errors import Refusal
from bot.core.notices import SILENCE, Notice
from bot.core.policy import CapPolicy, Period
from bot.core.ports import Transaction
from bot.core.rows import Rank, Take
from bot.core.sentences import answers, guides
from bot.core.settings_options import apply, describe
from bot.jobs.kit import Kit
from bot.jobs.places import Here, enter, first_time
from bot.jobs.steps import touch

log = logging.getLogger(__name__)
#: Cards that a change of settings draws anew; older ones keep what they showed.
REDRAWN = 50


class Setting:
    """Handlers of ``budget set`` and ``settings``."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` is the worker's too."""
        self._kit = kit

    async def budget(self, command: BudgetSet) -> Notice:
        """The amount counts at once; period and zone from the next reset."""

        async def work(tx: Transaction) -> Notice:
            if not await first_time(tx, command):
                return SILENCE
            at = await enter(self._kit, tx, command.place)
            if not at.roles.owner(command.actor):
                raise Refusal(answers.owners_only(at.channel.name))
            purses = await at.purses(self._kit, tx, command.actor.id, command.actor.name)
            purse = purses[("channel", "workspace", "person").index(command.scope)]
            policy = _changed(purse.scope.policy, command)
            await _write(tx, at, command.scope, policy)
            changed = await _now(tx, replace(purse, scope=replace(purse.scope, policy=policy)), command)
            log.info("%s set the cap of %s to %s", command.actor.id, purse.scope.id, policy.amount)
            return Notice(text=guides.budget_set(changed, _later(purse, policy)))

        return await self._kit.store.transact(work)

    async def settings(self, command: Settings) -> Notice:
        """Show what is set, or change what is named; only owners change."""

        async def work(tx: Transaction) -> Notice:
            at = await enter(self._kit, tx, command.place)
            if not command.changes:
                return Notice(text="\n".join(describe(at.channel.policy)))
            if not await first_time(tx, command):
                return SILENCE
            if not at.roles.owner(command.actor):
                raise Refusal(answers.owners_only(at.channel.name))
            policy = apply(at.channel.policy, command.changes)
            self._kit.catalogue.model(policy.model)
            await tx.put(replace(at.channel, policy=policy))
            await self._redraw(tx, at)
            log.info("%s changed the settings of %s: %s", command.actor.id, at.channel.id, dict(command.changes))
            return Notice(text="\n".join(describe(policy)))

        return await self._kit.store.transact(work)

    async def _redraw(self, tx: Transaction, at: Here) -> None:
        newest = await tx.rows(Take, channel=at.channel.id, order=("-created_at",), limit=REDRAWN)
        for card in sorted({take.card for take in newest}):
            await touch(self._kit, tx, card, Rank.PROGRESS)


def _changed(policy: CapPolicy, command: BudgetSet) -> CapPolicy:
    amount = None if command.uncapped else policy.amount if command.amount is None else command.amount
    return replace(
        policy,
        amount=amount,
        period=command.period or policy.period,
        zone=command.zone or policy.zone,
        envelope=policy.envelope if command.envelope is None else command.envelope,
    )


async def _write(tx: Transaction, at: Here, scope: str, policy: CapPolicy) -> None:
    if scope == "channel":
        await tx.put(replace(at.channel, policy=replace(at.channel.policy, cap=policy)))
        return
    whole = at.workspace.policy
    changed = replace(whole, cap=policy) if scope == "workspace" else replace(whole, person_cap=policy)
    await tx.put(replace(at.workspace, policy=changed))


async def _now(tx: Transaction, purse: Purse, command: BudgetSet) -> Purse:
    """The current budget under the new policy. One without periods ends now when a period is set: it never resets."""
    if command.period is not None and purse.budget.period_end is None and command.period is not Period.NONE:
        ended = replace(purse.budget, period_end=tx.now)
        await tx.put(ended)
        purse = replace(purse, budget=ended)
    return await set_cap(tx, purse, purse.scope.policy.amount)


def _later(purse: Purse, policy: CapPolicy) -> list[str]:
    """What begins only with the next reset."""
    if policy.period is purse.scope.policy.period and policy.zone == purse.scope.policy.zone:
        return []
    return [answers.from_next_reset(policy.period.value, policy.zone or purse.zone, purse)]
