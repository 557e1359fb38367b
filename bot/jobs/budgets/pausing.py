"""Ordering stopped by an owner, in a channel or everywhere; and let go on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from bot.core.commands import Pause, Resume
from bot.core.errors import Refusal
from bot.core.lifecycle import State
from bot.core.notices import SILENCE, Notice
from bot.core.periods import native_moment
from bot.core.ports import Between, Transaction
from bot.core.prompts import shorten
from bot.core.rows import Channel, Key, Rank, Take, Workspace
from bot.core.sentences import answers
from bot.core.sentences.budgets import GOES_ON, PAUSED
from bot.jobs.budgets.changes import note_change
from bot.jobs.events import once
from bot.jobs.kit import Kit
from bot.jobs.places import Here, enter
from bot.jobs.steps import say, touch, wake_queue

#: How much of a name stands in "paused by", in characters.
BY_CHARACTERS = 20
#: Cards that a pause or its end draws anew; older ones keep what they showed.
REDRAWN = 50
#: What a pause keeps from being ordered.
HELD_BACK = (State.QUEUED, State.ARMED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extent:
    """What is paused: a channel, or all of a workspace; its row is locked."""

    at: Here
    row: Channel | Workspace

    @property
    def everywhere(self) -> bool:
        """Whether it is the workspace."""
        return isinstance(self.row, Workspace)

    @property
    def channel(self) -> str:
        """The channel's name, empty for everywhere."""
        return "" if self.everywhere else self.at.channel.name

    @property
    def elsewhere(self) -> str | None:
        """Who has paused everywhere, where this is a channel."""
        return None if self.everywhere else self.at.workspace.paused_by

    @property
    def scope(self) -> str:
        """Where the change is logged."""
        return f"{'workspace' if self.everywhere else 'channel'}:{self.row.id}"

    @property
    def takes(self) -> dict[str, Any]:
        """What its takes have in common."""
        return _takes(self.at, everywhere=self.everywhere)


class Pausing:
    """Handlers of ``pause`` and ``resume``."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` is the worker's too."""
        self._kit = kit

    async def pause(self, command: Pause) -> Notice:
        """What is queued or armed waits with its hold from now on; what is submitted goes on."""
        return await once(self._kit, command, lambda tx: self._pause(tx, command)) or SILENCE

    async def _pause(self, tx: Transaction, command: Pause) -> Notice:
        extent = await _lock(tx, await self._owned(tx, command), everywhere=command.everywhere)
        if extent.row.paused_by:
            raise Refusal(answers.paused_already(extent.channel, extent.row.paused_by))
        zone = extent.at.channel.policy.cap.zone or self._kit.rules.zone
        by = f"{shorten(command.actor.name, BY_CHARACTERS)} since {native_moment(tx.now, zone)}"
        await self._put(tx, command, extent, by, why=command.why)
        return Notice(text=answers.paused(extent.channel))

    async def resume(self, command: Resume) -> Notice:
        """What waited is looked at anew: votes of an armed final are counted again before it is ordered."""
        return await once(self._kit, command, lambda tx: self._resume(tx, command)) or SILENCE

    async def _resume(self, tx: Transaction, command: Resume) -> Notice:
        at = await self._owned(tx, command)
        armed = await _lock_armed(tx, _takes(at, everywhere=command.everywhere))  # before the row, as by whoever raises
        extent = await _lock(tx, at, everywhere=command.everywhere)
        if not extent.row.paused_by:
            raise Refusal(answers.not_paused(extent.channel, extent.elsewhere))
        for take in armed:
            await self._begin_again(tx, take)
        await self._put(tx, command, extent, None)
        for key in await tx.rows(Key):
            await wake_queue(self._kit, tx, key.id)
        return Notice(text=answers.resumed(extent.channel, extent.elsewhere))

    async def _begin_again(self, tx: Transaction, take: Take) -> None:
        """The grace of an armed final was over while nothing was ordered: it ends now."""
        await tx.step(take, replace(take, order_at=tx.now, due_at=tx.now))
        self._kit.engine.wake(tx, take.id, tx.now)

    async def _owned(self, tx: Transaction, command: Pause | Resume) -> Here:
        at = await enter(self._kit, tx, command.place)
        at.require_owner(command.actor)
        return at

    async def _put(
        self, tx: Transaction, command: Pause | Resume, extent: Extent, by: str | None, *, why: str = ""
    ) -> None:
        """Write it with its line in the log, tell the channels, and draw the cards of what waits anew."""
        await tx.put(replace(extent.row, paused_by=by))
        before, after = (PAUSED, GOES_ON) if by is None else (GOES_ON, f"{PAUSED}: {why}" if why else PAUSED)
        await note_change(self._kit, tx, command.actor, extent.scope, "ordering", before, after)
        line, name = "resumed" if by is None else "paused", command.actor.name
        for channel in await self._channels(tx, extent):
            about, place = f"{extent.scope}:{channel}:{tx.now}", extent.channel
            await say(self._kit, tx, line, about=about, channel=channel, owner=name, place=place, why=why)
        newest = await tx.rows(Take, **extent.takes, state=HELD_BACK, order=("-created_at",), limit=REDRAWN)
        for card in sorted({take.card for take in newest}):
            await touch(self._kit, tx, card, Rank.STATE)

    async def _channels(self, tx: Transaction, extent: Extent) -> list[str]:
        """Who is told: the channel where it is said, and those in which something waits."""
        found = await tx.least(Take, "created_at", by=("channel",), **extent.takes, state=HELD_BACK)
        return sorted({extent.at.channel.id, *(channel for (channel,) in found)})


def _takes(at: Here, *, everywhere: bool) -> dict[str, Any]:
    """What the takes of a channel, or of all of its workspace, have in common."""
    return {"workspace": at.workspace.id} if everywhere else {"channel": at.channel.id}


async def _lock(tx: Transaction, at: Here, *, everywhere: bool) -> Extent:
    if everywhere:
        return Extent(at=at, row=await tx.lock(Workspace, at.workspace.id) or at.workspace)
    return Extent(at=at, row=await tx.lock(Channel, at.channel.id) or at.channel)


async def _lock_armed(tx: Transaction, where: dict[str, Any]) -> list[Take]:
    """The armed finals whose grace is over, locked."""
    return await tx.lock_all(Take, **where, state=State.ARMED, order_at=Between(high=tx.now))
