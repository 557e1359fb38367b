"""``@dailies <verb>`` in channels and threads, and what is written to the bot alone."""

from __future__ import annotations

import re
from contextlib import AsyncExitStack

from adapters.slack import payloads
from adapters.slack.commands import first_word, is_about_money, parsed
from adapters.slack.desk import Desk
from adapters.slack.ids import channel_id
from adapters.slack.payloads import Caller, Payload
from bot.core.commands import Command, DirectFinal, Draft, Help
from bot.core.errors import Refusal
from bot.core.ids import looks_like_id
from bot.core.notices import Notice
from bot.core.parsing import verbs
from bot.core.parsing.origin import Origin
from bot.core.sentences import talk

_REST = re.compile(r"\s*[A-Za-z]+[ \t]*(?P<colon>:?)\s*(?P<rest>.*)", re.DOTALL)


class Mentions:
    """Handlers of ``app_mention`` and of direct messages."""

    def __init__(self, desk: Desk) -> None:
        """``desk`` is every handler's."""
        self._desk = desk

    async def mentioned(self, body: Payload) -> None:
        """Carry out the verb that stands behind the name; anything else is talk, and orders nothing.

        What an app has written orders nothing either, even where it writes in the name of a person.
        """
        if payloads.text(body, "event", "bot_id"):
            return
        caller = payloads.of_mention(body)
        try:
            said = await self._carry_out(caller, body)
        except Refusal as refusal:
            said = Notice(text=refusal.sentence, needed=True)
        self._desk.answering.unasked(caller, said)

    async def _carry_out(self, caller: Caller, body: Payload) -> Notice:
        origin = await self._desk.origin(caller)
        bot = (await self._desk.teams.installed(caller.team)).bot_user
        text = payloads.text(body, "event", "text").partition(f"<@{bot}>")[2]
        if caller.thread:
            subject = await self._desk.manager.shown(channel_id(caller.team, caller.channel), caller.thread)
            text = about(text, subject) if subject else text
        async with AsyncExitStack() as stack:
            files = [payloads.text(file, "id") for file in payloads.each(body, "event", "files")]
            fetching = self._desk.fetching.pictures([*filter(None, files)], team=caller.team)
            pictures = await stack.enter_async_context(fetching) if any(files) else ()
            return await self._desk.manager.handle(self._command(origin, text, pictures))

    def _command(self, origin: Origin, text: str, pictures: tuple[str, ...]) -> Command:
        word = first_word(text)
        money = is_about_money(text)
        if not (money or word in verbs.CLIP):
            raise Refusal(talk.mention_help())
        command = parsed(self._desk, origin, text, money=money, pictures=() if money else pictures)
        if isinstance(command, Draft | DirectFinal) and not _says_so(text):
            raise Refusal(talk.mention_help())
        return command

    async def written(self, body: Payload) -> None:
        """Whoever writes to the bot alone is shown the verbs; nothing is ordered there."""
        event = payloads.read(body, "event")
        if payloads.text(event, "subtype") not in {"", "file_share"} or payloads.text(event, "bot_id"):
            return
        caller = payloads.of_event(body, channel=payloads.needed(event, "channel"))
        try:
            origin = await self._desk.origin(caller)
            said = await self._desk.manager.handle(origin.make(Help))
        except Refusal as refusal:
            said = Notice(text=refusal.sentence)
        self._desk.answering.unasked(caller, said)


def about(text: str, subject: str) -> str:
    """The text with the id that it leaves out, in the thread of what has this id."""
    word, found = verbs.CLIP.get(first_word(text), ""), _REST.match(text)
    rest = found["rest"].strip() if found else ""
    typed = first_word(text)
    if word in verbs.OF_AN_ID and not rest:
        return f"{typed} {subject}"
    if word == "remix" and rest and not looks_like_id(rest.split()[0].rstrip(":")):
        return f"{typed} {subject}: {rest}"
    return text


def _says_so(text: str) -> bool:
    """Whether it is ordered with a colon, as ``draft: a fox``; a mention in talk is not."""
    found = _REST.match(text)
    return bool(found and found["colon"]) and verbs.CLIP.get(first_word(text)) in verbs.MODES
