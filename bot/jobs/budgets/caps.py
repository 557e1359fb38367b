"""Caps as they are kept: in the policies that every new period begins with."""

from __future__ import annotations

from dataclasses import replace

from bot.core.budgets import Purse, set_cap
from bot.core.commands import Actor
from bot.core.errors import Refusal
from bot.core.money import LARGEST_DOLLARS, Money
from bot.core.policy import CapPolicy
from bot.core.ports import Transaction
from bot.core.rows import Channel, Workspace
from bot.core.sentences import answers
from bot.jobs.budgets.changes import note_change, scope_of_change
from bot.jobs.kit import Kit
from bot.jobs.places import Here
from bot.jobs.steps import named

#: What a cap can be set for; the last one is the same amount for each person.
CHANNEL, WORKSPACE, PERSON = "channel", "workspace", "person"
SCOPES = (CHANNEL, WORKSPACE, PERSON)


async def keep_policy(tx: Transaction, at: Here, scope: str, cap: CapPolicy) -> None:
    """Write what the next periods of a scope, one of ``SCOPES``, begin with."""
    if scope == CHANNEL:
        channel = await tx.lock(Channel, at.channel.id) or at.channel
        await tx.put(replace(channel, policy=replace(channel.policy, cap=cap)))
        return
    workspace = await tx.lock(Workspace, at.workspace.id) or at.workspace
    whole = workspace.policy
    changed = replace(whole, cap=cap) if scope == WORKSPACE else replace(whole, person_cap=cap)
    await tx.put(replace(workspace, policy=changed))


async def raise_cap(kit: Kit, tx: Transaction, actor: Actor, purse: Purse, by: Money) -> Purse:
    """Raise the cap of a purse (locked), now and for the periods to come, and log it.

    A person's cap is raised for this period only: what their periods begin with is everybody's. That of a period that
    is over is raised for what is still booked there, and changes no other.

    Raises:
        Refusal: there is no cap; or it would be more than any cap can be.
    """
    cap, scope = purse.budget.cap, purse.scope
    if cap is None:
        raise Refusal(answers.no_cap_to_raise(purse))
    if cap + by > Money.usd(LARGEST_DOLLARS):
        raise Refusal(answers.raised_too_far(purse, by))
    raised = await set_cap(tx, purse, cap + by)
    if not raised.over:
        await _keep_raise(tx, raised)
    where, what = scope_of_change(scope.id, scope.name, "cap")
    await note_change(kit, tx, actor, where, what, str(cap), f"{raised.budget.cap}{answers.period_over(raised)}")
    return raised


async def _keep_raise(tx: Transaction, purse: Purse) -> None:
    kind, _, row = purse.scope.id.partition(":")
    if kind == CHANNEL:
        channel = await tx.lock(Channel, row) or await named(tx, Channel, row)
        cap = replace(channel.policy.cap, amount=purse.budget.cap)
        await tx.put(replace(channel, policy=replace(channel.policy, cap=cap)))
    elif kind == WORKSPACE:
        workspace = await tx.lock(Workspace, row) or await named(tx, Workspace, row)
        cap = replace(workspace.policy.cap, amount=purse.budget.cap)
        await tx.put(replace(workspace, policy=replace(workspace.policy, cap=cap)))
