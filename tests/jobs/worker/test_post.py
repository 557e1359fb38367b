"""T6 itself: the attempt, the upload, and what is known of it afterwards."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.core.errors import ChatBusy, ChatError
from bot.core.fakes.script import After
from bot.core.lifecycle import State
from bot.core.rows import AttemptKind, Outcome, Take
from tests.jobs.conftest import Office
from tests.jobs.worker.conftest import Crash, attempts, crashes, rebuilt, require_one_post, restart

HOUR_S = 3600


def uploads(office: Office) -> int:
    return len(office.chat.script.called("post_clip"))


async def delivered(office: Office, seconds: float = 600, **options: Any) -> Take:
    take = (await office.order(**options))[0]
    await office.work(seconds)
    return await office.take(take.id)


async def test_the_maker_is_mentioned_once_by_the_clip_that_completes_the_card(office: Office) -> None:
    """Not by each of a slate."""
    await delivered(office, prompt="a mug", count=3)
    mentions = [sent.view.mentions for sent in office.chat.sent if sent.file]
    assert sorted(mentions) == [(), (), ("mina",)]


async def test_the_maker_is_mentioned_although_the_last_clips_are_posted_at_once(office: Office) -> None:
    """Two posts under way: the second to begin completes the card."""
    office.chat.script.always("show", ChatBusy("not yet", retry_after_s=30))
    takes = await office.order("a mug", count=2)
    await office.work(25)
    office.chat.script.always("show", None)
    await office.clock.advance(60)
    await office.outbox.once()
    await asyncio.gather(*(office.worker.advance(take.id) for take in takes))
    await office.work()
    mentions = [sent.view.mentions for sent in office.chat.sent if sent.file]
    assert sorted(mentions) == [(), ("mina",)]


async def test_a_busy_chat_is_tried_again_when_it_says(any_office: Office) -> None:
    """Nothing was posted: a new attempt, no sooner than asked; the mention is not lost."""
    any_office.chat.script.add("post_clip", ChatBusy("slow down", retry_after_s=40))
    take = await delivered(any_office)
    first, second = await attempts(any_office, take, AttemptKind.POST)
    assert (first.outcome, second.outcome) == (Outcome.CLOSED, Outcome.ACCEPTED)
    assert second.started_at - first.started_at >= 40_000
    await require_one_post(any_office, take)
    assert next(sent for sent in any_office.chat.sent if sent.file).view.mentions == ("mina",)


@pytest.mark.parametrize("error", [ChatError("reset"), TimeoutError()])
async def test_a_post_whose_answer_was_lost_is_found(any_office: Office, error: Exception) -> None:
    """Unknown: it is looked for at once, found, and not posted again."""
    any_office.chat.script.add("post_clip", After(error))
    take = await delivered(any_office, 60)
    assert (take.state, uploads(any_office)) == (State.DELIVERED, 1)
    await require_one_post(any_office, take)


async def test_a_post_that_did_not_arrive_is_made_again_when_its_attempt_has_expired(any_office: Office) -> None:
    """Not found: it may still come, so nobody posts before ``expires_at``, its own worker included."""
    any_office.chat.script.add("post_clip", ChatError("reset"))
    take = await delivered(any_office)
    first, second = await attempts(any_office, take, AttemptKind.POST)
    assert (first.outcome, second.outcome) == (Outcome.CLOSED, Outcome.ACCEPTED)
    assert first.expires_at <= second.started_at <= first.expires_at + 1000
    assert len(any_office.chat.script.called("find_post")) > 5
    assert len(any_office.archive.script.called("open")) == 2
    await require_one_post(any_office, take)


async def test_a_restart_does_not_shorten_the_wait(any_office: Office) -> None:
    """The attempt of a dead process expires in its own time."""
    any_office.chat.script.add("post_clip", Crash())
    take = (await any_office.order())[0]
    await crashes(any_office)
    office = await restart(any_office)
    for _ in range(3):
        await office.work(20)
        office = await restart(office)
    assert uploads(office) == 1
    await office.work()
    first, second = await attempts(office, take, AttemptKind.POST)
    assert second.started_at >= first.expires_at
    await require_one_post(office, take)


async def test_a_chat_that_cannot_be_asked_is_asked_again(office: Office) -> None:
    """Looking for a post fails for a while."""
    office.chat.script.add("post_clip", After(ChatError("reset")))
    office.chat.script.add("find_post", *[ChatError("reset")] * 3)
    take = await delivered(office)
    assert (take.state, uploads(office)) == (State.DELIVERED, 1)


@pytest.mark.parametrize("at", ["open", "begin", "post", "t6"])
async def test_a_clip_is_posted_once_across_a_crash_at_every_step(any_office: Office, at: str) -> None:
    """Before the attempt, after it, after the post, and before its reference is stored."""
    take = (await any_office.order())[0]
    match at:
        case "open":
            any_office.archive.script.add("open", Crash())
        case "begin":
            any_office.chat.script.add("post_clip", Crash())
        case _:
            any_office.chat.script.add("post_clip", After(Crash()))
    await crashes(any_office)
    if at == "t6":
        any_office.chat.script.add("find_post", Crash())
        dying = await restart(any_office)
        await crashes(dying)
    office = await restart(any_office)
    await office.work()
    assert (await office.take(take.id)).state is State.DELIVERED
    await require_one_post(office, take)
    assert len([sent for sent in office.chat.sent if sent.file]) == 1


async def test_two_workers_do_not_post_twice(any_office: Office) -> None:
    """Both have looked; one of them opens the attempt."""
    any_office.chat.script.add("show", ChatBusy("not yet", retry_after_s=100))
    take = await delivered(any_office, 60)
    await any_office.clock.advance(60)
    await any_office.outbox.once()
    other = rebuilt(any_office, owner="worker-2")
    await asyncio.gather(any_office.worker.advance(take.id), other.worker.advance(take.id))
    await any_office.work()
    assert uploads(any_office) == 1
    await require_one_post(any_office, await any_office.take(take.id))


async def test_a_stop_waits_for_the_post_under_way(office: Office) -> None:
    """A cancelled step ends when the reference is in the rows."""
    started, go_on = asyncio.Event(), asyncio.Event()
    usual = office.chat.post_clip

    async def slow(**arguments: Any) -> Any:
        started.set()
        await go_on.wait()
        return await usual(**arguments)

    office.chat.script.add("post_clip", slow)
    take = (await office.order())[0]
    working = asyncio.create_task(office.work())
    await started.wait()
    for _ in range(3):
        working.cancel()
        await asyncio.sleep(0)
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await working
    assert (await office.take(take.id)).state is State.DELIVERED
    await require_one_post(office, take)
