"""People who open the app's home, and channels that the bot is added to."""

from __future__ import annotations

import logging
from dataclasses import replace

from adapters.slack import payloads
from adapters.slack.desk import Desk
from adapters.slack.payloads import Payload
from adapters.slack.reactions import NotWritten
from bot.core.commands import Welcome
from bot.core.errors import Refusal

log = logging.getLogger(__name__)


class Arrivals:
    """Handlers of ``app_home_opened`` and of ``member_joined_channel``."""

    def __init__(self, desk: Desk) -> None:
        """``desk`` is every handler's."""
        self._desk = desk

    async def home_opened(self, body: Payload) -> None:
        """Show a person their home as it is now."""
        if payloads.text(body, "event", "tab") != "home":
            return
        caller = payloads.of_event(body, channel="")
        try:
            actor = await self._desk.people.actor(caller.team, caller.person)
        except Refusal as refusal:
            log.warning("a home was not shown: %s", refusal)
            return
        self._desk.answering.later(self._desk.homes.publish(caller.team, actor, caller.event))

    async def joined(self, body: Payload) -> None:
        """Welcome a channel that the bot was added to; the manager sees to it that it is once for ever.

        Raises:
            NotWritten: Slack is to send it again.
        """
        caller = payloads.of_event(body, channel=payloads.needed(body, "event", "channel"))
        if caller.person != (await self._desk.teams.installed(caller.team)).bot_user:
            return
        self._desk.places.forget(caller.team, caller.channel)
        by = payloads.text(body, "event", "inviter")
        try:
            origin = await self._desk.origin(replace(caller, person=by or caller.person))
        except Refusal as refusal:
            raise NotWritten(refusal.sentence) from refusal
        # Where nobody is named the bot has come by itself; it is spoken for by nobody.
        said = await self._desk.manager.handle(replace(origin, actor=replace(origin.actor, bot=False)).make(Welcome))
        if said.unwritten:
            raise NotWritten(said.text)
