"""Calls to webhooks: hints that are looked after, and never believed by themselves."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.core.commands import Cancel
from bot.core.errors import (
    Gone,
    KeyRefused,
    NotSent,
    NotSentFor,
    OrderRefused,
    OutcomeUnknown,
    RefusedFor,
    ServerFault,
    Transient,
)
from bot.core.lifecycle import State
from bot.core.money import Money
from bot.core.ports import Accepted, Charge, History, Job, JobStatus
from bot.core.rows import Attempt, Line, Outcome, Take
from bot.jobs.answers import Answer
from bot.jobs.callbacks import Callbacks
from bot.jobs.worker.webhook import Heard, Webhook
from tests.jobs.conftest import ON_BOTH_STORES, Office
from tests.jobs.worker.conftest import attempts, bills, clips, ordered, posts, rebuilt, row_for

pytestmark = ON_BOTH_STORES

LOST = OutcomeUnknown("no answer")
RUNNING = JobStatus(job=Job.RUNNING, said="processing")


async def call(office: Office, take: Take, job: str | None, *, attempt: int = -1) -> Heard:
    """The provider calls about one of the take's attempts, the latest unless another is named."""
    return await Webhook(office.kit).hear((await attempts(office, take))[attempt].id, job)


async def unknown(office: Office, **options: Any) -> Take:
    office.provider.script.add("submit", LOST)
    return await ordered(office, State.UNKNOWN, **options)


async def seconds_of(office: Office, job: str) -> list[Line]:
    return await office.rows(Line, reason="second job", evidence=job)


async def state(office: Office, take: Take) -> State:
    return (await office.take(take.id)).state


async def test_orders_carry_an_address(office: Office) -> None:
    """Each attempt has an address of its own, which is no part of the body that is kept."""
    calls = Callbacks(public_url="https://bot.example", secret=b"s" * 32)
    office = rebuilt(office, callbacks=calls)
    take = await ordered(office)
    (attempt,) = await attempts(office, take)
    (order,) = office.provider.orders.values()
    assert order.webhook == calls.address(attempt.id)
    assert "webhook" not in attempt.payload


async def test_without_one_nobody_is_called(office: Office) -> None:
    """Without a public address no order names one."""
    await ordered(office)
    assert [order.webhook for order in office.provider.orders.values()] == [None]


async def test_a_rendering_take_is_polled_at_once(office: Office) -> None:
    """The clip is there long before the next poll would have come; the second call does nothing."""
    take = await ordered(office, State.RENDERING)
    assert take.due_at is not None
    assert take.due_at > office.clock.now()
    assert await call(office, take, take.job) is Heard.NOTED
    await office.work(1)
    assert await state(office, take) is State.DELIVERED
    polls = len(office.provider.script.called("poll"))
    assert await call(office, take, take.job) is Heard.NOTED
    await office.work(60)
    assert (len(office.provider.script.called("poll")), clips(office)) == (polls, 1)


async def test_a_call_without_a_job_hurries_too(office: Office) -> None:
    """The address alone says whose job has ended."""
    take = await ordered(office, State.RENDERING)
    assert await call(office, take, None) is Heard.NOTED
    await office.work(1)
    assert await state(office, take) is State.DELIVERED


async def test_too_early_is_no_harm(office: Office) -> None:
    """An older state that comes late, or a lie, is looked after and changes nothing."""
    office.provider.script.add("poll", RUNNING)
    take = await ordered(office, State.RENDERING)
    await call(office, take, take.job)
    await office.work(1)
    assert await state(office, take) is State.RENDERING
    await office.work()
    assert await state(office, take) is State.DELIVERED


async def test_between_two_polls(office: Office) -> None:
    """The gap until the next poll, of which the rows know nothing, is cut short too."""
    office.provider.script.add("poll", RUNNING, RUNNING)
    take = await ordered(office, State.RENDERING)
    while len(office.provider.script.called("poll")) < 2:
        await office.work(1)
    await call(office, take, take.job)
    await office.work(0)
    assert await state(office, take) is State.DELIVERED


async def test_an_unknown_gets_its_job(office: Office) -> None:
    """A lost answer is made up for at once: one order, one bill, one clip, and the owner is not asked."""
    office.provider.script.always("find_recent", Transient("down"))
    take = await unknown(office)
    assert await call(office, take, "job-x") is Heard.NOTED
    assert await call(office, take, "job-x") is Heard.NOTED
    await office.work()
    take = await office.take(take.id)
    assert (take.state, take.job, take.charged, take.late) == (State.DELIVERED, "job-x", take.price, False)
    assert (posts(office), clips(office), office.lines(to="dana")) == (1, 1, [])
    assert [attempt.outcome for attempt in await attempts(office, take)] == [Outcome.ACCEPTED]


@pytest.mark.parametrize(
    ("error", "heard"), [(Gone("404"), Heard.NOTED), (Transient("down"), Heard.AGAIN), (KeyRefused("no"), Heard.AGAIN)]
)
async def test_what_the_provider_does_not_confirm_is_not_believed(
    office: Office, error: Exception, heard: Heard
) -> None:
    """A job that the provider does not know, or cannot be asked about, leaves everything as it is."""
    take = await unknown(office)
    office.provider.script.always("poll", error)
    assert await call(office, take, "job-x") is heard
    assert await office.take(take.id) == take


async def test_unknown_attempts_change_nothing(office: Office) -> None:
    """A name that no attempt has is a stranger's; an attempt that is no order is nobody's to call about."""
    take = await ordered(office)
    await office.work()
    (post,) = [each for each in await office.rows(Attempt, take=take.id) if each.kind.value == "post"]
    for name in ("nobody", post.id):
        assert await Webhook(office.kit).hear(name, "job-x") is Heard.STRANGER
    assert not office.provider.script.called("poll")[1:]


async def test_before_any_job_is_known(office: Office) -> None:
    """A call that names no job, of a take that has none, is only noted."""
    take = await unknown(office)
    assert await call(office, take, None) is Heard.NOTED
    assert await office.take(take.id) == take


async def test_cancelled_and_made_after_all(office: Office) -> None:
    """A take that was cancelled on the word that nothing was sent, and was made all the same, is booked."""
    office.provider.script.add("submit", NotSent("429", reason=NotSentFor.RATE, retry_after_s=600))
    take = await ordered(office, State.QUEUED)
    await office.handle(Cancel, subject=take.id)
    assert await state(office, take) is State.CANCELLED
    await call(office, take, "job-x")
    await office.work()
    take = await office.take(take.id)
    assert (take.late, take.charged, take.held) == (True, take.price, Money(0))


async def test_quicker_than_the_answer(office: Office) -> None:
    """A call that comes while the order is under way counts, and the answer that follows changes nothing."""
    heard: list[Heard] = []

    async def call_first(order: object) -> Accepted:
        del order
        (attempt,) = await office.rows(Attempt, outcome=Outcome.SENDING)
        heard.append(await Webhook(office.kit).hear(attempt.id, "job-1"))
        return Accepted(job="job-1")

    office.kit.provider.submit = call_first  # type: ignore[method-assign]
    take = await ordered(office)
    await office.work()
    take = await office.take(take.id)
    assert heard == [Heard.NOTED]
    assert (take.state, take.charged, take.overrun) == (State.DELIVERED, take.price, False)


async def test_an_answer_that_names_another_job_than_the_call(office: Office) -> None:
    """Two jobs of one order are two bills: the second is booked, once, and the owner told."""
    take = await unknown(office)
    await call(office, take, "job-x")
    (attempt,) = await attempts(office, take)
    late = Answer(attempt=attempt.id, take=take.id, verdict=Accepted(job="job-y"))
    for _ in range(2):
        await office.worker.submit.take_in(late)
    await office.work()
    take = await office.take(take.id)
    assert (take.state, take.job, take.charged) == (State.DELIVERED, "job-x", take.price * 2)
    assert len(await seconds_of(office, "job-y")) == len({line.scope for line in await office.rows(Line)})


async def test_a_second_job_is_booked(office: Office) -> None:
    """A call that names another job of a take that has one books that too, once."""
    take = await ordered(office, State.RENDERING)
    for _ in range(3):
        assert await call(office, take, "job-y") is Heard.NOTED
    await office.work()
    take = await office.take(take.id)
    assert (take.state, take.charged, take.overrun) == (State.DELIVERED, take.price * 2, True)
    assert [line for line in office.lines(to="dana") if take.id in line]


async def test_a_5xx_that_was_an_order_after_all(office: Office) -> None:
    """A call ends the waiting after a 5xx: the order is not repeated, and nothing is bought twice."""
    office.provider.script.add("submit", ServerFault("502", status=502))
    take = await ordered(office, State.SUBMITTING)
    await call(office, take, "job-x")
    await office.work()
    assert await state(office, take) is State.DELIVERED
    assert (posts(office), bills(office)) == (1, 0)


async def test_a_repeat_and_its_first_order(office: Office) -> None:
    """When both the first order and its repeat were made, the first call books the second bill."""
    office.provider.script.add("submit", ServerFault("502", status=502))
    office.provider.script.always("poll", RUNNING)
    take = await ordered(office, State.SUBMITTING)
    await office.work(120)
    assert (await state(office, take), posts(office)) == (State.RENDERING, 2)
    assert await call(office, take, "job-x", attempt=0) is Heard.AGAIN
    assert (await office.take(take.id)).charged == Money(0)
    office.provider.script.always("poll", None)
    assert await call(office, take, "job-x", attempt=0) is Heard.NOTED
    assert (await office.take(take.id)).charged == take.price


@pytest.mark.parametrize(
    ("charge", "booked"),
    [(Charge(amount=Money.usd("0.50")), Money.usd("0.50")), (Charge(refunded=True), Money(0)), (Charge(), None)],
    ids=["named", "refunded", "not named"],
)
async def test_what_a_second_job_has_cost(office: Office, charge: Charge, booked: Money | None) -> None:
    """It is booked at what the provider says that it has cost, else at the price; not at all when that came back."""
    take = await ordered(office, State.RENDERING)
    office.provider.script.add("poll", JobStatus(job=Job.FAILED, said="failed", charge=charge))
    await call(office, take, "job-y")
    assert (await office.take(take.id)).charged == (take.price if booked is None else booked)


async def test_refused_and_made_after_all(office: Office) -> None:
    """An order that was refused, and made all the same, is booked; the take stays refused."""
    office.provider.script.add("submit", OrderRefused("no", reason=RefusedFor.POLICY))
    take = await ordered(office, State.REFUSED)
    await call(office, take, "job-x")
    take = await office.take(take.id)
    assert (take.state, take.charged) == (State.REFUSED, take.price)


async def test_without_an_id_at_once(office: Office) -> None:
    """A job that was finished in its answer, without an id, is not a second one when the call names it."""
    office.provider.script.add("submit", Accepted(job=None, output_url="https://files.invalid/x.mp4", charge=Charge()))
    take = await ordered(office)
    await call(office, take, "job-x")
    await office.work()
    assert (await office.take(take.id)).charged == take.price


async def pair(office: Office) -> tuple[Take, Take]:
    """Two identical takes without answers; the history has shown one job, and the first has it."""
    office.provider.script.add("submit", LOST, LOST)
    first, second = await office.order("a fox", count=2)
    await office.work(0)
    (attempt,) = await attempts(office, first)
    office.provider.script.always("poll", RUNNING)
    office.provider.script.always("find_recent", History(rows=(row_for(attempt, "job-2"),), complete=True))
    await office.work(6)
    takes = [await office.take(take.id) for take in (first, second)]
    takes.sort(key=lambda take: take.job is None)
    assert [take.job for take in takes] == ["job-2", None]
    return takes[0], takes[1]


async def test_identical_takes_stand_for_each_other(office: Office) -> None:
    """A call about the first, which has the second's job by evidence, gives its job to the second."""
    first, second = await pair(office)
    assert await call(office, second, "job-2") is Heard.NOTED
    assert await state(office, second) is State.UNKNOWN
    assert await call(office, first, "job-1") is Heard.NOTED
    office.provider.script.always("poll", None)
    await office.work()
    takes = [await office.take(take.id) for take in (first, second)]
    assert [(take.state, take.job, take.charged) for take in takes] == [
        (State.DELIVERED, "job-2", first.price),
        (State.DELIVERED, "job-1", second.price),
    ]


async def test_while_an_identical_order_is_under_way(office: Office) -> None:
    """Whose job it is, is not known then: the provider is asked to call again."""
    first, second = await pair(office)
    (attempt,) = await attempts(office, second)
    await office.store.transact(lambda tx: tx.put(replace(attempt, outcome=Outcome.SENDING)))
    assert await call(office, first, "job-1") is Heard.AGAIN
    assert (await office.take(second.id)).job is None
    assert await seconds_of(office, "job-1") == []
