"""A cap that is raised without an order, and a maker's wish for more."""

from __future__ import annotations

from bot.core.approvals import Roles
from bot.core.budgets import Purse, Scope, open_purses, scopes_of, see_purses
from bot.core.commands import AskMore, RaiseCap
from bot.core.errors import Refusal
from bot.core.lifecycle import Stage, State
from bot.core.money import ZERO
from bot.core.notices import SILENCE, Notice
from bot.core.policy import ChannelPolicy
from bot.core.ports import Transaction
from bot.core.rows import Asked, Channel, Inbound, Take, Workspace
from bot.core.sentences import answers
from bot.jobs.budgets.caps import CHANNEL, PERSON, WORKSPACE, raise_cap
from bot.jobs.events import once
from bot.jobs.kit import Kit
from bot.jobs.places import enter, here, require_channel
from bot.jobs.steps import contact_of, named, say, tell_owner

#: A person asks for more in a channel once in so long.
ASK_AGAIN_MS = 3600 * 1000


class Raising:
    """Handlers of ``budget raise``, of its buttons, and of ``budget ask``."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` is the worker's too."""
        self._kit = kit

    async def raise_(self, command: RaiseCap) -> Notice:
        """An owner raises one cap, now and for the periods to come; of two who press, the first has raised it."""
        return await once(self._kit, command, lambda tx: self._raise(tx, command)) or SILENCE

    async def _raise(self, tx: Transaction, command: RaiseCap) -> Notice:
        if command.cap_version is None:
            require_channel(command.place)
        scope = await self._scope(tx, command)
        (purse,) = await open_purses(tx, (scope,), self._kit.rules.zone)
        if command.cap_version not in (None, purse.budget.cap_version):
            raise Refusal(answers.raised_already(purse))
        raised = await raise_cap(self._kit, tx, command.actor, purse, command.by)
        kind, _, row = scope.id.partition(":")
        if kind == CHANNEL:
            about = f"{scope.id}:{raised.budget.period_start}:{raised.budget.cap_version}"
            await say(self._kit, tx, "raised", about=about, channel=row, raised=answers.raised_to(raised))
        waiting = await _waiting(tx, command.place.workspace, scope)
        return Notice(text=answers.cap_raised(raised, waiting, this_period=kind == PERSON))

    async def _scope(self, tx: Transaction, command: RaiseCap) -> Scope:
        """The scope that is named, where the person is its owner.

        Raises:
            Refusal: it is of another place, or not known; or the person does not pay.
        """
        if not command.scope:
            at = await enter(self._kit, tx, command.place)
            at.require_owner(command.actor, instead=answers.ask_instead(command.by))
            return scopes_of(at.workspace, at.channel, "", "")[0]
        workspace = await named(tx, Workspace, command.place.workspace)
        kind, _, row = command.scope.partition(":")
        channel = await tx.get(Channel, row) if kind == CHANNEL else None
        if channel is not None and channel.workspace == workspace.id:
            here(self._kit, workspace, channel).require_owner(command.actor)
            return scopes_of(workspace, channel, "", "")[0]
        if not Roles(ChannelPolicy(), workspace.policy, self._kit.rules.owners).owner(command.actor):
            raise Refusal(answers.owners_decide())
        if kind == WORKSPACE and row == workspace.id:
            return Scope(id=command.scope, name="the workspace", policy=workspace.policy.cap)
        person = row.removeprefix(f"{workspace.id}/")
        known = [] if kind != PERSON or person == row else await _newest_take(tx, workspace.id, person)
        if not known:
            raise Refusal(answers.not_our_budget())
        return Scope(id=command.scope, name=known[0].person_name, policy=workspace.policy.person_cap)

    async def ask(self, command: AskMore) -> Notice:
        """A maker asks whoever looks after the budget for more; once an hour in a channel."""
        return await once(self._kit, command, lambda tx: self._ask(tx, command)) or SILENCE

    async def _ask(self, tx: Transaction, command: AskMore) -> Notice:
        at = await enter(self._kit, tx, command.place)
        at.require_role(command.actor, Stage.DRAFT)
        scopes = scopes_of(at.workspace, at.channel, command.actor.id, command.actor.name)
        purses = await see_purses(tx, scopes, self._kit.rules.zone)
        purse, _ = answers.tightest(purses, ZERO)
        if purse.budget.cap is None:
            raise Refusal(answers.no_cap_to_raise(purse))
        asked = await tx.get(Inbound, _asked_before(command))
        if asked is not None and tx.now - asked.at < ASK_AGAIN_MS:
            raise Refusal(answers.asked_for_more_already(at.channel.name))
        await tx.put(Inbound(id=_asked_before(command), at=tx.now))
        await self._tell(tx, command, purse, channel=purses[0])
        contact = await contact_of(self._kit, tx, at.channel.id)
        return Notice(text=answers.asked_for_more(at.channel.name, known=contact is not None))

    async def _tell(self, tx: Transaction, command: AskMore, purse: Purse, *, channel: Purse) -> None:
        """``purse`` is the cap that has least left, and ``channel`` the channel's."""
        reported = channel if purse.scope.id.startswith(f"{PERSON}:") else purse
        await tell_owner(
            self._kit,
            tx,
            "ask_more",
            about=f"{_asked_before(command)}:{tx.now}",
            channel=command.place.channel,
            maker=command.actor.name,
            micros=str(command.amount.micros if command.amount else ""),
            place=channel.scope.name.removeprefix("#"),
            why=command.why,
            used=answers.how_used(purse, named=purse is not channel),
            scope=purse.scope.id,
            version=str(purse.budget.cap_version),
            report=reported.scope.id,
        )


def _asked_before(command: AskMore) -> str:
    return f"more:{command.place.channel}:{command.actor.id}"


async def _newest_take(tx: Transaction, workspace: str, person: str) -> list[Take]:
    """By which a person is known here, with the name that they had."""
    return await tx.rows(Take, workspace=workspace, person=person, order=("-created_at",), limit=1)


async def _waiting(tx: Transaction, workspace: str, scope: Scope) -> int:
    """How many takes wait for an owner in what the scope counts."""
    kind, _, row = scope.id.partition(":")
    where = {
        CHANNEL: {"channel": row},
        WORKSPACE: {"workspace": workspace},
        PERSON: {"workspace": workspace, "person": row.removeprefix(f"{workspace}/")},
    }[kind]
    return await tx.count(Take, state=State.ASKED, asked=(Asked.CAP, Asked.OWNER), **where)
