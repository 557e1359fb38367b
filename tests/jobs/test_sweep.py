"""Taking up the rows at start, retention, and tidying."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.core.commands import CastVote, Keep
from bot.core.errors import ArchiveError, ChatError, NotSent, NotSentFor, OutcomeUnknown, StoreError
from bot.core.lifecycle import State
from bot.core.ports import Accepted, Job, JobStatus, Transaction
from bot.core.rows import Attempt, AttemptKind, Inbound, Key, Meaning, Outcome, Post, PostState, Source, Take
from bot.jobs.answers import Answer
from bot.jobs.sweep import Sweep
from tests.jobs.conftest import DANA, MINA, Office, make_office
from tests.jobs.worker.conftest import Crash

DAY_S = 24 * 3600
RUNNING = JobStatus(job=Job.RUNNING, said="processing")


async def made(office: Office, **options: Any) -> Take:
    """A draft in the channel."""
    take = (await office.order(**options))[0]
    await office.work()
    return await office.take(take.id)


async def change(office: Office, take: Take, **changes: Any) -> None:
    async def work(tx: Transaction) -> None:
        row = await tx.lock(Take, take.id)
        assert row is not None
        await tx.step(row, replace(row, **changes))

    await office.store.transact(work)


def forget_alarms(office: Office) -> None:
    """As a process that has just started."""
    office.engine.due.clear()


@pytest.mark.parametrize("armed", [False, True], ids=["queued", "armed"])
async def test_an_alarm_that_was_lost(office: Office, *, armed: bool) -> None:
    """A connection that breaks in a commit takes the alarms with it; within hours the take goes on all the same."""
    if armed:
        draft = await made(office)
        await office.handle(CastVote, DANA, subject=draft.id, meaning=Meaning.APPROVE, source=Source.VERB, at=1)
        await office.outbox.once()
        (take,) = await office.rows(Take, state=State.ARMED)
    else:
        (take,) = await office.order()
    forget_alarms(office)
    for _ in range(3):
        await office.work(3600)
        await office.sweep.once()
    await office.work()
    assert (await office.take(take.id)).state is State.DELIVERED


async def test_every_open_take_gets_its_alarm(office: Office) -> None:
    """Those that wait for their time at that time, all others now; what has ended, none."""
    ended = await made(office)
    office.provider.script.always("poll", RUNNING)
    office.provider.script.add("submit", None, OutcomeUnknown("no answer"))
    rendering = (await office.order("rendering"))[0]
    unknown = (await office.order("unknown"))[0]
    await office.work(1)
    queued = (await office.order("queued"))[0]
    asked = (await office.order("asked", count=10, draft_seconds=15))[0]
    forget_alarms(office)
    assert await office.sweep.take_up() == 13
    now, due = office.clock.now(), office.engine.due
    assert ended.id not in due
    assert due[queued.id] == due[unknown.id] == now
    assert due[rendering.id] == (await office.take(rendering.id)).due_at
    assert due[rendering.id] > now
    assert due[asked.id] == asked.asked_until


async def test_answers_on_disk_come_first(office: Office) -> None:
    """Before any alarm rings: the take has its job when it is looked at."""
    take = (await office.order())[0]
    await office.worker.advance(take.id)
    office.provider.script.add("submit", Crash())
    with pytest.raises(Crash):
        await office.worker.advance(take.id)
    attempt = (await office.rows(Attempt, kind=AttemptKind.SUBMIT))[0]
    await office.kit.answers.write(Answer(attempt=attempt.id, take=take.id, verdict=Accepted(job="job-1")))
    forget_alarms(office)
    await office.sweep.take_up()
    assert (await office.take(take.id)).state is State.RENDERING
    assert await office.kit.answers.read() == []
    assert office.engine.due[take.id] == (await office.take(take.id)).due_at


async def test_an_answer_that_cannot_be_taken_in_does_not_stop_the_start(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """It stays on disk, is logged, and the takes are taken up."""
    take = (await office.order())[0]
    await office.kit.answers.write(Answer(attempt="a1", take=take.id, verdict=Accepted(job="job-1")))

    async def fails(answer: Answer) -> None:
        msg = f"no {answer.take}"
        raise StoreError(msg)

    office.worker.submit.take_in = fails  # type: ignore[method-assign]
    with caplog.at_level(logging.ERROR):
        assert await office.sweep.take_up() == 1
    assert take.id in caplog.text
    assert len(await office.kit.answers.read()) == 1


async def test_verdicts_of_the_last_day_are_looked_into_again(office: Office) -> None:
    """Released and written off: late evidence is still looked for after a restart."""
    office.provider.script.add("submit", *[OutcomeUnknown("no answer")] * 2)
    await office.order("a mug", count=2)
    await office.work(60)
    fresh, old = await office.rows(Take, state=State.UNKNOWN)
    await change(office, old, state=State.RELEASED)
    await office.clock.advance(2 * DAY_S)
    await change(office, fresh, state=State.WRITTEN_OFF)
    forget_alarms(office)
    await office.sweep.take_up()
    assert set(office.engine.due) == {fresh.id}


async def test_the_key_has_as_many_slots_as_the_settings_say(tmp_path: Path) -> None:
    """Also when they were changed since it was first used."""
    office = make_office(tmp_path)
    await office.order()
    assert (await office.rows(Key))[0].slots == 5
    other = replace(office.kit, rules=replace(office.kit.rules, slots=8))
    await Sweep(other, office.worker).take_up()
    assert (await office.rows(Key))[0].slots == 8
    await office.store.close()


async def test_old_drafts_leave_the_archive(office: Office) -> None:
    """After ninety days, and not before; the row says when."""
    take = await made(office)
    await office.clock.advance(89 * DAY_S)
    await office.sweep.once()
    assert len(office.archive.files) == 1
    await office.clock.advance(2 * DAY_S)
    await office.sweep.once()
    purged = await office.take(take.id)
    assert (office.archive.files, purged.purged_at) == ({}, office.clock.now())


async def test_retention_is_a_setting(tmp_path: Path) -> None:
    """Ten days here."""
    office = make_office(tmp_path, draft_retention_days=10)
    await made(office)
    await office.clock.advance(11 * DAY_S)
    await office.sweep.once()
    assert office.archive.files == {}


async def old_draft(office: Office) -> Take:
    take = await made(office)
    await office.clock.advance(91 * DAY_S)
    return take


async def test_what_is_kept_stays(office: Office) -> None:
    """For ever."""
    take = await made(office)
    await office.handle(Keep, MINA, subject=take.id)
    await office.clock.advance(400 * DAY_S)
    await office.sweep.once()
    assert len(office.archive.files) == 1


@pytest.mark.parametrize(
    ("state", "stays"),
    [
        (State.DELIVERED, False),
        (State.SHELVED, False),
        (State.UNDELIVERABLE, True),
        (State.DELIVERING, True),
    ],
)
async def test_what_is_undelivered_stays(office: Office, state: State, stays: bool) -> None:  # noqa: FBT001
    """A clip that was not posted although it should have been can still be rescued."""
    take = await old_draft(office)
    await change(office, take, state=State.DELIVERING)
    if state is not State.DELIVERING:
        await change(office, take, state=state)
    await office.sweep.once()
    assert bool(office.archive.files) is stays


async def test_finals_and_the_drafts_of_open_finals_stay(office: Office) -> None:
    """A final for ever; its draft until the final has ended."""
    draft = await old_draft(office)
    office.provider.script.always("poll", RUNNING)
    await office.handle(
        CastVote, MINA, subject=draft.id, meaning=Meaning.APPROVE, source=Source.VERB, at=office.clock.now()
    )
    await office.work(60)
    await office.sweep.once()
    assert len(office.archive.files) == 1
    office.provider.script.always("poll", None)
    await office.work()
    await office.clock.advance(91 * DAY_S)
    await office.sweep.once()
    assert [name.endswith("F.mp4") for name in office.archive.files] == [True]


async def test_an_archive_that_fails_is_tried_again_at_the_next_sweep(office: Office) -> None:
    """Nothing is marked as gone that is there."""
    take = await old_draft(office)
    office.archive.script.add("delete", ArchiveError("read-only"))
    await office.sweep.once()
    assert (await office.take(take.id)).purged_at is None
    await office.sweep.once()
    assert (await office.take(take.id)).purged_at is not None


async def hidden(office: Office) -> Take:
    """A take that was hidden by a process that died before its messages were gone."""
    take = await made(office)
    await change(office, take, hidden=True)
    return take


async def test_messages_of_hidden_clips_are_taken_down(office: Office) -> None:
    """What hide has begun is brought to its end; the archive keeps the clip."""
    await hidden(office)
    office.chat.script.add("take_down", ChatError("down"))
    await office.sweep.once()
    assert len(office.chat.files) == 1
    await office.sweep.once()
    assert (office.chat.files, len(office.archive.files)) == ({}, 1)
    assert [post.state for post in await office.rows(Post)] == [PostState.GONE]
    await office.sweep.once()
    assert len(office.chat.script.called("take_down")) == 2


async def test_old_events_are_forgotten(office: Office) -> None:
    """After ninety days, however many there are; a clock that is set on by a month makes none of them old."""

    async def events(tx: Transaction) -> None:
        for number in range(450):
            await tx.add(Inbound(id=f"event:{number}", at=tx.now))

    await office.store.transact(events)
    office.clock.jump(31 * DAY_S)
    await office.sweep.once()
    assert len(await office.rows(Inbound)) == 450
    await office.clock.advance(60 * DAY_S)
    await office.store.transact(lambda tx: tx.add(Inbound(id="event:new", at=tx.now)))
    await office.sweep.once()
    assert [event.id for event in await office.rows(Inbound)] == ["event:new"]


async def test_the_archive_is_tidied(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    """Copies and unfinished downloads that nobody needs go; an archive that cannot do it now stops nothing else."""
    office.archive.script.add("tidy", ArchiveError("its disk is read-only"))
    await office.sweep.once()
    await office.sweep.once()
    assert office.archive.script.called("tidy") == [{"now": office.clock.now()}] * 2
    assert caplog.text.count("the sweep could not be finished") == 1


async def test_rows_that_cannot_be_read_do_not_end_the_sweeping(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    """The rest is done, and all of it again in an hour."""
    take = await old_draft(office)
    office.archive.script.add("delete", StoreError("no"))
    with caplog.at_level(logging.ERROR):
        await office.sweep.once()
    assert "swept again" in caplog.text
    await office.sweep.once()
    assert (await office.take(take.id)).purged_at is not None


async def test_it_sweeps_every_hour_until_it_is_stopped(office: Office) -> None:
    """On the given clock, and at once at the start."""
    stop, sweeps = asyncio.Event(), 0

    async def once() -> None:
        nonlocal sweeps
        sweeps += 1

    office.sweep.once = once  # type: ignore[method-assign]
    running = asyncio.create_task(office.sweep.run(stop))
    await office.clock.advance(3 * 3600 + 10)
    assert sweeps == 4
    stop.set()
    await asyncio.wait_for(running, 5)
    assert sweeps == 4


async def test_a_pause_does_not_survive_as_a_dead_queue(office: Office) -> None:
    """A key that was paused when the process ended: the queue starts by itself after the restart."""
    office.provider.script.add("submit", NotSent("too many", reason=NotSentFor.RATE, retry_after_s=100))
    takes = await office.order("a mug", count=3)
    await office.work(10)
    forget_alarms(office)
    await office.sweep.take_up()
    await office.work()
    assert {(await office.take(take.id)).state for take in takes} == {State.DELIVERED}
    outcomes = [attempt.outcome for attempt in await office.rows(Attempt, kind=AttemptKind.SUBMIT)]
    assert outcomes.count(Outcome.ACCEPTED) == 3
