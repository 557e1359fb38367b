"""What the outbox does when the chat does not take it, a row cannot be drawn, or the rows cannot be read."""

from __future__ import annotations

import asyncio
import itertools
import logging
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.core.errors import ChatBusy, ChatClosed, ChatError, StoreError
from bot.core.ports import Message, Transaction
from bot.core.rows import Card, Outbox, Rank
from bot.jobs.places import enter
from bot.jobs.steps import say
from tests.jobs.conftest import LAUNCH, MINA, TEAM, Office


async def said(office: Office, about: str = "X", to: str | None = "mina", **facts: str) -> None:
    async def work(tx: Transaction) -> None:
        await enter(office.kit, tx, LAUNCH)
        await say(office.kit, tx, "expired", about=about, channel=LAUNCH.channel, to=to, subject="A7K", **facts)

    await office.store.transact(work)


async def sent_all(office: Office) -> None:
    while await office.outbox.once():
        pass


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


async def test_a_line_is_said_however_long_it_takes(office: Office) -> None:
    """What it asks or tells would be lost for ever; after days without a chat it is said all the same."""
    office.chat.script.always("say", ChatError("down"))
    await said(office)
    for _ in range(100):
        await office.clock.advance(3600)
        await office.outbox.once()
    office.chat.script.always("say", None)
    await office.clock.advance(60)
    await sent_all(office)
    assert len(office.lines(to="mina")) == 1
    assert await office.rows(Outbox) == []


async def test_a_card_that_cannot_be_shown_for_days_waits_for_its_next_change(office: Office) -> None:
    """It is drawn from the rows, so that nothing is lost with it."""
    office.chat.script.always("show", ChatError("down"))
    await office.order()
    for _ in range(75):
        await office.clock.advance(3600)
        await office.outbox.once()
    assert await office.rows(Outbox) == []


async def test_a_closed_channel_does_not_hold_up_what_is_said_privately(office: Office) -> None:
    """Maker and contact learn of it at once, although the channel's card cannot be shown."""
    office.chat.script.always("show", ChatClosed("archived"))
    await office.order()
    await said(office)
    await office.outbox.once()
    assert len(office.lines(to="mina")) == 1


async def test_a_chat_that_takes_nothing_is_left_alone(office: Office) -> None:
    """Until its time has come nothing is sent to that channel, not even what is new; other channels go on."""
    wait_s = 40
    await office.order()
    office.chat.script.add("show", ChatBusy("slow down", retry_after_s=wait_s))
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
