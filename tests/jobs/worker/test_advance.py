"""``advance``: one step, safe at any time."""

from __future__ import annotations

from pathlib import Path

from bot.core.commands import Cancel
from bot.core.errors import NotSent, NotSentFor
from bot.core.lifecycle import State
from bot.core.rows import Take
from bot.jobs.engine import DONE
from tests.jobs.conftest import Office, make_office
from tests.jobs.worker.conftest import bills


async def test_a_take_that_is_not_there_is_done(office: Office) -> None:
    """As after a restored backup."""
    assert await office.worker.advance("ZZ9") == DONE


async def test_a_take_that_has_ended_is_done(office: Office) -> None:
    """Nothing happens to it any more, however often it is woken."""
    take = (await office.order())[0]
    await office.work()
    ended = await office.take(take.id)
    assert await office.worker.advance(take.id) == DONE
    assert await office.take(take.id) == ended


async def test_a_cancelled_take_hands_the_queues_alarm_on(office: Office) -> None:
    """The key is paused and the one take that has the alarm is cancelled: the others start all the same."""
    office.provider.script.add("submit", NotSent("too many", reason=NotSentFor.RATE, retry_after_s=100))
    takes = await office.order("a mug", count=3)
    await office.work(10)
    armed = dict(office.engine.due)
    assert armed
    office.engine.due = dict(list(armed.items())[:1])
    (cancelled,) = office.engine.due
    await office.handle(Cancel, subject=cancelled)
    await office.work()
    others = [await office.take(take.id) for take in takes if take.id != cancelled]
    assert {take.state for take in others} == {State.DELIVERED}


async def test_twice_is_as_once(any_office: Office) -> None:
    """Every step of a take repeated with nothing between: one bill, one clip."""
    take = (await any_office.order())[0]
    for _ in range(12):
        await any_office.worker.advance(take.id)
        await any_office.worker.advance(take.id)
        await any_office.outbox.once()
        await any_office.clock.advance(20)
    assert (await any_office.take(take.id)).state is State.DELIVERED
    assert (bills(any_office), len(any_office.chat.files)) == (1, 1)


async def test_no_state_of_a_take_is_without_an_alarm(tmp_path: Path) -> None:
    """Whatever a take waits for, somebody looks at it again: here through every step of a slate."""
    office = make_office(tmp_path, slots=2)
    await office.order("a mug", count=4)
    for _ in range(200):
        await office.work(1)
        open_ones = [take for take in await office.rows(Take) if take.state not in (State.DELIVERED, State.QUEUED)]
        assert all(take.id in office.engine.due for take in open_ones)
    assert {take.state for take in await office.rows(Take)} == {State.DELIVERED}
    await office.store.close()
