"""T6: a clip is posted once, whatever happens between the attempt and its answer."""

from __future__ import annotations

from typing import Any

from bot.core.commands import Cancel, Rescue
from bot.core.errors import ArchiveError, ChatBusy, ChatClosed, ChatError
from bot.core.fakes.script import After
from bot.core.lifecycle import State
from bot.core.rows import AttemptKind, Card, Outcome, Post, PostState, Take
from tests.jobs.conftest import Office, make_office
from tests.jobs.worker.conftest import Crash, clips, crashes, outcomes, require_one_post, restart

HOUR_S = 3600


def uploads(office: Office) -> int:
    return len(office.chat.script.called("post_clip"))


async def delivered(office: Office, seconds: float = 600, **options: Any) -> Take:
    take = (await office.order(**options))[0]
    await office.work(seconds)
    return await office.take(take.id)


async def test_a_draft_is_posted_in_its_cards_thread(any_office: Office) -> None:
    """Once; the rows have the message and the file."""
    take = await delivered(any_office)
    card = (await any_office.rows(Card))[0]
    sent = next(sent for sent in any_office.chat.sent if sent.file)
    assert (sent.file, sent.thread is not None and sent.thread.id == card.message) == (f"{take.id}.mp4", True)
    post = (await any_office.rows(Post, take=take.id))[0]
    assert (post.state, post.message, post.file_id) == (PostState.POSTED, sent.message.id, f"file-{sent.message.id}")
    assert await outcomes(any_office, take, AttemptKind.POST) == [Outcome.ACCEPTED]


async def test_a_clip_waits_for_its_card(any_office: Office) -> None:
    """The thread begins with the card."""
    any_office.chat.script.add("show", ChatBusy("not yet", retry_after_s=100))
    take = await delivered(any_office, 60)
    assert (take.state, clips(any_office)) == (State.DELIVERING, 0)
    await any_office.work(120)
    assert clips(any_office) == 1
    assert next(sent for sent in any_office.chat.sent if sent.file).thread is not None


async def test_a_clip_does_not_wait_for_ever_for_its_card(office: Office) -> None:
    """A card that cannot be shown for an hour: the clip is posted in the channel."""
    office.chat.script.always("show", ChatError("cannot draw that"))
    take = await delivered(office, 3900)
    assert (take.state, clips(office)) == (State.DELIVERED, 1)
    assert next(sent for sent in office.chat.sent if sent.file).thread is None
    assert len(office.chat.script.called("post_clip")) == 1


async def closed(office: Office) -> Take:
    """A channel that is gone when the clip is ready."""
    office.chat.script.always("post_clip", ChatClosed("the channel is archived"))
    return await delivered(office)


async def test_a_closed_channel_is_tried_for_three_days(office: Office) -> None:
    """Then undeliverable: kept, maker and contact told privately; rescue posts it."""
    take = await closed(office)
    await office.work(71 * HOUR_S)
    assert (await office.take(take.id)).state is State.DELIVERING
    await office.work(2 * HOUR_S)
    take = await office.take(take.id)
    assert (take.state, len(office.archive.files)) == (State.UNDELIVERABLE, 1)
    for person in ("mina", "dana"):
        assert any("archived" in line for line in office.lines(to=person))
    office.chat.script.always("post_clip", None)
    await office.handle(Rescue, subject=take.id)
    await office.work()
    take = await office.take(take.id)
    assert take.state is State.DELIVERED
    assert clips(office) == 1


async def test_a_channel_that_opens_again_gets_its_clip(any_office: Office) -> None:
    """Closed for an hour."""
    take = await closed(any_office)
    await any_office.work(HOUR_S)
    any_office.chat.script.always("post_clip", None)
    await any_office.work(HOUR_S)
    take = await any_office.take(take.id)
    assert take.state is State.DELIVERED
    await require_one_post(any_office, take)


async def test_a_chat_that_does_not_run_here_is_waited_for(office: Office) -> None:
    """Its adapter is started again: the clip is posted."""
    take = (await office.order())[0]
    without = await restart(office, chats={})
    await without.work()
    assert (await without.take(take.id)).state is State.DELIVERING
    whole = await restart(office)
    await whole.work()
    assert (await whole.take(take.id)).state is State.DELIVERED


async def test_a_damaged_file_is_fetched_again_under_a_name_of_its_own(any_office: Office) -> None:
    """While the URL lives; what lies in the archive is not overwritten."""
    any_office.chat.script.add("show", ChatBusy("not yet", retry_after_s=100))
    take = await delivered(any_office, 60)
    any_office.archive.files[str(take.clip)] = b"rotten"
    await any_office.work()
    again = await any_office.take(take.id)
    assert (again.state, clips(any_office)) == (State.DELIVERED, 1)
    assert again.clip == f"2026-11/launch/{take.id}.2.mp4"
    assert any_office.archive.files[again.clip] == b"a clip"


async def test_an_archive_that_cannot_be_read_after_the_url_has_ended_is_tried_on(office: Office) -> None:
    """The owner is told once; when it can be read, the clip is posted."""
    office.chat.script.always("post_clip", ChatClosed("closed"))
    take = await delivered(office, 25 * HOUR_S)
    assert take.state is State.DELIVERING
    office.archive.script.always("open", ArchiveError("the disk is away"))
    office.chat.script.always("post_clip", None)
    await office.work(HOUR_S)
    told = [sent.view for sent in office.chat.sent if sent.to == "dana"]
    assert ["disk is away" in f"{view}" for view in told] == [True]
    office.archive.script.always("open", None)
    await office.work(HOUR_S)
    assert (await office.take(take.id)).state is State.DELIVERED


async def test_a_cancel_before_the_post_shelves_the_clip(any_office: Office) -> None:
    """Kept, not posted; rescue posts it."""
    any_office.chat.script.add("show", ChatBusy("not yet", retry_after_s=100))
    take = await delivered(any_office, 60)
    await any_office.handle(Cancel, subject=take.id)
    await any_office.work()
    assert ((await any_office.take(take.id)).state, clips(any_office)) == (State.SHELVED, 0)
    await any_office.handle(Rescue, subject=take.id)
    await any_office.work()
    assert ((await any_office.take(take.id)).state, clips(any_office)) == (State.DELIVERED, 1)


async def test_a_cancel_does_not_hide_a_post_that_was_made(office: Office) -> None:
    """Posted, the answer lost, then cancelled: the rows say what the channel sees."""
    office.chat.script.add("post_clip", After(Crash()))
    take = (await office.order())[0]
    await crashes(office)
    await office.handle(Cancel, subject=take.id)
    office = await restart(office)
    await office.work()
    assert (await office.take(take.id)).state is State.DELIVERED


async def test_a_cancel_during_the_upload_comes_too_late(office: Office) -> None:
    """The attempt goes to its end."""
    take = (await office.order())[0]

    async def cancel(**arguments: Any) -> None:
        del arguments
        await office.handle(Cancel, subject=take.id)
        text = "slow down"
        raise ChatBusy(text)

    office.chat.script.add("post_clip", cancel)
    await office.work()
    assert ((await office.take(take.id)).state, clips(office)) == (State.SHELVED, 0)


async def test_a_cancel_between_the_look_and_the_attempt_is_seen(office: Office) -> None:
    """No attempt is opened for a clip that is not wanted any more."""
    take = (await office.order())[0]

    async def cancel(**arguments: Any) -> Any:
        del arguments
        await office.handle(Cancel, subject=take.id)
        return office.archive._folder / "nothing"  # noqa: SLF001

    office.archive.script.add("open", cancel)
    await office.work()
    assert ((await office.take(take.id)).state, uploads(office)) == (State.SHELVED, 0)


async def test_a_clip_that_crosses_the_end_of_a_month_is_posted(tmp_path: Any) -> None:
    """Held in one period, posted in the next, on locks that keep their order."""
    office = make_office(tmp_path)
    office.chat.script.always("post_clip", ChatBusy("later", retry_after_s=HOUR_S))
    take = await delivered(office)
    await office.clock.advance(29 * 24 * HOUR_S)
    await office.order("a fox in the next month")
    office.chat.script.always("post_clip", None)
    await office.work(2 * HOUR_S)
    assert (await office.take(take.id)).state is State.DELIVERED
    await office.require_balanced()
    await office.store.close()
