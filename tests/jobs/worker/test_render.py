"""provider.md, "Poll": when a job is asked after, and what each answer does."""

from __future__ import annotations

import itertools
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.core.commands import Cancel
from bot.core.errors import Gone, KeyRefused, NotSent, NotSentFor, Transient
from bot.core.lifecycle import State
from bot.core.ports import Job, JobStatus
from bot.core.rows import AttemptKind, Take
from tests.jobs.conftest import Office, make_office
from tests.jobs.worker.conftest import attempts, bills, key_of, ordered, posts, slots

RUNNING = JobStatus(job=Job.RUNNING, said="processing")
#: What the provider says; ``None`` is done, with a URL.
Answer = JobStatus | Exception | None
NO_URL = JobStatus(job=Job.DONE, said="completed", raw='{"status": "completed"}')


class Polls:
    """When the provider was asked, in seconds since the order."""

    def __init__(self, office: Office, *answers: Answer, then: Answer = RUNNING) -> None:
        self.at: list[float] = []
        self._office, self._answers, self._then = office, list(answers), then
        self._begun = office.clock.now()
        office.provider.script.always("poll", self)

    def __call__(self, job: str) -> JobStatus:
        done = JobStatus(job=Job.DONE, said="completed", output_url=f"https://files.invalid/{job}.mp4")
        self.at.append((self._office.clock.now() - self._begun) / 1000)
        answer = self._answers.pop(0) if self._answers else self._then
        if isinstance(answer, Exception):
            raise answer
        return answer or done


async def test_nothing_is_asked_before_three_quarters_of_the_usual_time(office: Office) -> None:
    """A job cannot be done yet; from then on the gaps are 5 to 10 s."""
    polls = Polls(office)
    take = await ordered(office, State.RENDERING)
    await office.work(60)
    assert polls.at[0] == pytest.approx(take.usual_ms * 0.75 / 1000, abs=0.01)
    assert all(5 <= b - a < 10 for a, b in itertools.pairwise(polls.at))
    assert len({round(b - a, 3) for a, b in itertools.pairwise(polls.at)}) > 1


async def test_an_order_that_waited_long_is_not_late_from_the_start(office: Office) -> None:
    """The usual time begins with the order that was accepted, not with one that was not sent."""
    office.provider.script.add("submit", NotSent("too many", reason=NotSentFor.RATE, retry_after_s=7200))
    polls = Polls(office)
    take = (await office.order())[0]
    await office.work(7300)
    take = await office.take(take.id)
    assert polls.at[0] == pytest.approx(7200 + take.usual_ms * 0.75 / 1000, abs=1)
    assert take.state is State.RENDERING


async def test_a_long_job_is_not_asked_after_because_of_an_old_alarm(office: Office) -> None:
    """The alarm of the order's own time limit does not make a poll."""
    polls = Polls(office)
    take = (await office.order("a lap", draft_seconds=15))[0]
    await office.work(0)
    await office.store.transact(lambda tx: _usual(tx, take.id, 400_000))
    await office.work(110)
    assert polls.at == []


async def _usual(tx: Any, take_id: str, usual_ms: int) -> None:
    row = await tx.lock(Take, take_id)
    await tx.step(row, replace(row, usual_ms=usual_ms, due_at=row.submitted_at + 300_000))


async def test_a_ring_does_not_make_a_poll(office: Office) -> None:
    """A cancel while it renders is written down; the provider is asked when its time comes."""
    polls = Polls(office)
    take = await ordered(office, State.RENDERING)
    await office.handle(Cancel, subject=take.id)
    office.engine.wake_now(take.id, office.clock.now())
    await office.work(1)
    assert polls.at == []


async def test_the_usual_time_is_learned_from_past_takes(office: Office) -> None:
    """Three jobs that took twice as long move the first poll of the fourth."""
    for number in range(3):
        polls = Polls(office, *[RUNNING] * 4, then=None)
        await office.order(f"fox {number}")
        await office.work()
    first = (await office.rows(Take))[0]
    assert first.done_at is not None
    polls = Polls(office)
    fourth = await ordered(office, State.RENDERING)
    assert fourth.usual_ms > 1.5 * first.usual_ms
    await office.work(fourth.usual_ms / 1000)
    assert polls.at[0] >= fourth.usual_ms * 0.75 / 1000 - 0.01


async def test_an_unchanged_poll_writes_nothing(office: Office) -> None:
    """The row stays in its version."""
    Polls(office)
    take = await ordered(office, State.RENDERING)
    await office.work(take.usual_ms * 1.9 / 1000)
    assert (await office.take(take.id)).ver == take.ver


@pytest.mark.parametrize("answer", [RUNNING, Transient("down")])
async def test_a_late_job_is_said_to_be_late_once(office: Office, answer: Answer) -> None:
    """Past twice its usual time the card says so; polling goes on, nothing is ordered again."""
    Polls(office, then=answer)
    take = await ordered(office, State.RENDERING)
    await office.work(take.usual_ms * 3 / 1000)
    late = await office.take(take.id)
    assert (late.state, late.late_told_at is not None, posts(office)) == (State.RENDERING, True, 1)
    await office.work(take.usual_ms * 3 / 1000)
    assert (await office.take(take.id)).ver == late.ver


async def test_errors_while_polling_are_never_fatal(any_office: Office) -> None:
    """Network errors, 5xx and 429 say nothing about the job."""
    errors = [Transient("reset"), Transient("502", status=502), Transient("429", status=429, retry_after_s=40)] * 3
    polls = Polls(any_office, *errors, then=None)
    take = (await any_office.order())[0]
    await any_office.work()
    assert (await any_office.take(take.id)).state is State.DELIVERED
    assert (len(polls.at), bills(any_office)) == (10, 1)
    assert min(b - a for a, b in list(itertools.pairwise(polls.at))[2::3]) >= 40


async def test_a_404_is_tolerated_for_two_minutes(office: Office) -> None:
    """The job is not there yet, then it is."""
    Polls(office, *[Gone("404")] * 8, then=None)
    take = (await office.order())[0]
    await office.work()
    take = await office.take(take.id)
    assert (take.state, take.missing_since) == (State.DELIVERED, None)


async def test_a_404_that_lasts_makes_it_unknown(any_office: Office) -> None:
    """After two minutes: unknown, held, not sent again; its place is freed as any unknown's."""
    polls = Polls(any_office, then=Gone("404"))
    take = await ordered(any_office, State.RENDERING)
    await any_office.work(take.usual_ms * 0.75 / 1000 + 119)
    assert (await any_office.take(take.id)).state is State.RENDERING
    await any_office.work(12)
    take = await any_office.take(take.id)
    assert (take.state, take.held, posts(any_office)) == (State.UNKNOWN, take.price, 1)
    assert all(5 <= b - a < 10 for a, b in itertools.pairwise(polls.at))
    assert await slots(any_office) == 1
    await any_office.work(900)
    assert await slots(any_office) == 0


async def test_a_404_that_ended_begins_anew(office: Office) -> None:
    """Two short absences are not a long one."""
    Polls(office, *[Gone("404")] * 6, RUNNING, *[Gone("404")] * 12)
    take = await ordered(office, State.RENDERING)
    await office.work(15 + 140)
    assert (await office.take(take.id)).state is State.RENDERING


async def test_done_without_a_url_is_a_failure_of_its_own(any_office: Office) -> None:
    """Believed after two minutes: failed, charged for want of a refund mark, and the owner told."""
    Polls(any_office, then=NO_URL)
    take = await ordered(any_office, State.RENDERING)
    await any_office.work(60)
    assert (await any_office.take(take.id)).state is State.RENDERING
    await any_office.work(120)
    take = await any_office.take(take.id)
    assert (take.state, take.charged, take.unverified) == (State.FAILED, take.price, True)
    assert "completed" in take.problem
    (order,) = await attempts(any_office, take, AttemptKind.SUBMIT)
    assert order.answer.endswith('{"status": "completed"}')
    await any_office.require_balanced()


async def test_a_url_that_comes_late_is_fetched(office: Office) -> None:
    """Done, at first without its URL."""
    Polls(office, NO_URL, NO_URL, then=None)
    take = (await office.order())[0]
    await office.work()
    assert (await office.take(take.id)).state is State.DELIVERED


async def test_a_job_that_never_ends_becomes_unknown(office: Office) -> None:
    """After an hour, or twenty times its usual time where that is longer."""
    Polls(office)
    take = await ordered(office, State.RENDERING)
    await office.work(3599)
    assert (await office.take(take.id)).state is State.RENDERING
    await office.work(15)
    take = await office.take(take.id)
    assert (take.state, take.held, posts(office)) == (State.UNKNOWN, take.price, 1)


async def test_the_place_of_a_job_that_never_ends_is_free_at_once(tmp_path: Path) -> None:
    """Its fifteen minutes are over: who waits is not held up any longer."""
    office = make_office(tmp_path, slots=1)
    Polls(office)
    await office.order("a mug", count=2)
    await office.work(3595)
    assert posts(office) == 1
    await office.work(30)
    assert posts(office) == 2


async def test_a_refused_key_pauses_orders_and_polls_go_on(any_office: Office) -> None:
    """401 while polling: the key is paused, the owner told once, the job asked after a minute later."""
    polls = Polls(any_office, KeyRefused("401"), KeyRefused("401"), then=None)
    take = await ordered(any_office, State.RENDERING)
    any_office.provider.script.always("balance", KeyRefused("401"))
    await any_office.work(take.usual_ms / 1000)
    assert (await key_of(any_office)).paused_for == "key"
    await any_office.work()
    assert (await any_office.take(take.id)).state is State.DELIVERED
    assert [round(b - a) for a, b in itertools.pairwise(polls.at)] == [60, 60]
    assert len([line for line in any_office.lines(to="dana") if "key" in line]) == 1


async def test_an_answer_about_a_take_that_has_gone_on_is_dropped(office: Office) -> None:
    """Two workers ask at once: one of them settles."""
    take = await ordered(office, State.RENDERING)
    await office.clock.advance(30)

    async def twice(job: str) -> JobStatus:
        done = JobStatus(job=Job.DONE, said="completed", output_url=f"https://files.invalid/{job}.mp4")
        office.provider.script.always("poll", done)
        await office.worker.advance(take.id)
        return done

    office.provider.script.add("poll", twice)
    await office.worker.advance(take.id)
    await office.work()
    assert (await office.take(take.id)).state is State.DELIVERED
    await office.require_balanced()
