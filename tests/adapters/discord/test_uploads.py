"""Clips on Discord, on the wire: once each, a slate's together, found again whatever became of the answer."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import discord
import pytest
from PIL import Image

from adapters.discord import captions
from adapters.discord.client import DailiesClient
from adapters.discord.filing import NotKnown
from adapters.discord.ids import message_id
from adapters.discord.replies import ONCE_S
from adapters.discord.uploads import Uploads, file_name
from bot.core.errors import ChatBusy, ChatClosed, ChatError, FileTooLarge, StoreError
from bot.core.fakes import MemoryStore
from bot.core.ports import Button, CardView, Message, Picture, Posted, Store, Transaction, Work
from bot.core.rows import Note, Post, PostState
from storage.migrate import migrate
from storage.sqlite import SqliteFile
from tests.adapters.discord.posting import CARD, CHANNEL, LAUNCH, Desk, QuickClock, desk, draft, post
from tests.adapters.discord.server import plain_client, server, until
from tests.adapters.discord.wire import FIRST_ID
from tests.storage.conftest import TAKE, furnish

MIB = 1 << 20
FINAL = CardView(
    title="Final A7K-2F is here · $1.50",
    quote="a fox in snow",
    buttons=(Button(label="Keep for ever", action="keep:A7K-2F"),),
    mentions=("42",),
)


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(tmp_path) as made:
        yield made


async def slate(at: Desk, *numbers: int, **options: Any) -> list[Posted]:
    return await asyncio.gather(*(at.post(number, **options) for number in numbers))


def pictured(at: Desk) -> CardView:
    path = at.folder / "beside.jpg"
    Image.new("RGB", (8, 8)).save(path)
    return replace(FINAL, picture=Picture(path=path, name="A7K-2F-beside.jpg", about="a fox, twice"))


async def test_a_slate_is_one_reply(at: Desk) -> None:
    """Its clips are posted in one answer to the card, in their order, and whoever is mentioned is so once."""
    views = [draft(10, mentions=("42",)), draft(2), draft(1, lines=("Shown smaller.",))]
    numbers = (10, 2, 1)
    posted = await asyncio.gather(*(at.post(number, view) for number, view in zip(numbers, views, strict=True)))
    (asked,) = at.wire.requests("POST", "messages")
    assert at.files() == [["A7K-1.mp4", "A7K-2.mp4", "A7K-10.mp4"]]
    assert asked.body["content"] == "**A7K-1 · oak**\nShown smaller.\nA7K-2 · oak\nA7K-10 · oak\n<@42>"
    assert asked.body["allowed_mentions"] == {"parse": [], "users": [42]}
    assert asked.body["message_reference"]["message_id"] == int(CARD.id.partition("/")[2])
    assert not asked.body["message_reference"]["fail_if_not_exists"]
    assert len(asked.body["nonce"]) == 25
    assert len({each.file_id for each in posted}) == 3
    assert {(each.message, each.together) for each in posted} == {(posted[0].message, True)}
    assert [each["description"] for each in at.shown()[0]["attachments"]] == [f"A7K-{n} · oak" for n in (1, 2, 10)]


async def test_ten_files_are_a_message(at: Desk) -> None:
    """What has no room is in a second reply; of files that are too large together, in as many as they need."""
    await slate(at, *range(1, 13))
    assert [len(files) for files in at.files()] == [10, 2]
    other = replace(CARD, id=message_id(CHANNEL, 5))
    await slate(at, 21, 22, 23, size=9 * MIB, thread=other)
    assert at.files()[2:] == [["A7K-21.mp4", "A7K-22.mp4"], ["A7K-23.mp4"]]


async def test_a_late_one_is_added(at: Desk) -> None:
    """To the last reply, where it has several clips and room; one that mentions its maker is a message of its own."""
    first = await slate(at, 1, 2)
    late = await at.post(3)
    assert (late.message, late.together) == (first[0].message, True)
    assert at.files() == [["A7K-1.mp4", "A7K-2.mp4", "A7K-3.mp4"]]
    assert at.shown()[0]["content"] == "A7K-1 · oak\nA7K-2 · oak\nA7K-3 · oak"
    last = await at.post(4, draft(4, mentions=("42",)))
    assert last.message != late.message
    assert not last.together
    alone = await at.post(5)
    assert (alone.message == last.message, len(at.shown())) == (False, 3)


async def test_what_does_not_fit_is_not_added(at: Desk) -> None:
    """Not an eleventh file, nor bytes beyond what a message holds."""
    await slate(at, *range(1, 11))
    await at.post(11)
    assert [len(files) for files in at.files()] == [10, 1]
    other = replace(CARD, id=message_id(CHANNEL, 5))
    await slate(at, 21, 22, size=9 * MIB, thread=other)
    await at.post(23, size=9 * MIB, thread=other)
    assert [len(files) for files in at.files()] == [10, 1, 2, 1]


async def test_words_that_do_not_fit(at: Desk) -> None:
    """What is said with each clip stands to its end, and where it is led to: more messages say it."""
    links = {number: f"https://clips.example/{number}?{'x' * 700}" for number in range(1, 6)}
    views = {number: draft(number, lines=(link,)) for number, link in links.items()}
    await asyncio.gather(*(at.post(number, views[number]) for number in range(1, 5)))
    assert at.files() == [["A7K-1.mp4", "A7K-2.mp4"], ["A7K-3.mp4", "A7K-4.mp4"]]
    await at.post(5, views[5])
    assert [len(files) for files in at.files()] == [2, 2, 1]
    shown = "".join(each["content"] for each in at.shown())
    assert all(link in shown for link in links.values())


@pytest.mark.parametrize(("status", "code"), [(400, 30046), (404, 10008), (413, 40005), (403, 50013)])
async def test_a_reply_that_cannot_be_edited(at: Desk, status: int, code: int) -> None:
    """Too old, deleted, too large with another, or not to be edited: the late clip is a message of its own."""
    await slate(at, 1, 2)
    at.wire.trouble("PATCH", "messages", status, code)
    await at.post(3)
    assert at.files() == [["A7K-1.mp4", "A7K-2.mp4"], ["A7K-3.mp4"]]


async def test_a_reply_that_was_deleted(at: Desk) -> None:
    """There is nothing to add to: the late clip is a message of its own."""
    await slate(at, 1, 2)
    at.shown().clear()
    await at.post(3)
    assert at.files() == [["A7K-3.mp4"]]


async def test_a_reply_that_cannot_be_read(at: Desk) -> None:
    """Nobody waits for what can be posted beside it."""
    await slate(at, 1, 2)
    at.wire.trouble("GET", r"messages/\d+", 403, 50013)
    await at.post(3)
    assert at.files() == [["A7K-1.mp4", "A7K-2.mp4"], ["A7K-3.mp4"]]


async def test_a_final(at: Desk) -> None:
    """One message with its words, its clip and its picture, which says what it shows, and its buttons."""
    posted = await at.post(2, pictured(at), thread=None, name="A7K-2F.mp4")
    (asked,) = at.wire.requests("POST", "messages")
    assert at.files() == [["A7K-2F.mp4", "A7K-2F-beside.jpg"]]
    assert "message_reference" not in asked.body
    assert [each["description"] for each in at.shown()[0]["attachments"]] == ["a fox in snow", "a fox, twice"]
    assert asked.body["embeds"][0]["image"]["url"] == "attachment://A7K-2F-beside.jpg"
    assert asked.body["components"][0]["components"][0]["custom_id"] == "keep:A7K-2F"
    assert posted == Posted(
        message=Message(channel=LAUNCH, id=message_id(CHANNEL, int(at.shown()[0]["id"]))),
        file_id=at.shown()[0]["attachments"][0]["id"],
    )


async def test_a_picture_that_is_not_there(at: Desk) -> None:
    """The clip is posted without it; a clip that is not there itself is told, and nothing is sent."""
    view = pictured(at)
    assert view.picture is not None
    view.picture.path.unlink()
    await at.post(2, view, thread=None, name="A7K-2F.mp4")
    assert at.files() == [["A7K-2F.mp4"]]
    gone = at.folder / "none.mp4"
    with pytest.raises(ChatBusy, match=r"none\.mp4"):
        await at.uploads.post_clip(draft(1), gone, name="A7K-1.mp4", channel=LAUNCH, nonce="n", thread=None)
    assert len(at.wire.requests("POST")) == 1


async def test_too_large(at: Desk) -> None:
    """The largest of several is tried by itself, and told so; the others are posted, and the limit is learned."""
    at.wire.largest_bytes = 9 * MIB
    assert await at.uploads.most_bytes(LAUNCH) == 10 * MIB
    outcomes = await asyncio.gather(at.post(1), at.post(2, size=10 * MIB), at.post(3), return_exceptions=True)
    assert [type(each) for each in outcomes] == [Posted, FileTooLarge, Posted]
    assert at.files() == [["A7K-1.mp4", "A7K-3.mp4"]]
    assert await at.uploads.most_bytes(LAUNCH) == 8 * MIB
    assert await at.again().most_bytes(LAUNCH) == 8 * MIB
    assert await at.again(largest_bytes=50 * MIB).most_bytes(LAUNCH) == 50 * MIB
    assert await at.uploads.find_post(channel=LAUNCH, nonce="n2") is None


async def test_the_limit_that_interactions_tell(at: Desk) -> None:
    """The smallest is the server's, for who pays Discord is told of more; what was too large counts all the same."""
    for told, most in ((500 * MIB, 500 * MIB), (20 * MIB, 20 * MIB), (100 * MIB, 20 * MIB)):
        at.uploads.limit_told(5, told)
        assert await at.uploads.most_bytes(LAUNCH) == most
    assert await at.uploads.most_bytes("discord:6/77") == 10 * MIB
    at.wire.largest_bytes = 10 * MIB
    with pytest.raises(FileTooLarge):
        await at.post(1, size=11 * MIB)
    assert await at.uploads.most_bytes(LAUNCH) == 10 * MIB


async def test_commands_tell_the_limit() -> None:
    """Each that is typed in a server says what may be sent there; one that is typed to the bot alone says nothing."""
    client, told = DailiesClient(), list[tuple[int, int]]()
    client.limit_told = lambda guild, size: told.append((guild, size))

    @client.tree.command(name="hello", description="Say hello")
    async def hello(interaction: discord.Interaction[DailiesClient]) -> None:
        await interaction.response.send_message("hello")

    async with server(client) as here:
        await client.tree.sync()
        await here.mina.slash(here.launch, "hello")
        await here.mina.user.slash("hello")
    assert told == [(here.guild.id, 25 * MIB)]  # as simcord has it everywhere


async def test_not_connected(at: Desk) -> None:
    """Nothing is sent, and whoever comes later posts it without looking for it."""
    await at.client.close()
    for thread in (None, CARD):
        with pytest.raises(ChatBusy, match="not connected"):
            await at.post(1, thread=thread)
    assert await at.uploads.find_post(channel=LAUNCH, nonce="n1") is None


async def test_once(at: Desk) -> None:
    """Posted twice with one nonce it stands once: at the same time, later, and by another process."""
    posted = await asyncio.gather(*(at.post(1) for _ in range(4)))
    posted += [await at.post(1), await at.post(1, by=at.again())]
    assert len(set(posted)) == 1
    assert await at.again().find_post(channel=LAUNCH, nonce="n1") == posted[0]
    assert await at.uploads.find_post(channel=LAUNCH, nonce="n9") is None
    assert len(at.wire.requests("POST")) == 1


@pytest.mark.parametrize("cut", [True, False])
async def test_a_lost_answer(at: Desk, *, cut: bool) -> None:
    """Discord has posted it, and its answer is lost: asked again under its nonce, it gives what stands there."""
    at.wire.trouble("POST", "messages", 503, after=True, cut=cut)
    posted = await slate(at, 1, 2)
    assert at.files() == [["A7K-1.mp4", "A7K-2.mp4"]]
    assert {each.message.id for each in posted} == {message_id(CHANNEL, int(at.shown()[0]["id"]))}


@pytest.mark.parametrize("code", [429, 403, 413])
async def test_a_lost_answer_and_a_refusal(at: Desk, code: int) -> None:
    """What Discord says to the repetition says nothing of the first try, which may stand: it is looked for."""
    at.wire.trouble("POST", "messages", 503, after=True)
    at.wire.trouble("POST", "messages", code, via=False)
    with pytest.raises(NotKnown):
        await at.post(1)
    found = await at.uploads.find_post(channel=LAUNCH, nonce="n1")
    assert found is not None
    assert await at.post(1) == found
    assert at.files() == [["A7K-1.mp4"]]


async def test_an_answer_that_is_lost_late(at: Desk) -> None:
    """Discord knows a nonce for minutes only: what took longer is not sent again before it was looked for."""
    at.wire.trouble("POST", "messages", 503)
    at.clock.late_s = ONCE_S
    with pytest.raises(NotKnown):
        await at.post(1, thread=None)
    assert len(at.wire.requests("POST", "messages")) == 1


async def test_a_turn_that_comes_too_late(at: Desk) -> None:
    """What nobody waits for any more is not begun: it may be hidden by then. Whoever comes again has it posted."""
    at.clock.late_s = at.uploads.post_timeout_s
    with pytest.raises(ChatBusy):
        await at.post(1)
    assert at.wire.requests("POST", "messages") == []
    at.clock.late_s = 0.0
    await at.post(1)
    assert at.files() == [["A7K-1.mp4"]]


async def test_every_answer_is_lost(at: Desk) -> None:
    """It is not known whether they were posted; whoever comes later finds each of them, and posts none again."""
    at.wire.trouble("POST", "messages", 503, after=True, times=3)
    outcomes = await asyncio.gather(at.post(1), at.post(2), return_exceptions=True)
    assert [type(each).__bases__ for each in outcomes] == [(ChatError,), (ChatError,)]
    later = at.again()
    found = [await later.find_post(channel=LAUNCH, nonce=nonce) for nonce in ("n1", "n2")]
    assert [each and each.together for each in found] == [True, True]
    assert [await at.post(number, by=later) for number in (1, 2)] == found
    assert at.files() == [["A7K-1.mp4", "A7K-2.mp4"]]


async def test_nothing_arrived(at: Desk) -> None:
    """It is looked for among our own messages of that time and is not there; so it is posted."""
    at.wire.trouble("POST", "messages", 503, times=3)
    with pytest.raises(ChatError):
        await at.post(1)
    assert await at.uploads.find_post(channel=LAUNCH, nonce="n1") is None
    await at.post(1)
    assert at.files() == [["A7K-1.mp4"]]


async def test_another_persons_file_is_not_ours(at: Desk) -> None:
    """Nor is what came long after, nor what an earlier post of the same take has left there."""
    await at.post(1, nonce="before")
    before = await at.uploads.find_post(channel=LAUNCH, nonce="before")
    assert before is not None

    async def note(tx: Transaction) -> None:
        await furnish(tx)
        await tx.add(TAKE)
        facts: dict[str, Any] = {"take": TAKE.id, "channel": TAKE.channel, "file_id": before.file_id}
        await tx.add(Post(nonce="before", state=PostState.POSTED, message=before.message.id, created_at=0, **facts))

    await at.store.transact(note)
    (ours,) = at.shown()
    at.shown().insert(0, ours | {"id": str(FIRST_ID - 1), "author": ours["author"] | {"id": "9"}})
    at.shown().append(ours | {"id": str(2 * FIRST_ID)})
    at.wire.trouble("POST", "messages", 503, times=3)
    with pytest.raises(ChatError):
        await at.post(1)
    assert await at.uploads.find_post(channel=LAUNCH, nonce="n1") is None
    assert (await at.post(1)).file_id != before.file_id


async def test_an_edit_whose_answer_is_lost(at: Desk) -> None:
    """The message to which it was to be added is looked into first."""
    first = await slate(at, 1, 2)
    at.wire.trouble("PATCH", "messages", 503, after=True)
    with pytest.raises(ChatError):
        await at.post(3)
    found = await at.again().find_post(channel=LAUNCH, nonce="n3")
    assert found is not None
    assert (found.message, found.together) == (first[0].message, True)
    assert await at.post(3) == found
    at.wire.trouble("PATCH", "messages", 503)
    with pytest.raises(ChatError):
        await at.post(4)
    await at.post(4)
    assert at.files() == [["A7K-1.mp4", "A7K-2.mp4", "A7K-3.mp4", "A7K-4.mp4"]]


@pytest.mark.parametrize(("status", "code", "error"), [(403, 50013, ChatClosed), (429, 0, ChatBusy)])
async def test_refused(at: Desk, status: int, code: int, error: type[ChatError]) -> None:
    """Nothing was posted, so nothing is looked for."""
    at.wire.trouble("POST", "messages", status, code, via=False)
    with pytest.raises(error):
        await at.post(1)
    assert await at.uploads.find_post(channel=LAUNCH, nonce="n1") is None
    assert at.wire.requests("GET", "messages") == []
    await at.post(1)
    assert len(at.shown()) == 1


async def test_deleted(at: Desk) -> None:
    """A clip whose message a person has deleted is not there, and is posted anew."""
    posted = await at.post(1)
    at.shown().clear()
    assert await at.uploads.find_post(channel=LAUNCH, nonce="n1") is None
    assert (await at.post(1)).message != posted.message
    assert len(at.shown()) == 1


async def test_one_of_several_is_taken_down(at: Desk) -> None:
    """Its file and its words go and the others stay; twice is once, and with the last the message goes."""
    views = [draft(1, mentions=("42",)), draft(2, lines=("Shown smaller.",)), draft(20)]
    one, two, twenty = await asyncio.gather(*(at.post(n, view) for n, view in zip((1, 2, 20), views, strict=True)))
    for _ in range(2):
        await at.uploads.take_down(two.message, file=two.file_id)
    assert at.files() == [["A7K-1.mp4", "A7K-20.mp4"]]
    assert at.shown()[0]["content"] == "A7K-1 · oak\nA7K-20 · oak\n<@42>"
    assert await at.uploads.find_post(channel=LAUNCH, nonce="n2") is None
    assert await at.uploads.find_post(channel=LAUNCH, nonce="n20") == twenty
    for each in (one, twenty, twenty):
        await at.uploads.take_down(each.message, file=each.file_id)
    assert at.shown() == []


async def test_a_message_is_taken_down(at: Desk) -> None:
    """With everything in it; and what a person deletes meanwhile is no error."""
    one, _ = await slate(at, 1, 2)
    at.wire.trouble("PATCH", "messages", 404, 10008)
    await at.uploads.take_down(one.message, file=one.file_id)
    for _ in range(2):
        await at.uploads.take_down(one.message)
    assert at.shown() == []


async def test_a_picture_is_taken_off(at: Desk) -> None:
    """The clip, its words and its buttons stay; twice, or of no message, is no error."""
    posted = await at.post(2, pictured(at), thread=None, name="A7K-2F.mp4")
    for _ in range(2):
        await at.uploads.take_off_picture(posted.message)
    (said,) = at.shown()
    assert (at.files(), said["embeds"]) == ([["A7K-2F.mp4"]], [])
    assert said["content"].startswith("**Final A7K-2F is here")
    assert said["components"]
    assert await at.uploads.find_post(channel=LAUNCH, nonce="n2") == posted
    await at.uploads.take_off_picture(replace(posted.message, id=message_id(CHANNEL, 9)))
    assert len(at.wire.requests("PATCH")) == 1


async def test_a_picture_is_taken_off_words_that_stand_for_a_clip(at: Desk) -> None:
    """No file is left, and the embed's words are."""
    posted = await at.post(2, pictured(at), thread=None, name="A7K-2F.mp4")
    (said,) = at.shown()
    del said["attachments"][0]
    said["embeds"][0]["description"] = "more words"
    await at.uploads.take_off_picture(posted.message)
    assert at.files() == [[]]
    assert at.shown()[0]["embeds"][0]["description"] == "more words"
    assert "image" not in at.shown()[0]["embeds"][0]


async def test_no_address_is_kept(at: Desk) -> None:
    """Nothing that is noted holds the address of a file: it would lead nowhere in a day."""
    await slate(at, 1, 2)
    notes = await at.store.transact(lambda tx: tx.rows(Note))
    assert notes
    assert "http" not in repr(notes)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("A7K-2.mp4", "A7K-2.mp4"),
        ("A7K-2-café.mp4", "A7K-2-cafe.mp4"),
        ("A7K-2-狐.webp", "A7K-2.webp"),
        ("狐.mp4", "clip.mp4"),
    ],
)
def test_names(name: str, kept: str) -> None:
    """A file has the name by which it is found again; Discord keeps ASCII alone."""
    assert file_name(name) == kept


async def test_killed_between_the_post_and_its_note(at: Desk, tmp_path: Path) -> None:
    """After SIGKILL when Discord has posted the clip and has not answered yet, it stands once and is found."""
    database = tmp_path / "dailies.db"
    migrate(SqliteFile(database))
    given = (f"{at.wire.base_url}/api/v10", str(database), str(at.file("A7K-1.mp4")))
    at.wire.trouble("POST", "messages", 429, after=True, retry_after_s=60)
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.adapters.discord.posting", *given)
    await until(at.shown)
    process.kill()
    await process.wait()
    posted = await post(*given)
    assert posted.message.id == message_id(CHANNEL, int(at.shown()[0]["id"]))
    assert at.files() == [["A7K-1.mp4"]]


async def test_rows_that_cannot_be_written(at: Desk, caplog: pytest.LogCaptureFixture) -> None:
    """Before the post nothing is sent; after it the clips stand, are told, and are found again all the same."""
    full = Full(at.store)
    uploads = Uploads(at.client, full, at.clock)  # type: ignore[arg-type]  # what uploads need of a store
    full.left = 0
    with pytest.raises(ChatBusy):
        await at.post(1, by=uploads)
    assert at.wire.requests("POST") == []
    full.left = 6
    posted = await slate(at, 1, 2, by=uploads)
    assert "could not be noted" in caplog.text
    full.left = 0
    with pytest.raises(ChatBusy):
        await at.post(3, by=uploads)
    assert [await at.again().find_post(channel=LAUNCH, nonce=nonce) for nonce in ("n1", "n2")] == posted
    assert at.files() == [["A7K-1.mp4", "A7K-2.mp4"]]


class Full:
    """A store whose disk is full after so many transactions."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self.left = 0

    async def transact(self, work: Work[Any]) -> Any:
        if not self.left:
            msg = "the disk is full"
            raise StoreError(msg)
        self.left -= 1
        return await self._store.transact(work)


async def test_words_that_the_files_say() -> None:
    """Of clips without a word of their own the files' names are enough; whom they are for is said all the same."""
    bare = [replace(draft(number), title=f"A7K-{number}") for number in (1, 2)]
    assert captions.together([bare[0], replace(bare[1], mentions=("42",))]).content == "<@42>"
    said = "A7K-1 · oak\n**A7K-2 · steel**\nShown smaller.\n<@42>"
    assert captions.without(said, ["A7K-1.mp4", "A7K-2.mp4"], "A7K-2.mp4") == "A7K-1 · oak\n<@42>"
    played = "PRACTICE · $0.00 · A7K-1 · oak\n**PRACTICE · $0.00 · A7K-2 · steel**"
    assert captions.without(played, ["A7K-1.mp4", "A7K-2.mp4"], "A7K-2.mp4") == "PRACTICE · $0.00 · A7K-1 · oak"


async def test_words_that_are_too_long() -> None:
    """Of the longest the last lines are left out; each clip is named."""
    views = [draft(number, lines=("word " * 50,) * 4) for number in range(1, 9)]
    content = captions.together(views).content
    assert len(content) <= 2000
    assert [f"A7K-{number} " in content for number in range(1, 9)] == [True] * 8
    assert len(captions.fitting(["x" * 3000, "y"])) <= 2000


async def test_in_a_server(tmp_path: Path) -> None:
    """A slate's reply in a thread, with the client's own parsers: a fault is waited out, a restart finds its clips."""
    async with server() as here:
        clock, thread = QuickClock(), here.channel_id(here.thread)
        store = MemoryStore(clock)
        card = await here.client.get_partial_messageable(here.thread.id, guild_id=here.guild.id).send("A7K")
        clip = tmp_path / "clip.mp4"
        clip.write_bytes(b"a fox")
        at = Message(channel=here.channel_id(here.launch), id=message_id(here.thread.id, card.id))

        async def post(uploads: Uploads, number: int) -> Posted:
            facts: dict[str, Any] = {"channel": thread, "nonce": f"n{number}", "thread": at}
            return await uploads.post_clip(draft(number), clip, name=f"A7K-{number}.mp4", **facts)

        here.env.inject_error("POST", f"/channels/{here.thread.id}/messages", status=503)
        uploads = Uploads(here.client, store, clock)
        posted = await asyncio.gather(*(post(uploads, number) for number in (1, 2)))
        _, reply = here.shown(here.thread)
        assert [each.filename for each in reply.attachments] == ["A7K-1.mp4", "A7K-2.mp4"]
        assert reply.reference is not None
        assert reply.reference.message_id == card.id
        await here.env.restart_bot(plain_client())
        again = Uploads(here.client, store, clock)
        assert [await post(again, number) for number in (1, 2)] == posted
        third = await post(again, 3)
        await again.take_down(third.message, file=posted[0].file_id)
        _, reply = here.shown(here.thread)
        assert [each.filename for each in reply.attachments] == ["A7K-2.mp4", "A7K-3.mp4"]
        assert reply.content == "A7K-2 · oak\nA7K-3 · oak"
        assert await again.most_bytes(thread) == 10 * MIB
        await store.close()
