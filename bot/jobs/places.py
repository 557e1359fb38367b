"""Where a command was given: its workspace and channel rows, and the roles that hold there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.core.approvals import Roles
from bot.core.budgets import Purse, open_purses, scopes_of
from bot.core.commands import Command, Place
from bot.core.errors import Refusal
from bot.core.ids import matches, readings
from bot.core.policy import WorkspacePolicy
from bot.core.ports import Transaction
from bot.core.rows import Card, Channel, Inbound, Take, Workspace
from bot.core.sentences import answers
from bot.jobs.kit import Kit

#: With the wall clock further back than this behind the rows, nothing new is ordered.
CLOCK_TOLERANCE_MS = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """A channel with its workspace, and who may do what in it."""

    workspace: Workspace
    channel: Channel
    roles: Roles

    async def purses(
        self, kit: Kit, tx: Transaction, person: str, name: str, *, takes: Iterable[str] = ()
    ) -> tuple[Purse, ...]:
        """The current budgets that an order of the person counts in, locked; and those of ``takes`` of theirs."""
        scopes = scopes_of(self.workspace, self.channel, person, name)
        return await open_purses(tx, scopes, kit.rules.zone, takes=takes)


async def first_time(tx: Transaction, command: Command) -> bool:
    """Whether the event has not been taken before; says in the same transaction that it is now."""
    return await tx.claim(Inbound(id=f"event:{command.event}", at=tx.now))


async def enter(kit: Kit, tx: Transaction, place: Place) -> Here:
    """The rows of a place, made with the installation's defaults when it is new."""
    workspace = await tx.get(Workspace, place.workspace)
    if workspace is None:
        platform = place.channel.partition(":")[0]
        policy = WorkspacePolicy(cap=kit.rules.workspace_cap, person_cap=kit.rules.person_cap)
        others = await tx.count(Workspace, platform=platform)
        workspace = Workspace(
            id=place.workspace, platform=platform, policy=policy, active=not others, created_at=tx.now
        )
        await tx.add(workspace)
    channel = await tx.get(Channel, place.channel)
    if channel is None:
        channel = Channel(
            id=place.channel,
            workspace=place.workspace,
            name=place.name,
            policy=kit.rules.channel_policy,
            created_at=tx.now,
        )
        await tx.add(channel)
    elif channel.name != place.name and place.name:
        channel = replace(channel, name=place.name)
        await tx.put(channel)
    return here(kit, workspace, channel)


def here(kit: Kit, workspace: Workspace, channel: Channel) -> Here:
    """A place from its rows."""
    return Here(workspace=workspace, channel=channel, roles=Roles(channel.policy, workspace.policy, kit.rules.owners))


async def home_of(kit: Kit, tx: Transaction, take: Take) -> Here:
    """The place that a take belongs to."""
    workspace = await tx.get(Workspace, take.workspace)
    channel = await tx.get(Channel, take.channel)
    if workspace is None or channel is None:
        raise Refusal(answers.no_such_take(take.id))
    return here(kit, workspace, channel)


def require_ordering(kit: Kit, at: Here, command: Command, purses: tuple[Purse, ...]) -> None:
    """Whether this person may order here and now.

    Raises:
        Refusal: with the sentence that says why not.
    """
    if command.place.direct:
        raise Refusal(answers.not_in_private())
    if not at.workspace.active:
        raise Refusal(answers.place_not_added())
    if not at.roles.maker(command.actor):
        raise Refusal(answers.makers_only(at.channel.name, guest=command.actor.guest))
    for paused_by in filter(None, (at.channel.paused_by, at.workspace.paused_by)):
        raise Refusal(answers.ordering_paused(at.channel.name, paused_by))
    for purse in purses:
        if purse.budget.stopped_by:
            raise Refusal(answers.scope_stopped(purse.scope.name, purse.budget.stopped_by))
    if kit.store.behind_ms > CLOCK_TOLERANCE_MS:
        raise Refusal(answers.clock_behind(kit.store.behind_ms))


async def find_takes(tx: Transaction, workspace: str, typed: str) -> list[Take]:
    """What an id names in this workspace: one take, or every draft of a slate, in order.

    Raises:
        Refusal: nothing has this id here, or several have.
    """
    found = await _candidates(tx, workspace, typed)
    known = sorted({take.id for take in found} | {take.card for take in found})
    named = matches(typed, known)
    if not named:
        raise Refusal(answers.no_such_take(typed.strip().upper()))
    if len(named) > 1:
        raise Refusal(answers.which(named), allowed=tuple(named))
    takes = [take for take in found if take.id == named[0]]
    return takes or sorted((take for take in found if take.card == named[0] and take.draft is None), key=_number)


async def find_take(tx: Transaction, workspace: str, typed: str) -> Take:
    """The one take that an id names.

    Raises:
        Refusal: none, or a slate of several: which?
    """
    takes = await find_takes(tx, workspace, typed)
    if len(takes) > 1:
        ids = [take.id for take in takes]
        raise Refusal(answers.which(ids), allowed=tuple(ids))
    return takes[0]


def _number(take: Take) -> int:
    return take.number


async def _candidates(tx: Transaction, workspace: str, typed: str) -> list[Take]:
    bases = {reading.base for reading in readings(typed)}
    cards = [card for base in sorted(bases) if (card := await tx.get(Card, base)) and card.workspace == workspace]
    return [take for card in cards for take in await tx.rows(Take, card=card.id)]
