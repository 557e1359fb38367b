"""Votes that nobody heard, read again: patiently, and by one run at a time."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import Any

import pytest

from bot.core.commands import Actor
from bot.core.errors import ChatBusy
from bot.core.money import ZERO
from bot.core.ports import Message, Reaction, Row, Transaction
from bot.core.rows import Card, Channel, Take, Vote, Workspace
from bot.jobs import catching_up
from bot.jobs.catching_up import CatchUp
from tests.jobs.acts import drafted
from tests.jobs.conftest import JO, Office


async def jo(_workspace: str, _person: str) -> Actor:
    return JO


async def voted(office: Office) -> int:
    """How many votes the rows have; every card has one in the chat."""
    return len(await office.rows(Vote, standing=True))


async def ticked(office: Office, count: int) -> CatchUp:
    """Cards with a tick each that nobody heard of."""
    for _ in range(count):
        await drafted(office)
    for card in await office.rows(Card):
        message = Message(channel=card.channel, id=card.message or "")
        office.chat.react(message, Reaction(person=JO.id, emoji="✅", name="jo"))
    office.chat.script.calls.clear()
    return CatchUp(office.kit, office.manager.handle, jo)


async def test_asked_for_later(office: Office) -> None:
    """A message that the chat answers later is asked for again then; one that it never answers is passed over."""
    catch_up = await ticked(office, 1)
    for _ in range(catching_up.TRIES - 1):
        office.chat.script.add("reactions", ChatBusy("many questions", retry_after_s=30))
    running = asyncio.create_task(catch_up.run("local"))
    await office.clock.advance(0)
    await office.clock.advance(30)
    assert await voted(office) == 0
    await office.clock.advance(30)
    assert await running == 1
    assert await voted(office) == 1


async def test_a_later_run_takes_over(office: Office) -> None:
    """Of runs that follow each other soon, as after each of many connections, only the last goes on to the end."""
    catch_up = await ticked(office, 6)
    messages = len(await office.store.transact(lambda tx: catching_up.votable(tx, "local")))
    assert messages > catching_up.BURST
    first = asyncio.create_task(catch_up.run("local"))
    await office.clock.advance(0)
    second = asyncio.create_task(catch_up.run("local"))
    await office.clock.advance(0)
    for _ in range(messages):
        await office.clock.advance(catching_up.PACE_S)
    assert first.done()
    assert second.done()
    assert await voted(office) == 6
    assert len(office.chat.script.called("reactions")) < 2 * messages


async def test_a_busy_chat_takes_no_places_of_another(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many newer drafts another platform has, the newest of this one are read again."""
    monkeypatch.setattr(catching_up, "MOST_MESSAGES", 2)
    catch_up = await ticked(office, 1)
    (take,), (home,) = await office.rows(Take), await office.rows(Workspace)
    (channel,), (card,) = await office.rows(Channel), await office.rows(Card)
    elsewhere: dict[str, Any] = {"workspace": "slack:T1", "channel": "slack:T1/C1"}
    await office.store.transact(partial(_add, replace(home, id="slack:T1")))
    await office.store.transact(partial(_add, replace(channel, id="slack:T1/C1", workspace="slack:T1")))
    await office.store.transact(partial(_add, replace(card, id="E", message=None, **elsewhere)))
    other = replace(take, **elsewhere, card="E", created_at=take.created_at + 1, job=None, charged=ZERO)
    for number in range(3):
        await office.store.transact(partial(_add, replace(other, id=f"E{number}")))
    assert await catch_up.run("local") == 1
    assert await voted(office) == 1
    assert await catch_up.run("discord") == 0


async def _add(row: Row, tx: Transaction) -> None:
    await tx.add(row)
