"""A card that is itself the answer to what ordered it.

What is asked for is carried out before it is answered, and the outbox may draw the card before its order's handler has
heard which card it is. So the handler says beforehand that one may come, and whoever shows a card asks here first.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from dataclasses import dataclass, field

from adapters.discord.buttons import Interaction
from bot.core.rows.talk import card_nonce

log = logging.getLogger(__name__)

#: A card waits so long for those who may have ordered it.
WAIT_S = 2.0
#: Of more interactions than these that wait for their cards the oldest is answered without its.
MOST = 1_000


@dataclass(slots=True, eq=False, kw_only=True)
class Expected:
    """An interaction that a card may answer."""

    where: str
    interaction: Interaction
    #: Set once it is known which card it is, or that there is none.
    settled: asyncio.Event = field(default_factory=asyncio.Event)
    #: Set once the card was taken to be shown; from then on the answer is the card's.
    claimed: asyncio.Event = field(default_factory=asyncio.Event)
    #: Set once the card stands, or cannot be the answer: what goes with it may be said.
    shown: asyncio.Event = field(default_factory=asyncio.Event)
    #: Set once nobody waits for the card any more.
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    nonce: str = ""
    #: Held while the interaction is being acknowledged, so that a card does not come between.
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


class Pending:
    """Who waits for which card, in memory alone: after a crash cards are posted as if nobody had waited."""

    def __init__(self, *, wait_s: float = WAIT_S) -> None:
        """``wait_s`` is the longest that a card waits, in seconds."""
        self._wait_s = wait_s
        self._unsettled: dict[str, list[Expected]] = {}
        self._waiting: OrderedDict[tuple[str, str], Expected] = OrderedDict()
        #: By the interaction's id: those whose cards are being shown.
        self._claimed: dict[int, Expected] = {}

    def expect(self, where: str, interaction: Interaction) -> Expected:
        """A card may come at ``where``, the id of the channel or room, for this interaction; settle it in any case."""
        expected = Expected(where=where, interaction=interaction)
        self._unsettled.setdefault(where, []).append(expected)
        return expected

    def settle(self, expected: Expected, *, card: str | None) -> None:
        """Which card it is, if one comes."""
        others = [each for each in self._unsettled.pop(expected.where, []) if each is not expected]
        if others:
            self._unsettled[expected.where] = others
        if card is not None:
            expected.nonce = card_nonce(card)
            self._waiting[expected.where, expected.nonce] = expected
        while len(self._waiting) > MOST:
            self._waiting.popitem(last=False)[1].gone.set()
        expected.settled.set()

    def waiting(self) -> tuple[Expected, ...]:
        """Those whose cards are known and were not taken yet."""
        return tuple(self._waiting.values())

    def drop(self, expected: Expected) -> bool:
        """Whether the card has not been taken; from now on it is posted without this interaction."""
        if self._waiting.get((expected.where, expected.nonce)) is expected:
            del self._waiting[expected.where, expected.nonce]
        return not expected.claimed.is_set()

    async def claim(self, nonce: str, where: str) -> Interaction | None:
        """The interaction that the card of this nonce answers, for whoever asks first.

        Its ``response`` is done where the card has to take the place of a deferred answer. Whoever shows the card
        says ``shown`` afterwards, whether Discord took it as the answer or not.
        """
        if (where, nonce) not in self._waiting:
            await self._settled(where, nonce)
        expected = self._waiting.pop((where, nonce), None)
        if expected is None:
            return None
        expected.claimed.set()
        async with expected.turn:  # An acknowledgement that is under way goes first.
            self._claimed[expected.interaction.id] = expected
            return expected.interaction

    def shown(self, interaction: Interaction) -> None:
        """The card stands, or was posted without the interaction; what goes with it is said now."""
        if expected := self._claimed.pop(interaction.id, None):
            expected.shown.set()

    async def _settled(self, where: str, nonce: str) -> None:
        """Wait until the card is somebody's, or nobody is left whose it may be."""
        waits = {asyncio.ensure_future(each.settled.wait()) for each in self._unsettled.get(where, ())}
        try:
            async with asyncio.timeout(self._wait_s):
                while waits and (where, nonce) not in self._waiting:
                    waits = (await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED))[1]
        except TimeoutError:
            log.info("a card at %s is shown without waiting any longer for who ordered it", where)
        finally:
            for each in waits:
                each.cancel()
