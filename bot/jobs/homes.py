"""A person's home: how the budgets of their channels stand, what waits, and what they have made."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from typing import Any

from bot.core.budgets import Purse, scopes_of, see_purses
from bot.core.commands import OpenHome
from bot.core.errors import ChatError
from bot.core.notices import Notice
from bot.core.ports import Message, Transaction
from bot.core.rows import Card, Channel, Post, PostState, Shot, Take, Workspace
from bot.core.sentences import practice
from bot.core.sentences.home import SeenChannel, SeenQueue, SeenTake, home
from bot.jobs.contacts import contact_name
from bot.jobs.kit import Kit
from bot.jobs.line import in_line
from bot.jobs.looking import RUNNING
from bot.jobs.places import here
from bot.jobs.steps import named

log = logging.getLogger(__name__)
#: Channels whose budgets are shown, takes that are named of those under way, and of the person's own.
CHANNELS = 12
UNDER_WAY = 10
MINE = 10
#: Channels that are looked at, of everything that a person is in.
MOST_CHANNELS = 1_000


class Homes:
    """Handler of the home."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` is the worker's too."""
        self._kit = kit

    async def home(self, command: OpenHome) -> Notice:
        """Everything as it is now; nothing is locked or begun."""
        store = self._kit.store
        free, held_back = await in_line(store, self._kit.key)
        channels = await store.transact(lambda tx: self._channels(tx, command))
        ids = frozenset(channel.id for channel in channels)
        line = [*enumerate(free, start=1), *((None, take) for take in held_back)]
        waiting = [(place, take) for place, take in line if take.channel in ids]
        seen, others = await store.transact(lambda tx: self._budgets(tx, command, channels[:CHANNELS]))
        queue = await store.transact(lambda tx: _queue(tx, tuple(ids), waiting))
        takes = await store.transact(lambda tx: _mine(tx, command))
        mine = await asyncio.gather(*(self._addressed(each, at) for each, at in takes))
        more = max(0, len(channels) - CHANNELS)
        shown = home(seen, others, queue, mine, more_channels=more, now=self._kit.clock.now())
        return Notice(home=practice.at_home(shown) if self._kit.rules.practice else shown)

    async def _channels(self, tx: Transaction, command: OpenHome) -> list[Channel]:
        """Those that the person is in and that have been used; of an owner all that have been used."""
        workspace = await named(tx, Workspace, command.place.workspace)
        used = await tx.rows(Channel, workspace=workspace.id, order=("name", "id"), limit=MOST_CHANNELS)
        member = set(command.channels)
        return [
            channel
            for channel in used
            if channel.id in member or here(self._kit, workspace, channel).roles.owner(command.actor)
        ]

    async def _budgets(
        self, tx: Transaction, command: OpenHome, channels: Sequence[Channel]
    ) -> tuple[list[SeenChannel], tuple[Purse, ...]]:
        workspace, actor = await named(tx, Workspace, command.place.workspace), command.actor
        seen: list[SeenChannel] = []
        others: list[Purse] = []
        for channel in channels:
            at = here(self._kit, workspace, channel)
            scopes = scopes_of(workspace, channel, actor.id, actor.name)
            purse, *others = await see_purses(tx, scopes, self._kit.rules.zone)
            seen.append(
                SeenChannel(
                    id=channel.id,
                    name=channel.name,
                    purse=purse,
                    policy=channel.policy,
                    contact=await contact_name(self._kit, tx, at),
                    paused_by=at.paused_by or "",
                    owner=at.roles.owner(actor),
                    maker=at.roles.maker(actor),
                )
            )
        return seen, tuple(others)

    async def _addressed(self, seen: SeenTake, at: Message | None) -> SeenTake:
        """With the address of its message, where it has one."""
        if at is None:
            return seen
        try:
            address = await self._kit.chat_of(at.channel).link(at) or ""
        except ChatError:
            log.warning("%s has no address", at.id, exc_info=True)
            return seen
        return SeenTake(take=seen.take, prompt=seen.prompt, address=address)


async def _queue(tx: Transaction, channels: tuple[str, ...], waiting: Sequence[tuple[int | None, Take]]) -> SeenQueue:
    """What runs comes first."""
    if not channels:
        return SeenQueue()
    under_way: dict[str, Any] = {"channel": channels, "state": RUNNING}
    running = await tx.rows(Take, **under_way, order=("created_at", "id"), limit=UNDER_WAY)
    named_waiting = waiting[: UNDER_WAY - len(running)]
    more = await tx.count(Take, **under_way) - len(running) + len(waiting) - len(named_waiting)
    return SeenQueue(running=running, waiting=named_waiting, more=more)


async def _mine(tx: Transaction, command: OpenHome) -> list[tuple[SeenTake, Message | None]]:
    """The person's newest takes, with the message in which each is seen: its clip's, else its card's."""
    takes = await tx.rows(
        Take,
        workspace=command.place.workspace,
        person=command.actor.id,
        order=("-created_at", "-number", "id"),
        limit=MINE,
    )
    return [
        (SeenTake(take=take, prompt=(await named(tx, Shot, take.shot)).prompt), await _message(tx, take))
        for take in takes
    ]


async def _message(tx: Transaction, take: Take) -> Message | None:
    posts = await tx.rows(Post, take=take.id, state=PostState.POSTED, order=("-created_at", "nonce"), limit=1)
    message = posts[0].message if posts else (await named(tx, Card, take.card)).message
    return Message(channel=take.channel, id=message) if message else None
