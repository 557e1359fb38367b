from __future__ import annotations

import pytest

from adapters.local import LocalChat, Session
from bot.core.commands import CastVote, Place, React, Undo
from bot.core.fakes import FakeClock
from bot.core.notices import Notice
from bot.core.ports import Button, CardView, Message, Reaction
from bot.core.rows import Meaning, Source
from tests.adapters.local.conftest import LAUNCH, Manager

PLACE = Place(workspace="local", channel=LAUNCH, name="launch")
UNDO = CardView(title="A7K", buttons=(Button(label="Undo", action="undo:A7K-1F"),))


async def test_reaction(session: Session, manager: Manager, chat: LocalChat, clock: FakeClock) -> None:
    """A reaction stands on the message before the manager hears of it, as on any platform."""
    card = Message(channel=LAUNCH, id="launch/1")
    await session.type("as jo")
    await session.type("react 2 A7K")
    (command,) = manager.asked
    assert isinstance(command, React)
    assert (command.message, command.emoji, command.added, command.at) == ("launch/1", "2️⃣", True, clock.now())
    assert (command.actor.id, command.place) == ("jo", PLACE)
    assert await chat.reactions(card) == [Reaction(person="jo", emoji="2️⃣", name="jo")]
    await session.type("unreact 2 A7K")
    assert manager.asked[1] == React(
        actor=command.actor,
        place=PLACE,
        event=manager.asked[1].event,
        message="launch/1",
        emoji="2️⃣",
        added=False,
        at=clock.now(),
    )
    assert await chat.reactions(card) == []


async def test_reaction_by_number(session: Session, manager: Manager, chat: LocalChat) -> None:
    """✅ on a take without a message of its own is its number on the card; taken back, it is found where it stands."""
    await session.type("react ✅ A7K-2")
    await session.type("react ✅ A7K-1")
    await session.type("unreact ✅ A7K-1")
    assert [(command.message, command.emoji) for command in manager.asked if isinstance(command, React)] == [
        ("launch/1", "2️⃣"),
        ("launch/4", "✅"),
        ("launch/4", "✅"),
    ]
    assert await chat.reactions(Message(channel=LAUNCH, id="launch/4")) == []


NO_REACTION = [
    ("unreact ✅ A7K", "A7K has no message with a ✅ of Mina here."),
    ("react ✅ C9Y", "C9Y has no message to react to here."),
    ("react ✅ Z9Z", "There is no Z9Z here."),
]


@pytest.mark.parametrize(("typed", "sentence"), NO_REACTION)
async def test_no_reaction(session: Session, manager: Manager, typed: str, sentence: str) -> None:
    """A reaction that cannot stand, or does not, is answered, and nobody is asked."""
    notice = await session.type(typed)
    assert notice is not None
    assert notice.text.startswith(sentence)
    assert manager.asked == []


async def test_reaction_twice(session: Session, manager: Manager) -> None:
    """A reaction that stands is not given again."""
    await session.type("react ✅ A7K")
    notice = await session.type("react ✅ A7K")
    assert notice == Notice(text="Your ✅ is on A7K already.")
    assert len(manager.asked) == 1


async def test_reaction_elsewhere(session: Session, manager: Manager) -> None:
    """A reaction belongs to the channel of its message, wherever it is typed."""
    await session.type("in #team")
    await session.type("react ✅ A7K")
    assert [command.place for command in manager.asked] == [PLACE]


async def test_press(session: Session, manager: Manager, chat: LocalChat) -> None:
    """A button is pressed by what it says, and becomes what it carries."""
    await chat.show(UNDO, channel=LAUNCH, nonce="c9", message=None)
    await session.type('press "Undo" A7K-1')
    (command,) = manager.asked
    assert isinstance(command, Undo)
    assert command.subject == "A7K-1F"


async def test_press_an_answer(session: Session, manager: Manager) -> None:
    """A button of an answer can be pressed, by whom it was given to and nobody else."""
    manager.answer = Notice(text="Not ordered", buttons=(Button(label="1", action="promote:A7K-1"),))
    await session.type("/clip a fox")
    await session.type("as jo")
    notice = await session.type("press 1 A7K")
    assert notice == Notice(text="No message about A7K has a button for jo.")
    await session.type("as mina")
    await session.type("press 1 A7K")
    assert isinstance(manager.asked[-1], CastVote)
    assert (manager.asked[-1].meaning, manager.asked[-1].source) == (Meaning.APPROVE, Source.BUTTON)


async def test_press_in_vain(session: Session, manager: Manager, chat: LocalChat) -> None:
    """A label that is not there is answered with those that are; without any button that is said."""
    notice = await session.type('press "Undo"')
    assert notice == Notice(text="No message about anything has a button for Mina.")
    await chat.show(UNDO, channel=LAUNCH, nonce="c9", message=None)
    notice = await session.type('press "Again" A7K')
    assert notice == Notice(text="No button about A7K says “Again”; there is [Undo]")
    assert manager.asked == []
