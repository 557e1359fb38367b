"""Caps as they are kept: in the policies that every new period begins with."""

from __future__ import annotations

from dataclasses import replace

from bot.core.budgets import Purse
from bot.core.policy import CapPolicy
from bot.core.ports import Transaction
from bot.core.rows import Channel, Workspace
from bot.jobs.places import Here

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


async def keep_raise(tx: Transaction, at: Here, purse: Purse) -> None:
    """Keep a raised cap for the periods to come; a person's only for this one, for their policy is everybody's."""
    scope = purse.scope.id.partition(":")[0]
    if scope != PERSON:
        await keep_policy(tx, at, scope, replace(purse.scope.policy, amount=purse.budget.cap))
