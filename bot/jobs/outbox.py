"""The outbox: cards and lines are drawn from the rows when their turn comes; the urgent ones wait for no others."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar
from weakref import WeakValueDictionary

from bot.core.cards import BatchFacts, draw, draw_batch
from bot.core.errors import ChatBusy, ChatError, MessageGone, NotYet, StoreError
from bot.core.lifecycle import State
from bot.core.ports import CardView, Chat, Message, Transaction
from bot.core.ports.store import Work
from bot.core.rows import Batch, Card, Channel, Outbox, Rank, Take
from bot.core.sentences import lines
from bot.jobs.budgets.telling import filled_in
from bot.jobs.drawing import load, load_batch, with_strips
from bot.jobs.kit import Kit
from bot.jobs.outbox_rows import URGENT, Lane, earliest_due, next_due, pause_ms, try_later, was_deleted, was_drawn
from bot.jobs.picturing import Pictured, Picturing, WantedSheet, wanted_sheet
from bot.jobs.steps import contact_of

log = logging.getLogger(__name__)
T = TypeVar("T")

#: A chat's answer to one message may take so long.
SHOW_S = 30.0
#: Nothing is overlooked for longer than this, should a bell be missed or the rows not be readable.
LOOK_S = 5.0
#: What such takes show changes with time alone.
MOVING = frozenset({State.RENDERING, State.ARMED, State.SUBMITTING})


@dataclass(frozen=True, slots=True)
class Drawn:
    """A card as it was drawn, with its version and the finals whose Undo it shows."""

    card: Card
    view: CardView
    armed: tuple[str, ...]
    moving: bool
    sheet: WantedSheet | None = None

    @property
    def adds_nothing(self) -> bool:
        """Whether without its sheet it is what is on the screen already."""
        return self.sheet is not None and not self.moving and _is_drawn(self.card)


@dataclass(frozen=True, slots=True, kw_only=True)
class Around:
    """What a line is said with: where, the message under which it stands, and those of the cards that it names."""

    where: str
    thread: Message | None
    cards: Mapping[str, Message]
    looked_after: bool


class OutboxSender:
    """Shows what the rows say. Nothing else talks to a chat but the delivery of clips."""

    def __init__(self, kit: Kit) -> None:
        """``kit`` is the worker's too."""
        self._kit = kit
        self._picturing = Picturing(kit)
        self._leisure = asyncio.Semaphore(1)
        #: What is served now; a slow channel does not hold up the others.
        self._serving: dict[Lane, asyncio.Task[None]] = {}
        #: One at a time for each card, whichever lane its row has come to meanwhile.
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        #: Until when a channel's chat takes nothing, UTC milliseconds.
        self._not_before: dict[str, int] = {}

    async def run(self, stop: asyncio.Event) -> None:
        """Send until ``stop``; what is not sent then is in the rows."""
        try:
            while not stop.is_set():
                await self._kit.outbox_bell.wait(await self._start_and_pause())
        finally:
            under_way = list(self._serving.values())
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)
            await self._picturing.close()

    async def once(self) -> bool:
        """Send what is due now; whether there was anything."""
        await self._start()
        under_way = list(self._serving.values())
        await asyncio.gather(*under_way)
        return bool(under_way)

    async def _start_and_pause(self) -> float:
        """Begin what is due; seconds until something else is."""
        try:
            coming = await self._start()
        except StoreError:
            log.exception("the outbox cannot be read")
            return LOOK_S
        now = self._kit.clock.now()
        times = [at for at in (*coming, *self._not_before.values()) if at > now]
        return min([LOOK_S, *((at - now) / 1000 for at in times)])

    async def _start(self) -> list[int]:
        """Serve each lane that has something due and is not served yet; when each lane's next row is due."""
        now, due = await self._kit.store.transact(earliest_due)
        for lane, at in sorted(due.items(), key=lambda each: not each[0].urgent):
            if at <= now and lane not in self._serving and self._not_before.get(lane.channel, 0) <= now:
                self._serving[lane] = asyncio.create_task(self._serve(lane), name=f"outbox {lane.channel}")
        return list(due.values())

    async def _serve(self, lane: Lane) -> None:
        """Send what is due in a lane, the most urgent first, until nothing is, or the chat does not take it."""
        try:
            while (row := await self._kit.store.transact(lambda tx: next_due(tx, lane))) is not None:
                async with self._turns.setdefault(row.id, asyncio.Lock()):
                    if not await self._send(row):
                        break
        except Exception:
            log.exception("what is due in %s cannot be read or written", lane.channel)
            await self._kit.clock.sleep(LOOK_S)
        finally:
            del self._serving[lane]
            self._kit.outbox_bell.ring()

    async def _send(self, row: Outbox) -> bool:
        """Show one row; whether the channel takes more."""
        try:
            await (self._line(row) if row.line else self._card(row))
        except Exception as error:
            pause = pause_ms(row, error)
            await self._kit.store.transact(lambda tx: try_later(tx, row, pause))
            if isinstance(error, NotYet):
                return True
            if isinstance(error, ChatBusy | TimeoutError):
                self._not_before[row.channel] = self._kit.clock.now() + pause
                return False
            level = logging.WARNING if isinstance(error, ChatError) else logging.ERROR
            log.log(level, "%s could not be shown", row.id, exc_info=error)
        return True

    async def _line(self, row: Outbox) -> None:
        chat, around = self._kit.chat_of(row.channel), await self._kit.store.transact(lambda tx: self._around(tx, row))
        facts = await filled_in(self._kit.store, row.line, row.facts)
        async with asyncio.timeout(SHOW_S):
            facts |= {f"link:{card}": await _link(chat, at) for card, at in around.cards.items()}
            view = lines.worded(row.line, facts, looked_after=around.looked_after)
            await chat.say(self._kit.shown(view), channel=around.where, nonce=row.id, to=row.to, thread=around.thread)
        await self._kit.store.transact(lambda tx: tx.delete(Outbox, row.id))

    async def _around(self, tx: Transaction, row: Outbox) -> Around:
        named = {card: await _message_of(tx, card) for card in row.facts.get("cards", "").split()}
        card = await tx.get(Card, row.card) if row.card else None
        return Around(
            where=card.where if card else row.channel,
            thread=_shown_at(card),
            cards={card: message for card, message in named.items() if message is not None},
            looked_after=await contact_of(self._kit, tx, row.channel) is not None,
        )

    async def _card(self, row: Outbox) -> None:
        drawn = await self._at_leisure(row, lambda tx: self._draw(tx, row))
        if drawn is None:
            return
        card, chat = drawn.card, self._kit.chat_of(row.channel)
        message = None if card.message is None else Message(channel=card.channel, id=card.message)
        pictured = await self._picturing.of(drawn.sheet)
        if message is not None and pictured.picture is None and drawn.adds_nothing:
            await self._kit.store.transact(lambda tx: self._shown(tx, row, drawn, message, pictured.again_ms))
            return
        try:
            async with asyncio.timeout(SHOW_S):
                view = replace(self._kit.shown(drawn.view), picture=pictured.picture)
                shown = await chat.show(view, channel=card.where, nonce=card.nonce, message=message, rank=row.rank)
        except MessageGone:
            await self._kit.store.transact(lambda tx: was_deleted(tx, row))
            return
        again_ms = _again_ms(drawn, pictured, chat.progress_every_s)
        await self._at_leisure(row, lambda tx: self._shown(tx, row, drawn, shown, again_ms))

    async def _at_leisure(self, row: Outbox, work: Work[T]) -> T:
        """Do it on the rows. What is not urgent waits for its like, so that people's orders wait for one at most."""
        if row.rank in URGENT:
            return await self._kit.store.transact(work)
        async with self._leisure:
            return await self._kit.store.transact(work)

    async def _draw(self, tx: Transaction, row: Outbox) -> Drawn | None:
        """The card from the rows as they are now; nothing when this version is on the screen."""
        batch = await tx.get(Batch, row.card or "")
        facts = await (load(self._kit, tx, row.card or "") if batch is None else load_batch(self._kit, tx, batch))
        if _is_drawn(facts.card) and row.rank is not Rank.PROGRESS:
            card = await tx.lock(Card, facts.card.id)
            if card is None or _is_drawn(card):
                await was_drawn(tx, row)
                return None
        if isinstance(facts, BatchFacts):
            return Drawn(card=facts.card, view=draw_batch(facts), armed=(), moving=False)
        if facts.held_back and await self._holds_back(tx, row, facts.card):
            return None
        takes, facts = facts.takes, await with_strips(tx, facts)
        armed = tuple(take.id for take in takes if take.state is State.ARMED and take.order_at is None)
        standing = {State.ARMED} if facts.paused_by else set()
        moving = bool(facts.copies) or any(take.state in MOVING - standing for take in takes)
        return Drawn(card=facts.card, view=draw(facts), armed=armed, moving=moving, sheet=wanted_sheet(facts))

    async def _holds_back(self, tx: Transaction, row: Outbox, card: Card) -> bool:
        """Whether the sheet is held back still; its next step has it looked at again."""
        await tx.lock(Card, card.id)
        if not (await load(self._kit, tx, card.id)).held_back:
            return False
        await tx.delete(Outbox, row.id)
        return True

    async def _shown(self, tx: Transaction, row: Outbox, drawn: Drawn, shown: Message, again_ms: int | None) -> None:
        """Remember what is on the screen; the grace of an armed final begins now that its Undo can be seen."""
        for take_id in sorted(drawn.armed):
            await self._begin_grace(tx, take_id)
        card = await tx.lock(Card, drawn.card.id) or drawn.card
        if card.message is None:
            for take in await tx.rows(Take, card=card.id, state=State.DELIVERING):
                self._kit.engine.wake(tx, take.id, tx.now)
        await tx.put(replace(card, message=shown.id, drawn=max(card.drawn, drawn.card.version)))
        if card.version > drawn.card.version:
            return
        if again_ms is not None:
            await tx.put(replace(row, rank=Rank.PROGRESS, due_at=tx.now + again_ms, tries=0))
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


def _again_ms(drawn: Drawn, pictured: Pictured, every_s: float | None) -> int | None:
    """In how many milliseconds it shows something else by itself: the time left, or the sheet that it lacks."""
    progress_ms = round(every_s * 1000) if drawn.moving and every_s is not None else None
    return min((each for each in (progress_ms, pictured.again_ms) if each is not None), default=None)


def _is_drawn(card: Card) -> bool:
    return card.drawn >= card.version


async def _message_of(tx: Transaction, card_id: str) -> Message | None:
    return _shown_at(await tx.get(Card, card_id))


def _shown_at(card: Card | None) -> Message | None:
    return Message(channel=card.channel, id=card.message) if card and card.message else None


async def _link(chat: Chat, message: Message) -> str:
    """The address of a message; a line is not held up where there is none."""
    try:
        return await chat.link(message) or ""
    except ChatBusy:
        raise
    except ChatError:
        log.warning("%s has no address", message.id, exc_info=True)
        return ""
