"""Slash commands: ``/clip`` and ``/dailies``, by whatever names Slack delivers them."""

from __future__ import annotations

import re

from slack_bolt.context.ack.async_ack import AsyncAck

from adapters.slack import payloads
from adapters.slack.desk import Desk
from adapters.slack.payloads import Caller, Payload
from bot.core.commands import Command
from bot.core.notices import Notice
from bot.core.parsing import parse_clip, parse_dailies, verbs
from bot.core.parsing.origin import Origin

_WORD = re.compile(r"\s*([A-Za-z]+)")


class Commands:
    """Handler of slash commands."""

    def __init__(self, desk: Desk) -> None:
        """``desk`` is every handler's."""
        self._desk = desk

    async def typed(self, ack: AsyncAck, body: Payload) -> None:
        """Carry out what was typed, and answer whoever typed it."""
        caller = payloads.of_command(body)
        await self._desk.answering.command(ack, caller, self._carry_out(caller, body))

    async def _carry_out(self, caller: Caller, body: Payload) -> Notice:
        origin = await self._desk.origin(caller)
        name, text = payloads.text(body, "command"), payloads.text(body, "text")
        money = name == self._desk.dailies or (name != self._desk.clip and is_about_money(text))
        return await self._desk.manager.handle(parsed(self._desk, origin, text, money=money))


def is_about_money(text: str) -> bool:
    """Whether the first word is a verb of the other root alone: a name that nobody has set tells nothing."""
    word = first_word(text)
    return word in verbs.DAILIES and word not in verbs.CLIP


def first_word(text: str) -> str:
    """The word that may be a verb, in small letters."""
    found = _WORD.match(text)
    return found[1].lower() if found else ""


def parsed(desk: Desk, origin: Origin, text: str, *, money: bool, pictures: tuple[str, ...] = ()) -> Command:
    """The command that a text is, of the one root or of the other.

    Raises:
        Refusal: it is none.
    """
    said = {"actor": origin.actor, "place": origin.place, "event": origin.event, "now": origin.now}
    if money:
        return parse_dailies(text, **said, known=desk.models)  # type: ignore[arg-type]  # as its own fields
    return parse_clip(text, **said, known=desk.models, pictures=pictures)  # type: ignore[arg-type]  # as its own fields
