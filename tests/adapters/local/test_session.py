from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from adapters.local import Desk, EndOfSession, LocalChat, Session
from adapters.local.lines import HELP
from bot.core.commands import Actor, Draft, Place, SpendReport, Undo
from bot.core.errors import ChatBusy, Refusal, StoreError
from bot.core.fakes import FakeClock
from bot.core.notices import SILENCE, Notice
from bot.core.ports import Button, CardView, Message
from bot.core.rows import Outbox, Rank
from tests.adapters.local.conftest import LAUNCH, Manager, Screenful

PLACE = Place(workspace="local", channel=LAUNCH, name="launch")
UNDO = CardView(title="A7K", buttons=(Button(label="Undo", action="undo:A7K-1F"),))


async def test_slash(session: Session, manager: Manager, screen: Screenful) -> None:
    """A slash command becomes what it is on every chat, by this person, here, each an event of its own."""
    for _ in range(2):
        await session.type(" /clip a fox in snow --count 2")
    await session.type("/dailies spend report")
    first, second, third = manager.asked
    assert isinstance(first, Draft)
    assert (first.prompt, first.options.count, first.place) == ("a fox in snow", 2, PLACE)
    assert first.actor == Actor(id="mina", name="Mina", admin=True)
    assert isinstance(third, SpendReport)
    assert len({first.event, second.event, third.event}) == 3
    assert screen.said[0] == "Mina> /clip a fox in snow --count 2"
    assert screen.titles == ["done"] * 3


async def test_answer_first(session: Session, manager: Manager, chat: LocalChat, screen: Screenful) -> None:
    """The card that an order makes is never seen before its answer."""
    drawn: list[asyncio.Task[Message]] = []
    manager.meanwhile = lambda: drawn.append(
        asyncio.create_task(chat.show(CardView(title="the card"), channel=LAUNCH, nonce="c9", message=None))
    )
    await session.type("/clip a fox")
    await drawn[0]
    assert screen.titles == ["done", "the card"]


async def test_refused(session: Session, manager: Manager, screen: Screenful) -> None:
    """What cannot be a command is answered privately, and nobody is asked."""
    notice = await session.type("/clip a fox --ratio 5:4")
    assert notice is not None
    assert "5:4" in notice.text
    await session.type("a fox")
    assert manager.asked == []
    assert [entry.to for _, entry in screen.shown] == ["mina", "mina"]


async def test_silence(session: Session, manager: Manager, screen: Screenful) -> None:
    """An empty line is nothing, and an empty answer is not shown."""
    manager.answer = SILENCE
    assert await session.type("  ") is None
    assert await session.type("/clip status") == SILENCE
    assert (screen.shown, len(manager.asked)) == ([], 1)


async def asleep(clock: FakeClock) -> None:
    """Until something waits for the clock; what happens before it happens in threads."""
    while not clock.sleepers:  # noqa: ASYNC110 - the fake clock tells nobody
        await asyncio.sleep(0.001)


async def test_patience(desk: Desk, manager: Manager, chat: LocalChat, clock: FakeClock) -> None:
    """A button that is asked for before it is there is waited for a little."""
    session = Session(replace(desk, patience_s=1), person="mina", channel="launch")
    typed = asyncio.create_task(session.type('press "Undo" A7K'))
    await asleep(clock)
    await chat.show(UNDO, channel=LAUNCH, nonce="c9", message=None)
    while not typed.done():
        await clock.advance(0.1)
        await asyncio.sleep(0.001)
    assert [type(command) for command in manager.asked] == [Undo]


async def test_until_shown(desk: Desk, clock: FakeClock, screen: Screenful) -> None:
    """In a transcript a line is over when what it brought about is shown; on a terminal nobody is held up."""
    row = Outbox(id="card:A7K", channel=LAUNCH, card="A7K", rank=Rank.STATE, due_at=0, created_at=0)
    await desk.store.transact(lambda tx: tx.put(row))
    session = Session(replace(desk, patience_s=60), person="mina", channel="launch")
    typed = asyncio.create_task(session.type("as jo"))
    await asleep(clock)
    assert not typed.done()
    await desk.store.transact(lambda tx: tx.delete(Outbox, "card:A7K"))
    await clock.advance(0.1)
    await typed
    await desk.store.transact(lambda tx: tx.put(row))
    screen.progress_every_s = 1.0
    await session.type("as bob")


async def test_people_and_places(session: Session, manager: Manager, screen: Screenful) -> None:
    """Somebody else types from now on, somewhere else; nobody but the first looks after the place."""
    for line in ("as guest:zed", "in #team", "/clip a fox", "as mina", "/clip a fox"):
        await session.type(line)
    guest, mina = manager.asked
    assert guest.actor == Actor(id="guest:zed", name="zed", guest=True)
    assert guest.place == Place(workspace="local", channel="local:team", name="team")
    assert (mina.actor.admin, screen.channel) == (True, "local:team")
    assert screen.said[:2] == ["Mina> as guest:zed", "zed> in #team"]


async def test_wrong_names(session: Session, desk: Desk) -> None:
    """A name that cannot be one is answered; nobody changes."""
    await session.type("as guest:")
    await session.type("in a/b")
    assert (session.actor.name, session.place) == ("Mina", PLACE)
    with pytest.raises(Refusal, match="A person's name"):
        Session(desk, person="two words", channel="launch")


async def test_wait(session: Session, screen: Screenful, clock: FakeClock) -> None:
    """Waiting is until nothing is in flight, or for so many seconds; then everything is seen as it is."""
    await session.type("wait")
    assert (screen.said[-1], screen.settled) == ("(idle)", 1)
    typed = asyncio.create_task(session.type("wait 5"))
    await clock.advance(4.9)
    assert not typed.done()
    await clock.advance(0.2)
    await typed
    assert screen.settled == 2


async def test_help_and_quit(session: Session) -> None:
    """The list of what can be typed is asked for with help; quit ends the session."""
    assert await session.type("help") == Notice(text=HELP)
    with pytest.raises(EndOfSession):
        await session.type("quit")


@pytest.mark.parametrize("error", [ChatBusy("the disk is full"), StoreError("the rows cannot be read")])
async def test_trouble(
    session: Session, chat: LocalChat, screen: Screenful, error: Exception, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When the disk fails, the line says so and the session goes on."""

    async def fails(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(chat, "answer", fails)
    assert await session.type("help") is None
    assert screen.said[-1] == f"This line could not be carried out: {error}"
