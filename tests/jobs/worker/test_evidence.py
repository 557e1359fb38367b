"""provider.md, "Evidence": which rows of the history are a take's job."""

from __future__ import annotations

import json
from typing import Any

import pytest

from bot.core.commands import Judge
from bot.core.errors import KeyRefused, OutcomeUnknown, ServerFault
from bot.core.lifecycle import State
from bot.core.ports import Accepted, History, HistoryRow, Order
from bot.core.rows import Outcome, Take
from tests.jobs.conftest import DANA, Office
from tests.jobs.worker.conftest import attempts, ordered, outcomes, posts, row_for

LOST = OutcomeUnknown("no answer")


def shows(office: Office, *rows: HistoryRow) -> None:
    office.provider.script.always("find_recent", History(rows=rows, complete=True))


async def unknown(office: Office, **options: Any) -> Take:
    office.provider.script.add("submit", LOST)
    return await ordered(office, State.UNKNOWN, **options)


@pytest.mark.parametrize(
    ("changes", "matches"),
    [
        ({}, True),
        ({"endpoint": None}, True),
        ({"endpoint": "another-model"}, False),
        ({"payload": None}, False),
        ({"payload": {"prompt": "another"}}, False),
        ({"created_at": None}, False),
    ],
)
async def test_endpoint_and_payload_must_be_the_same(office: Office, changes: dict[str, Any], matches: bool) -> None:  # noqa: FBT001
    """What the provider does not say of the body or the time proves nothing; an endpoint that it omits may be ours."""
    take = await unknown(office)
    shows(office, row_for((await attempts(office, take))[0], "job-x", **changes))
    await office.work(6)
    assert ((await office.take(take.id)).job == "job-x") is matches


@pytest.mark.parametrize(("after_s", "matches"), [(-61, False), (-60, True), (0, True), (120, True), (121, False)])
async def test_a_row_was_created_around_the_attempt(office: Office, after_s: float, matches: bool) -> None:  # noqa: FBT001
    """From 60 s before it to 60 s after its time limit."""
    take = await unknown(office)
    shows(office, row_for((await attempts(office, take))[0], "job-x", after_s=after_s))
    await office.work(6)
    assert ((await office.take(take.id)).job == "job-x") is matches


async def test_a_row_may_say_more_than_was_sent(office: Office) -> None:
    """The provider adds defaults to the body."""
    take = await unknown(office)
    attempt = (await attempts(office, take))[0]
    payload = json.loads(attempt.payload) | {"webhook": None}
    shows(office, row_for(attempt, "job-x", payload=payload))
    await office.work(6)
    assert (await office.take(take.id)).job == "job-x"


@pytest.mark.parametrize("rows", [1, 2, 3])
async def test_n_rows_resolve_n_of_several_identical_takes(any_office: Office, rows: int) -> None:
    """Identical takes of a slate are interchangeable; no job is given twice."""
    any_office.provider.script.add("submit", *[LOST] * 3)
    takes = await any_office.order("a mug", count=3)
    await any_office.work(1)
    attempt = (await attempts(any_office, takes[0]))[0]
    shows(any_office, *[row_for(attempt, f"job-{number}") for number in range(rows)])
    await any_office.work(3600)
    states = sorted([(await any_office.take(take.id)).state.value for take in takes])
    assert states == ["delivered"] * rows + ["unknown"] * (3 - rows)
    jobs = [take.job for take in await any_office.rows(Take) if take.job]
    assert len(jobs) == len(set(jobs)) == rows
    assert posts(any_office) == 3


async def test_a_job_that_a_take_has_is_nobody_elses(office: Office) -> None:
    """The history shows the job of an identical take that went well."""
    made = await ordered(office, State.RENDERING)
    take = await unknown(office)
    shows(office, row_for((await attempts(office, take))[0], str(made.job)))
    await office.work(60)
    assert (await office.take(take.id)).state is State.UNKNOWN


async def test_no_row_is_taken_while_an_identical_order_is_under_way(office: Office) -> None:
    """The row may be the other's, whose answer is still to come."""
    take = await unknown(office)
    shows(office, row_for((await attempts(office, take))[0], "job-x"))
    seen: list[str | None] = []

    async def submit(order: Order) -> Accepted:
        del order
        await office.worker.advance(take.id)
        seen.append((await office.take(take.id)).job)
        return Accepted(job="job-x")

    office.provider.script.add("submit", submit)
    other = await ordered(office, State.RENDERING)
    assert (seen, other.job) == ([None], "job-x")
    await office.work(60)
    assert (await office.take(take.id)).state is State.UNKNOWN


async def test_a_row_of_the_first_order_counts_after_an_unknown_repeat(any_office: Office) -> None:
    """5xx, then no answer: a row that fits only the first attempt is the job; the repeat may still be a second one."""
    any_office.provider.script.add("submit", ServerFault("502"), LOST)
    take = (await any_office.order())[0]
    await any_office.work(600)
    assert await outcomes(any_office, take) == [Outcome.CLOSED, Outcome.UNKNOWN]
    first, second = await attempts(any_office, take)
    created = second.started_at - 61_000
    shows(any_office, row_for(first, "job-x", created_at=created))
    await any_office.work(3600)
    take = await any_office.take(take.id)
    assert (take.state, take.job) == (State.DELIVERED, "job-x")
    assert await outcomes(any_office, take) == [Outcome.ACCEPTED, Outcome.CLOSED]


async def test_a_history_that_refuses_the_key_proves_nothing(office: Office) -> None:
    """Unknown stays unknown."""
    office.provider.script.always("find_recent", KeyRefused("401"))
    take = await unknown(office)
    await office.work(60)
    assert (await office.take(take.id)).state is State.UNKNOWN


async def test_evidence_that_comes_while_the_history_is_read_is_enough(office: Office) -> None:
    """The take has its job by the time that the reading is over."""
    take = await unknown(office)
    row = row_for((await attempts(office, take))[0], "job-x")

    async def twice(since: int) -> History:
        del since
        shows(office, row)
        await office.worker.advance(take.id)
        return History(rows=(row,), complete=True)

    office.provider.script.add("find_recent", twice)
    await office.work(6)
    assert ((await office.take(take.id)).state, (await office.take(take.id)).job) == (State.RENDERING, "job-x")


@pytest.mark.parametrize("verdict", ["lost", "made"])
async def test_evidence_is_looked_for_hourly_for_a_day_after_a_verdict(any_office: Office, verdict: str) -> None:
    """Late evidence from the history: booked, fetched, posted."""
    take = await unknown(any_office)
    await any_office.work(30)
    ver = (await any_office.take(take.id)).question_ver
    await any_office.handle(Judge, DANA, subject=take.id, verdict=verdict, ver=ver)
    before = len(any_office.provider.script.called("find_recent"))
    await any_office.work(5 * 3600)
    assert len(any_office.provider.script.called("find_recent")) - before in range(4, 8)
    shows(any_office, row_for((await attempts(any_office, take))[0], "job-x"))
    await any_office.work(2 * 3600)
    take = await any_office.take(take.id)
    assert (take.state, take.late, take.charged) == (State.DELIVERED, True, take.price)
    await any_office.require_balanced()


async def test_a_day_after_a_verdict_nothing_is_looked_for_any_more(office: Office) -> None:
    """The rows come to rest."""
    take = await unknown(office)
    await office.work(30)
    ver = (await office.take(take.id)).question_ver
    await office.handle(Judge, DANA, subject=take.id, verdict="lost", ver=ver)
    await office.work(26 * 3600)
    before = len(office.provider.script.called("find_recent"))
    await office.work(26 * 3600)
    assert len(office.provider.script.called("find_recent")) == before
