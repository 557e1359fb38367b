"""provider.md, "Submit", rule 5: what follows a 5xx without a job id."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from bot.core.commands import Cancel
from bot.core.errors import NotSent, NotSentFor, ServerFault, Transient
from bot.core.lifecycle import State
from bot.core.ports import Accepted, History, Order
from bot.core.rows import Outcome, Take
from tests.jobs.conftest import Office, make_office
from tests.jobs.worker.conftest import attempts, bills, key_of, ordered, outcomes, posts, restart, row_for, slots

FAULT = ServerFault("internal error", status=500)


async def faulted(office: Office, faults: int = 1) -> Take:
    """A take whose first orders were answered with a 5xx."""
    office.provider.script.add("submit", *[FAULT] * faults)
    return await ordered(office, State.SUBMITTING, State.UNKNOWN)


def readings(office: Office) -> int:
    return len(office.provider.script.called("find_recent"))


@pytest.fixture
def make(tmp_path: Any) -> Any:
    return lambda mode: make_office(tmp_path, resend_5xx=mode)


async def test_careful_repeats_after_two_complete_readings_a_minute_apart(any_office: Office) -> None:
    """Nothing matches twice, 60 s apart: then, and not before, a new attempt is sent."""
    take = await faulted(any_office)
    await any_office.work(61)
    assert (posts(any_office), readings(any_office)) == (1, 1)
    await any_office.work(2)
    assert (posts(any_office), readings(any_office)) == (2, 2)
    assert await outcomes(any_office, take) == [Outcome.CLOSED, Outcome.ACCEPTED]
    await any_office.work()
    assert (await any_office.take(take.id)).state is State.DELIVERED
    assert bills(any_office) == 1
    await any_office.require_balanced()


async def test_a_ring_between_the_readings_does_not_bring_the_repeat_forward(office: Office) -> None:
    """However often the take is looked at: the second reading counts from a minute after the first."""
    take = await faulted(office)
    for _ in range(5):
        await office.work(10)
        office.engine.wake_now(take.id, office.clock.now())
    await office.work(10)
    assert posts(office) == 1
    await office.work(5)
    assert posts(office) == 2


async def test_the_take_keeps_its_hold_and_its_slot_between_the_orders(office: Office) -> None:
    """It stays submitting; others do not get its place."""
    take = await faulted(office)
    await office.work(30)
    take = await office.take(take.id)
    assert (take.state, take.held, await slots(office)) == (State.SUBMITTING, take.price, 1)


async def test_a_matching_row_is_the_job(any_office: Office) -> None:
    """A 5xx after the job was made: the history shows it, and nothing is repeated."""
    take = await faulted(any_office)
    row = row_for((await attempts(any_office, take))[0], "job-x")
    any_office.provider.script.always("find_recent", History(rows=(row,), complete=True))
    await any_office.work()
    take = await any_office.take(take.id)
    assert (take.state, take.job, posts(any_office)) == (State.DELIVERED, "job-x", 1)


async def test_a_row_that_appears_between_the_readings_is_the_job(office: Office) -> None:
    """The second reading sees what the first did not."""
    take = await faulted(office)
    await office.work(30)
    row = row_for((await attempts(office, take))[0], "job-x")
    office.provider.script.always("find_recent", History(rows=(row,), complete=True))
    await office.work()
    assert ((await office.take(take.id)).job, posts(office)) == ("job-x", 1)


async def test_careful_waits_for_a_history_that_cannot_be_read(office: Office) -> None:
    """For ten minutes at most; then the take is unknown."""
    office.provider.script.always("find_recent", Transient("down"))
    take = await faulted(office)
    await office.work(599)
    assert (await office.take(take.id)).state is State.SUBMITTING
    await office.work(15)
    take = await office.take(take.id)
    assert (take.state, take.held, posts(office)) == (State.UNKNOWN, take.price, 1)


async def test_an_incomplete_reading_proves_no_absence(office: Office) -> None:
    """A history that does not reach back to the attempt is none."""
    office.provider.script.always("find_recent", History(rows=(), complete=False))
    take = await faulted(office)
    await office.work(620)
    assert ((await office.take(take.id)).state, posts(office)) == (State.UNKNOWN, 1)


@pytest.mark.parametrize(
    "changes", [{"after_s": 3600}, {"after_s": -61}, {"created_at": None}, {"payload": None}, {"endpoint": None}]
)
async def test_a_row_that_may_be_the_job_is_no_absence(office: Office, changes: dict[str, Any]) -> None:
    """A clock that is wrong, or a row that says too little, proves nothing: then it is unknown, not sent again."""
    take = await faulted(office)
    row = row_for((await attempts(office, take))[0], "job-x", **({"after_s": 600} | changes))
    office.provider.script.always("find_recent", History(rows=(row,), complete=True))
    await office.work(700)
    assert posts(office) == 1
    assert (await office.take(take.id)).state is State.UNKNOWN


@pytest.mark.parametrize(("ahead_s", "sent"), [(60, 2), (61, 1)])
async def test_a_clock_ahead_of_the_providers_proves_no_absence(office: Office, ahead_s: int, sent: int) -> None:
    """By such a clock a job that was made just now is older than the order, and was not looked for."""
    take = await faulted(office)

    def reading(since: int) -> History:
        del since
        return History(rows=(), complete=True, as_of=office.clock.now() - ahead_s * 1000)

    office.provider.script.always("find_recent", reading)
    await office.work(700)
    assert posts(office) == sent
    assert (await office.take(take.id)).state is (State.DELIVERED if sent > 1 else State.UNKNOWN)


async def test_a_history_that_becomes_readable_is_read_twice(office: Office) -> None:
    """The minute between the readings begins with the first complete one."""
    office.provider.script.add("find_recent", *[Transient("down")] * 5)
    take = await faulted(office)
    await office.work(100)
    assert posts(office) == 1
    await office.work(20)
    assert (posts(office), (await office.take(take.id)).state) == (2, State.RENDERING)


async def test_three_repeats_are_the_most(make: Any) -> None:
    """The fourth 5xx makes the take unknown."""
    office = make("guide")
    take = await faulted(office, 9)
    await office.work()
    take = await office.take(take.id)
    assert (take.state, take.held, posts(office)) == (State.UNKNOWN, take.price, 4)
    assert await outcomes(office, take) == [Outcome.CLOSED] * 4


async def test_the_guide_repeats_with_growing_pauses(make: Any) -> None:
    """2, 4 and 8 s after each answer, and the history is read before each."""
    office = make("guide")
    take = await faulted(office, 3)
    await office.work(60)
    starts = [attempt.started_at for attempt in await attempts(office, take)]
    assert [(b - a) // 1000 for a, b in itertools.pairwise(starts)] == [2, 4, 8]
    assert readings(office) == 3


async def test_the_guide_takes_a_matching_row(make: Any) -> None:
    """Also by the guide a job that is there is not ordered again."""
    office = make("guide")
    take = await faulted(office)
    row = row_for((await attempts(office, take))[0], "job-x")
    office.provider.script.always("find_recent", History(rows=(row,), complete=True))
    await office.work()
    assert ((await office.take(take.id)).job, posts(office)) == ("job-x", 1)


async def test_the_guide_repeats_although_the_history_cannot_be_read(make: Any) -> None:
    """As the guide says."""
    office = make("guide")
    office.provider.script.always("find_recent", Transient("down"))
    take = await faulted(office)
    await office.work(10)
    assert ((await office.take(take.id)).state, posts(office)) == (State.RENDERING, 2)


async def test_never_makes_it_unknown_at_once(make: Any) -> None:
    """The only mode in which two bills are excluded."""
    office = make("never")
    take = await faulted(office)
    assert take.state is State.UNKNOWN
    await office.work(3600)
    assert posts(office) == 1


async def test_a_cancel_between_two_orders_ends_the_repeating(any_office: Office) -> None:
    """No further POST: unknown with the cancel remembered, and a job that turns up is kept, not posted."""
    take = await faulted(any_office)
    await any_office.work(20)
    await any_office.handle(Cancel, subject=take.id)
    await any_office.work(120)
    take = await any_office.take(take.id)
    assert (take.state, take.cancel_asked, posts(any_office)) == (State.UNKNOWN, True, 1)
    row = row_for((await attempts(any_office, take))[0], "job-x")
    any_office.provider.script.always("find_recent", History(rows=(row,), complete=True))
    await any_office.work(3600)
    assert (await any_office.take(take.id)).state is State.SHELVED


async def test_a_row_that_may_be_an_identical_orders_is_no_absence(office: Office) -> None:
    """While an identical order is under way a row cannot be told apart, and nothing is repeated because of it."""
    take = await faulted(office)
    mine = (await attempts(office, take))[0]
    office.provider.script.always("find_recent", History(rows=(row_for(mine, "job-x"),), complete=True))

    async def submit(order: Order) -> Accepted:
        del order
        await office.clock.advance(3)
        for _ in range(3):
            await office.worker.advance(take.id)
            await office.clock.advance(61)
        assert posts(office) == 2
        return Accepted(job="job-2")

    office.provider.script.add("submit", submit)
    await office.order()
    await office.work(300)
    assert (await office.take(take.id)).job == "job-x"
    assert posts(office) == 2


async def test_nothing_is_repeated_while_the_key_is_paused(any_office: Office) -> None:
    """A repeat that is not sent would make the take unknown for nothing: it waits for the pause to end."""
    take = await faulted(any_office)
    any_office.provider.script.add("submit", NotSent("too many", reason=NotSentFor.RATE, retry_after_s=200))
    await any_office.order("another")
    await any_office.work(150)
    assert ((await any_office.take(take.id)).state, posts(any_office)) == (State.SUBMITTING, 2)
    await any_office.work(300)
    assert {each.state for each in await any_office.rows(Take)} == {State.DELIVERED}
    assert (await key_of(any_office)).paused_for == ""


async def test_a_repeat_goes_on_after_a_restart(any_office: Office) -> None:
    """Between two orders there is nothing but the rows."""
    take = await faulted(any_office)
    await any_office.work(30)
    office = await restart(any_office)
    await office.work()
    assert ((await office.take(take.id)).state, posts(office), bills(office)) == (State.DELIVERED, 2, 1)
