"""Message shortcuts: Slack has no slash commands in threads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from adapters.slack import payloads
from adapters.slack.actions import IN_SLACK
from adapters.slack.desk import Desk
from adapters.slack.ids import channel_id
from adapters.slack.payloads import Caller, Payload
from bot.core.commands import OpenModal
from bot.core.errors import Refusal
from bot.core.modals import Form
from bot.core.notices import Notice
from bot.core.parsing import parse_action
from bot.core.sentences import talk

#: The button that each shortcut is as good as, by its callback id.
VERBS: Mapping[str, str] = {"promote": "promote", "remix": "edit", "info": "show"}
ANIMATE = "animate"


class Shortcuts:
    """Handler of message shortcuts."""

    def __init__(self, desk: Desk) -> None:
        """``desk`` is every handler's."""
        self._desk = desk

    async def chosen(self, ack: AsyncAck, body: Payload) -> None:
        """Carry out what was chosen for a message, and answer whoever chose it."""
        caller = payloads.of_interaction(body)
        if payloads.text(body, "callback_id") == ANIMATE:
            work = self._animate(caller, body)
        else:
            work = self._carry_out(caller, body)
        await self._desk.answering.press(ack, caller, work)

    async def _carry_out(self, caller: Caller, body: Payload) -> Notice:
        verb = VERBS.get(payloads.text(body, "callback_id"))
        message = payloads.text(body, "message", "ts")
        subject = await self._desk.manager.shown(channel_id(caller.team, caller.channel), message) if message else None
        if verb is None or subject is None:
            raise Refusal(talk.message_not_ours())
        origin = await self._desk.origin(caller)
        command = parse_action(
            f"{verb}:{subject}", actor=origin.actor, place=origin.place, event=origin.event, now=origin.now
        )
        return await self._desk.manager.handle(command)

    async def _animate(self, caller: Caller, body: Payload) -> Notice:
        """Ask for the prompt; the picture is fetched when it is ordered."""
        file = next(filter(_is_picture, payloads.each(body, "message", "files")), None)
        if file is None:
            raise Refusal(talk.no_picture_there())
        origin = await self._desk.origin(caller)
        picture = f"{IN_SLACK}{payloads.text(file, 'id')}"
        return await self._desk.manager.handle(origin.make(OpenModal, form=Form.IMAGE, pictures=(picture,)))


def _is_picture(file: Any) -> bool:
    return bool(payloads.text(file, "id")) and payloads.text(file, "mimetype").startswith("image/")
