"""Calls to webhooks count for ever: long after everybody else has stopped looking."""

from __future__ import annotations

import pytest

from bot.core.commands import Judge
from bot.core.errors import Gone, OutcomeUnknown
from bot.core.lifecycle import State
from bot.core.money import Money
from bot.core.ports import Job, JobStatus
from bot.core.rows import Take
from bot.jobs.worker.webhook import Heard, Webhook
from tests.jobs.conftest import DANA, Office
from tests.jobs.worker.conftest import attempts, ordered

RUNNING = JobStatus(job=Job.RUNNING, said="processing")


async def call(office: Office, take: Take, job: str | None) -> Heard:
    """The provider calls about the take's attempt."""
    (attempt,) = await attempts(office, take)
    return await Webhook(office.kit).hear(attempt.id, job)


@pytest.mark.parametrize("verdict", ["lost", "made"])
async def test_for_ever(office: Office, verdict: str) -> None:
    """Months after a verdict a call still finds its take: it is booked, delivered, and the owner told."""
    office.provider.script.add("submit", OutcomeUnknown("no answer"))
    take = await ordered(office, State.UNKNOWN)
    await office.work(60)
    take = await office.take(take.id)
    await office.handle(Judge, DANA, subject=take.id, verdict=verdict, ver=take.question_ver)
    await office.work(90 * 24 * 3600)
    told = len(office.lines(to="dana"))
    assert await call(office, take, "job-x") is Heard.NOTED
    await office.work()
    take = await office.take(take.id)
    assert (take.state, take.late, take.charged, take.held) == (State.DELIVERED, True, take.price, Money(0))
    assert len(office.lines(to="dana")) == told + 1


async def test_a_job_that_was_lost_sight_of(office: Office) -> None:
    """A known job that polls no longer found is taken up again, however long ago it was given up."""
    office.provider.script.always("poll", Gone("404"))
    take = await ordered(office, State.RENDERING)
    await office.work(26 * 3600)
    take = await office.take(take.id)
    await office.handle(Judge, DANA, subject=take.id, verdict="lost", ver=take.question_ver)
    await office.work(48 * 3600)
    office.provider.script.always("poll", RUNNING)
    await call(office, take, take.job)
    assert (await office.take(take.id)).state is State.RELEASED
    office.provider.script.always("poll", None)
    await call(office, take, take.job)
    await office.work()
    assert (await office.take(take.id)).state is State.DELIVERED
