"""Where a command was given: its workspace and channel rows, the roles that hold there, and what an id names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.core.approvals import Roles
from bot.core.budgets import Purse, Scope, bookings, open_purses, scopes_of
from bot.core.commands import Actor, Command, Place
from bot.core.errors import ChatError, Refusal
from bot.core.ids import matches, normal, readings
from bot.core.lifecycle import Stage
from bot.core.policy import WorkspacePolicy
from bot.core.ports import Transaction
from bot.core.rows import Batch, Card, Channel, Take, Workspace
from bot.core.sentences import answers
from bot.jobs.kit import Kit
from bot.jobs.steps import named, takes_of_batch

#: With the wall clock further back than this behind the rows, nothing new is ordered.
CLOCK_TOLERANCE_MS = 60_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Here:
    """A channel with its workspace, and who may do what in it."""

    workspace: Workspace
    channel: Channel
    roles: Roles
    #: The thread or forum post of the channel in which something is ordered; empty: the channel itself.
    room: str = ""

    @property
    def paused_by(self) -> str | None:
        """Who has stopped ordering here or everywhere, and since when; ``None`` while nobody has."""
        return self.channel.paused_by or self.workspace.paused_by

    async def purses(
        self, kit: Kit, tx: Transaction, person: str, name: str, *, takes: Iterable[str] = ()
    ) -> tuple[Purse, ...]:
        """The current budgets that an order of the person counts in, locked; and all those that ``takes`` are in.

        Every budget that the transaction will need is locked here, for none may be locked after a take; ``takes``
        are this channel's, but may be of several people.
        """
        own = scopes_of(self.workspace, self.channel, person, name)
        booked = await bookings(tx, takes)
        people = {scope for scope, _ in booked} - {scope.id for scope in own}
        others = [Scope(id=each, name="", policy=own[-1].policy) for each in sorted(people)]
        opened = await open_purses(tx, (*own, *others), kit.rules.zone, also=booked)
        return opened[: len(own)]

    def require_role(self, actor: Actor, stage: Stage) -> None:
        """Drafts are ordered by makers, finals without votes by approvers.

        Raises:
            Refusal: the person is not one.
        """
        if stage is Stage.FINAL and not self.roles.approver(actor):
            raise Refusal(answers.approvers_only(self.channel.name))
        if stage is Stage.DRAFT and not self.roles.maker(actor):
            raise Refusal(answers.makers_only(self.channel.name, guest=actor.guest))

    def require_owner(self, actor: Actor, *, instead: str = "") -> None:
        """What only owners decide; ``instead`` is what a maker can do.

        Raises:
            Refusal: the person is not one.
        """
        if not self.roles.owner(actor):
            hint = f" {instead}" if instead and self.roles.maker(actor) else ""
            sentence = f"{answers.owners_only(self.channel.name)}{hint}"
            raise Refusal(sentence)

    def require_say(self, actor: Actor, take: Take) -> None:
        """What a take's maker, an approver and an owner may do with it.

        Raises:
            Refusal: the person is none of them.
        """
        may = actor.id == take.person or self.roles.approver(actor) or self.roles.owner(actor)
        if actor.bot or not may:
            raise Refusal(answers.not_yours(take.id))


async def arrive(kit: Kit, tx: Transaction, place: Place) -> bool:
    """Make the rows of the place that a command comes from; whether the place may spend, and so be talked with."""
    workspace = await _workspace(kit, tx, place)
    if workspace.active and not place.direct:
        await _channel(kit, tx, place)
    return workspace.active


async def enter(kit: Kit, tx: Transaction, place: Place) -> Here:
    """The rows of a place, made with the installation's defaults when it is new.

    Raises:
        Refusal: the operator has not added the place; or it is a direct message, without budget and settings.
    """
    workspace = await _workspace(kit, tx, place)
    if not workspace.active:
        raise Refusal(answers.place_not_added())
    require_channel(place)
    return replace(here(kit, workspace, await _channel(kit, tx, place)), room=place.room)


async def _workspace(kit: Kit, tx: Transaction, place: Place) -> Workspace:
    """The first workspace of a platform is the bot's place; any other is added by the operator before it may spend."""
    known = await tx.get(Workspace, place.workspace)
    if known is not None:
        return known
    platform = place.channel.partition(":")[0]
    policy = WorkspacePolicy(cap=kit.rules.workspace_cap, person_cap=kit.rules.person_cap)
    first = not await tx.count(Workspace, platform=platform)
    new = Workspace(id=place.workspace, platform=platform, policy=policy, active=first, created_at=tx.now)
    await tx.claim(new)
    return new


async def _channel(kit: Kit, tx: Transaction, place: Place) -> Channel:
    """The channel under the name that it has now."""
    known = await tx.get(Channel, place.channel)
    if known is None:
        known = Channel(
            id=place.channel,
            workspace=place.workspace,
            name=place.name,
            policy=kit.rules.channel_policy,
            created_at=tx.now,
        )
        await tx.claim(known)
    elif place.name and known.name != place.name:
        known = replace(await tx.lock(Channel, place.channel) or known, name=place.name)
        await tx.put(known)
    return known


def here(kit: Kit, workspace: Workspace, channel: Channel) -> Here:
    """A place from its rows."""
    return Here(workspace=workspace, channel=channel, roles=Roles(channel.policy, workspace.policy, kit.rules.owners))


async def home_of(kit: Kit, tx: Transaction, take: Take) -> Here:
    """The place that a take belongs to: its roles and budgets decide, wherever the command was given."""
    return here(kit, await named(tx, Workspace, take.workspace), await named(tx, Channel, take.channel))


def require_channel(place: Place) -> None:
    """Nothing is ordered in direct messages, and no cap belongs to one.

    Raises:
        Refusal: it is one.
    """
    if place.direct:
        raise Refusal(answers.not_in_private())


def obstacle(kit: Kit, at: Here, purses: tuple[Purse, ...]) -> str | None:
    """Why nothing new is ordered in a place now, whoever asks; ``None`` when it may be."""
    if at.paused_by:
        return answers.ordering_paused(at.channel.name if at.channel.paused_by else "", at.paused_by)
    for purse in purses:
        if purse.budget.stopped_by:
            return answers.scope_stopped(purse.scope.name, purse.budget.stopped_by)
    behind = kit.store.behind_ms
    return answers.clock_behind(behind) if behind > CLOCK_TOLERANCE_MS else None


def require_open(kit: Kit, at: Here, purses: tuple[Purse, ...]) -> None:
    """Whether anything new is ordered in a place now.

    Raises:
        Refusal: it is paused, stopped by an overrun, or the clock is behind.
    """
    why = obstacle(kit, at, purses)
    if why is not None:
        raise Refusal(why)


async def unpostable(kit: Kit, channel: str) -> Refusal | ChatError | None:
    """Why no clip can be posted in a channel, with the sentence that says how to allow it, or as far as is known.

    For those who ask before a transaction what counts inside it only behind other refusals.
    """
    try:
        why = await kit.chat_of(channel).may_post(channel)
    except ChatError as error:
        return error
    return None if why is None else Refusal(why)


async def require_postable(kit: Kit, channel: str) -> None:
    """Find out whether clips may be posted in a channel before money is spent on them.

    Raises:
        Refusal: with the sentence that says how to allow it.
        ChatError: the chat could not be asked.
    """
    if (obstacle := await unpostable(kit, channel)) is not None:
        raise obstacle


async def shown_where(kit: Kit, command: Command, subject: str) -> str:
    """Where what an id names is shown.

    Raises:
        Refusal: nothing has this id here, or several have.
    """

    async def look(tx: Transaction) -> str:
        takes = await find_takes(tx, command.place.workspace, subject)
        return (await named(tx, Card, takes[0].card)).where

    return await kit.store.transact(look)


async def find_takes(tx: Transaction, workspace: str, typed: str) -> list[Take]:
    """What an id names in this workspace: one take, or every draft of a slate or batch, in the order of their numbers.

    Raises:
        Refusal: nothing has this id here, or several have.
    """
    found, batches = await _candidates(tx, workspace, typed)
    known = sorted({take.id for take in found} | {take.card for take in found} | batches)
    meant = matches(typed, known)
    if not meant:
        raise Refusal(answers.no_such_take(typed.strip().upper()))
    if len(meant) > 1:
        raise Refusal(answers.which(meant), allowed=tuple(meant))
    if meant[0] in batches:
        return await takes_of_batch(tx, meant[0])
    takes = [take for take in found if take.id == meant[0]]
    return takes or sorted((take for take in found if take.card == meant[0] and take.draft is None), key=by_number)


async def find_take(tx: Transaction, workspace: str, typed: str) -> Take:
    """The one take that an id names.

    Raises:
        Refusal: none, or a slate of several: which?
    """
    takes = require_one_card(await find_takes(tx, workspace, typed))
    if len(takes) > 1:
        ids = [take.id for take in takes]
        raise Refusal(answers.which(ids), allowed=tuple(ids))
    return takes[0]


def by_number(take: Take) -> int:
    """The order of a slate's takes: their ids do not sort so, for ``A7K-10`` comes before ``A7K-2``."""
    return take.number


def require_one_card(takes: list[Take]) -> list[Take]:
    """The takes of one slate; a batch has several, which are its sheets.

    Raises:
        Refusal: which of the sheets?
    """
    cards = list(dict.fromkeys(take.card for take in takes))
    if len(cards) > 1:
        raise Refusal(answers.which(cards), allowed=tuple(cards))
    return takes


async def batch_named(tx: Transaction, workspace: str, typed: str) -> Batch | None:
    """The batch that an id names exactly, if it names one."""
    batch = await tx.get(Batch, normal(typed))
    return batch if batch is not None and batch.workspace == workspace else None


async def _candidates(tx: Transaction, workspace: str, typed: str) -> tuple[list[Take], set[str]]:
    """Every take of the cards that may be meant, and the ids of those that are batches."""
    bases = {reading.base for reading in readings(typed)}
    cards = [card for base in sorted(bases) if (card := await tx.get(Card, base)) and card.workspace == workspace]
    takes = [take for card in cards for take in await tx.rows(Take, card=card.id)]
    return takes, {card.id for card in cards if await tx.get(Batch, card.id) is not None}
