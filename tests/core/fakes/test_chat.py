from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from bot.core.errors import ChatBusy, ChatClosed, ChatError, FileTooLarge, MessageGone
from bot.core.fakes.chat import FakeChat
from bot.core.fakes.script import After
from bot.core.ports import CardView, Chat, Message, Picture, Posted, Reaction
from bot.core.ports.chat import Sent

LAUNCH = "local:launch"
CARD = CardView(title="A7K · 4 drafts")
DONE = CardView(title="A7K · 1 finished")


@pytest.fixture
def chat() -> FakeChat:
    return FakeChat()


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    path = tmp_path / "clip.mp4"
    path.write_bytes(b"a fox")
    return path


async def card(chat: Chat, view: CardView = CARD, nonce: str = "n1", message: Message | None = None) -> Message:
    return await chat.show(view, channel=LAUNCH, nonce=nonce, message=message)


async def post(chat: Chat, clip: Path, nonce: str = "p1", thread: Message | None = None) -> Posted:
    return await chat.post_clip(CARD, clip, name="A7K-1.mp4", channel=LAUNCH, nonce=nonce, thread=thread)


async def test_in_order(chat: FakeChat, clip: Path) -> None:
    """What is shown, said and posted stands in its order, with whom it is for and where it hangs."""
    shown = await card(chat)
    said = await chat.say(DONE, channel=LAUNCH, nonce="n2", to="mina", thread=shown)
    posted = await post(chat, clip, thread=shown)
    assert chat.sent == [
        Sent(message=shown, view=CARD),
        Sent(message=said, view=DONE, to="mina", thread=shown),
        Sent(message=posted.message, view=CARD, thread=shown, files=("A7K-1.mp4",)),
    ]
    assert chat.files == {posted.file_id: b"a fox"}


async def test_edited_in_place(chat: FakeChat) -> None:
    """A card is edited where it stands, and counts its edits."""
    first = await card(chat)
    second = await card(chat, nonce="n2")
    assert await card(chat, DONE, message=first) == first
    assert chat.sent == [Sent(message=first, view=DONE, edits=1), Sent(message=second, view=CARD)]
    assert chat.at(first) == Sent(message=first, view=DONE, edits=1)


async def test_once_per_nonce(chat: FakeChat, clip: Path) -> None:
    """The same nonce gives the first message again; in another channel it is another nonce."""
    first = await card(chat)
    assert await card(chat, DONE) == first
    assert await post(chat, clip) == await post(chat, clip)
    assert await chat.show(CARD, channel="local:other", nonce="n1", message=None) != first
    assert [sent.view for sent in chat.sent] == [CARD] * 3


async def test_find_post(chat: FakeChat, clip: Path) -> None:
    """A clip is found by its nonce while it stands; a card with that nonce is none."""
    await card(chat, nonce="n1")
    posted = await post(chat, clip)
    assert await chat.find_post(channel=LAUNCH, nonce="p1") == posted
    assert await chat.find_post(channel="local:other", nonce="p1") is None
    assert await chat.find_post(channel=LAUNCH, nonce="n1") is None
    await chat.take_down(posted.message)
    assert await chat.find_post(channel=LAUNCH, nonce="p1") is None


async def test_taken_down(chat: FakeChat, clip: Path) -> None:
    """What is taken down is gone with its file and its reactions; twice is no error."""
    posted = await post(chat, clip)
    chat.react(posted.message, Reaction(person="jo", emoji="📌"))
    await chat.take_down(posted.message)
    await chat.take_down(posted.message)
    assert (chat.sent, chat.files, chat.at(posted.message)) == ([], {}, None)
    assert await chat.reactions(posted.message) == []


async def test_picture_taken_off(chat: FakeChat, clip: Path) -> None:
    """The message stands with its words and its clip; twice, or where there is none, nothing is edited."""
    view = replace(CARD, picture=Picture(path=clip, name="A7K-1F-beside.jpg", about="a fox, twice"))
    posted = await chat.post_clip(view, clip, name="A7K-1F.mp4", channel=LAUNCH, nonce="p1", thread=None)
    for _ in range(2):
        await chat.take_off_picture(posted.message)
    assert chat.sent == [Sent(message=posted.message, view=CARD, files=("A7K-1F.mp4",), edits=1)]
    assert chat.files == {posted.file_id: b"a fox"}
    await chat.take_off_picture(Message(channel=LAUNCH, id="none"))


async def test_deleted_card(chat: FakeChat) -> None:
    """A card that a person deleted cannot be edited, and can be posted anew."""
    first = await card(chat)
    chat.lose(first)
    with pytest.raises(MessageGone):
        await card(chat, DONE, message=first)
    assert await card(chat) != first


async def test_deleted_line(chat: FakeChat) -> None:
    """A line that a person deleted is not said again, whoever asks for it."""
    first = await chat.say(CARD, channel=LAUNCH, nonce="failed:A7K", to=None, thread=None)
    chat.lose(first)
    assert await chat.say(CARD, channel=LAUNCH, nonce="failed:A7K", to=None, thread=None) == first
    assert chat.sent == []


async def test_reactions(chat: FakeChat) -> None:
    """The reactions of a message are those that were set last."""
    message = await card(chat)
    jo, bot = Reaction(person="jo", emoji="✅"), Reaction(person="dailies", emoji="1️⃣", bot=True)
    assert await chat.reactions(message) == []
    chat.react(message, bot)
    chat.react(message, jo, bot)
    assert await chat.reactions(message) == [jo, bot]


async def test_closed_channel(chat: FakeChat, clip: Path) -> None:
    """A closed channel says how to open it, and takes nothing."""
    chat.closed_channels[LAUNCH] = "Allow “Attach files” there."
    assert await chat.may_post(LAUNCH) == "Allow “Attach files” there."
    assert await chat.may_post("local:other") is None
    with pytest.raises(ChatClosed):
        await card(chat)
    with pytest.raises(ChatClosed):
        await chat.say(CARD, channel=LAUNCH, nonce="n1", to=None, thread=None)
    with pytest.raises(ChatClosed):
        await post(chat, clip)
    assert chat.sent == []


async def test_addresses(chat: FakeChat) -> None:
    """Messages have no address until it is said how one begins; what does not stand has none."""
    shown = await card(chat)
    assert await chat.link(shown) is None
    chat.links_begin = "https://chat.example/"
    assert await chat.link(shown) == f"https://chat.example/{LAUNCH}/{shown.id}"
    chat.lose(shown)
    assert await chat.link(shown) is None


async def test_too_large(clip: Path) -> None:
    """A file over the platform's limit is refused with both sizes."""
    with pytest.raises(FileTooLarge, match=r"A7K-1\.mp4 has 5 bytes, 4 are allowed"):
        await post(FakeChat(largest_file_bytes=4), clip)


async def test_errors(chat: FakeChat, clip: Path) -> None:
    """A scripted error comes instead of the deed; an answer lost after it leaves the deed to be found."""
    chat.script.add("show", ChatBusy("slow down", retry_after_s=3))
    with pytest.raises(ChatBusy):
        await card(chat)
    assert chat.sent == []
    chat.script.add("post_clip", After(ChatError("timed out")))
    with pytest.raises(ChatError, match="timed out"):
        await post(chat, clip)
    found = await chat.find_post(channel=LAUNCH, nonce="p1")
    assert found == await post(chat, clip)
    assert [call.method for call in chat.script.calls] == ["show", "post_clip", "find_post", "post_clip"]


def test_platform() -> None:
    """It stands in for any platform, with its pace."""
    chat: Chat = FakeChat("slack", progress_every_s=4.0, post_timeout_s=9.0)
    assert (chat.platform, chat.progress_every_s, chat.post_timeout_s) == ("slack", 4.0, 9.0)
