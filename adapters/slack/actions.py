"""Buttons, wherever they stand, and windows that were filled in."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import replace
from functools import partial
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck

from adapters.chat.presses import FOR_GOOD
from adapters.slack import home, payloads, views
from adapters.slack.desk import Desk
from adapters.slack.ids import split
from adapters.slack.payloads import Caller, Payload
from bot.core.errors import PictureRefused
from bot.core.modals import ModalRefused
from bot.core.notices import Notice
from bot.core.parsing import parse_action
from bot.core.parsing.modals import parse_modal

#: How a window names a picture that is still in Slack; it is fetched when the window comes back.
IN_SLACK = "slack-file:"
#: The field of pictures; any other with files has a text.
PICTURES = "pictures"


class Actions:
    """Handlers of presses and submissions."""

    def __init__(self, desk: Desk) -> None:
        """``desk`` is every handler's."""
        self._desk = desk

    async def pressed(self, ack: AsyncAck, body: Payload) -> None:
        """Carry out what a button says, and answer whoever pressed it; a link is followed by Slack itself."""
        action = payloads.read(body, "actions", 0) or {}
        said = payloads.text(action, "value")
        if not said:
            await ack()
            return
        caller = payloads.of_interaction(body)
        at_home = payloads.text(body, "view", "type") == "home"
        if at_home:
            caller = _in_channel(caller, action)
        for_good = said.partition(":")[0] in FOR_GOOD
        await self._desk.answering.press(ack, caller, self._carry_out(caller, said, at_home=at_home), for_good=for_good)

    async def _carry_out(self, caller: Caller, said: str, *, at_home: bool) -> Notice:
        origin = await self._desk.origin(caller)
        command = parse_action(said, actor=origin.actor, place=origin.place, event=origin.event, now=origin.now)
        notice = await self._desk.manager.handle(command)
        if at_home and notice.modal is None:
            self._desk.answering.later(self._desk.homes.publish(caller.team, origin.actor, f"{caller.event}:home"))
        return notice

    async def submitted(self, ack: AsyncAck, body: Payload) -> None:
        """Carry out what a window asks for; one that is not ours, or not whole, closes."""
        submitted = views.read_view(payloads.read(body, "view") or {})
        if submitted is None:
            await ack()
            return
        caller = payloads.of_submission(body, channel=submitted.channel, thread="")
        await self._desk.answering.submission(ack, caller, submitted, self._fill_in(caller, submitted))

    async def _fill_in(self, caller: Caller, submitted: views.Submitted) -> Notice:
        origin = await self._desk.origin(caller)
        read = partial(
            parse_modal,
            submitted.action,
            dict(submitted.values) | await self._documents(caller, submitted),
            actor=origin.actor,
            place=origin.place,
            event=origin.event,
            now=origin.now,
            known=self._desk.models,
            before=submitted.before,
        )
        # Before they are fetched, for what is wrong is shown in the window only while Slack waits.
        read((*submitted.pictures, *_added(submitted)))
        async with AsyncExitStack() as stack:
            return await self._desk.manager.handle(read(await self._pictures(stack, caller, submitted)))

    async def _pictures(self, stack: AsyncExitStack, caller: Caller, submitted: views.Submitted) -> tuple[str, ...]:
        """The pictures that the window was opened with and those that were added, for the time of the order."""
        kept = [each for each in submitted.pictures if not each.startswith(IN_SLACK)]
        files = [each.removeprefix(IN_SLACK) for each in submitted.pictures if each.startswith(IN_SLACK)]
        added = _added(submitted)
        if not (files or added):
            return tuple(kept)
        try:
            fetched = await stack.enter_async_context(self._desk.fetching.pictures([*files, *added], team=caller.team))
        except PictureRefused as refused:
            raise ModalRefused({PICTURES: refused.sentence}) from refused
        return (*kept, *fetched)

    async def _documents(self, caller: Caller, submitted: views.Submitted) -> dict[str, str]:
        """The text of each file that is no picture, by the name of its field."""
        found = {}
        for field, files in submitted.files.items():
            if field == PICTURES or not files:
                continue
            try:
                found[field] = await self._desk.fetching.document(payloads.text(files[0], "id"), team=caller.team)
            except PictureRefused as refused:
                raise ModalRefused({field: refused.sentence}) from refused
        return found


def _added(submitted: views.Submitted) -> list[str]:
    """The files of the pictures that were added in the window."""
    return [*filter(None, (payloads.text(file, "id") for file in submitted.files.get(PICTURES, ())))]


def _in_channel(caller: Caller, action: Any) -> Caller:
    """A press in a home acts in the channel whose part of it the button stands in."""
    channel = home.channel_of(action, caller.team)
    return replace(caller, channel=split(channel)[1] if channel else "")
