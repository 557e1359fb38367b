"""The log of what owners set: who, when, what, from what to what; written with the change itself, never edited."""

from __future__ import annotations

from bot.core.commands import Actor
from bot.core.money import Money
from bot.core.policy import CapPolicy, ChannelPolicy, Ladder
from bot.core.ports import Transaction
from bot.core.rows import Change
from bot.core.settings_options import settings
from bot.jobs.kit import Kit

#: What is logged of a channel that is about its money; its other settings are not.
OF_MONEY = ("cap", "period", "zone", "envelope", "ladder", "ordering", "stop", "owner-above", "confirm-above")
#: What a scope of money begins with that is one person's.
_PERSON = "person:"


async def note_change(kit: Kit, tx: Transaction, actor: Actor, scope: str, what: str, before: str, after: str) -> None:
    """Log a change in ``channel:…`` or ``workspace:…``; what stays as it was is none."""
    if before == after:
        return
    await tx.add(
        Change(
            id=kit.ids.unique(),
            scope=scope,
            what=what,
            before=before,
            after=after,
            at=tx.now,
            by=actor.id,
            by_name=actor.name,
        )
    )


async def note_cap(
    kit: Kit, tx: Transaction, actor: Actor, scope: str, before: CapPolicy, after: CapPolicy, *, whose: str = ""
) -> None:
    """Log what differs between two policies of a cap; ``whose`` names it where it is not the scope's own."""
    told = (
        ("cap", amount_or_none(before.amount), amount_or_none(after.amount)),
        ("period", before.period.value, after.period.value),
        ("zone", before.zone or kit.rules.zone, after.zone or kit.rules.zone),
        ("envelope", str(before.envelope), str(after.envelope)),
        ("ladder", _ladder(before.ladder), _ladder(after.ladder)),
    )
    for what, was, now in told:
        await note_change(kit, tx, actor, scope, f"{whose} {what}".strip(), was, now)


async def note_settings(
    kit: Kit, tx: Transaction, actor: Actor, scope: str, before: ChannelPolicy, after: ChannelPolicy
) -> None:
    """Log each of a channel's settings that differs."""
    for setting in settings():
        was, now = getattr(before, setting.field), getattr(after, setting.field)
        await note_change(kit, tx, actor, scope, setting.name, setting.kind.show(was), setting.kind.show(now))


def amount_or_none(amount: Money | None) -> str:
    """``$50.00``; ``none`` where there is no cap."""
    return "none" if amount is None else str(amount)


def scope_of_change(scope: str, name: str, what: str) -> tuple[str, str]:
    """Where a change of a scope of money is logged, and as what: a person's is the workspace's."""
    if not scope.startswith(_PERSON):
        return scope, what
    workspace = scope.removeprefix(_PERSON).rpartition("/")[0]
    return f"workspace:{workspace}", f"{what} of {name}"


def _ladder(ladder: Ladder) -> str:
    """``50, 80, 95``; a step that there is not is ``off``."""
    steps = ", ".join("off" if step is None else str(step) for step in (ladder.tell, ladder.warn, ladder.approve))
    return f"{steps}, drafts only" if ladder.drafts_only else steps
