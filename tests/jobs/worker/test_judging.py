"""Orders found in submitting: under way, abandoned, or with an answer that is not in the rows."""

from __future__ import annotations

import asyncio
import logging

import pytest

from bot.core.errors import StoreError
from bot.core.lifecycle import State
from bot.core.ports import Accepted, Order
from bot.jobs.answers import Answer, Answers
from tests.jobs.conftest import Office
from tests.jobs.worker.conftest import Watched, answers_folder, ordered, posts, rebuilt, restart


class Full(Answers):
    """A folder that takes nothing."""

    async def write(self, answer: Answer) -> None:
        raise StoreError(answer.take)


async def test_a_full_disk_does_not_lose_an_answer(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    """An answer that cannot be written to its file is in the rows all the same."""
    office = rebuilt(office, answers=Full(answers_folder(office)))
    with caplog.at_level(logging.CRITICAL):
        await ordered(office, State.RENDERING)


@pytest.mark.parametrize("answers", [Answers, Full])
async def test_an_answer_that_the_rows_do_not_take_is_brought_in_later(office: Office, answers: type[Answers]) -> None:
    """The disk is full at T3, of the answer's file perhaps too: nothing is sent again, the answer is taken in later."""
    take = (await office.order())[0]
    store = Watched(office.store)

    async def submit(order: Order) -> Accepted:
        del order
        store.full = True
        return Accepted(job="job-1")

    broken = rebuilt(office, store=store, answers=answers(answers_folder(office)))
    broken.provider.script.add("submit", submit)
    await broken.sweep.take_up()
    with pytest.raises(StoreError):
        await broken.work(0)
    store.full = False
    await broken.worker.advance(take.id)
    assert (await office.take(take.id)).state is State.RENDERING
    assert posts(office) == 1


async def test_a_defect_in_the_client_makes_the_order_unknown(office: Office) -> None:
    """Whether anything was sent is not known of an error that is no answer; the text says so, and no more."""
    office.provider.script.add("submit", RuntimeError("a defect with sk-secret in it"))
    take = (await office.order())[0]
    await office.work(0)
    unknown = await office.take(take.id)
    assert unknown.state is State.UNKNOWN
    assert unknown.problem == "the order ended in an error of ours (RuntimeError)"
    assert len(office.provider.script.called("submit")) == 1


async def test_another_process_judges_only_what_has_expired(office: Office) -> None:
    """Where others may be at work, an attempt of theirs is waited for until it has expired."""
    started, go_on = asyncio.Event(), asyncio.Event()

    async def submit(order: Order) -> Accepted:
        del order
        started.set()
        await go_on.wait()
        return Accepted(job="job-1")

    office.provider.script.add("submit", submit)
    take = (await office.order())[0]
    posting = asyncio.create_task(office.work(0))
    await started.wait()
    other = await restart(office, alone=False)
    await other.work(89)
    assert (await other.take(take.id)).state is State.SUBMITTING
    await other.work(2)
    assert (await other.take(take.id)).state is State.UNKNOWN
    go_on.set()
    await posting
    assert ((await office.take(take.id)).state, (await office.take(take.id)).job) == (State.RENDERING, "job-1")


async def test_the_process_that_sends_does_not_judge_its_own_order(office: Office) -> None:
    """While the POST is under way its own worker waits for it."""
    started, go_on = asyncio.Event(), asyncio.Event()

    async def submit(order: Order) -> Accepted:
        del order
        started.set()
        await go_on.wait()
        return Accepted(job="job-1")

    office.provider.script.add("submit", submit)
    take = (await office.order())[0]
    posting = asyncio.create_task(office.work(0))
    await started.wait()
    await office.clock.advance(200)
    await office.worker.advance(take.id)
    assert (await office.take(take.id)).state is State.SUBMITTING
    waiting = asyncio.create_task(office.worker.submit.wait_for_orders())
    await asyncio.sleep(0)
    assert not waiting.done()
    go_on.set()
    await asyncio.gather(posting, waiting)
    assert (await office.take(take.id)).state is State.RENDERING


async def test_a_stop_waits_for_the_order_under_way(office: Office) -> None:
    """A cancelled step ends when its answer is in the rows, however often it is cancelled."""
    started, go_on = asyncio.Event(), asyncio.Event()

    async def submit(order: Order) -> Accepted:
        del order
        started.set()
        await go_on.wait()
        return Accepted(job="job-1")

    office.provider.script.add("submit", submit)
    take = (await office.order())[0]
    await office.worker.advance(take.id)
    step = asyncio.create_task(office.worker.advance(take.id))
    await started.wait()
    for _ in range(3):
        step.cancel()
        await asyncio.sleep(0)
    go_on.set()
    with pytest.raises(asyncio.CancelledError):
        await step
    assert (await office.take(take.id)).state is State.RENDERING
