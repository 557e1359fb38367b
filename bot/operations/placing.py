"""Workspaces and servers: which of them may spend, and what their channels did."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.control.protocol import Failed
from bot.core.budgets import newest_budget
from bot.core.ports import Transaction
from bot.core.rows import Channel, Workspace
from bot.operations.views import dollars


async def places(tx: Transaction) -> list[dict[str, Any]]:
    """Every workspace with its caps and its channels."""
    return [await _place(tx, workspace) for workspace in await tx.rows(Workspace, order=("platform", "created_at"))]


async def _place(tx: Transaction, workspace: Workspace) -> dict[str, Any]:
    channels = await tx.rows(Channel, workspace=workspace.id, order=("name",))
    return {
        "id": workspace.id,
        "platform": workspace.platform,
        "name": workspace.name,
        "active": workspace.active,
        "paused_by": workspace.paused_by,
        **await _money(tx, f"workspace:{workspace.id}"),
        "cap": dollars(workspace.policy.cap.amount),
        "channels": [
            {
                "id": channel.id,
                "name": channel.name,
                "contact": channel.contact_name or channel.contact,
                "paused_by": channel.paused_by,
                **await _money(tx, f"channel:{channel.id}"),
                "cap": dollars(channel.policy.cap.amount),
            }
            for channel in channels
        ],
    }


async def _money(tx: Transaction, scope: str) -> dict[str, Any]:
    """Of the period that holds now; nothing where none was begun."""
    budget = await newest_budget(tx, scope)
    if budget is None or (budget.period_end is not None and tx.now >= budget.period_end):
        return {"spent": "0.00", "held": "0.00"}
    return {"spent": dollars(budget.used - budget.held), "held": dollars(budget.held)}


async def set_active(tx: Transaction, wanted: str, *, active: bool) -> dict[str, Any]:
    """Let a workspace spend, or no longer; what it ordered before goes on either way.

    Raises:
        Failed: there is no such workspace.
    """
    workspace = await tx.lock(Workspace, wanted)
    if workspace is None:
        known = ", ".join(sorted(each.id for each in await tx.rows(Workspace))) or "none yet"
        msg = (
            f"There is no workspace {wanted}; known are: {known}. "
            "One is known from the moment that somebody there writes to Dailies."
        )
        raise Failed(msg)
    await tx.put(replace(workspace, active=active))
    return {"id": workspace.id, "platform": workspace.platform, "active": active, "changed": workspace.active != active}
