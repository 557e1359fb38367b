"""The crash table of architecture.md, row by row, on every store: what is found, what happens, how many bills."""

from __future__ import annotations

import pytest

from bot.core.commands import Draft, OrderOptions
from bot.core.errors import ChatBusy
from bot.core.fakes.script import After
from bot.core.lifecycle import State
from bot.core.ports import Accepted, History
from bot.core.rows import AttemptKind, Outcome, Take
from bot.jobs.answers import Answer
from tests.jobs.conftest import LAUNCH, MINA, Office
from tests.jobs.worker.conftest import (
    Crash,
    LastWords,
    answers_folder,
    attempts,
    bills,
    crashes,
    ordered,
    outcomes,
    posts,
    rebuilt,
    require_one_post,
    restart,
    row_for,
)


@pytest.fixture(params=["office", "sql_office", "postgres_office"])
def any_office(request: pytest.FixtureRequest) -> Office:
    """An office on each store."""
    made: Office = request.getfixturevalue(request.param)
    return made


async def finished(office: Office, take: Take) -> Office:
    """Another process brings the take to its end, with one bill and one post."""
    office = await restart(office)
    await office.work()
    assert (await office.take(take.id)).state is State.DELIVERED
    assert bills(office) == 1
    await require_one_post(office, take)
    await office.require_balanced()
    return office


async def test_an_event_that_came_before_the_crash_is_taken_once(any_office: Office) -> None:
    """Before or in T1: the platform sends its event again, and it orders once."""
    for _ in range(2):
        any_office = await restart(any_office)
        await any_office.handle(Draft, event="e1", prompt="a fox in snow", options=OrderOptions())
    await any_office.work()
    assert bills(any_office) == 1


async def test_a_queued_take_is_admitted_after_a_restart(any_office: Office) -> None:
    """T1…T2: found queued, it is ordered once."""
    await finished(any_office, (await any_office.order())[0])


async def test_an_admitted_take_is_prepared_again(any_office: Office) -> None:
    """T1…T2: a process that dies while it prepares leaves the take admitted, and it is ordered once."""
    any_office.provider.script.add("balance", Crash())
    take = (await any_office.order())[0]
    await crashes(any_office)
    assert (await any_office.take(take.id)).state is State.ADMITTED
    await finished(any_office, take)


async def test_an_order_that_was_never_sent_is_not_sent_blindly(any_office: Office) -> None:
    """T2 committed, POST not sent: unknown, no evidence, no second POST, no bill."""
    any_office.provider.script.add("submit", Crash())
    take = (await any_office.order())[0]
    await crashes(any_office)
    assert (await any_office.take(take.id)).state is State.SUBMITTING
    office = await restart(any_office)
    await office.work(3600)
    assert (await office.take(take.id)).state is State.UNKNOWN
    assert (posts(office), bills(office)) == (1, 0)
    assert (await office.take(take.id)).held == take.price


async def test_an_order_whose_answer_was_lost_is_found_in_the_history(any_office: Office) -> None:
    """During POST, answer lost: the history shows the job, which is the take's, and nothing is sent again."""
    any_office.provider.script.add("submit", After(Crash()))
    take = (await any_office.order())[0]
    await crashes(any_office)
    row = row_for((await attempts(any_office, take))[0], "job-1")
    any_office.provider.script.always("find_recent", History(rows=(row,), complete=True))
    await finished(any_office, take)
    assert posts(any_office) == 1


async def test_an_order_whose_answer_was_lost_stays_unknown_without_evidence(any_office: Office) -> None:
    """During POST, answer lost and history silent: one bill, no second POST, the owner is asked."""
    any_office.provider.script.add("submit", After(Crash()))
    take = (await any_office.order())[0]
    await crashes(any_office)
    office = await restart(any_office)
    await office.work(3600)
    assert (await office.take(take.id)).state is State.UNKNOWN
    assert (posts(office), bills(office)) == (1, 1)
    assert len(office.lines(to="dana")) == 1


async def test_an_answer_on_disk_is_taken_in_before_anything_else(any_office: Office) -> None:
    """Answer got, T3 not written: the file says that there is a job."""
    office = rebuilt(any_office, answers=LastWords(answers_folder(any_office), written=True))
    take = (await office.order())[0]
    await crashes(office)
    assert (await office.take(take.id)).state is State.SUBMITTING
    office = await restart(office)
    assert (await office.take(take.id)).state is State.RENDERING
    assert await office.kit.answers.read() == []
    await finished(office, take)


async def test_an_answer_that_did_not_reach_the_disk_is_lost(any_office: Office) -> None:
    """Answer got, not on disk: as if it was lost."""
    office = rebuilt(any_office, answers=LastWords(answers_folder(any_office), written=False))
    take = (await office.order())[0]
    await crashes(office)
    office = await restart(office)
    await office.work(3600)
    assert (await office.take(take.id)).state is State.UNKNOWN
    assert posts(office) == 1


async def test_an_answer_whose_file_outlived_its_transaction_changes_nothing(any_office: Office) -> None:
    """T3 written, file not removed: it is read once more, and the take goes its way."""
    take = await ordered(any_office, State.RENDERING)
    answered = (await attempts(any_office, take))[0]
    assert answered.outcome is Outcome.ACCEPTED
    verdict = Accepted(job=answered.answer)
    await any_office.kit.answers.write(Answer(attempt=answered.id, take=take.id, verdict=verdict))
    await finished(any_office, take)
    assert await any_office.kit.answers.read() == []


async def test_a_rendering_take_is_polled_again(any_office: Office) -> None:
    """T3…T4: found rendering, polled when its time comes, settled once."""
    any_office.provider.script.add("poll", Crash())
    take = (await any_office.order())[0]
    await crashes(any_office)
    await finished(any_office, take)


async def test_a_fetching_take_is_downloaded_again(any_office: Office) -> None:
    """T4…T5: found fetching, downloaded again; the money was booked before."""
    any_office.provider.script.add("download", Crash())
    take = (await any_office.order())[0]
    await crashes(any_office)
    found = await any_office.take(take.id)
    assert (found.state, found.charged, found.held.micros) == (State.FETCHING, take.price, 0)
    await finished(any_office, take)


async def test_a_clip_that_was_archived_before_the_crash_is_archived_once(any_office: Office) -> None:
    """T4…T5, the file is there already: the same bytes again are no error."""
    any_office.archive.script.add("keep", After(Crash()))
    take = (await any_office.order())[0]
    await crashes(any_office)
    await finished(any_office, take)
    assert len(any_office.archive.files) == 1


async def test_a_post_that_never_began_is_made_when_its_attempt_has_expired(any_office: Office) -> None:
    """T5…T6, not posted: nobody posts before the attempt has expired, then it is posted once."""
    any_office.chat.script.add("post_clip", Crash())
    take = (await any_office.order())[0]
    await crashes(any_office)
    expires_at = (await attempts(any_office, take, AttemptKind.POST))[0].expires_at
    office = await restart(any_office)
    await office.work((expires_at - office.clock.now()) / 1000 - 1)
    assert len(office.chat.script.called("post_clip")) == 1
    await finished(office, take)
    assert await outcomes(office, take, AttemptKind.POST) == [Outcome.CLOSED, Outcome.ACCEPTED]


async def test_a_post_that_was_made_is_found(any_office: Office) -> None:
    """T5…T6, posted: it is looked for, found, and not posted again."""
    any_office.chat.script.add("post_clip", After(Crash()))
    take = (await any_office.order())[0]
    await crashes(any_office)
    office = await restart(any_office)
    await office.work(5)
    assert (await office.take(take.id)).state is State.DELIVERED
    assert len(office.chat.script.called("post_clip")) == 1
    await require_one_post(office, take)


async def test_a_post_is_found_although_the_chat_is_busy_at_first(any_office: Office) -> None:
    """T5…T6, posted, and the chat does not answer the first question."""
    any_office.chat.script.add("post_clip", After(Crash()))
    take = (await any_office.order())[0]
    await crashes(any_office)
    any_office.chat.script.add("find_post", ChatBusy("slow down", retry_after_s=3))
    await finished(any_office, take)
    assert len(any_office.chat.script.called("post_clip")) == 1


async def test_a_clip_whose_file_is_missing_is_fetched_again(any_office: Office) -> None:
    """T5…T6, file missing: back to fetching while the URL lives, then posted."""
    any_office.chat.script.add("show", ChatBusy("not now", retry_after_s=100))
    take = (await any_office.order())[0]
    await any_office.work(60)
    assert (await any_office.take(take.id)).state is State.DELIVERING
    any_office.archive.files.clear()
    await finished(any_office, take)
    assert len(any_office.provider.script.called("download")) == 2


async def test_a_card_that_was_not_drawn_is_drawn_after_a_restart(any_office: Office) -> None:
    """After T6: the outbox draws what is left."""
    take = (await any_office.order())[0]
    await any_office.work()
    any_office.chat.script.add("show", Crash())
    await any_office.handle(Draft, MINA, LAUNCH, prompt="a second fox", options=OrderOptions())
    await crashes(any_office)
    office = await restart(any_office)
    await office.work()
    assert len([sent for sent in office.chat.sent if sent.view.buttons]) == 2
    assert (await office.take(take.id)).state is State.DELIVERED
