"""Jobs that no take has: what an order that was sent again has made at its first try is booked, once."""

from __future__ import annotations

import pytest

from bot.core.errors import Gone, ServerFault, Transient
from bot.core.ledger import SECOND_JOB
from bot.core.lifecycle import State
from bot.core.money import Money
from bot.core.ports import Charge, History, HistoryRow, Job, JobStatus
from bot.core.rows import Line, Take
from tests.jobs.conftest import Office
from tests.jobs.worker.conftest import attempts, ordered, restart, row_for

FAULT = ServerFault("internal error", status=500)
STRAY = "job-first"


async def sent_twice(office: Office) -> Take:
    """A take that was delivered with the job of its second order; the first was answered with a 5xx."""
    office.provider.script.add("submit", FAULT)
    take = await ordered(office, State.SUBMITTING)
    await office.work()
    take = await office.take(take.id)
    assert take.state is State.DELIVERED
    return take


async def shows(office: Office, take: Take, *, number: int = 0) -> HistoryRow:
    """From now on the history shows what one of its orders has made."""
    row = row_for((await attempts(office, take))[number], STRAY)
    office.provider.script.always("find_recent", History(rows=(row,), complete=True))
    return row


async def booked(office: Office) -> list[Money]:
    """What was booked for second jobs, in the channel."""
    lines = await office.rows(Line, reason=SECOND_JOB, scope="channel:local:launch")
    return [line.amount for line in lines]


async def test_it_is_booked_once_and_told(any_office: Office) -> None:
    """At what the provider charges for it; ordering stops until an owner says so, and the next sweep books nothing."""
    take = await sent_twice(any_office)
    await shows(any_office, take)
    any_office.provider.script.always(
        "poll", JobStatus(job=Job.DONE, said="completed", charge=Charge(amount=Money.usd("0.40")))
    )
    for _ in range(3):
        await any_office.sweep.once()
    assert await booked(any_office) == [Money.usd("0.40")]
    assert (await any_office.take(take.id)).charged == take.charged + Money.usd("0.40")
    await any_office.work(5)
    assert len([line for line in any_office.lines(to="dana") if f"{take.id} cost $0.72" in line]) == 1
    assert (await any_office.budget()).stopped_by == f"overrun:{take.id}"


@pytest.mark.parametrize("number", [0, 1])
async def test_whichever_order_it_fits(office: Office, number: int) -> None:
    """The take may have its job by either of its orders; the other job is found by the other."""
    take = await sent_twice(office)
    await shows(office, take, number=number)
    await office.sweep.once()
    assert await booked(office) == [take.price]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (JobStatus(job=Job.FAILED, said="failed", charge=Charge(refunded=True)), []),
        (JobStatus(job=Job.FAILED, said="failed"), [Money.usd("0.32")]),
        (JobStatus(job=Job.RUNNING, said="processing"), []),
        (Gone("404", status=404), []),
        (Transient("down"), []),
    ],
)
async def test_how_it_ended(office: Office, status: object, expected: list[Money]) -> None:
    """Refunded, it costs nothing; while it runs, or nobody can say, it is looked at again."""
    take = await sent_twice(office)
    await shows(office, take)
    office.provider.script.always("poll", status)
    await office.sweep.once()
    assert await booked(office) == expected


async def test_a_failure_that_is_taken_to_be_free(office: Office) -> None:
    """Where failures without a mark are released, a stray's is too."""
    take = await sent_twice(office)
    office = await restart(office, rules=type(office.kit.rules)(owners=("dana",), charge_unmarked_failures=False))
    await shows(office, take)
    office.provider.script.always("poll", JobStatus(job=Job.FAILED, said="failed"))
    await office.sweep.once()
    assert await booked(office) == []


async def test_the_takes_own_job_is_none(office: Office) -> None:
    """A row that a take has is nobody's stray; nor is one of another order."""
    take = await sent_twice(office)
    row = row_for((await attempts(office, take))[1], take.job or "")
    other = row_for((await attempts(office, take))[1], "job-other", endpoint="another-model")
    office.provider.script.always("find_recent", History(rows=(row, other), complete=True))
    await office.sweep.once()
    assert await booked(office) == []


async def test_a_history_that_cannot_be_read(office: Office) -> None:
    """It is read again an hour later."""
    take = await sent_twice(office)
    office.provider.script.always("find_recent", Transient("down"))
    await office.sweep.once()
    assert await booked(office) == []
    await shows(office, take)
    await office.sweep.once()
    assert await booked(office) == [take.price]


async def test_nothing_is_read_without_need(office: Office) -> None:
    """No order was sent again: the history is left alone; nor after a day."""
    await ordered(office)
    await office.work()
    await office.sweep.once()
    assert office.provider.script.called("find_recent") == []
    take = await sent_twice(office)
    read = len(office.provider.script.called("find_recent"))
    await office.clock.advance(25 * 3600)
    await shows(office, take)
    await office.sweep.once()
    assert len(office.provider.script.called("find_recent")) == read
