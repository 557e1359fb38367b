"""The outbox: cards and lines are drawn from the rows when their turn comes, one at a time per channel."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from dataclasses import dataclass, replace

from bot.core.cards import draw
from bot.core.errors import ChatBusy, ChatClosed, ChatError, MessageGone
from bot.core.lifecycle import State
from bot.core.ports import Between, CardView, Message, Transaction
from bot.core.rows import Card, Channel, Outbox, Rank, Take
from bot.core.sentences import lines
from bot.jobs.drawing import load
from bot.jobs.kit import Kit
from bot.jobs.steps import contact_of

log = logging.getLogger(__name__)
#: Rows that are read at once; the most urgent first.
PAGE = 100
#: Pauses after a failure: doubled up to the last; and how long a row is tried.
FIRST_AGAIN_MS = 500
LAST_AGAIN_MS = 60_000
GIVE_UP_MS = 72 * 3600 * 1000
#: A chat's answer to one message may take so long.
SHOW_S = 30.0
#: Nothing is overlooked for longer than this, should a bell be missed.
LOOK_S = 5.0


@dataclass(frozen=True, slots=True)
class Drawn:
    """A card as it was drawn, with its version and the finals whose Undo it shows."""

    card: Card
    view: CardView
    armed: tuple[str, ...]
    moving: bool


class OutboxSender:
    """Shows what the rows say. Nothing else talks to a chat but the delivery of clips."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` is the worker's too."""
        self._kit = kit

    async def run(self, stop: asyncio.Event) -> None:
        """Send until ``stop``; what is not sent then is in the rows."""
        while not stop.is_set():
            if not await self.once():
                await self._kit.outbox_bell.wait(await self._pause())

    async def once(self) -> bool:
        """Send what is due now; whether there was anything."""
        rows = await self._kit.store.transact(self._due)
        by_channel: dict[str, list[Outbox]] = defaultdict(list)
        for row in rows:
            by_channel[row.channel].append(row)
        await asyncio.gather(*(self._channel(each) for each in by_channel.values()))
        return bool(rows)

    async def _due(self, tx: Transaction) -> list[Outbox]:
        return await tx.rows(Outbox, due_at=Between(high=tx.now), order=("rank", "created_at", "id"), limit=PAGE)

    async def _pause(self) -> float:
        """Seconds until the next row is due."""
        coming = await self._kit.store.transact(lambda tx: tx.rows(Outbox, order=("due_at",), limit=1))
        if not coming:
            return LOOK_S
        return min(LOOK_S, max(0.0, (coming[0].due_at - self._kit.clock.now()) / 1000))

    async def _channel(self, rows: list[Outbox]) -> None:
        for row in rows:
            await self._send(row)

    async def _send(self, row: Outbox) -> None:
        try:
            async with asyncio.timeout(SHOW_S):
                await (self._line(row) if row.line else self._card(row))
        except (ChatError, TimeoutError) as error:
            wait, closed = (error.retry_after_s if isinstance(error, ChatBusy) else 0), isinstance(error, ChatClosed)
            await self._kit.store.transact(lambda tx: self._later(tx, row, wait, closed=closed))

    async def _later(self, tx: Transaction, row: Outbox, wait_s: float, *, closed: bool) -> None:
        """Try again later; what could not be said for days is dropped. A card comes again with its next change."""
        current = await tx.get(Outbox, row.id)
        if current is None:
            return
        if tx.now - row.created_at > GIVE_UP_MS:
            await tx.delete(Outbox, row.id)
            return
        pause = LAST_AGAIN_MS if closed else min(LAST_AGAIN_MS, FIRST_AGAIN_MS * 2 ** min(current.tries, 10))
        due = tx.now + max(pause, round(wait_s * 1000))
        await tx.put(replace(current, tries=current.tries + 1, due_at=due))

    async def _line(self, row: Outbox) -> None:
        view, thread = await self._kit.store.transact(lambda tx: self._word(tx, row))
        await self._kit.chat_of(row.channel).say(view, channel=row.channel, nonce=row.id, to=row.to, thread=thread)
        await self._kit.store.transact(lambda tx: tx.delete(Outbox, row.id))

    async def _word(self, tx: Transaction, row: Outbox) -> tuple[CardView, Message | None]:
        looked_after = await contact_of(self._kit, tx, row.channel) is not None
        card = await tx.get(Card, row.card) if row.card else None
        thread = Message(channel=card.channel, id=card.message) if card and card.message else None
        return lines.worded(row.line, row.facts, looked_after=looked_after), thread

    async def _card(self, row: Outbox) -> None:
        drawn = await self._kit.store.transact(lambda tx: self._draw(tx, row))
        if drawn is None:
            return
        card, chat = drawn.card, self._kit.chat_of(row.channel)
        message = None if card.message is None else Message(channel=card.channel, id=card.message)
        try:
            shown = await chat.show(
                drawn.view, channel=card.channel, nonce=f"card:{card.id}:{card.reposts}", message=message
            )
        except MessageGone:
            await self._kit.store.transact(lambda tx: self._deleted(tx, row))
            return
        await self._kit.store.transact(lambda tx: self._shown(tx, row, drawn, shown, chat.progress_every_s))

    async def _draw(self, tx: Transaction, row: Outbox) -> Drawn | None:
        """The card from the rows as they are now; nothing when this version is on the screen."""
        facts = await load(self._kit, tx, row.card or "")
        takes = (*facts.drafts, *facts.finals)
        if facts.card.drawn >= facts.card.version and row.rank is not Rank.PROGRESS:
            await tx.delete(Outbox, row.id)
            return None
        armed = tuple(take.id for take in takes if take.state is State.ARMED and take.order_at is None)
        moving = any(take.state in MOVING for take in takes)
        return Drawn(card=facts.card, view=draw(facts), armed=armed, moving=moving)

    async def _shown(self, tx: Transaction, row: Outbox, drawn: Drawn, shown: Message, every_s: float | None) -> None:
        """Remember what is on the screen; the grace of an armed final begins now that its Undo can be seen."""
        card = await tx.get(Card, drawn.card.id)
        if card is None:
            return
        for take_id in drawn.armed:
            await self._begin_grace(tx, take_id)
        card = await tx.lock(Card, card.id) or card
        await tx.put(replace(card, message=shown.id, drawn=max(card.drawn, drawn.card.version)))
        if card.version > drawn.card.version:
            return
        if drawn.moving and every_s is not None:
            current = await tx.get(Outbox, row.id) or row
            await tx.put(replace(current, rank=Rank.PROGRESS, due_at=tx.now + round(every_s * 1000), tries=0))
        else:
            await tx.delete(Outbox, row.id)

    async def _begin_grace(self, tx: Transaction, take_id: str) -> None:
        take = await tx.lock(Take, take_id)
        if take is None or take.state is not State.ARMED or take.order_at is not None:
            return
        channel = await tx.get(Channel, take.channel)
        grace_s = channel.policy.grace_s if channel else self._kit.rules.channel_policy.grace_s
        at = tx.now + grace_s * 1000
        await tx.step(take, replace(take, order_at=at, due_at=at))
        self._kit.engine.wake(tx, take_id, at)

    async def _deleted(self, tx: Transaction, row: Outbox) -> None:
        """A person deleted the card: it is posted once anew, and then no more."""
        card = await tx.lock(Card, row.card or "")
        if card is None or card.reposts:
            await tx.delete(Outbox, row.id)
            return
        await tx.put(replace(card, message=None, drawn=0, reposts=1))


#: What such takes show changes with time alone.
MOVING = frozenset({State.RENDERING, State.ARMED, State.SUBMITTING})
