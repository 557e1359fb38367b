"""The outbox: what is shown, in which order, how often, and what happens when the chat does not take it."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.core.commands import CastVote
from bot.core.errors import ChatError, NotYet
from bot.core.fakes.chat import FakeChat
from bot.core.fakes.script import After
from bot.core.lifecycle import State
from bot.core.ports import Message, Transaction
from bot.core.rows import Card, Meaning, Outbox, Rank, Source, Take
from bot.jobs.outbox import OutboxSender
from bot.jobs.places import enter
from bot.jobs.steps import say, touch
from tests.jobs.conftest import LAUNCH, MINA, Office, make_office


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
    """Undo and votes before outcomes, which wait for nothing else; states before progress; among equals the oldest."""
    cards = [(await office.order(f"fox {number}"))[0].card for number in range(4)]
    await sent_all(office)
    office.chat.script.calls.clear()
    for card, rank in zip(cards, (Rank.PROGRESS, Rank.STATE, Rank.UNDO, Rank.OUTCOME), strict=True):
        await touched(office, card, rank)
    await sent_all(office)
    order = [call["message"].id for call in office.chat.script.called("show")]
    by_message = {card.message: card.id for card in await office.rows(Card)}
    sent = [by_message[message] for message in order]
    assert [card for card in sent if card in cards[2:]] == [cards[2], cards[3]]
    assert [card for card in sent if card in cards[:2]] == [cards[1], cards[0]]


async def ran(office: Office) -> None:
    """The outbox has run by itself until nothing was left to be sent."""
    stop = asyncio.Event()
    task = asyncio.create_task(office.outbox.run(stop))
    while await office.rows(Outbox):
        await office.clock.advance(0)
    stop.set()
    office.kit.outbox_bell.ring()
    await asyncio.wait_for(task, 5)


async def test_an_urgent_edit_overtakes_what_waits(office: Office) -> None:
    """It is asked for while others are being sent, and waits for none of them, not even for the one under way."""
    cards = sorted([(await office.order(f"fox {number}"))[0].card for number in range(3)])
    await sent_all(office)
    office.chat.script.calls.clear()
    for card in cards:
        await touched(office, card)

    async def press(**arguments: Any) -> Message:
        await touched(office, cards[2], Rank.UNDO)
        while len(office.chat.script.called("show")) == 1:  # noqa: ASYNC110 - until the urgent one is sent
            await asyncio.sleep(0)
        message: Message = arguments["message"]
        return message

    office.chat.script.add("show", press)
    await ran(office)
    by_message = {card.message: card.id for card in await office.rows(Card)}
    order = [by_message[call["message"].id] for call in office.chat.script.called("show")]
    assert order == [cards[0], cards[2], cards[1]]


async def test_a_card_is_sent_one_at_a_time(office: Office) -> None:
    """What becomes urgent while the card is being sent is sent after that, so that the newest is what stands."""
    card = (await office.order())[0].card
    await sent_all(office)
    office.chat.script.calls.clear()
    await touched(office, card)

    async def pressed_meanwhile(**arguments: Any) -> Message:
        await touched(office, card, Rank.UNDO)
        for _ in range(50):
            await asyncio.sleep(0)
        assert len(office.chat.script.called("show")) == 1
        message: Message = arguments["message"]
        return message

    office.chat.script.add("show", pressed_meanwhile)
    await ran(office)
    assert [call["rank"] for call in office.chat.script.called("show")] == [Rank.STATE, Rank.UNDO]
    (row,) = await office.rows(Card)
    assert row.drawn == row.version


async def test_an_edit_that_waits_holds_nothing_up(office: Office) -> None:
    """Where edits are scarce the chat knows each one's rank; what has no room comes again, and the rest goes on."""
    cards = sorted([(await office.order(f"fox {number}"))[0].card for number in range(2)])
    await sent_all(office)
    office.chat.script.calls.clear()
    office.chat.script.add("show", NotYet("many edits", retry_after_s=7))
    await touched(office, cards[0], Rank.UNDO)
    await touched(office, cards[1], Rank.PROGRESS)
    await sent_all(office)
    by_message = {card.message: card.id for card in await office.rows(Card)}
    calls = office.chat.script.called("show")
    assert [(by_message[call["message"].id], call["rank"]) for call in calls] == [
        (cards[0], Rank.UNDO),
        (cards[1], Rank.PROGRESS),
    ]
    (row,) = await office.rows(Outbox)
    assert (row.card, row.due_at - office.clock.now()) == (cards[0], 7_000)
    await office.clock.advance(7)
    await sent_all(office)
    assert len(office.chat.script.called("show")) == 3


async def test_more_urgent_meanwhile(office: Office) -> None:
    """What is to be seen at once does not wait for the turn that the time left was given while it changed."""
    card = (await office.order())[0].card
    await sent_all(office)
    office.chat.script.calls.clear()
    await touched(office, card, Rank.PROGRESS)
    show = office.chat.show

    async def overtaken(*_given: Any, **_named: Any) -> Message:
        office.chat.show = show  # type: ignore[method-assign]
        await touched(office, card, Rank.UNDO)
        msg = "many edits"
        raise NotYet(msg, retry_after_s=1_000)

    office.chat.show = overtaken  # type: ignore[method-assign]
    await sent_all(office)
    assert [call["rank"] for call in office.chat.script.called("show")] == [Rank.UNDO]


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


async def test_the_time_left_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What became urgent while the card waited to be drawn is drawn with it, and the next progress still comes."""
    office = edited(tmp_path, 5.0)
    take = (await office.order())[0]
    while (await office.take(take.id)).state is not State.RENDERING:
        await office.work(0.25)
    await sent_all(office)
    office.chat.script.calls.clear()
    await touched(office, take.card)
    leisurely, pressed = OutboxSender._at_leisure, asyncio.Event()  # noqa: SLF001 - where a card waits

    async def pressed_meanwhile(sender: OutboxSender, row: Outbox, work: Any) -> Any:
        if not pressed.is_set():
            pressed.set()
            await touched(office, take.card, Rank.UNDO)
            for _ in range(50):
                await asyncio.sleep(0)
        return await leisurely(sender, row, work)

    monkeypatch.setattr(OutboxSender, "_at_leisure", pressed_meanwhile)
    stop = asyncio.Event()
    task = asyncio.create_task(office.outbox.run(stop))
    for _ in range(50):
        await office.clock.advance(0)
    stop.set()
    office.kit.outbox_bell.ring()
    await asyncio.wait_for(task, 5)
    assert len(office.chat.script.called("show")) == 1
    (row,) = await office.rows(Outbox)
    assert row.rank is Rank.PROGRESS


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
