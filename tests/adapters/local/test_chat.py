from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.local import LocalChat
from adapters.local.entries import Kind
from bot.core.errors import ChatBusy, ChatClosed, FileTooLarge, MessageGone
from bot.core.notices import Notice
from bot.core.ports import Button, CardView, Message, Posted, Reaction
from tests.adapters.local.conftest import CARD, DONE, LAUNCH, Screenful


async def show(chat: LocalChat, nonce: str = "c1", *, view: CardView = CARD, message: Message | None = None) -> Message:
    return await chat.show(view, channel=LAUNCH, nonce=nonce, message=message)


async def post(chat: LocalChat, clip: Path, nonce: str = "p1", *, name: str = "A7K-1.mp4") -> Posted:
    return await chat.post_clip(CARD, clip, name=name, channel=LAUNCH, nonce=nonce, thread=None)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_between_runs(home: Path, clips: Path, clip: Path) -> None:
    """Messages, threads, reactions and files are there in the next run, under the same nonces."""
    first = LocalChat(home, clips=clips)
    card = await show(first)
    await show(first, view=DONE, message=card)
    line = await first.say(CARD, channel=LAUNCH, nonce="l1", to="mina", thread=card)
    posted = await post(first, clip)
    jo = Reaction(person="jo", emoji="2️⃣", name="Jo")
    await first.react(card, jo)

    again = LocalChat(home, clips=clips)
    assert [await show(again), await again.find_post(channel=LAUNCH, nonce="p1")] == [card, posted]
    assert await again.reactions(card) == [jo]
    entries = {entry.id: entry for entry in await again.standing(LAUNCH)}
    assert entries[card.id].view == DONE
    assert (entries[line.id].to, entries[line.id].thread) == ("mina", card.id)
    assert (await show(again, "c2")).id == "launch/4"


async def test_clips_in_a_folder(chat: LocalChat, clips: Path, clip: Path) -> None:
    """A clip has its name in the folder; nothing unfinished lies beside it, and its id is its path."""
    posted = await post(chat, clip)
    assert names(clips) == ["A7K-1.mp4"]
    assert Path(posted.file_id).read_bytes() == b"a fox"


async def test_largest(home: Path, clips: Path, clip: Path) -> None:
    """A channel that takes no larger clip says so, refuses it, and takes one of exactly that size."""
    size = clip.stat().st_size
    small, large = (LocalChat(home, clips=clips, largest_bytes=most) for most in (size - 1, size))
    assert await small.most_bytes(LAUNCH) == size - 1
    with pytest.raises(FileTooLarge, match=r"A7K-1\.mp4 is larger than 4 bytes"):
        await post(small, clip)
    assert not list(clips.glob("*"))
    await post(large, clip)
    assert names(clips) == ["A7K-1.mp4"]
    assert await LocalChat(home).most_bytes(LAUNCH) is None


async def test_never_overwrites(chat: LocalChat, clips: Path, clip: Path) -> None:
    """Another file of that name, a person's or another message's, stays; the clip gets a number."""
    clips.mkdir()
    (clips / "A7K-1.mp4").write_bytes(b"mine")
    assert Path((await post(chat, clip)).file_id).name == "A7K-1 (2).mp4"
    assert Path((await post(chat, clip, "p2")).file_id).name == "A7K-1 (3).mp4"
    assert (clips / "A7K-1.mp4").read_bytes() == b"mine"


async def test_taken_up_after_a_crash(chat: LocalChat, clips: Path, clip: Path) -> None:
    """A copy that was named before a crash, and not yet announced, is the clip; one that was not is begun anew."""
    clips.mkdir()
    (clips / "A7K-1.mp4").write_bytes(b"a fox")
    (clips / ".p1.part").write_bytes(b"a f")
    assert await chat.find_post(channel=LAUNCH, nonce="p1") is None
    await post(chat, clip)
    assert names(clips) == ["A7K-1.mp4"]


async def test_deleted_file(chat: LocalChat, clips: Path, clip: Path) -> None:
    """A clip whose file a person deleted is not there any more, and is posted anew under its nonce."""
    posted = await post(chat, clip)
    (clips / "A7K-1.mp4").unlink()
    assert await chat.find_post(channel=LAUNCH, nonce="p1") is None
    again = await post(chat, clip)
    assert (again.message != posted.message, names(clips)) == (True, ["A7K-1.mp4"])


async def test_taken_down(chat: LocalChat, screen: Screenful, clips: Path, clip: Path) -> None:
    """A clip that is taken down is gone from the folder and from the screen, wherever the folder is by now."""
    posted = await post(chat, clip)
    await LocalChat(chat.clips.parent / "home" / "local", clips=clips / "elsewhere").take_down(posted.message)
    assert names(clips) == []
    card = await show(chat)
    await chat.take_down(card)
    assert screen.away == [(LAUNCH, card.id)]


async def test_reactions_taken_back(chat: LocalChat) -> None:
    """A reaction stands once per person and emoji, and can be taken back; on a message that is gone it cannot be."""
    card = await show(chat)
    jo, ravi = Reaction(person="jo", emoji="✅"), Reaction(person="ravi", emoji="✅")
    assert [await chat.react(card, each) for each in (jo, jo, ravi)] == [True, False, True]
    assert [await chat.react(card, jo, stands=False) for _ in range(2)] == [True, False]
    assert await chat.reactions(card) == [ravi]
    await chat.take_down(card)
    with pytest.raises(MessageGone):
        await chat.react(card, jo)


async def test_drawn_when_new(chat: LocalChat, screen: Screenful) -> None:
    """Only what is new comes to the screen: not the same view again, not the same nonce again, no reaction."""
    card = await show(chat)
    await show(chat)
    await show(chat, message=card)
    await chat.react(card, Reaction(person="jo", emoji="✅"))
    await show(chat, view=DONE, message=card)
    assert screen.titles == [CARD.title, DONE.title]


async def test_answers(chat: LocalChat, screen: Screenful) -> None:
    """An answer is drawn before what came while it was waited for, and is kept with its buttons."""
    undo = Button(label="Undo", action="undo:A7K")
    with chat.answer_first():
        await show(chat)
        await chat.answer(Notice(text="held", buttons=(undo,)), channel=LAUNCH, nonce="a1", person="mina")
        await chat.answer(Notice(text="all", private=False), channel=LAUNCH, nonce="a2", person="mina")
    await show(chat, "c2", view=DONE)
    assert screen.titles == ["held", "all", CARD.title, DONE.title]
    private = screen.shown[0][1]
    assert (private.kind, private.to, private.view.buttons) == (Kind.ANSWER, "mina", (undo,))
    assert screen.shown[1][1].to is None


async def test_whole_when_cancelled(chat: LocalChat, screen: Screenful) -> None:
    """A call that is cancelled in the middle is done to its end, and drawn."""
    calls = [asyncio.create_task(show(chat, f"c{number}")) for number in range(3)]
    await asyncio.sleep(0)
    for call in calls:
        call.cancel()
    assert all(isinstance(end, asyncio.CancelledError) for end in await asyncio.gather(*calls, return_exceptions=True))
    await chat.close()
    assert {entry.nonce for entry in await chat.standing(LAUNCH)} == {"c0", "c1", "c2"}
    assert len(screen.shown) == 3


async def test_failed_when_cancelled(home: Path) -> None:
    """A call that fails after it was cancelled leaves no error behind that nobody hears."""
    home.parent.mkdir(parents=True)
    home.write_text("a file where the folder should be")
    chat = LocalChat(home)
    call = asyncio.create_task(show(chat))
    await asyncio.sleep(0)
    call.cancel()
    await chat.close()
    with pytest.raises(asyncio.CancelledError):
        await call


async def test_disk_trouble(chat: LocalChat, clips: Path, clip: Path) -> None:
    """A folder that cannot be written is said before an order, delays a post, and leaves nothing half done."""
    clips.write_text("a file where the folder should be")
    said = await chat.may_post(LAUNCH)
    assert said is not None
    assert str(clips) in said
    with pytest.raises(ChatBusy, match="cannot be written") as busy:
        await post(chat, clip)
    assert busy.value.retry_after_s == 5
    assert await chat.standing(LAUNCH) == []
    clips.unlink()
    assert await chat.may_post(LAUNCH) is None
    assert (await post(chat, clip)).message.id == "launch/1"


async def test_not_writable(chat: LocalChat, clips: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without the right to write is named, with what to do."""
    monkeypatch.setattr(os, "access", lambda path, _: path != clips)
    said = f"{clips} cannot be written, so nothing was ordered. Allow it, or choose another folder."
    assert await chat.may_post(LAUNCH) == said


async def test_too_many_of_a_name(chat: LocalChat, clips: Path, clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When a folder is full of other files of that name, the post is delayed."""
    monkeypatch.setattr("adapters.local.shelf.MOST_OF_A_NAME", 1)
    clips.mkdir()
    (clips / "A7K-1.mp4").write_bytes(b"mine")
    with pytest.raises(ChatBusy, match=r"1 other files named A7K-1\.mp4"):
        await post(chat, clip)


async def test_damaged(home: Path, clips: Path) -> None:
    """A channel whose file was damaged is closed, and says where."""
    home.mkdir(parents=True)
    (home / "launch.jsonl").write_text('nonsense\n{"gone":"launch/1"}\n')
    chat = LocalChat(home, clips=clips)
    assert "launch.jsonl, line 1, is damaged" in str(await chat.may_post(LAUNCH))
    with pytest.raises(ChatClosed, match="line 1"):
        await show(chat)


async def test_no_channel(chat: LocalChat) -> None:
    """A channel's id that no channel can have opens no file."""
    with pytest.raises(ChatClosed, match="no channel here"):
        await chat.show(CARD, channel="local:../elsewhere", nonce="c1", message=None)


WRITER = """
import asyncio, sys
from pathlib import Path
from adapters.local import LocalChat
from bot.core.ports import CardView

async def main() -> None:
    chat = LocalChat(Path(sys.argv[1]))
    for number in range(100_000):
        posted = await chat.post_clip(CardView(title="x" * 3000), Path(sys.argv[2]), name=f"{number}.mp4",
                                      channel="local:launch", nonce=f"p{number}", thread=None)
        print(number, flush=True)

asyncio.run(main())
"""


def killed(home: Path, clip: Path) -> int:
    """Post until the kernel ends it; how many posts were announced."""
    with subprocess.Popen([sys.executable, "-c", WRITER, home, clip], stdout=subprocess.PIPE, text=True) as writer:
        assert writer.stdout is not None
        announced = [int(writer.stdout.readline()) for _ in range(20)]
        writer.send_signal(signal.SIGKILL)
    return len(announced)


async def test_killed(home: Path, clip: Path) -> None:
    """A process killed while it posts leaves every post that it announced, and none that is half there."""
    clip.write_bytes(b"a fox" * 200_000)
    announced = await asyncio.to_thread(killed, home, clip)
    chat = LocalChat(home)
    found = [await chat.find_post(channel=LAUNCH, nonce=f"p{number}") for number in range(announced + 20)]
    assert all(found[:announced])
    for posted in filter(None, found):
        assert Path(posted.file_id).read_bytes() == clip.read_bytes()
    assert (await show(chat)).id == f"launch/{1 + len(list(filter(None, found)))}"
