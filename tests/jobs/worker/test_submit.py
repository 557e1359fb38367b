"""T2, the POST, T3: what is written when, and what each answer does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.commands import Cancel
from bot.core.errors import (
    NotSent,
    NotSentFor,
    OrderRefused,
    OutcomeUnknown,
    ProviderError,
    RefusedFor,
    ServerFault,
    Transient,
)
from bot.core.lifecycle import State
from bot.core.money import ZERO, Money
from bot.core.ports import Accepted, Balance, Charge, Order, Transaction
from bot.core.rows import Outcome, Take
from bot.jobs.answers import Answer, Answers
from tests.jobs.conftest import Office
from tests.jobs.worker.conftest import (
    Watched,
    answers_folder,
    attempts,
    bills,
    key_of,
    ordered,
    outcomes,
    posts,
    rebuilt,
    slots,
)


async def test_the_attempt_is_on_disk_before_the_order_is_sent(office: Office) -> None:
    """T2 is committed when the POST begins: the take is submitting, its attempt sending, with the body as sent."""
    seen: list[object] = []

    async def submit(order: Order) -> Accepted:
        take = (await office.rows(Take))[0]
        attempt = (await attempts(office, take))[0]
        seen.extend([take.state, attempt.outcome, attempt.endpoint == order.endpoint, attempt.owner])
        return Accepted(job="job-1")

    office.provider.script.add("submit", submit)
    await ordered(office)
    assert seen == [State.SUBMITTING, Outcome.SENDING, True, "worker-1"]


async def test_the_answer_is_on_disk_before_it_is_in_the_rows(office: Office) -> None:
    """T3 comes after the file, and the file goes after T3."""
    written: list[tuple[State, Outcome]] = []

    class Watched(Answers):
        async def write(self, answer: Answer) -> None:
            await super().write(answer)
            take = await office.take(answer.take)
            written.append((take.state, (await attempts(office, take))[0].outcome))

    office = rebuilt(office, answers=Watched(answers_folder(office)))
    take = await ordered(office, State.RENDERING)
    assert written == [(State.SUBMITTING, Outcome.SENDING)]
    assert await office.kit.answers.read() == []
    assert (take.job, await outcomes(office, take)) == ("job-1", [Outcome.ACCEPTED])


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        (RefusedFor.PARAMETERS, "does not take these values"),
        (RefusedFor.MODEL, "does not serve this model"),
        (RefusedFor.POLICY, "refused by the provider"),
    ],
)
async def test_a_refused_order_gives_the_money_back(office: Office, reason: RefusedFor, words: str) -> None:
    """Refused: the hold is released, the slot freed, the maker told why, and nothing is sent again."""
    office.provider.script.add("submit", OrderRefused("no cats", reason=reason, status=422))
    take = await ordered(office, State.REFUSED)
    await office.work()
    assert (take.held, (await office.budget()).used, await slots(office), posts(office)) == (ZERO, ZERO, 0, 1)
    assert words in take.problem
    assert any("no cats" in line for line in office.lines(to="mina"))
    assert await outcomes(office, take) == [Outcome.REFUSED]


async def test_a_model_that_is_not_served_is_told_to_the_owner(office: Office) -> None:
    """Only the operator can have the key serve a model."""
    office.provider.script.add("submit", OrderRefused("no", reason=RefusedFor.MODEL, status=404))
    await ordered(office, State.REFUSED)
    assert any("mini" in line for line in office.lines(to="dana"))


@pytest.mark.parametrize(
    ("reason", "after_s"),
    [(NotSentFor.NETWORK, 5), (NotSentFor.RATE, 30), (NotSentFor.CREDIT, 60), (NotSentFor.KEY, 60)],
)
async def test_an_order_that_was_not_sent_waits_in_its_old_place(
    any_office: Office, reason: NotSentFor, after_s: int
) -> None:
    """Not sent: queued with its hold and its place in the line, no slot, and ordered when the key's pause is over."""
    any_office.provider.script.add("submit", NotSent("not now", reason=reason))
    take = (await any_office.order())[0]
    await any_office.work(after_s - 1)
    waiting = await any_office.take(take.id)
    assert (waiting.state, waiting.held, waiting.queued_at) == (State.QUEUED, take.price, take.queued_at)
    assert (waiting.returns, await slots(any_office), posts(any_office)) == (1, 0, 1)
    assert (await key_of(any_office)).paused_for == reason.value
    await any_office.work()
    assert (await any_office.take(take.id)).state is State.DELIVERED
    assert (posts(any_office), bills(any_office)) == (2, 1)


@pytest.mark.parametrize("status", [408, 409, None])
async def test_an_order_of_unknown_outcome_is_never_sent_again(office: Office, status: int | None) -> None:
    """Unknown: held, asked about, and one POST for ever."""
    office.provider.script.add("submit", OutcomeUnknown("no answer", status=status))
    take = await ordered(office, State.UNKNOWN)
    await office.work(3600)
    take = await office.take(take.id)
    assert (take.state, take.held, posts(office)) == (State.UNKNOWN, take.price, 1)
    assert await outcomes(office, take) == [Outcome.UNKNOWN]


async def test_an_output_that_comes_at_once_goes_straight_to_fetching(any_office: Office) -> None:
    """T4 in the same transaction, with the charge that the answer names, and without an id."""
    charge = Charge(amount=Money.usd("0.30"))
    answer = Accepted(job=None, output_url="https://files.invalid/1.mp4", charge=charge)
    any_office.provider.script.add("submit", answer)
    take = (await any_office.order())[0]
    await any_office.work()
    take = await any_office.take(take.id)
    assert (take.state, take.charged, take.job) == (State.DELIVERED, Money.usd("0.30"), None)
    assert any_office.provider.script.called("poll") == []
    await any_office.require_balanced()


async def test_a_late_post_is_abandoned(office: Office) -> None:
    """More than 5 s between T2 and the POST: not sent, whatever slept in between."""
    take = (await office.order())[0]
    store = Watched(office.store)

    async def sleep() -> None:
        if (await office.take(take.id)).state is State.SUBMITTING and not posts(office):
            await office.clock.advance(5.1)

    store.after = sleep
    sleepy = rebuilt(office, store=store)
    await sleepy.sweep.take_up()
    await sleepy.work(0)
    assert posts(office) == 0
    assert (await office.take(take.id)).state is State.QUEUED
    assert await outcomes(office, take) == [Outcome.NOT_SENT]


async def test_a_paused_key_sends_an_admitted_take_back_to_the_queue(office: Office) -> None:
    """Admitted before the pause, not sent during it."""
    takes = await office.order("a mug on {oak|steel}")
    office.provider.script.add("submit", NotSent("too many", reason=NotSentFor.RATE, retry_after_s=100))
    await office.work(50)
    assert {(await office.take(take.id)).state for take in takes} == {State.QUEUED}
    assert posts(office) == 1


async def test_a_take_that_was_cancelled_while_it_was_prepared_is_not_sent(office: Office) -> None:
    """T2 finds it somewhere else, and sends nothing."""
    take = (await office.order())[0]

    async def cancel() -> None:
        await office.handle(Cancel, subject=take.id)
        text = "no answer"
        raise Transient(text)

    office.provider.script.add("balance", cancel)
    await office.work()
    assert (await office.take(take.id)).state is State.CANCELLED
    assert (posts(office), (await office.budget()).used) == (0, ZERO)


async def cancelled_in_flight(office: Office, answer: Accepted | ProviderError) -> str:
    """Cancel an order while its POST is under way; then comes the answer."""

    async def submit(order: Order) -> Accepted:
        del order
        take = (await office.rows(Take))[0]
        await office.handle(Cancel, subject=take.id)
        if isinstance(answer, ProviderError):
            raise answer
        return answer

    office.provider.script.add("submit", submit)
    return (await ordered(office)).id


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (Accepted(job="job-1"), State.SHELVED),
        (NotSent("later", reason=NotSentFor.RATE), State.CANCELLED),
        (OrderRefused("no", reason=RefusedFor.POLICY), State.REFUSED),
        (OutcomeUnknown("no answer"), State.UNKNOWN),
        (ServerFault("500"), State.UNKNOWN),
    ],
)
async def test_a_cancel_during_the_post_is_applied_at_its_answer(
    office: Office, answer: Accepted | ProviderError, state: State
) -> None:
    """Remembered: made is kept and not posted, not sent is cancelled, a 5xx is not repeated."""
    take = await cancelled_in_flight(office, answer)
    await office.work()
    assert (await office.take(take)).state is state
    assert posts(office) == 1
    await office.require_balanced()


async def test_twenty_returns_are_enough(office: Office) -> None:
    """An order that was not sent twenty times is refused, its money back, and its maker told."""
    office.provider.script.always("submit", NotSent("too many", reason=NotSentFor.RATE, retry_after_s=1))
    take = (await office.order())[0]
    await office.work(600)
    take = await office.take(take.id)
    assert (take.state, take.held, posts(office)) == (State.REFUSED, ZERO, 20)
    assert any(take.id in line for line in office.lines(to="mina"))


async def test_a_pause_of_days_does_not_use_up_the_time_that_an_order_is_tried_for(office: Office) -> None:
    """Three days without credit, and it is ordered all the same."""
    broke = NotSent("no credit", reason=NotSentFor.CREDIT)
    office.provider.script.add("submit", broke, broke)
    office.provider.script.always("balance", Balance(amount=ZERO))
    take = (await office.order())[0]
    await office.work(3 * 24 * 3600)
    waiting = await office.take(take.id)
    assert (waiting.state, waiting.held, posts(office)) == (State.QUEUED, take.price, 1)
    office.provider.script.always("balance", None)
    await office.work()
    assert (await office.take(take.id)).state is State.DELIVERED


async def test_an_order_is_tried_for_a_day_at_most(office: Office) -> None:
    """A day in which its key was not paused, and it still cannot be sent: refused, its money back."""
    office.provider.script.add("submit", NotSent("too many", reason=NotSentFor.RATE, retry_after_s=1))
    take = (await office.order())[0]
    await office.work(0.5)
    await office.store.transact(lambda tx: _tried_since(tx, take.id, office.clock.now() - 25 * 3600 * 1000))
    office.provider.script.add("submit", NotSent("too many", reason=NotSentFor.RATE, retry_after_s=1))
    await office.work()
    refused = await office.take(take.id)
    assert (refused.state, refused.held, posts(office)) == (State.REFUSED, ZERO, 2)


async def _tried_since(tx: Transaction, take_id: str, at: int) -> None:
    row = await tx.lock(Take, take_id)
    assert row is not None
    await tx.step(row, replace(row, tried_since=at))


async def test_the_wallet_is_noted_before_the_order(office: Office) -> None:
    """For the person who may have to judge an unknown; a wallet that cannot be read holds nothing up."""
    first = await ordered(office, State.RENDERING)
    office.provider.script.add("balance", Transient("down"))
    second = await ordered(office, State.RENDERING)
    assert [(await attempts(office, take))[0].balance for take in (first, second)] == [Money.usd(100), None]


async def test_nothing_is_sent_once_another_process_may_have_begun(office: Office) -> None:
    """The lock on the rows is lost between T2 and the POST: the order is known not to have been sent."""
    office = rebuilt(office, may_order=lambda: False)
    take = await ordered(office, State.QUEUED)
    assert posts(office) == 0
    assert await outcomes(office, take) == [Outcome.NOT_SENT]
