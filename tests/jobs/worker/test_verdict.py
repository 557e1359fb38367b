"""Answers that come late, twice, or for a take that has gone on; whatever the state, the rows and the money agree."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

import pytest

from bot.core.commands import CastVote, Judge
from bot.core.errors import NotSent, NotSentFor, OrderRefused, OutcomeUnknown, ProviderError, RefusedFor, ServerFault
from bot.core.lifecycle import State
from bot.core.money import ZERO, Money
from bot.core.ports import Accepted, History, Job, JobStatus
from bot.core.rows import Budget, Line, LineKind, Meaning, Outcome, Source, Take
from bot.jobs.answers import Answer
from tests.jobs.conftest import DANA, MINA, Office
from tests.jobs.worker.conftest import attempts, key_of, ordered, outcomes, posts, row_for, slots

LOST = OutcomeUnknown("no answer")


async def unknown(office: Office, **options: Any) -> Take:
    """A take whose order was not answered, and whose owner was asked."""
    office.provider.script.add("submit", LOST)
    take = await ordered(office, State.UNKNOWN, **options)
    await office.work(30)
    return await office.take(take.id)


async def judged(office: Office, verdict: str) -> Take:
    """An unknown of which the owner has said something."""
    take = await unknown(office)
    await office.handle(Judge, DANA, subject=take.id, verdict=verdict, ver=take.question_ver)
    return await office.take(take.id)


async def comes(office: Office, take: Take, verdict: Accepted | ProviderError, attempt: int = 0) -> Take:
    """An answer to one of the take's orders arrives."""
    made = (await attempts(office, take))[attempt]
    await office.worker.submit.take_in(Answer(attempt=made.id, take=take.id, verdict=verdict))
    return await office.take(take.id)


async def test_a_late_acceptance_ends_an_unknown(any_office: Office) -> None:
    """The answer to an unknown order is taken: rendering, with its slot."""
    take = await comes(any_office, await unknown(any_office), Accepted(job="job-1"))
    assert (take.state, take.job, take.late) == (State.RENDERING, "job-1", False)
    assert (take.question_at, take.question_ver) == (None, None)
    await any_office.work()
    assert (await any_office.take(take.id)).state is State.DELIVERED
    assert await slots(any_office) == 0
    await any_office.require_balanced()


@pytest.mark.parametrize(("verdict", "state"), [("lost", State.RELEASED), ("made", State.WRITTEN_OFF)])
async def test_a_late_acceptance_is_booked_in_full(any_office: Office, verdict: str, state: State) -> None:
    """After release or write-off: late, its price booked whatever the cap, no slot, the owner told."""
    take = await judged(any_office, verdict)
    assert take.state is state
    take = await comes(any_office, take, Accepted(job="job-1"))
    assert (take.state, take.late) == (State.RENDERING, True)
    assert (await any_office.budget()).used == take.price
    await any_office.work()
    take = await any_office.take(take.id)
    assert (take.state, take.charged, take.held) == (State.DELIVERED, take.price, ZERO)
    assert (await any_office.budget()).used == take.price
    assert any("after all" in line for line in any_office.lines(to="dana"))
    assert (await any_office.budget()).stopped_by is None
    await any_office.require_balanced()


async def test_late_evidence_is_shown_as_overrun_only_where_money_was_given_back(office: Office) -> None:
    """A release was given back and is booked again; a write-off was charged already."""
    released = await comes(office, await judged(office, "lost"), Accepted(job="job-1"))
    written_off = await comes(office, await judged(office, "made"), Accepted(job="job-2"))
    assert (released.overrun, written_off.overrun) == (True, False)


async def test_a_release_that_was_made_ignores_the_cap(office: Office) -> None:
    """The money is gone at the provider whether the cap has room or not."""
    take = await judged(office, "lost")
    await office.order("another", count=4, seconds=15)
    await office.store.transact(lambda tx: _set_cap(tx, Money.usd(0)))
    take = await comes(office, take, Accepted(job="job-9"))
    assert take.held == take.price
    await office.require_balanced()


async def _set_cap(tx: Any, cap: Money) -> None:
    for budget in await tx.rows(Budget, scope="channel:local:launch"):
        await tx.put(replace(await tx.lock(Budget, budget.scope, budget.period_start), cap=cap))


@pytest.mark.parametrize(
    "verdict", [OrderRefused("no", reason=RefusedFor.POLICY), NotSent("no", reason=NotSentFor.RATE)]
)
async def test_a_late_no_after_a_release_changes_nothing(office: Office, verdict: ProviderError) -> None:
    """The attempt is closed, the state and the money stay."""
    take = await judged(office, "lost")
    after = await comes(office, take, verdict)
    assert (after.state, after.charged, (await office.budget()).used) == (State.RELEASED, ZERO, ZERO)
    assert await outcomes(office, take) in ([Outcome.REFUSED], [Outcome.NOT_SENT])


@pytest.mark.parametrize(
    "verdict", [OrderRefused("no", reason=RefusedFor.POLICY), NotSent("no", reason=NotSentFor.RATE)]
)
async def test_a_late_no_after_a_write_off_books_the_charge_back(any_office: Office, verdict: ProviderError) -> None:
    """No job exists after all: what was written off is adjusted away, the state stays."""
    take = await judged(any_office, "made")
    assert (await any_office.budget()).used == take.price
    after = await comes(any_office, take, verdict)
    assert (after.state, after.charged, (await any_office.budget()).used) == (State.WRITTEN_OFF, ZERO, ZERO)
    adjusted = await any_office.rows(Line, take=take.id, kind=LineKind.ADJUST)
    assert {line.amount for line in adjusted} == {-take.price}
    await any_office.require_balanced()


async def test_a_late_no_to_an_unknown_is_said_to_the_person_who_judges(office: Office) -> None:
    """An unknown stays one, with the provider's word; only a person releases."""
    take = await comes(office, await unknown(office), OrderRefused("no cats", reason=RefusedFor.POLICY))
    await office.work(1)
    assert (take.state, take.problem, take.held) == (State.UNKNOWN, "no cats", take.price)


async def test_a_no_to_a_repeat_after_a_5xx_makes_the_take_unknown(office: Office) -> None:
    """The first order may have made a job: refused, queued or cancelled would be a lie."""
    for number, answer in enumerate(
        (OrderRefused("no", reason=RefusedFor.POLICY), NotSent("no", reason=NotSentFor.NETWORK)), start=1
    ):
        office.provider.script.add("submit", ServerFault("500"), answer)
        take = (await office.order(f"fox {number}"))[0]
        await office.work(120)
        take = await office.take(take.id)
        assert (take.state, take.held) == (State.UNKNOWN, take.price)


async def test_an_answer_is_taken_once(office: Office) -> None:
    """A file that is read again, and an answer that says what is known, change nothing."""
    take = await ordered(office, State.RENDERING)
    again = await comes(office, take, Accepted(job="job-1"))
    assert again == take
    unanswered = await unknown(office, prompt="another")
    assert await comes(office, unanswered, LOST) == unanswered
    assert (await key_of(office)).unknowns == 1


async def test_a_fault_that_is_read_again_does_not_begin_anew(office: Office) -> None:
    """A closed attempt that is closed again leaves the count of faults, and the readings, as they are."""
    office.provider.script.add("submit", ServerFault("500"))
    take = await ordered(office, State.SUBMITTING)
    await office.work(5)
    take = await office.take(take.id)
    assert take.missing_since is not None
    assert await comes(office, take, ServerFault("500")) == take


async def test_an_answer_to_nothing_is_only_logged(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    """As after a backup was restored: the bot starts, and the log has what the provider said."""
    answer = Answer(attempt="gone", take="ZZ9", verdict=Accepted(job="job-7"))
    with caplog.at_level(logging.ERROR):
        await office.worker.submit.take_in(answer)
    assert "job-7" in caplog.text


async def test_the_job_of_an_answer_may_be_an_identical_takes_by_evidence(any_office: Office) -> None:
    """Its own take becomes unknown in that one's place, hold kept; the answer counts as taken."""
    any_office.provider.script.add("submit", LOST, LOST)
    first, second = await any_office.order("a mug", count=2)
    await any_office.work(0)
    row = row_for((await attempts(any_office, first))[0], "job-2")
    any_office.provider.script.add("find_recent", History(rows=(row,), complete=True))
    any_office.provider.script.always("poll", JobStatus(job=Job.RUNNING, said="processing"))
    await any_office.work(6)
    has_it, other = first, second
    if (await any_office.take(first.id)).job is None:
        has_it, other = second, first
    assert (await any_office.take(has_it.id)).job == "job-2"
    after = await comes(any_office, other, Accepted(job="job-2"))
    assert (after.state, after.held, after.job) == (State.UNKNOWN, after.price, None)
    assert await outcomes(any_office, other) == [Outcome.UNKNOWN]


async def test_an_identical_takes_job_makes_a_sending_order_unknown(office: Office) -> None:
    """The same at T3 itself: the take leaves submitting for unknown."""
    first = await ordered(office, State.RENDERING)
    office.provider.script.add("submit", Accepted(job="job-1"))
    second = await ordered(office, State.UNKNOWN)
    assert first.job == "job-1"
    assert (second.held, (await key_of(office)).unknowns) == (second.price, 0)


async def test_the_same_job_found_by_evidence_first_is_not_a_second_one(office: Office) -> None:
    """The answer names the job that the take has, or none: nothing happens."""
    take = await unknown(office)
    row = row_for((await attempts(office, take))[0], "job-1")
    office.provider.script.add("find_recent", History(rows=(row,), complete=True))
    await office.work(60)
    made = await office.take(take.id)
    assert made.job == "job-1"
    for verdict in (Accepted(job="job-1"), Accepted(job=None, output_url="https://files.invalid/1.mp4")):
        assert await comes(office, made, verdict) == made


async def test_a_second_job_is_booked_and_stops_the_scope(any_office: Office) -> None:
    """Two jobs for one take: both are booked, the scope stops until an owner lets it go on."""
    any_office.provider.script.add("submit", ServerFault("502"))
    take = (await any_office.order())[0]
    await any_office.work(600)
    take = await any_office.take(take.id)
    assert (take.state, posts(any_office)) == (State.DELIVERED, 2)
    after = await comes(any_office, take, Accepted(job="job-0"))
    assert (after.state, after.job) == (State.DELIVERED, "job-1")
    assert (await any_office.budget()).used == take.price + take.price
    assert (await any_office.budget()).stopped_by == f"overrun:{take.id}"
    await any_office.work(1)
    assert any("Go on" in [button.label for button in sent.view.buttons] for sent in any_office.chat.sent)
    await any_office.require_balanced()


async def test_a_second_job_while_the_first_renders_is_settled_apart(office: Office) -> None:
    """T4 takes its difference against the lines of its own job only."""
    office.provider.script.add("submit", ServerFault("502"))
    office.provider.script.add("poll", JobStatus(job=Job.RUNNING, said="processing"))
    take = (await office.order())[0]
    while (await office.take(take.id)).state is not State.RENDERING:
        await office.work(1)
    take = await comes(office, take, Accepted(job="job-0"))
    assert take.state is State.RENDERING
    await office.work(600)
    assert (await office.take(take.id)).state is State.DELIVERED
    assert (await office.budget()).used == take.price + take.price
    assert (await office.take(take.id)).charged == take.price + take.price
    await office.require_balanced()


async def final_of(office: Office, draft: Take) -> Take:
    """Approve a draft; its newest final."""
    await office.handle(
        CastVote, MINA, subject=draft.id, meaning=Meaning.APPROVE, source=Source.VERB, at=office.clock.now()
    )
    return (await office.rows(Take, draft=draft.id, order=("-round",)))[0]


async def test_a_final_that_was_made_after_all_cancels_the_next_round(any_office: Office) -> None:
    """Late evidence of a final: an armed final of the same draft gives way, its money back, and it is said."""
    draft = (await any_office.order())[0]
    await any_office.work()
    any_office.provider.script.add("submit", LOST)
    first = await final_of(any_office, draft)
    await any_office.work(60)
    first = await any_office.take(first.id)
    await any_office.handle(Judge, DANA, subject=first.id, verdict="lost", ver=first.question_ver)
    second = await final_of(any_office, draft)
    assert (second.round, second.state) == (2, State.ARMED)
    late = await comes(any_office, first, Accepted(job="job-late"))
    assert (late.state, late.late) == (State.RENDERING, True)
    second = await any_office.take(second.id)
    assert (second.state, second.held) == (State.CANCELLED, ZERO)
    assert first.id in second.problem
    await any_office.work()
    assert (await any_office.take(first.id)).state is State.DELIVERED
    await any_office.require_balanced()
