"""Unknown orders: when they are looked into, who is asked, when their place is free again."""

from __future__ import annotations

from typing import Any

import pytest

from bot.core.commands import Judge
from bot.core.errors import Gone, KeyRefused, OutcomeUnknown, Transient
from bot.core.lifecycle import State
from bot.core.money import Money
from bot.core.ports import Charge, History, Job, JobStatus
from bot.core.rows import Slot, Take
from tests.jobs.conftest import DANA, Office
from tests.jobs.worker.conftest import attempts, key_of, ordered, posts, restart, row_for, slots

LOST = OutcomeUnknown("no answer")
RUNNING = JobStatus(job=Job.RUNNING, said="processing")


async def unknown(office: Office, **options: Any) -> Take:
    office.provider.script.add("submit", LOST)
    return await ordered(office, State.UNKNOWN, **options)


async def test_evidence_is_looked_for_soon_and_then_every_ten_minutes(office: Office) -> None:
    """After 5, 20, 50 and 110 s, then each 600 s, and when its place is free: the provider is not flooded."""
    take = await unknown(office)
    looks: list[int] = []

    def look(since: int) -> History:
        del since
        looks.append((office.clock.now() - take.state_at) // 1000)
        return History(rows=(), complete=True)

    office.provider.script.always("find_recent", look)
    await office.work(1800)
    assert looks == [5, 20, 50, 110, 710, 900, 1500]


async def test_the_owner_is_asked_once_and_shown_the_wallet(any_office: Office) -> None:
    """One question per incident, with the balance before the order and now, and the version that it speaks of."""
    take = await unknown(any_office)
    any_office.provider.wallet = Money.usd("99.68")
    await any_office.work(7200)
    asked = [sent for sent in any_office.chat.sent if sent.to == "dana"]
    take = await any_office.take(take.id)
    assert len(asked) == 1
    assert any("$100.00" in line for line in (asked[0].view.title, *asked[0].view.lines))
    assert [button.action.rpartition(".")[2] for button in asked[0].view.buttons] == [str(take.question_ver)] * 3


async def test_a_wallet_that_cannot_be_read_does_not_keep_the_question_back(office: Office) -> None:
    """The person is asked all the same."""
    office.provider.script.always("balance", Transient("down"))
    await unknown(office)
    await office.work(60)
    assert len(office.lines(to="dana")) == 1


async def test_a_restart_does_not_ask_again(office: Office) -> None:
    """The question is in the rows."""
    take = await unknown(office)
    await office.work(60)
    office = await restart(office)
    await office.work(60)
    assert len([line for line in office.lines(to="dana") if take.id in line]) == 1


async def test_check_again_looks_at_once(office: Office) -> None:
    """The owner's button reads the history now; the question stays."""
    take = await unknown(office)
    await office.work(200)
    take = await office.take(take.id)
    before = len(office.provider.script.called("find_recent"))
    await office.handle(Judge, DANA, subject=take.id, verdict="check", ver=take.question_ver)
    await office.work(0)
    assert len(office.provider.script.called("find_recent")) == before + 1
    assert (await office.take(take.id)).question_ver == take.question_ver


async def test_an_unknown_keeps_its_place_for_fifteen_minutes(office: Office) -> None:
    """A job that was made has ended by then; the next in the line starts to the second."""
    await office.order("a mug", count=6)
    office.provider.script.always("poll", RUNNING)
    office.provider.script.add("submit", LOST)
    await office.work(1)
    assert (await slots(office), posts(office)) == (5, 5)
    await office.work(15 * 60 - 2)
    assert (await slots(office), posts(office)) == (5, 5)
    await office.work(2)
    assert (await slots(office), posts(office)) == (5, 6)


async def test_a_verdict_does_not_free_the_place_sooner(office: Office) -> None:
    """Released or not, a job may still run at the provider."""
    office.provider.script.add("submit", LOST)
    take, *_ = await office.order("a mug", count=6)
    office.provider.script.always("poll", RUNNING)
    await office.work(60)
    take = (await office.rows(Take, state=State.UNKNOWN))[0]
    await office.handle(Judge, DANA, subject=take.id, verdict="lost", ver=take.question_ver)
    await office.work(13 * 60)
    assert (await slots(office), posts(office)) == (5, 5)
    await office.work(2 * 60)
    assert posts(office) == 6


async def test_evidence_within_the_time_keeps_the_place(any_office: Office) -> None:
    """The take renders in the slot that it has; its old time no longer frees it."""
    take = await unknown(any_office)
    any_office.provider.script.always("poll", RUNNING)
    row = row_for((await attempts(any_office, take))[0], "job-x")
    any_office.provider.script.always("find_recent", History(rows=(row,), complete=True))
    await any_office.work(60)
    assert [slot.free_at for slot in await any_office.rows(Slot)] == [None]
    await any_office.order("another")
    await any_office.work(20 * 60)
    assert await slots(any_office) == 2


async def test_two_unknowns_in_a_row_pause_the_key_until_the_wallet_answers(office: Office) -> None:
    """Submissions stop, a balance request probes the key, and then they go on by themselves."""
    office.provider.script.add("submit", LOST, LOST)
    office.provider.script.always("balance", Transient("down"))
    await office.order("a mug", count=4)
    await office.work(50)
    assert ((await key_of(office)).paused_for, posts(office)) == ("unknowns", 2)
    office.provider.script.always("balance", None)
    await office.work(120)
    assert ((await key_of(office)).paused_for, posts(office)) == ("", 4)


async def test_an_accepted_order_ends_the_row_of_unknowns(office: Office) -> None:
    """Only two in a row are a sign of something."""
    office.provider.script.add("submit", LOST, None, LOST)
    await office.order("a mug", count=3)
    await office.work(1)
    assert ((await key_of(office)).paused_for, (await key_of(office)).unknowns, posts(office)) == ("", 1, 3)


async def lost_sight(office: Office) -> Take:
    """A take whose job the provider does not know for two minutes."""
    office.provider.script.always("poll", Gone("404", status=404))
    take = await ordered(office, State.RENDERING)
    await office.work(240)
    take = await office.take(take.id)
    assert take.state is State.UNKNOWN
    return take


async def test_a_job_that_was_lost_sight_of_is_polled_for_a_day(office: Office) -> None:
    """Every ten minutes, and only then the owner is asked."""
    await lost_sight(office)
    before = len(office.provider.script.called("poll"))
    await office.work(23 * 3600)
    polls = len(office.provider.script.called("poll")) - before
    assert 130 <= polls <= 145
    assert office.lines(to="dana") == []
    await office.work(2 * 3600)
    assert len(office.lines(to="dana")) == 1


@pytest.mark.parametrize("error", [Transient("down"), KeyRefused("401"), Gone("404")])
async def test_a_poll_that_says_nothing_leaves_it_unknown(office: Office, error: Exception) -> None:
    """The job stays unknown, whatever keeps the provider from answering."""
    take = await lost_sight(office)
    office.provider.script.always("poll", error)
    await office.work(3600)
    assert (await office.take(take.id)).state is State.UNKNOWN


@pytest.mark.parametrize("status", [None, RUNNING])
async def test_a_job_that_is_seen_again_goes_on(any_office: Office, status: JobStatus | None) -> None:
    """Whether it runs or is done: presence resolves by itself."""
    take = await lost_sight(any_office)
    any_office.provider.script.always("poll", None)
    any_office.provider.script.add("poll", status)
    await any_office.work(1200)
    take = await any_office.take(take.id)
    assert (take.state, take.charged) == (State.DELIVERED, take.price)
    assert posts(any_office) == 1


async def test_a_job_that_failed_out_of_sight_is_settled(office: Office) -> None:
    """The failure is booked as any other."""
    take = await lost_sight(office)
    failed = JobStatus(job=Job.FAILED, said="failed", error="no", charge=Charge(refunded=True))
    office.provider.script.always("poll", failed)
    await office.work(1200)
    take = await office.take(take.id)
    assert (take.state, take.charged.micros, take.held.micros) == (State.FAILED, 0, 0)
    await office.require_balanced()


async def test_a_job_that_never_ends_is_no_news_while_it_runs(office: Office) -> None:
    """It became unknown because it ran for too long: that it still runs does not make it render again."""
    office.provider.script.always("poll", RUNNING)
    take = await ordered(office, State.RENDERING)
    await office.work(3 * 3600)
    assert (await office.take(take.id)).state is State.UNKNOWN
    office.provider.script.always("poll", None)
    await office.work(1200)
    assert (await office.take(take.id)).state is State.DELIVERED


@pytest.mark.parametrize("verdict", ["lost", "made"])
async def test_a_known_job_is_polled_hourly_after_a_verdict(office: Office, verdict: str) -> None:
    """Released or written off, it is fetched when it turns out to be done after all."""
    take = await lost_sight(office)
    await office.work(25 * 3600)
    take = await office.take(take.id)
    await office.handle(Judge, DANA, subject=take.id, verdict=verdict, ver=take.question_ver)
    await office.work(2 * 3600)
    office.provider.script.always("poll", None)
    await office.work(2 * 3600)
    take = await office.take(take.id)
    assert (take.state, take.late, take.charged, take.held.micros) == (State.DELIVERED, True, take.price, 0)
    await office.require_balanced()


async def test_an_old_question_cannot_judge_a_new_incident(office: Office) -> None:
    """The question of the first incident carries a version that the second does not have."""
    take = await lost_sight(office)
    await office.work(25 * 3600)
    first = await office.take(take.id)
    office.provider.script.add("poll", RUNNING)
    await office.work(30 * 3600)
    second = await office.take(take.id)
    assert second.state is State.UNKNOWN
    assert second.question_ver != first.question_ver
    await office.handle(Judge, DANA, subject=take.id, verdict="lost", ver=first.question_ver)
    assert (await office.take(take.id)).state is State.UNKNOWN
