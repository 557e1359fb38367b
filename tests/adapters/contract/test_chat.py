"""What every Chat does: the local one, Slack, Discord, and the one in memory."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from PIL import Image

from adapters.discord.ids import spot
from adapters.local import LocalChat
from adapters.slack.ids import split
from bot.core.commands import Actor
from bot.core.errors import MessageGone
from bot.core.fakes.chat import FakeChat
from bot.core.ports import CardView, Chat, Message, Picture, Posted, Reaction
from tests.adapters.discord.room import held, room
from tests.adapters.slack.workspace import LAUNCH, OTHER, workspace

CARD, DONE = CardView(title="A7K · 4 drafts"), CardView(title="A7K · 1 finished")


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A chat with two channels and two people, and how they react in it."""

    chat: Chat
    react: Callable[[Message, Reaction], Awaitable[object]]
    #: Whether a message that stands shows a picture.
    pictured: Callable[[Message], Awaitable[bool]]
    launch: str = "local:launch"
    other: str = "local:other"
    jo: str = "jo"
    #: A guest.
    zed: str = "guest:zed"
    #: Whether its messages have addresses.
    addresses: bool = False

    async def show(self, nonce: str = "c1", *, view: CardView = CARD, message: Message | None = None) -> Message:
        return await self.chat.show(view, channel=self.launch, nonce=nonce, message=message)

    async def say(self, nonce: str = "l1", *, to: str | None = None) -> Message:
        return await self.chat.say(CARD, channel=self.launch, nonce=nonce, to=to, thread=None)

    async def post(
        self,
        clip: Path,
        nonce: str = "p1",
        *,
        channel: str = "",
        view: CardView = CARD,
        thread: Message | None = None,
    ) -> Posted:
        # As everywhere: a take's clip has a name of its own.
        name = f"A7K-{nonce.removeprefix('p')}.mp4"
        return await self.chat.post_clip(
            view, clip, name=name, channel=channel or self.launch, nonce=nonce, thread=thread
        )


@asynccontextmanager
async def local(folder: Path) -> AsyncIterator[Subject]:
    chat = LocalChat(folder / "local")

    async def pictured(message: Message) -> bool:
        standing = await chat.standing(message.channel)
        return any(entry.view.picture is not None for entry in standing if entry.id == message.id)

    yield Subject(chat=chat, react=chat.react, pictured=pictured)


@asynccontextmanager
async def in_memory(folder: Path) -> AsyncIterator[Subject]:
    del folder
    chat = FakeChat()
    chat.links_begin = "https://chat.example/"
    chat.people["guest:zed"] = Actor(id="guest:zed", name="zed", guest=True)

    async def react(message: Message, reaction: Reaction) -> None:
        chat.react(message, *await chat.reactions(message), reaction)

    async def pictured(message: Message) -> bool:
        return any(sent.view.picture is not None for sent in chat.sent if sent.message == message)

    yield Subject(chat=chat, react=react, pictured=pictured, addresses=True)


@asynccontextmanager
async def in_memory_together(folder: Path) -> AsyncIterator[Subject]:
    async with in_memory(folder) as subject:
        assert isinstance(subject.chat, FakeChat)
        subject.chat.clips_together = True
        yield subject


@asynccontextmanager
async def slack(folder: Path) -> AsyncIterator[Subject]:
    del folder
    async with workspace(takes_files=True) as at:

        async def react(message: Message, reaction: Reaction) -> None:
            name = {"✅": "white_check_mark", "2️⃣": "two"}[reaction.emoji]
            standing = at.slack.message(split(message.channel)[1], message.id)
            standing.reactions.setdefault(name, []).append(reaction.person)

        async def pictured(message: Message) -> bool:
            standing = at.slack.message(split(message.channel)[1], message.id)
            return any(block["type"] == "image" for block in standing.blocks or ())

        yield Subject(
            chat=at.chat,
            react=react,
            pictured=pictured,
            launch=LAUNCH,
            other=OTHER,
            jo="U2",
            zed="U3",
            addresses=True,
        )


@asynccontextmanager
async def discord(folder: Path) -> AsyncIterator[Subject]:
    del folder
    async with held(room()) as at:
        server = at.server

        async def react(message: Message, reaction: Reaction) -> None:
            place, own = spot(message)
            server.env.backend.set_reaction(place, own, reaction.emoji, int(reaction.person), reacted=True)

        async def pictured(message: Message) -> bool:
            standing = server.env.backend.get_message(*spot(message))
            return any(each["filename"].endswith(".jpg") for each in standing.attachments)

        yield Subject(
            chat=at.chat,
            react=react,
            pictured=pictured,
            launch=server.channel_id(server.launch),
            other=server.channel_id(server.other),
            jo=str(server.jo.id),
            zed=str(server.zed.id),
            addresses=True,
        )


@pytest.fixture(params=[local, slack, discord, in_memory, in_memory_together])
async def subject(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Subject]:
    async with request.param(tmp_path) as made:
        yield made


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "archived.mp4"
    path.write_bytes(b"a fox")
    return path


async def test_pictures(subject: Subject, clip: Path) -> None:
    """A card's picture comes and goes with its edits; where its file is not there, the card is shown all the same."""
    there = replace(CARD, picture=Picture(path=clip, name="A7K-1.jpg", about="a fox"))
    away = replace(CARD, picture=Picture(path=clip.with_name("none"), name="A7K-2.jpg", about="a fox"))
    card = await subject.show(view=there)
    for view in (away, CARD, there, DONE):
        assert await subject.show(view=view, message=card) == card
    assert clip.is_file()


async def test_a_clip_without_its_picture(subject: Subject, clip: Path) -> None:
    """The message keeps its place, its clip and its reactions; another one keeps its picture."""
    chat, jo = subject.chat, Reaction(person=subject.jo, emoji="✅", name="jo")
    still = clip.with_name("beside.jpg")
    Image.new("RGB", (8, 8)).save(still)
    hung = replace(CARD, picture=Picture(path=still, name="A7K-1F-beside.jpg", about="a fox, twice"))
    posted, other = [await subject.post(clip, nonce, view=hung) for nonce in ("p1", "p2")]
    await subject.react(posted.message, jo)
    address = await chat.link(posted.message)
    assert await subject.pictured(posted.message)
    for _ in range(2):
        await chat.take_off_picture(posted.message)
    assert not await subject.pictured(posted.message)
    assert await subject.pictured(other.message)
    assert await chat.find_post(channel=subject.launch, nonce="p1") == posted
    assert [reaction.emoji for reaction in await chat.reactions(posted.message)] == ["✅"]
    assert await chat.link(posted.message) == address


async def test_no_picture_to_take_off(subject: Subject, clip: Path) -> None:
    """A message without one stays as it is; where none stands, none comes to be."""
    chat = subject.chat
    posted, gone = await subject.post(clip), await subject.post(clip, "p2")
    await chat.take_down(gone.message)
    for message in (posted.message, gone.message):
        await chat.take_off_picture(message)
    assert await chat.find_post(channel=subject.launch, nonce="p1") == posted
    assert await chat.find_post(channel=subject.launch, nonce="p2") is None


async def test_open(subject: Subject) -> None:
    """An open channel has nothing against cards and files."""
    assert await subject.chat.may_post(subject.launch) is None
    assert subject.chat.post_timeout_s > 0


async def test_once_per_nonce(subject: Subject) -> None:
    """What is shown or said twice with one nonce stands once; other nonces and channels are others."""
    card, line, word = await subject.show(), await subject.say(), await subject.say("l2", to=subject.jo)
    assert [await subject.show(), await subject.say(), await subject.say("l2", to=subject.jo)] == [card, line, word]
    elsewhere = await subject.chat.show(CARD, channel=subject.other, nonce="c1", message=None)
    others = [card, line, word, elsewhere, await subject.show("c2"), await subject.say("l3")]
    assert len(set(others)) == len(others)
    channels = [message.channel for message in (card, line, elsewhere)]
    assert channels == [subject.launch, subject.launch, subject.other]


async def test_clip_once_per_nonce(subject: Subject, clip: Path) -> None:
    """What is posted twice with one nonce stands once; a clip is none of the cards and lines."""
    posted = await subject.post(clip)
    assert await subject.post(clip) == posted
    others = [await subject.show(), posted.message, (await subject.post(clip, "p2")).message]
    others.append((await subject.post(clip, channel=subject.other)).message)
    assert len(set(others)) == len(others)
    assert [message.channel for message in others] == [subject.launch] * 3 + [subject.other]


async def test_at_once(subject: Subject, clip: Path) -> None:
    """Many posts with one nonce at the same moment are one."""
    assert len(set(await asyncio.gather(*(subject.post(clip) for _ in range(8))))) == 1


async def test_edited(subject: Subject) -> None:
    """A card is edited where it stands."""
    card = await subject.show()
    assert await subject.show(view=DONE, message=card) == card
    assert await subject.show(view=DONE, message=card) == card


async def test_gone(subject: Subject) -> None:
    """A card that was taken down cannot be edited, has no reactions, and can be posted anew."""
    card = await subject.show()
    await subject.chat.take_down(card)
    await subject.chat.take_down(card)
    with pytest.raises(MessageGone):
        await subject.show(view=DONE, message=card)
    assert await subject.chat.reactions(card) == []
    assert await subject.show() != card


async def test_found(subject: Subject, clip: Path) -> None:
    """A clip is found by its nonce in its channel while it stands; a card with that nonce is none."""
    await subject.show()
    posted = await subject.post(clip)
    assert await subject.chat.find_post(channel=subject.launch, nonce="p1") == posted
    assert await subject.chat.find_post(channel=subject.launch, nonce="c1") is None
    assert await subject.chat.find_post(channel=subject.other, nonce="p1") is None
    await subject.chat.take_down(posted.message)
    assert await subject.chat.find_post(channel=subject.launch, nonce="p1") is None


async def test_one_file_of_a_message(subject: Subject, clip: Path) -> None:
    """Where its only clip is named, the message goes; what others have posted stays, and twice is no error."""
    posted, other = await subject.post(clip), await subject.post(clip, "p2")
    for _ in range(2):
        await subject.chat.take_down(posted.message, file=posted.file_id)
    assert await subject.chat.find_post(channel=subject.launch, nonce="p1") is None
    assert await subject.chat.link(posted.message) is None
    assert await subject.chat.find_post(channel=subject.launch, nonce="p2") == other


async def test_clips_under_a_card(subject: Subject, clip: Path) -> None:
    """Each is found by its own nonce; where they share a message, one of them goes without the others."""
    chat, card, nonces = subject.chat, await subject.show(), ("p1", "p2", "p3")
    posted = await asyncio.gather(*(subject.post(clip, nonce, thread=card) for nonce in nonces))
    assert len({each.file_id for each in posted}) == 3
    assert len({each.message for each in posted}) == (1 if chat.clips_together else 3)
    assert {each.together for each in posted} == {chat.clips_together}
    await chat.take_down(posted[1].message, file=posted[1].file_id)
    found = [await chat.find_post(channel=subject.launch, nonce=nonce) for nonce in nonces]
    assert [each and each.file_id for each in found] == [posted[0].file_id, None, posted[2].file_id]


async def test_address(subject: Subject) -> None:
    """Where messages have addresses, each has its own, which an edit does not change, while it stands."""
    card, other = await subject.show(), await subject.show("c2")
    addresses = [await subject.chat.link(card), await subject.chat.link(other)]
    await subject.show(view=DONE, message=card)
    assert [await subject.chat.link(card), await subject.chat.link(other)] == addresses
    assert len(set(addresses)) == (2 if subject.addresses else 1)
    await subject.chat.take_down(card)
    assert await subject.chat.link(card) is None


async def test_file_is_copied(subject: Subject, clip: Path) -> None:
    """A posted clip does not need the archive's file any more, and leaves it as it is."""
    posted = await subject.post(clip)
    assert clip.read_bytes() == b"a fox"
    clip.unlink()
    assert await subject.chat.find_post(channel=subject.launch, nonce="p1") == posted


async def test_reactions(subject: Subject) -> None:
    """Every reaction that people gave stands on its message, in their order, and on no other."""
    card, other = await subject.show(), await subject.show("c2")
    given = [
        Reaction(person=subject.jo, emoji="2️⃣", name="jo"),
        Reaction(person=subject.zed, emoji="✅", name="zed", guest=True),
    ]
    for reaction in given:
        await subject.react(card, reaction)
    assert await subject.chat.reactions(card) == given
    assert await subject.chat.reactions(other) == []


async def test_who(subject: Subject) -> None:
    """A person is known by the id that votes have, as a guest or not."""
    found = [await subject.chat.who(person, channel=subject.launch) for person in (subject.jo, subject.zed)]
    assert [(each.id, each.name, each.guest, each.bot) for each in found] == [
        (subject.jo, "jo", False, False),
        (subject.zed, "zed", True, False),
    ]
