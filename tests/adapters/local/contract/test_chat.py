"""What every Chat does: the local one, and the one in memory."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from adapters.local import LocalChat
from bot.core.errors import MessageGone
from bot.core.fakes.chat import FakeChat
from bot.core.ports import CardView, Chat, Message, Picture, Posted, Reaction

LAUNCH, OTHER = "local:launch", "local:other"
CARD, DONE = CardView(title="A7K · 4 drafts"), CardView(title="A7K · 1 finished")


@dataclass(frozen=True, slots=True)
class Subject:
    """A chat, and how a person reacts in it."""

    chat: Chat
    react: Callable[[Message, Reaction], Awaitable[object]]
    #: What a message that stands shows.
    shows: Callable[[Message], Awaitable[CardView]]
    #: Whether its messages have addresses.
    addresses: bool = False


def local(folder: Path) -> Subject:
    chat = LocalChat(folder / "local")

    async def shows(message: Message) -> CardView:
        return next(entry.view for entry in await chat.standing(message.channel) if entry.id == message.id)

    return Subject(chat, chat.react, shows)


def in_memory(folder: Path) -> Subject:
    del folder
    chat = FakeChat()
    chat.links_begin = "https://chat.example/"

    async def react(message: Message, reaction: Reaction) -> None:
        chat.react(message, *await chat.reactions(message), reaction)

    async def shows(message: Message) -> CardView:
        return next(sent.view for sent in chat.sent if sent.message == message)

    return Subject(chat, react, shows, addresses=True)


@pytest.fixture(params=[local, in_memory])
def subject(request: pytest.FixtureRequest, tmp_path: Path) -> Subject:
    made: Subject = request.param(tmp_path)
    return made


@pytest.fixture
def chat(subject: Subject) -> Chat:
    return subject.chat


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "archived.mp4"
    path.write_bytes(b"a fox")
    return path


async def show(chat: Chat, nonce: str = "c1", *, view: CardView = CARD, message: Message | None = None) -> Message:
    return await chat.show(view, channel=LAUNCH, nonce=nonce, message=message)


async def say(chat: Chat, nonce: str = "l1", *, thread: Message | None = None) -> Message:
    return await chat.say(CARD, channel=LAUNCH, nonce=nonce, to="mina", thread=thread)


async def post(chat: Chat, clip: Path, nonce: str = "p1", *, channel: str = LAUNCH, view: CardView = CARD) -> Posted:
    return await chat.post_clip(view, clip, name="A7K-1.mp4", channel=channel, nonce=nonce, thread=None)


async def test_pictures(chat: Chat, clip: Path) -> None:
    """A card's picture comes and goes with its edits; where its file is not there, the card is shown all the same."""
    there = replace(CARD, picture=Picture(path=clip, name="A7K-1.jpg", about="a fox"))
    away = replace(CARD, picture=Picture(path=clip.with_name("none"), name="A7K-2.jpg", about="a fox"))
    card = await show(chat, view=there)
    for view in (away, CARD, there, DONE):
        assert await show(chat, view=view, message=card) == card
    assert clip.is_file()


async def test_a_clip_without_its_picture(subject: Subject, clip: Path) -> None:
    """The message keeps its place, its clip, its words and its reactions; another one keeps its picture."""
    chat, jo = subject.chat, Reaction(person="jo", emoji="👍")
    hung = replace(CARD, picture=Picture(path=clip, name="A7K-1F-beside.jpg", about="a fox, twice"))
    posted, other = [await post(chat, clip, nonce, view=hung) for nonce in ("p1", "p2")]
    await subject.react(posted.message, jo)
    address = await chat.link(posted.message)
    for _ in range(2):
        await chat.take_off_picture(posted.message)
    assert await subject.shows(posted.message) == CARD
    assert await subject.shows(other.message) == hung
    assert await chat.find_post(channel=LAUNCH, nonce="p1") == posted
    assert await chat.reactions(posted.message) == [jo]
    assert await chat.link(posted.message) == address


async def test_no_picture_to_take_off(subject: Subject, clip: Path) -> None:
    """A message without one stays as it is; where none stands, none comes to be."""
    chat = subject.chat
    posted, gone = await post(chat, clip), await post(chat, clip, "p2")
    await chat.take_down(gone.message)
    for message in (posted.message, gone.message):
        await chat.take_off_picture(message)
    assert await subject.shows(posted.message) == CARD
    assert await chat.find_post(channel=LAUNCH, nonce="p2") is None


async def test_open(chat: Chat) -> None:
    """An open channel has nothing against cards and files."""
    assert await chat.may_post(LAUNCH) is None
    assert chat.post_timeout_s > 0


async def test_once_per_nonce(chat: Chat, clip: Path) -> None:
    """What is shown, said or posted twice with one nonce stands once; other nonces and channels are others."""
    card, line, posted = await show(chat), await say(chat), await post(chat, clip)
    assert [await show(chat), await say(chat), await post(chat, clip)] == [card, line, posted]
    others = [card, line, posted.message, await show(chat, "c2"), await say(chat, "l2")]
    others += [(await post(chat, clip, "p2")).message, (await post(chat, clip, channel=OTHER)).message]
    assert len(set(others)) == len(others)
    assert [message.channel for message in others] == [LAUNCH] * 6 + [OTHER]


async def test_at_once(chat: Chat, clip: Path) -> None:
    """Many posts with one nonce at the same moment are one."""
    assert len(set(await asyncio.gather(*(post(chat, clip) for _ in range(8))))) == 1


async def test_edited(chat: Chat) -> None:
    """A card is edited where it stands."""
    card = await show(chat)
    assert await show(chat, view=DONE, message=card) == card
    assert await show(chat, view=DONE, message=card) == card


async def test_gone(chat: Chat) -> None:
    """A card that was taken down cannot be edited, has no reactions, and can be posted anew."""
    card = await show(chat)
    await chat.take_down(card)
    await chat.take_down(card)
    with pytest.raises(MessageGone):
        await show(chat, view=DONE, message=card)
    assert await chat.reactions(card) == []
    assert await show(chat) != card


async def test_found(chat: Chat, clip: Path) -> None:
    """A clip is found by its nonce in its channel while it stands; a card with that nonce is none."""
    await show(chat)
    posted = await post(chat, clip)
    assert await chat.find_post(channel=LAUNCH, nonce="p1") == posted
    assert await chat.find_post(channel=LAUNCH, nonce="c1") is None
    assert await chat.find_post(channel=OTHER, nonce="p1") is None
    await chat.take_down(posted.message)
    assert await chat.find_post(channel=LAUNCH, nonce="p1") is None


async def test_address(subject: Subject) -> None:
    """Where messages have addresses, each has its own, which an edit does not change, while it stands."""
    chat = subject.chat
    card, other = await show(chat), await show(chat, "c2")
    addresses = [await chat.link(card), await chat.link(other)]
    await show(chat, view=DONE, message=card)
    assert [await chat.link(card), await chat.link(other)] == addresses
    assert len(set(addresses)) == (2 if subject.addresses else 1)
    await chat.take_down(card)
    assert await chat.link(card) is None


async def test_file_is_copied(chat: Chat, clip: Path) -> None:
    """A posted clip does not need the archive's file any more, and leaves it as it is."""
    posted = await post(chat, clip)
    assert clip.read_bytes() == b"a fox"
    clip.unlink()
    assert await chat.find_post(channel=LAUNCH, nonce="p1") == posted


async def test_reactions(subject: Subject) -> None:
    """Every reaction that people gave stands on its message, in their order, and on no other."""
    card, other = await show(subject.chat), await show(subject.chat, "c2")
    given = [Reaction(person="jo", emoji="2️⃣", name="Jo"), Reaction(person="guest:zed", emoji="✅", guest=True)]
    for reaction in given:
        await subject.react(card, reaction)
    assert await subject.chat.reactions(card) == given
    assert await subject.chat.reactions(other) == []
