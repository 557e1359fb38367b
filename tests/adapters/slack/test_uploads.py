"""Clips on Slack: streamed, shared in one message with their words, seen, resumed, and taken down."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from adapters.slack.filing import Filing, NotKnown, Ticket
from adapters.slack.uploads import Uploads
from bot.core.errors import ChatBusy, ChatClosed, ChatError, FileTooLarge, StoreError
from bot.core.ports import CardView, Message, Transaction
from bot.core.rows import Post, PostState
from tests.adapters.slack.desk import FINAL, Desk, desk
from tests.adapters.slack.workspace import LAUNCH, SwiftClock
from tests.core.builders import CARD, CHANNEL, KEY, SHOT, WORKSPACE, make_take

COMPLETE = "files.completeUploadExternal"
BEGIN = "files.getUploadURLExternal"


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(tmp_path, SwiftClock()) as made:
        yield made


@pytest.fixture
async def slow(tmp_path: Path) -> AsyncIterator[Desk]:
    """The same, where time is Slack's."""
    async with desk(tmp_path) as made:
        yield made


async def test_a_final_is_one_message(at: Desk) -> None:
    """The clip, its words, its picture with an alt text and its buttons stand in one message of the channel."""
    posted = await at.post(replace(FINAL, picture=at.picture()))
    (message,) = at.clips()
    assert posted.message == Message(channel=LAUNCH, id=message.ts)
    assert message.files == [posted.file_id]
    assert at.slack.files[posted.file_id].content == b"a clip"
    assert [block["type"] for block in message.blocks] == ["section", "image", "section", "actions"]
    assert message.blocks[1]["alt_text"] == "Draft and final side by side"
    assert "<!channel>" not in str(message.blocks)
    assert "<@U1>" in str(message.blocks)
    assert not any(file.alt_text for file in at.files())


async def test_a_draft_is_in_its_thread(at: Desk) -> None:
    """A draft's clip hangs under its card."""
    card = at.slack.post(channel="C1", user=at.slack.bot_user, text="A7K")
    await at.post(CardView(title="A7K-1 · oak"), thread=Message(channel=LAUNCH, id=card.ts))
    assert at.clips()[0].thread_ts == card.ts


async def test_a_draft_whose_card_was_deleted(at: Desk) -> None:
    """It is posted in the channel, once, and not lost with its thread."""
    gone = Message(channel=LAUNCH, id="1.000000")
    draft = replace(FINAL, picture=None)
    posted = [await at.post(draft, thread=gone) for _ in range(2)]
    assert [message.ts for message in at.slack.messages("C1")] == [posted[0].message.id]
    assert posted[0] == posted[1]
    at.slack.fail(COMPLETE, "thread_not_found")
    with pytest.raises(ChatError, match="thread_not_found"):
        await at.post(nonce="n2")
    await at.post(nonce="n2")
    assert len(at.clips()) == len(at.slack.calls(BEGIN)) == 2


async def test_a_nonce_is_posted_once(at: Desk) -> None:
    """The same nonce gives the first message; another one a second."""
    assert await at.post() == await at.post()
    await at.post(nonce="n2")
    assert len(at.clips()) == 2


async def test_a_late_share(slow: Desk) -> None:
    """It is posted when the channel can see it, and not before."""
    slow.slack.late_shares_s = 0.5
    posting = asyncio.create_task(slow.post())
    await slow.slack.until(lambda: slow.slack.calls("files.info"))
    assert await slow.uploads.find_post(channel=LAUNCH, nonce="n1") is None
    assert (await posting).message.id == slow.clips()[0].ts
    assert await slow.uploads.find_post(channel=LAUNCH, nonce="n1") == await posting
    assert await slow.uploads.find_post(channel="slack:T1/C2", nonce="n1") is None


async def test_never_shared(at: Desk) -> None:
    """What Slack took and never shared is not delivered; the next try removes its file before it sends another."""
    at.slack.never_share = True
    with pytest.raises(ChatBusy, match="has not shared"):
        await at.post()
    first = at.files()[0].id
    at.slack.never_share = False
    posted = await at.post()
    assert at.slack.files[first].deleted
    assert [message.files for message in at.clips()] == [[posted.file_id]]


@pytest.mark.parametrize("dies_in", [BEGIN, COMPLETE, "files.info"])
async def test_a_process_that_dies_in_a_call(slow: Desk, dies_in: str) -> None:
    """Whatever call a process dies in, Slack carrying it out all the same, the clip is posted once in the end."""
    slow.slack.fail(dies_in, "hang", retry_after_s=0.2)
    dying = asyncio.create_task(slow.post())
    await slow.slack.until(lambda: slow.slack.kit.trouble.faults.get(dies_in) == deque())
    dying.cancel()
    await asyncio.gather(dying, return_exceptions=True)
    posted = await slow.post()
    assert [message.files for message in slow.clips()] == [[posted.file_id]]
    assert slow.slack.files[posted.file_id].content == b"a clip"


async def test_an_answer_to_the_end_is_lost(at: Desk) -> None:
    """When it is not known whether a clip was shared, that is said, and it is found and not posted again."""
    at.slack.fail(COMPLETE, "lost")
    with pytest.raises(NotKnown):
        await at.post()
    await at.slack.until(at.clips)
    found = await at.uploads.find_post(channel=LAUNCH, nonce="n1")
    assert found == await at.post()
    assert len(at.clips()) == 1


async def test_a_connection_that_breaks_at_the_end(at: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever breaks a connection, it is not known whether the clip was shared, and it is not posted again."""
    client = at.clients("T1")
    call = client.api_call

    async def breaks(method: str, **asked: Any) -> Any:
        answer = await call(method, **asked)
        if method == COMPLETE:
            raise ConnectionResetError
        return answer

    monkeypatch.setattr(client, "api_call", breaks)
    with pytest.raises(NotKnown):
        await at.post()
    await at.post()
    assert len(at.clips()) == len(at.slack.calls(COMPLETE)) == 1


async def test_an_end_that_slack_knows_nothing_of(at: Desk) -> None:
    """Where Slack knows no such file, its upload is ended anew without sending the bytes again."""
    at.slack.fail(COMPLETE, "http_500")
    with pytest.raises(NotKnown):
        await at.post()
    at.slack.fail("files.info", "file_not_found", times=5)
    await at.post()
    assert len(at.clips()) == len(at.slack.calls(BEGIN)) == 1


async def test_take_down_needs_slack(at: Desk) -> None:
    """A file that cannot be removed now stays to be removed, and so does a message that cannot be read."""
    posted = await at.post()
    for method in ("files.delete", "reactions.get"):
        at.slack.fail(method, "ratelimited")
        with pytest.raises(ChatBusy):
            await at.uploads.take_down(posted.message)
    await at.uploads.take_down(posted.message)
    assert not at.files()


async def test_an_upload_address_with_limits_of_its_own(at: Desk) -> None:
    """Where the bytes go, Slack may find them too large, or too many, at last."""

    async def refuse(request: web.BaseRequest) -> web.Response:
        large = request.path.endswith("large")
        return web.Response(status=413 if large else 429, headers={} if large else {"Retry-After": "9"})

    runner = web.ServerRunner(web.Server(refuse))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    home = f"http://127.0.0.1:{runner.addresses[0][1]}"
    filing = Filing(at.clients("T1"), at.clock, bytes_s=5)
    with pytest.raises(FileTooLarge):
        await filing.send(Ticket(file="F1", address=f"{home}/large"), at.clip())
    with pytest.raises(ChatBusy) as raised:
        await filing.send(Ticket(file="F1", address=f"{home}/many"), at.clip())
    assert raised.value.retry_after_s == 9
    await runner.cleanup()


@pytest.mark.parametrize("fault", ["http_500", "internal_error"])
async def test_the_end_never_reached_slack(at: Desk, fault: str) -> None:
    """An upload whose end did not reach Slack is ended later, with the bytes that are there."""
    at.slack.fail(COMPLETE, fault)
    with pytest.raises(ChatError):
        await at.post()
    await at.post()
    assert len(at.clips()) == 1


async def test_the_bytes_are_sent_once(at: Desk) -> None:
    """Once the bytes are there, a share that Slack refuses for now is asked for without them."""
    at.slack.fail(COMPLETE, "ratelimited", retry_after_s=7)
    with pytest.raises(ChatBusy) as raised:
        await at.post()
    assert raised.value.retry_after_s == 7
    await at.post()
    assert len(at.clips()) == len(at.slack.calls(BEGIN)) == 1


@pytest.mark.parametrize("fault", ["lost", "anything"])
async def test_the_bytes_do_not_arrive(at: Desk, fault: str) -> None:
    """Bytes whose arrival is not known are sent anew, as another file; nothing names where they went."""
    at.slack.fail("upload", fault)
    with pytest.raises(ChatBusy) as raised:
        await at.post()
    assert "/upload/" not in str(raised.value)
    await at.post()
    assert len(at.clips()) == 1


async def test_slack_forgot_the_bytes(at: Desk) -> None:
    """Bytes that Slack has dropped are sent again."""
    at.slack.fail(COMPLETE, "ratelimited")
    with pytest.raises(ChatBusy):
        await at.post()
    next(iter(at.slack.files.values())).deleted = True
    with pytest.raises(ChatBusy, match="no longer has"):
        await at.post()
    await at.post()
    assert len(at.clips()) == 1


@pytest.mark.parametrize(
    ("method", "fault", "error"),
    [
        (BEGIN, "ratelimited", ChatBusy),
        (BEGIN, "token_revoked", ChatClosed),
        (BEGIN, "file_upload_size_restricted", FileTooLarge),
        (BEGIN, "file_uploads_disabled", ChatClosed),
        (COMPLETE, "not_in_channel", ChatClosed),
        (COMPLETE, "is_archived", ChatClosed),
        (COMPLETE, "channel_not_found", ChatClosed),
        (COMPLETE, "token_revoked", ChatClosed),
        (COMPLETE, "file_upload_size_restricted", FileTooLarge),
        ("files.info", "ratelimited", ChatBusy),
    ],
)
async def test_refusals(at: Desk, method: str, fault: str, error: type[ChatError]) -> None:
    """Each of Slack's refusals is an error of the port, and once it is over the clip is posted once."""
    at.slack.fail(method, fault)
    with pytest.raises(error):
        await at.post()
    await at.post()
    assert len(at.clips()) == 1


async def test_no_file_on_our_disk(at: Desk) -> None:
    """A file that cannot be read is not the chat's fault, and tried again."""
    with pytest.raises(ChatBusy, match="cannot be read"):
        await at.uploads.post_clip(
            FINAL, at.folder / "none.mp4", name="A7K.mp4", channel=LAUNCH, nonce="n1", thread=None
        )


async def test_nothing_is_sent_without_rows(at: Desk) -> None:
    """Where the rows cannot be read, Slack hears nothing."""

    class Broken(type(at.store)):  # type: ignore[misc]
        async def transact(self, work: object) -> None:
            raise StoreError(repr(work))

    uploads = Uploads(at.clients, Broken(at.clock), at.clock, pictures=at.pictures)
    with pytest.raises(ChatBusy, match="noted"):
        await at.post(uploads=uploads)
    assert not at.slack.calls()


@pytest.mark.parametrize(
    ("refusals", "kinds"), [(1, ["section", "actions"]), (2, [])], ids=["the picture", "every block"]
)
async def test_words_that_slack_refuses(at: Desk, refusals: int, kinds: list[str]) -> None:
    """Where Slack does not show the picture, the buttons stay; where it shows no blocks, the words do."""
    view = replace(FINAL, picture=at.picture())
    await at.pictures.file_id(at.picture(), LAUNCH)
    at.slack.fail(COMPLETE, "invalid_blocks", times=refusals)
    await at.post(view)
    (message,) = at.clips()
    assert [block["type"] for block in message.blocks] == kinds
    assert "Final A7K-2F" in message.text + str(message.blocks)


async def test_shown_in_no_form(at: Desk) -> None:
    """When Slack refuses every form, the clip is not posted, and tried again."""
    at.slack.fail(COMPLETE, "invalid_blocks", times=2)
    with pytest.raises(ChatBusy, match="in no form"):
        await at.post()
    await at.post()
    assert len(at.clips()) == 1


async def test_a_clip_does_not_wait_for_its_picture_for_ever(at: Desk) -> None:
    """A picture that Slack does not take now is tried again; then the clip comes without it."""
    view, uploads = replace(FINAL, picture=at.picture()), at.uploads
    at.slack.fail(BEGIN, "ratelimited", times=3)
    for _ in range(2):
        with pytest.raises(ChatBusy):
            await at.post(view, uploads=uploads)
    await at.post(view, uploads=uploads)
    assert [block["type"] for block in at.clips()[0].blocks] == ["section", "actions"]


async def test_take_down(at: Desk) -> None:
    """Of a message that is taken down clip and picture are removed, also when a person has deleted the message."""
    posted = await at.post(replace(FINAL, picture=at.picture()))
    assert len(at.files()) == 2
    await at.uploads.take_down(posted.message)
    await at.uploads.take_down(posted.message)
    assert not at.files()
    other = await at.post(nonce="n2")
    at.clips()[0].deleted = True
    row = Post(
        nonce="n2",
        take="A7K",
        channel=LAUNCH,
        state=PostState.POSTED,
        message=other.message.id,
        file_id=other.file_id,
        created_at=1,
    )
    await at.store.transact(lambda tx: _delivered(tx, row))
    await at.uploads.take_down(other.message)
    assert not at.files()


async def test_take_off_picture(at: Desk) -> None:
    """The picture leaves a clip's message and Slack; clip, words and buttons stay, and a second time is no error."""
    posted = await at.post(replace(FINAL, picture=at.picture()))
    for _ in range(2):
        await at.uploads.take_off_picture(posted.message)
    (message,) = at.clips()
    assert [block["type"] for block in message.blocks] == ["section", "section", "actions"]
    assert [file.id for file in at.files()] == [posted.file_id]
    assert len(at.slack.calls("chat.update")) == 1
    await at.uploads.take_off_picture(Message(channel=LAUNCH, id="1.000000"))


async def test_streamed(slow: Desk) -> None:
    """50 MB go up in pieces, and our memory does not grow with them."""
    size = 50 << 20
    path = slow.clip()
    with path.open("r+b") as file:
        file.truncate(size)
    uploads = slow.uploads
    tracemalloc.start()
    posted = await uploads.post_clip(FINAL, path, name="A7K.mp4", channel=LAUNCH, nonce="n1", thread=None)
    grown = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    file_there = slow.slack.files[posted.file_id]
    assert file_there.path.stat().st_size == size
    assert file_there.pieces > 100
    assert grown < 8 << 20


async def test_the_whole_has_its_time(at: Desk) -> None:
    """A post may take as long as all of its parts, an earlier attempt's share among them."""
    assert at.uploads.post_timeout_s == 20 + 2 * 2.0 + 30 + 30


async def _delivered(tx: Transaction, post: Post) -> None:
    """The row of a clip that was posted, with what it hangs from."""
    for row in (WORKSPACE, CHANNEL, KEY, SHOT, CARD, make_take(id=post.take), post):
        await tx.add(row)
