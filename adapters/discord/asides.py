"""A word on a card beside what core shows: Discord has no answer to a reaction that only one person sees."""

from __future__ import annotations

import logging
from collections import OrderedDict
from dataclasses import replace

from adapters.chat.notes import Notes
from adapters.discord import cards
from adapters.discord.sending import Draw
from adapters.discord.shelves import ASIDES
from bot.core.errors import ChatBusy
from bot.core.ports import Clock, Message

log = logging.getLogger(__name__)

#: Of more on one card the oldest goes.
MOST = 3
#: What was said a moment ago stays, whatever is decided meanwhile.
FRESH_MS = 60_000
MOST_REMEMBERED = 2_000

#: Words, each under the time at which they were said, in UTC milliseconds.
Words = dict[int, str]


class Asides:
    """What is said on which card; noted, so that a restart takes nothing off a card."""

    def __init__(self, notes: Notes, clock: Clock) -> None:
        """``notes`` have the shelf ASIDES."""
        self._notes = notes
        self._clock = clock
        self._known: OrderedDict[str, Words] = OrderedDict()

    async def add(self, message: Message, words: str) -> None:
        """Say it on the card from now on; what is said there already is said once.

        Raises:
            ChatBusy: the rows cannot be read or written.
        """
        said = {at: each for at, each in (await self._read(message)).items() if each != words}
        at = max(self._clock.now(), *(earlier + 1 for earlier in said), 0)
        await self._write(message, dict(sorted({**said, at: words}.items())[-MOST:]))

    async def on(self, message: Message) -> tuple[str, ...]:
        """What is said on the card, oldest first; nothing where that cannot be read, for no card waits for it."""
        try:
            return tuple((await self._read(message)).values())
        except ChatBusy:
            log.warning("what else is said on %s cannot be read", message.id)
            return ()

    async def decided(self, message: Message) -> None:
        """The card shows an outcome now: what was said before is over."""
        since = self._clock.now() - FRESH_MS
        try:
            said = await self._read(message)
            kept = {at: words for at, words in said.items() if at >= since}
            if kept != said:
                await self._write(message, kept)
        except ChatBusy:
            log.warning("what else is said on %s stays for now", message.id)

    async def _read(self, message: Message) -> Words:
        if message.id not in self._known:
            facts = await self._notes.get(ASIDES, message.id) or {}
            self._remember(message, {int(at): words for at, words in facts.items()})
        return dict(sorted(self._known[message.id].items()))

    async def _write(self, message: Message, said: Words) -> None:
        if said:
            await self._notes.put(ASIDES, message.id, {str(at): words for at, words in said.items()})
        else:
            await self._notes.forget(ASIDES, message.id)
        self._remember(message, said)

    def _remember(self, message: Message, said: Words) -> None:
        self._known[message.id] = said
        self._known.move_to_end(message.id)
        while len(self._known) > MOST_REMEMBERED:
            self._known.popitem(last=False)


def with_words(said: tuple[str, ...]) -> Draw:
    """Draws a card with what else is said on it."""
    return lambda view: cards.card(replace(view, lines=(*view.lines, *said)))
