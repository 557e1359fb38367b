"""Whoever looks after a channel's budget, by name."""

from __future__ import annotations

from bot.core.approvals import people_among
from bot.core.ports import Transaction
from bot.core.rows import Change, Take
from bot.core.sentences import guides
from bot.jobs.kit import Kit
from bot.jobs.places import Here


async def contact_name(kit: Kit, tx: Transaction, at: Here) -> str | None:
    """Their name as the rows know it; an owner whom the settings name by an id and who never wrote is ``An owner``.

    ``None``: nobody looks after it yet.
    """
    if at.channel.contact is not None:
        return at.channel.contact_name
    owner = next(iter(people_among(at.workspace.policy.owners or kit.rules.owners)), None)
    return None if owner is None else await _known_as(tx, at, owner) or guides.AN_OWNER


async def _known_as(tx: Transaction, at: Here, person: str) -> str:
    """By which name they last set something in the channel, else ordered in the workspace; empty for neither."""
    changes = await tx.rows(Change, scope=f"channel:{at.channel.id}", by=person, order=("-at", "id"), limit=1)
    if changes:
        return changes[0].by_name
    takes = await tx.rows(Take, workspace=at.workspace.id, person=person, order=("-created_at", "id"), limit=1)
    return takes[0].person_name if takes else ""
