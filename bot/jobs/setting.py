"""What owners set: caps, and a channel's settings."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace

from bot.core.approvals import groups_among
from bot.core.budgets import Purse, Scope, scopes_of, set_cap
from bot.core.catalogue import require_frame_taker
from bot.core.commands import BudgetSet, Settings
from bot.core.conditions import key_of
from bot.core.errors import Refusal
from bot.core.ladder import require_rising
from bot.core.money import ZERO
from bot.core.notices import SILENCE, Notice
from bot.core.parsing.actions import action
from bot.core.policy import MATCH, CapPolicy, ChannelPolicy, Ladder, Period
from bot.core.ports import Between, Button, Transaction
from bot.core.rows import Budget, Channel, Rank, Take, Workspace
from bot.core.sentences import answers, guides
from bot.core.sentences.ladder import steps_set
from bot.core.settings_options import NAMES, apply, describe, describe_changed
from bot.jobs.budgets.caps import CHANNEL, PERSON, SCOPES, WORKSPACE, keep_policy
from bot.jobs.budgets.changes import note_cap, note_settings
from bot.jobs.events import once
from bot.jobs.kit import Kit
from bot.jobs.places import Here, enter
from bot.jobs.steps import touch

log = logging.getLogger(__name__)
#: Cards that a change of settings draws anew; older ones keep what they showed.
REDRAWN = 50
#: The steps of a ladder, in the command and in the policy, in the order in which they rise.
STEPS = ("tell", "warn", "approve")


class Setting:
    """Handlers of ``budget set`` and ``settings``."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` is the worker's too."""
        self._kit = kit

    async def budget(self, command: BudgetSet) -> Notice:
        """The amount counts at once; period and zone from the next reset."""
        return await once(self._kit, command, lambda tx: self._budget(tx, command)) or SILENCE

    async def _budget(self, tx: Transaction, command: BudgetSet) -> Notice:
        at = await self._locked(tx, command)
        place = SCOPES.index(command.scope)
        scope = scopes_of(at.workspace, at.channel, command.actor.id, command.actor.name)[place]
        policy = _changed(scope.policy, command)
        log.info("%s set the cap of %s to %s", command.actor.id, scope.id, policy.amount)
        if command.scope == PERSON:
            await self._set_everybodys(tx, at, policy, amount=command.uncapped or command.amount is not None)
            text = "\n".join([answers.persons_cap(policy.amount), *_steps(scope, command, policy)])
        else:
            purse = (await at.purses(self._kit, tx, command.actor.id, command.actor.name))[place]
            now = await _now(tx, purse, policy)
            changes = (*_over(now), *_steps(scope, command, policy), *_later(purse, policy))
            text = guides.budget_set(now, changes)
        await keep_policy(tx, at, command.scope, policy)
        whose = PERSON if command.scope == PERSON else ""
        logged = f"{CHANNEL}:{at.channel.id}" if command.scope == CHANNEL else f"{WORKSPACE}:{at.workspace.id}"
        await note_cap(self._kit, tx, command.actor, logged, scope.policy, policy, whose=whose)
        return Notice(text=text)

    async def _locked(self, tx: Transaction, command: BudgetSet) -> Here:
        """The place, read again behind the lock that whoever else changes the same cap has to have."""
        at = await enter(self._kit, tx, command.place)
        at.require_owner(command.actor, instead=answers.ask_instead(None))
        if command.scope == PERSON:
            await tx.lock(Workspace, at.workspace.id)
        else:
            await at.purses(self._kit, tx, command.actor.id, command.actor.name)
        return await enter(self._kit, tx, command.place)

    async def _set_everybodys(self, tx: Transaction, at: Here, policy: CapPolicy, *, amount: bool) -> None:
        """Each person has a budget of their own under the same policy; ``amount``: their caps are set too."""
        ending = await tx.rows(Budget, period_end=Between(low=tx.now + 1))
        for budget in sorted((*await tx.rows(Budget, period_end=None), *ending), key=key_of):
            if budget.scope.startswith(f"{PERSON}:{at.workspace.id}/"):
                current = await tx.lock(Budget, budget.scope, budget.period_start) or budget
                scope = Scope(id=current.scope, name="", policy=policy)
                own = policy if amount else replace(policy, amount=current.cap)
                await _now(tx, Purse(scope=scope, budget=current, zone=self._kit.rules.zone), own)

    async def settings(self, command: Settings) -> Notice:
        """Show what is set, or change what is named; only owners change."""
        if command.changes:
            return await once(self._kit, command, lambda tx: self._set(tx, command)) or SILENCE
        at = await self._kit.store.transact(lambda tx: enter(self._kit, tx, command.place))
        change = Button(label="Change settings", action=action("change-settings"))
        return Notice(
            text="\n".join(describe(at.channel.policy, models=self._models)),
            buttons=(change,) if at.roles.owner(command.actor) else (),
        )

    async def _set(self, tx: Transaction, command: Settings) -> Notice:
        at = await enter(self._kit, tx, command.place)
        at.require_owner(command.actor)
        channel = await tx.lock(Channel, at.channel.id) or at.channel
        first = self._kit.rules.channel_policy
        policy = apply(channel.policy, command.changes, models=self._models, first=first)
        self._require_possible(policy, dict(command.changes))
        await tx.put(replace(channel, policy=policy))
        await note_settings(self._kit, tx, command.actor, f"{CHANNEL}:{channel.id}", channel.policy, policy)
        await self._redraw(tx, at)
        log.info("%s changed the settings of %s: %s", command.actor.id, at.channel.id, dict(command.changes))
        said = describe_changed(policy, [name for name, _ in command.changes])
        return Notice(text="\n".join([*said, *_unknown(command, channel.policy, policy)]))

    def _require_possible(self, policy: ChannelPolicy, changes: Mapping[str, str]) -> None:
        """Whether the channel's model can make the look, where one of them was changed.

        Raises:
            Refusal: it cannot; names the models that can.
        """
        model = self._kit.catalogue.known(policy.model)
        if policy.look == MATCH and model is not None and {"look", "model"} & {NAMES.get(name) for name in changes}:
            require_frame_taker(self._kit.catalogue, model, "text")

    @property
    def _models(self) -> tuple[str, ...]:
        return tuple(model.name for model in self._kit.catalogue.on)

    async def _redraw(self, tx: Transaction, at: Here) -> None:
        newest = await tx.rows(Take, channel=at.channel.id, order=("-created_at",), limit=REDRAWN)
        for card in sorted({take.card for take in newest}):
            await touch(self._kit, tx, card, Rank.PROGRESS)


def _unknown(command: Settings, before: ChannelPolicy, after: ChannelPolicy) -> list[str]:
    """What to know where groups were named whose members are not known."""
    named = set(groups_among((*after.approvers, *after.makers))) - {*before.approvers, *before.makers}
    return [answers.groups_unknown()] if named and command.actor.groups is None else []


def _changed(policy: CapPolicy, command: BudgetSet) -> CapPolicy:
    """The policy with what was given.

    Raises:
        Refusal: the part that drafts may not touch would be more than the cap.
    """
    amount = None if command.uncapped else policy.amount if command.amount is None else command.amount
    kept = ZERO if command.uncapped else policy.envelope
    envelope = kept if command.envelope is None else command.envelope
    if envelope and (amount is None or envelope > amount):
        raise Refusal(answers.envelope_too_large(envelope, amount))
    return replace(
        policy,
        amount=amount,
        period=command.period or policy.period,
        zone=command.zone or policy.zone,
        envelope=envelope,
        ladder=_climbed(policy.ladder, command),
    )


def _climbed(ladder: Ladder, command: BudgetSet) -> Ladder:
    """The ladder with the steps that were given.

    Raises:
        Refusal: they would not rise.
    """
    given = {name: getattr(command, name) for name in STEPS}
    set_ = {name: step or None for name, step in given.items() if step is not None}
    drafts_only = ladder.drafts_only if command.drafts_only is None else command.drafts_only
    changed = replace(ladder, drafts_only=drafts_only, **set_)
    require_rising(changed)
    return changed


def _steps(scope: Scope, command: BudgetSet, policy: CapPolicy) -> list[str]:
    """The ladder, where something of it was set."""
    given = any(getattr(command, name) is not None for name in (*STEPS, "drafts_only"))
    return [steps_set(scope, policy.ladder)] if given else []


async def _now(tx: Transaction, purse: Purse, policy: CapPolicy) -> Purse:
    """The current budget under the new policy. One without periods ends now when a period is set: it never resets."""
    if purse.budget.period_end is None and policy.period is not Period.NONE:
        purse = replace(purse, budget=replace(purse.budget, period_end=tx.now))
    return await set_cap(tx, replace(purse, scope=replace(purse.scope, policy=policy)), policy.amount)


def _over(purse: Purse) -> list[str]:
    """A cap below what is used already."""
    return [answers.set_below(purse)] if purse.excess else []


def _later(purse: Purse, policy: CapPolicy) -> list[str]:
    """What begins only with the next reset."""
    if policy.period is purse.scope.policy.period and policy.zone == purse.scope.policy.zone:
        return []
    return [answers.from_next_reset(policy.period.value, policy.zone or purse.zone, purse)]
