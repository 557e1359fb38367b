"""Puts a word on a card that stands: by another edit of it, when there is room for one."""

from __future__ import annotations

import logging
from functools import partial

from adapters.chat.turns import Turns
from adapters.discord import cards
from adapters.discord.asides import Asides, with_words
from adapters.discord.ids import spot
from adapters.discord.sending import Sender, TooOld
from bot.core.errors import NotYet
from bot.core.ports import Clock, Message
from bot.core.rows import Rank

log = logging.getLogger(__name__)
#: How often a word waits for room; other edits of the card show it as well.
TRIES = 5


class Beside:
    """Says something on a card. Raises only ChatError and its children."""

    def __init__(self, sender: Sender, asides: Asides, turns: Turns, clock: Clock) -> None:
        """``turns`` are those of every edit of a card."""
        self._sender = sender
        self._asides = asides
        self._turns = turns
        self._clock = clock

    async def say(self, message: Message, words: str) -> None:
        """Say it from now on, at once where there is room.

        Raises:
            ChatBusy, ChatClosed, MessageGone, ChatError
        """
        if await self._turns.take(spot(message), lambda: self._added(message, words)):
            return
        for _ in range(TRIES):
            try:
                await self._turns.take(spot(message), lambda: self._shown(message))
            except NotYet as later:
                await self._clock.sleep(later.retry_after_s)
            else:
                return
        log.info("%s shows what else was said with its next edit", message.id)

    async def _added(self, message: Message, words: str) -> bool:
        """Whether it is on the card already; it is noted in any case."""
        await self._asides.add(message, words)
        if self._sender.shown(message) is not None:
            return False
        await self._sender.rewrite(message, partial(cards.with_line, words))
        return True

    async def _shown(self, message: Message) -> None:
        shown = self._sender.shown(message)
        if shown is None:
            return
        try:
            await self._sender.edit(shown.view, message, with_words(await self._asides.on(message)), Rank.STATE)
        except TooOld as error:
            log.info("%s: %s", message.id, error)
