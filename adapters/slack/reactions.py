"""Reactions added and taken back, on cards and on the messages of clips alike."""

from __future__ import annotations

from dataclasses import dataclass

from adapters.slack import payloads
from adapters.slack.desk import Desk
from adapters.slack.ids import PLATFORM, channel_id, split
from adapters.slack.payloads import Payload
from bot.core.commands import React
from bot.core.emoji import ReactionMeaning, meaning_of
from bot.core.errors import ChatError, Refusal
from bot.core.notices import Notice

#: Slack sends an event three times more.
LAST_DELIVERY = 3


class NotWritten(Exception):
    """The event was not carried out, and is to come again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The message that was reacted to, by Slack's own ids."""

    channel: str
    message: str


class Reactions:
    """Handler of ``reaction_added`` and ``reaction_removed``."""

    def __init__(self, desk: Desk) -> None:
        """``desk`` is every handler's."""
        self._desk = desk

    async def reacted(self, body: Payload, *, added: bool, delivery: int) -> None:
        """Carry it out where it means something and is on a message of ours; nobody else's reactions are any talk.

        ``delivery`` is 0, and counts up with each time that Slack sends the same event again.

        Raises:
            NotWritten: Slack is to send it again.
            StoreError: the same.
        """
        emoji = payloads.text(body, "event", "reaction")
        if meaning_of(emoji) is ReactionMeaning.NOTHING or not payloads.text(body, "event", "user"):
            return
        target = await self._target(body)
        if target is None:
            return
        caller = payloads.of_event(body, channel=target.channel, thread=target.message)
        at = payloads.time_of(payloads.text(body, "event", "event_ts"))
        try:
            origin = await self._desk.origin(caller)
        except Refusal as refusal:
            said = Notice(text=refusal.sentence, unwritten=True)
        else:
            facts = {"message": target.message, "emoji": emoji, "added": added, "at": at or origin.now}
            said = await self._desk.manager.handle(origin.make(React, **facts))
        if said.unwritten and delivery < LAST_DELIVERY:
            raise NotWritten(said.text)
        self._desk.answering.unasked(caller, said)

    async def _target(self, body: Payload) -> Target | None:
        """The message, where it is ours; of a file, the message that it was posted with."""
        team, item = payloads.team_of(body), payloads.read(body, "event", "item")
        channel, message = payloads.text(item, "channel"), payloads.text(item, "ts")
        if team and channel and message:
            ours = await self._desk.manager.shown(channel_id(team, channel), message)
            return Target(channel=channel, message=message) if ours else None
        file = payloads.text(item, "file")
        found = await self._desk.manager.message_of(PLATFORM, file) if file else None
        try:
            found_team, own = split(found.channel) if found else ("", "")
        except ChatError:
            return None
        return Target(channel=own, message=found.id) if found and found_team == team else None
