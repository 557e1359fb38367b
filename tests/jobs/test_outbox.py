"""The outbox: what is shown, in which order, how often, and what happens when the chat does not take it."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.core.commands import CastVote
from bot.core.errors import ChatBusy, ChatClosed, ChatError, StoreError
from bot.core.fakes.chat import FakeChat
from bot.core.fakes.script import After
from bot.core.lifecycle import State
from bot.core.ports import Message, Transaction
from bot.core.rows import Card, Meaning, Outbox, Rank, Source, Take
from bot.jobs.outbox import OutboxSender
from bot.jobs.places import enter
from bot.jobs.steps import say, touch
from tests.jobs.conftest import LAUNCH, MINA, TEAM, Office, make_office


def shows(office: Office) -> list[str]:
    """The cards that were shown, by title, in order."""
    return [call["view"].title for call in office.chat.script.called("show")]


async def card_of(office: Office, take: Take) -> Card:
    return next(card for card in await office.rows(Card) if card.id == take.card)


async def touched(office: Office, card: str, rank: Rank = Rank.STATE) -> None:
    await office.store.transact(lambda tx: touch(office.kit, tx, card, rank))


async def said(office: Office, about: str = "X", to: str | None = "mina", **facts: str) -> None:
    async def work(tx: Transaction) -> None:
        await enter(office.kit, tx, LAUNCH)
        await say(office.kit, tx, "expired", about=about, channel=LAUNCH.channel, to=to, subject="A7K", **facts)

    await office.store.transact(work)


async def sent_all(office: Office) -> None:
    while await office.outbox.once():
        pass


async def test_a_card_is_shown_once_and_then_edited(office: Office) -> None:
    """One message, whatever happens to its takes."""
    take = (await office.order())[0]
    await office.work()
    cards = [sent for sent in office.chat.sent if sent.view.footer or sent.view.buttons]
    assert len(cards) == 1
    assert cards[0].edits >= 2
    assert (await card_of(office, take)).message == cards[0].message.id
    assert await office.rows(Outbox) == []


async def test_the_most_urgent_goes_first(office: Office) -> None:
    """Undo and votes, then outcomes, then states, then progress; among equals the oldest."""
    cards = [(await office.order(f"fox {number}"))[0].card for number in range(4)]
    await sent_all(office)
    office.chat.script.calls.clear()
    for card, rank in zip(cards, (Rank.PROGRESS, Rank.STATE, Rank.UNDO, Rank.OUTCOME), strict=True):
        await touched(office, card, rank)
    await sent_all(office)
    order = [call["message"].id for call in office.chat.script.called("show")]
    by_message = {card.message: card.id for card in await office.rows(Card)}
    assert [by_message[message] for message in order] == [cards[2], cards[3], cards[1], cards[0]]


async def test_an_urgent_edit_overtakes_what_waits(office: Office) -> None:
    """It is asked for while others are being sent, and is the next."""
    cards = sorted([(await office.order(f"fox {number}"))[0].card for number in range(3)])
    await sent_all(office)
    office.chat.script.calls.clear()
    for card in cards:
        await touched(office, card)

    async def press(**arguments: Any) -> Message:
        await touched(office, cards[2], Rank.UNDO)
        message: Message = arguments["message"]
        return message

    office.chat.script.add("show", press)
    await sent_all(office)
    by_message = {card.message: card.id for card in await office.rows(Card)}
    order = [by_message[call["message"].id] for call in office.chat.script.called("show")]
    assert order == [cards[0], cards[2], cards[1]]


async def test_several_changes_are_one_edit(office: Office) -> None:
    """The card is drawn from the rows as they are when it is sent; what is older is dropped."""
    take = (await office.order())[0]
    await sent_all(office)
    before = len(shows(office))
    for _ in range(5):
        await touched(office, take.card)
    await sent_all(office)
    assert len(shows(office)) == before + 1


async def test_a_change_while_a_card_is_sent_is_drawn_too(office: Office) -> None:
    """The version that was drawn is known, and the newer one follows."""
    take = (await office.order())[0]

    async def changed(**arguments: Any) -> Message:
        del arguments
        await touched(office, take.card)
        return Message(channel=LAUNCH.channel, id="m1")

    office.chat.script.add("show", changed)
    office.chat.script.always("show", Message(channel=LAUNCH.channel, id="m1"))
    await sent_all(office)
    card = await card_of(office, take)
    assert (len(shows(office)), card.drawn == card.version) == (2, True)


async def test_a_version_that_is_on_the_screen_is_not_drawn_again(office: Office) -> None:
    """A row that a crash left behind does nothing."""
    take = (await office.order())[0]
    await sent_all(office)
    await touched(office, take.card)
    await office.store.transact(lambda tx: _drawn(tx, take.card))
    before = len(shows(office))
    await sent_all(office)
    assert (len(shows(office)), await office.rows(Outbox)) == (before, [])


async def _drawn(tx: Transaction, card_id: str) -> None:
    card = await tx.lock(Card, card_id)
    assert card is not None
    await tx.put(replace(card, drawn=card.version))


async def test_a_deleted_card_is_posted_once_anew(office: Office) -> None:
    """Under another nonce; deleted again it stays away."""
    take = (await office.order())[0]
    await sent_all(office)
    for number in range(3):
        card = await card_of(office, take)
        office.chat.lose(Message(channel=card.channel, id=str(card.message)))
        await touched(office, take.card)
        await sent_all(office)
        assert len(office.chat.sent) == (1 if number == 0 else 0)
    nonces = {call["nonce"] for call in office.chat.script.called("show")}
    assert nonces == {f"card:{take.card}:0", f"card:{take.card}:1"}
    assert await office.rows(Outbox) == []


async def test_a_card_whose_answer_was_lost_is_not_posted_twice(office: Office) -> None:
    """The nonce names the first."""
    take = (await office.order())[0]
    office.chat.script.add("show", After(ChatError("reset")))
    await office.work(5)
    assert len(office.chat.sent) == 1
    assert (await card_of(office, take)).message == office.chat.sent[0].message.id


async def test_a_line_is_said_once(office: Office) -> None:
    """However often it is written, privately to whom it is for."""
    for _ in range(3):
        await said(office)
        await sent_all(office)
    assert len(office.lines(to="mina")) == 1
    assert office.lines(to=None) == []


async def test_a_line_stands_under_its_card(office: Office) -> None:
    """In its thread, when the card is on the screen."""
    take = (await office.order())[0]
    await sent_all(office)

    async def work(tx: Transaction) -> None:
        await say(office.kit, tx, "expired", about="X", channel=LAUNCH.channel, card=take.card, subject=take.id)

    await office.store.transact(work)
    await sent_all(office)
    assert office.chat.sent[-1].thread == office.chat.sent[0].message


async def test_a_failure_is_tried_again_ever_more_rarely(office: Office) -> None:
    """After 0.5, 1, 2 s and so on, at most a minute apart."""
    office.chat.script.add("say", *[ChatError("reset")] * 9)
    await said(office)
    times: list[int] = []
    begun = office.clock.now()
    for _ in range(400):
        before = len(office.chat.script.called("say"))
        await office.outbox.once()
        if len(office.chat.script.called("say")) > before:
            times.append(office.clock.now() - begun)
        await office.clock.advance(0.5)
    gaps = [(b - a) / 1000 for a, b in itertools.pairwise(times)]
    assert gaps == [0.5, 1, 2, 4, 8, 16, 32, 60, 60]
    assert len(office.lines(to="mina")) == 1


async def test_what_cannot_be_said_for_days_is_dropped(office: Office) -> None:
    """It would be no news any more."""
    office.chat.script.always("say", ChatError("down"))
    await said(office)
    for _ in range(75):
        await office.clock.advance(3600)
        await office.outbox.once()
    assert await office.rows(Outbox) == []


@pytest.mark.parametrize(
    ("error", "wait_s"), [(ChatBusy("slow down", retry_after_s=40), 40), (ChatClosed("archived"), 60)]
)
async def test_a_chat_that_takes_nothing_is_left_alone(office: Office, error: ChatError, wait_s: int) -> None:
    """Until its time has come nothing is sent to that channel, not even what is new; other channels go on."""
    await office.order()
    office.chat.script.add("show", error)
    await office.outbox.once()
    await office.order("another")
    await said(office)
    await office.order("elsewhere", MINA, TEAM)
    await office.clock.advance(wait_s - 1)
    await office.outbox.once()
    assert {sent.message.channel for sent in office.chat.sent} == {TEAM.channel}
    await office.clock.advance(1)
    await sent_all(office)
    assert len(office.chat.sent) == 4


async def test_a_card_that_cannot_be_drawn_does_not_hold_up_the_others(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """A defect is logged, tried again later, and everything else is shown."""

    async def poison(tx: Transaction) -> None:
        await tx.put(
            Outbox(
                id="nonsense:1",
                channel=LAUNCH.channel,
                line="nonsense",
                rank=Rank.UNDO,
                due_at=tx.now,
                created_at=tx.now,
            )
        )

    await office.store.transact(poison)
    with caplog.at_level(logging.ERROR):
        await said(office)
        await sent_all(office)
    assert "nonsense:1" in caplog.text
    assert len(office.lines(to="mina")) == 1
    assert [row.id for row in await office.rows(Outbox)] == ["nonsense:1"]


async def test_the_grace_begins_when_the_card_is_shown(office: Office) -> None:
    """Two finals armed at once begin together; one whose grace has begun keeps it."""
    drafts = await office.order("a mug", count=10)
    await office.work(200)
    for draft in (drafts[1], drafts[9]):
        await office.handle(
            CastVote, MINA, subject=draft.id, meaning=Meaning.APPROVE, source=Source.BUTTON, at=office.clock.now()
        )
    finals = await office.rows(Take, state=State.ARMED)
    assert [final.order_at for final in finals] == [None, None]
    await office.clock.advance(30)
    await sent_all(office)
    began = {final.order_at for final in await office.rows(Take, state=State.ARMED)}
    assert began == {office.clock.now() + 15_000}
    await office.clock.advance(5)
    await touched(office, drafts[0].card)
    await sent_all(office)
    assert {final.order_at for final in await office.rows(Take, state=State.ARMED)} == began


def edited(tmp_path: Path, every_s: float | None) -> Office:
    """An office whose chat wants progress, or none."""
    office = make_office(tmp_path)
    chat = FakeChat("local", progress_every_s=every_s)
    kit = replace(office.kit, chats={"local": chat})
    return replace(office, kit=kit, chat=chat, outbox=OutboxSender(kit))


@pytest.mark.parametrize(("every_s", "least", "most"), [(None, 1, 6), (1.0, 12, 24), (5.0, 3, 8)])
async def test_progress_is_shown_only_where_the_chat_wants_it(
    tmp_path: Path, every_s: float | None, least: int, most: int
) -> None:
    """Every so many seconds while something renders, and no longer."""
    office = edited(tmp_path, every_s)
    take = (await office.order())[0]
    for _ in range(60):
        await office.work(0.25)
        await office.outbox.once()
    during = len(shows(office))
    assert least <= during <= most
    await office.work(60)
    assert (await office.take(take.id)).state is State.DELIVERED
    after = len(shows(office))
    for _ in range(40):
        await office.clock.advance(1)
        await office.outbox.once()
    assert len(shows(office)) == after
    assert await office.rows(Outbox) == []


@pytest.fixture
async def running(office: Office) -> AsyncIterator[Office]:
    """The outbox runs by itself."""
    stop = asyncio.Event()
    task = asyncio.create_task(office.outbox.run(stop))
    await office.clock.advance(0)
    yield office
    stop.set()
    office.kit.outbox_bell.ring()
    await asyncio.wait_for(task, 5)


async def test_it_sends_when_the_bell_rings(running: Office) -> None:
    """At once, without anybody asking."""
    await running.order()
    await running.clock.advance(0)
    assert len(running.chat.sent) == 1


async def test_it_wakes_for_what_is_due_later(running: Office) -> None:
    """A row that waits for its time is sent at that time."""
    running.chat.script.add("show", ChatBusy("slow down", retry_after_s=3))
    await running.order()
    await running.clock.advance(2.9)
    assert running.chat.sent == []
    await running.clock.advance(0.2)
    assert len(running.chat.sent) == 1


async def test_a_slow_channel_does_not_hold_up_another(running: Office) -> None:
    """Each channel is served by itself, one message at a time."""
    gate = asyncio.Event()

    async def hangs(**arguments: Any) -> Message:
        await gate.wait()
        return Message(channel=arguments["channel"], id="m99")

    running.chat.script.add("show", hangs)
    await running.order()
    await running.clock.advance(1)
    await running.order("elsewhere", MINA, TEAM)
    await running.clock.advance(1)
    assert [sent.message.channel for sent in running.chat.sent] == [TEAM.channel]
    gate.set()
    await running.clock.advance(1)


async def test_rows_that_cannot_be_read_do_not_end_it(running: Office, caplog: pytest.LogCaptureFixture) -> None:
    """The disk comes back, and what is due is sent."""
    usual, broken = running.kit.store.transact, True

    async def transact(work: Any) -> Any:
        if broken:
            msg = "the disk is away"
            raise StoreError(msg)
        return await usual(work)

    await running.clock.advance(5)
    with caplog.at_level(logging.ERROR):
        running.kit.store.transact = transact  # type: ignore[method-assign]
        running.kit.outbox_bell.ring()
        await running.clock.advance(11)
    broken = False
    assert "the outbox cannot be read" in caplog.text
    await running.order()
    await running.clock.advance(6)
    assert len(running.chat.sent) == 1


async def test_a_channel_whose_rows_cannot_be_written_is_served_again(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """The disk fills while a card is sent: after a pause it goes on, and the card is not posted twice."""
    usual, broken = office.kit.store.transact, False

    async def transact(work: Any) -> Any:
        if broken:
            msg = "the disk is full"
            raise StoreError(msg)
        return await usual(work)

    async def fills(**arguments: Any) -> Message:
        nonlocal broken
        broken = True
        return Message(channel=arguments["channel"], id="m1")

    await office.order()
    office.kit.store.transact = transact  # type: ignore[method-assign]
    office.chat.script.add("show", fills)
    with caplog.at_level(logging.ERROR):
        sending = asyncio.create_task(office.outbox.once())
        await office.clock.advance(1)
        assert not sending.done()
        broken = False
        await office.clock.advance(5)
        assert await sending
    await sent_all(office)
    assert "cannot be read or written" in caplog.text
    assert (await office.rows(Card))[0].message == "m1"


async def test_a_stop_leaves_what_is_not_sent_in_the_rows(office: Office) -> None:
    """A message under way is cancelled; its nonce names it the next time."""

    async def hangs(**arguments: Any) -> bool:
        del arguments
        return await asyncio.Event().wait()

    office.chat.script.add("show", hangs)
    await office.order()
    stop = asyncio.Event()
    task = asyncio.create_task(office.outbox.run(stop))
    await office.clock.advance(1)
    stop.set()
    office.kit.outbox_bell.ring()
    await asyncio.wait_for(task, 5)
    assert len(await office.rows(Outbox)) == 1
    await sent_all(office)
    assert len(office.chat.sent) == 1
