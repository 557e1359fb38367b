"""Whose money a question is about, and who may see how much of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import partial

from bot.core.approvals import Roles
from bot.core.budgets import Purse, Scope, scopes_of, see_purses
from bot.core.commands import OfMoney
from bot.core.errors import Refusal
from bot.core.policy import ChannelPolicy
from bot.core.ports import Store, Transaction
from bot.core.rows import Channel, Take, Workspace
from bot.core.sentences import reports
from bot.jobs.kit import Kit
from bot.jobs.places import here, require_channel
from bot.jobs.steps import named

#: People whose names are looked up in one transaction.
NAMES_AT_ONCE = 20


class Sight(Enum):
    """How much a person may see of a scope's money."""

    #: What it sums up to.
    TOTALS = 1
    #: What each person and take has cost.
    PEOPLE = 2
    #: Every line of the ledger.
    LINES = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """A scope as somebody may look at it."""

    #: The scope in its current period.
    purse: Purse
    workspace: str
    sight: Sight


async def account_of(kit: Kit, tx: Transaction, command: OfMoney) -> Account:
    """What the command asks about.

    A channel's money is its members' to see, in the channel, and its owners' and contact's anywhere, in private too;
    guests see totals. A workspace's is its owners', a person's theirs and the owners'.

    Raises:
        Refusal: no such scope here, not this person's to see, or a direct message that names none.
    """
    if not command.scope:
        require_channel(command.place)
    kind, _, name = (command.scope or f"channel:{command.place.channel}").partition(":")
    workspace = await named(tx, Workspace, command.place.workspace)
    match kind:
        case "channel":
            scope, sight = await _channel(kit, tx, command, workspace, name)
        case "workspace" if name == workspace.id:
            scope, sight = await _wide(kit, tx, command, workspace, f"workspace:{name}")
        case "person" if name.startswith(f"{workspace.id}/"):
            scope, sight = await _wide(kit, tx, command, workspace, f"person:{name}")
        case _:
            raise Refusal(reports.no_such_scope())
    (purse,) = await see_purses(tx, (scope,), kit.rules.zone)
    return Account(purse=purse, workspace=workspace.id, sight=sight)


async def _channel(kit: Kit, tx: Transaction, command: OfMoney, workspace: Workspace, name: str) -> tuple[Scope, Sight]:
    actor, place = command.actor, command.place
    channel = await tx.get(Channel, name)
    if channel is None or channel.workspace != workspace.id:
        raise Refusal(reports.no_such_scope())
    scope = scopes_of(workspace, channel, "", "")[0]
    if here(kit, workspace, channel).roles.owner(actor) or (channel.contact == actor.id and not actor.bot):
        return scope, Sight.LINES
    if channel.id != place.channel or place.direct:
        raise Refusal(reports.owners_see(scope.name))
    return scope, Sight.TOTALS if actor.guest or actor.bot else Sight.PEOPLE


async def _wide(kit: Kit, tx: Transaction, command: OfMoney, workspace: Workspace, scope: str) -> tuple[Scope, Sight]:
    """A workspace, or a person in it."""
    person = scope.partition("/")[2] if scope.startswith("person:") else ""
    name = await name_of(tx, workspace.id, person) if person else "the workspace"
    policy = workspace.policy.person_cap if person else workspace.policy.cap
    owner = Roles(ChannelPolicy(), workspace.policy, kit.rules.owners).owner(command.actor)
    if not owner and not (person and command.actor.id == person and not command.actor.bot):
        raise Refusal(reports.owners_see(name))
    return Scope(id=scope, name=name, policy=policy), Sight.LINES if owner else Sight.PEOPLE


async def name_of(tx: Transaction, workspace: str, person: str) -> str:
    """A person's name, as one of their takes has it."""
    takes = await tx.rows(Take, workspace=workspace, person=person, limit=1)
    return takes[0].person_name if takes else person


async def names_of(store: Store, workspace: str, people: list[str]) -> dict[str, str]:
    """The names of people (platform's ids), a few in each transaction."""
    names: dict[str, str] = {}
    for begin in range(0, len(people), NAMES_AT_ONCE):
        names |= await store.transact(partial(_named, workspace, people[begin : begin + NAMES_AT_ONCE]))
    return names


async def _named(workspace: str, people: list[str], tx: Transaction) -> dict[str, str]:
    return {person: await name_of(tx, workspace, person) for person in people}
