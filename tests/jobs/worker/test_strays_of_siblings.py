"""Jobs that no take has, of orders that were sent again after a 5xx."""

from __future__ import annotations

from bot.core.commands import GoOn, Judge
from bot.core.errors import Gone, OutcomeUnknown, ServerFault
from bot.core.ledger import SECOND_JOB
from bot.core.lifecycle import State
from bot.core.money import Money
from bot.core.ports import History, HistoryRow
from bot.core.rows import Attempt, Line, Outcome, Take
from tests.jobs.conftest import DANA, Office
from tests.jobs.worker.conftest import attempts, ordered, outcomes, row_for

FAULT = ServerFault("internal error", status=500)
HOUR_S = 3600


async def sent_again(office: Office) -> tuple[Take, list[Attempt]]:
    """A take that was ordered twice, the first time with a 5xx, and goes on with its second job."""
    office.provider.script.add("submit", FAULT)
    take = await ordered(office, State.SUBMITTING)
    await office.work(65)
    assert await outcomes(office, take) == [Outcome.CLOSED, Outcome.ACCEPTED]
    return await office.take(take.id), await attempts(office, take)


def lists(office: Office, *rows: HistoryRow) -> None:
    """What the history says from now on."""
    office.provider.script.always("find_recent", History(rows=rows, complete=True))


async def booked(office: Office) -> list[tuple[str, str]]:
    """The takes and jobs that were booked beside a take's own."""
    return sorted({(line.take, line.evidence) for line in await office.rows(Line, reason=SECOND_JOB)})


async def test_a_stray_is_booked_once(any_office: Office) -> None:
    """A second job that only the history knows is booked, however often it is read."""
    take, (first, _) = await sent_again(any_office)
    await any_office.work()
    lists(any_office, row_for(first, "job-y"))
    await any_office.sweep.once()
    await any_office.sweep.once()
    assert await booked(any_office) == [(take.id, "job-y")]
    take = await any_office.take(take.id)
    assert take.charged == Money(2 * take.price.micros)


async def test_a_job_that_an_identical_order_with_a_5xx_looks_for(any_office: Office) -> None:
    """Of two identical takes the one that waits after its 5xx gets the job; it is not booked for the other one."""
    await sent_again(any_office)
    any_office.provider.script.add("submit", FAULT)
    other = await ordered(any_office, State.SUBMITTING)
    lists(any_office, row_for((await attempts(any_office, other))[0], "job-x"))
    await any_office.sweep.once()
    assert await booked(any_office) == []
    await any_office.work()
    other = await any_office.take(other.id)
    assert (other.job, other.charged) == ("job-x", other.price)


async def test_an_identical_order_of_long_ago_hides_no_stray(any_office: Office) -> None:
    """An order that was judged lost a month ago cannot have made a job of today."""
    any_office.provider.script.add("submit", OutcomeUnknown("no answer"))
    old = await ordered(any_office, State.UNKNOWN)
    await any_office.work(60)
    old = await any_office.take(old.id)
    await any_office.handle(Judge, DANA, subject=old.id, verdict="lost", ver=old.question_ver)
    await any_office.work(30 * 24 * HOUR_S)
    take, (first, _) = await sent_again(any_office)
    await any_office.work()
    lists(any_office, row_for(first, "job-y"))
    await any_office.sweep.once()
    assert await booked(any_office) == [(take.id, "job-y")]


async def test_a_stray_of_a_take_whose_own_job_was_lost_sight_of(any_office: Office) -> None:
    """Such a take looks for its own job only, so its other one is looked for here."""
    take, (first, _) = await sent_again(any_office)
    any_office.provider.script.always("poll", Gone("404"))
    await any_office.work(900)
    assert (await any_office.take(take.id)).state is State.UNKNOWN
    any_office.provider.script.always("poll", None)
    lists(any_office, row_for(first, "job-y"))
    await any_office.sweep.once()
    assert await booked(any_office) == [(take.id, "job-y")]


async def test_a_booked_stray_is_no_evidence_for_a_later_order(any_office: Office) -> None:
    """A job that had ended and was booked before an identical order was sent is not that order's: it is paid once."""
    take, (_, second) = await sent_again(any_office)
    lists(any_office, row_for(second, "job-y"))
    await any_office.sweep.once()
    assert await booked(any_office) == [(take.id, "job-y")]
    await any_office.handle(GoOn, DANA, subject=take.id)
    any_office.provider.script.add("submit", OutcomeUnknown("no answer"))
    later = await ordered(any_office, State.UNKNOWN)
    await any_office.work()
    later = await any_office.take(later.id)
    assert (later.state, later.job) == (State.UNKNOWN, None)
