"""T4: money before the download, whatever the job came to."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.commands import GoOn
from bot.core.lifecycle import State
from bot.core.money import ZERO, Money
from bot.core.ports import Accepted, Charge, Job, JobStatus, Order
from bot.core.rows import Line, LineKind, Take
from tests.jobs.conftest import DANA, Office, make_office
from tests.jobs.worker.conftest import ordered, posts, slots

URL = "https://files.invalid/1.mp4"


def done(amount: str | None = None, *, refunded: bool = False) -> JobStatus:
    return JobStatus(job=Job.DONE, said="completed", output_url=URL, charge=charge(amount, refunded=refunded))


def failed(amount: str | None = None, *, refunded: bool = False, job: Job = Job.FAILED) -> JobStatus:
    return JobStatus(job=job, said=job.value, error="no luck", charge=charge(amount, refunded=refunded))


def charge(amount: str | None, *, refunded: bool = False) -> Charge:
    return Charge(amount=None if amount is None else Money.usd(amount), refunded=refunded)


async def ended(office: Office, status: JobStatus, named: str | None = None) -> Take:
    """A take whose job came to this; ``named`` is what the provider said at submit."""
    office.provider.script.always("poll", status)
    if named is not None:
        office.provider.script.add("submit", Accepted(job="job-1", charge=charge(named)))
    take = await ordered(office)
    await office.work()
    await office.require_balanced()
    return await office.take(take.id)


@pytest.mark.parametrize(
    ("status", "named", "charged"),
    [
        (done(), None, "0.32"),
        (done(), "0.30", "0.30"),
        (done("0.28"), "0.30", "0.28"),
        (done("0"), None, "0"),
        (done("0.32", refunded=True), None, "0"),
    ],
)
async def test_a_clip_costs_what_the_provider_says(
    any_office: Office, status: JobStatus, named: str | None, charged: str
) -> None:
    """At the end, else at submit, else our own estimate; zero is an amount, a refund is zero."""
    take = await ended(any_office, status, named)
    assert (take.state, take.charged, take.held) == (State.DELIVERED, Money.usd(charged), ZERO)
    budget = await any_office.budget()
    assert (budget.used, budget.held) == (Money.usd(charged), ZERO)


@pytest.mark.parametrize(
    ("status", "charged", "unverified"),
    [
        (failed(), "0.32", True),
        (failed("0.30"), "0.30", True),
        (failed(job=Job.CANCELLED), "0.32", True),
        (failed("0"), "0", False),
        (failed("0.32", refunded=True), "0", False),
    ],
)
async def test_a_failure_is_charged_unless_the_provider_says_otherwise(
    any_office: Office,
    status: JobStatus,
    charged: str,
    unverified: bool,  # noqa: FBT001
) -> None:
    """Without a refund mark: settled as charged, unverified, the maker and the owner told."""
    take = await ended(any_office, status)
    assert (take.state, take.charged, take.held) == (State.FAILED, Money.usd(charged), ZERO)
    assert (take.unverified, await slots(any_office)) == (unverified, 0)
    assert len(any_office.lines(to="mina")) == 1
    assert len(any_office.lines(to="dana")) == (1 if unverified else 0)


async def test_a_failure_may_be_released_by_setting(tmp_path: Path) -> None:
    """``DAILIES_FAILED_UNMARKED=release`` believes that a failure costs nothing."""
    office = make_office(tmp_path, charge_unmarked_failures=False)
    take = await ended(office, failed())
    assert (take.state, take.charged, take.unverified) == (State.FAILED, ZERO, False)
    assert office.lines(to="dana") == []


async def test_moderation_is_named(office: Office) -> None:
    """The maker reads why."""
    status = JobStatus(job=Job.FAILED, said="failed", error="a real person", moderated=True)
    take = await ended(office, status)
    assert "a real person" in take.problem


async def test_the_money_is_booked_before_the_download(office: Office) -> None:
    """T4 is in the rows, and the slot free, when the download begins."""
    seen: list[object] = []

    async def download(**arguments: object) -> bytes:
        del arguments
        take = (await office.rows(Take))[0]
        seen.extend([take.state, take.charged, await slots(office)])
        return b"a clip"

    office.provider.script.add("download", download)
    await office.order()
    await office.work()
    assert seen == [State.FETCHING, Money.usd("0.32"), 0]


async def test_a_charge_above_its_hold_stops_the_scope_until_an_owner_lets_it_go_on(any_office: Office) -> None:
    """Booked in full, told, shown as overrun; what waits waits, and starts again by itself."""
    any_office.provider.script.add("poll", done("0.50"))
    take = await ordered(any_office, State.RENDERING)
    await any_office.work(60)
    take = await any_office.take(take.id)
    assert (take.state, take.charged, take.overrun) == (State.DELIVERED, Money.usd("0.50"), True)
    assert (await any_office.budget()).stopped_by == f"overrun:{take.id}"
    assert any("$0.50" in line for line in any_office.lines(to="dana"))
    await any_office.handle(GoOn, DANA, subject=take.id)
    assert (await any_office.budget()).stopped_by is None
    await any_office.require_balanced()


async def test_an_overrun_holds_back_what_waits(tmp_path: Path) -> None:
    """The second of two takes on one slot is not admitted until *Go on*."""
    office = make_office(tmp_path, slots=1)
    office.provider.script.add("poll", done("0.50"))
    first, second = await office.order("a mug", count=2)
    await office.work()
    assert ((await office.take(second.id)).state, posts(office)) == (State.QUEUED, 1)
    await office.handle(GoOn, DANA, subject=first.id)
    await office.work()
    assert ((await office.take(second.id)).state, posts(office)) == (State.DELIVERED, 2)


async def test_the_charge_is_booked_once(office: Office) -> None:
    """One settle line per scope."""
    take = await ended(office, done())
    lines = await office.rows(Line, take=take.id, kind=LineKind.SETTLE)
    assert sorted(line.scope.partition(":")[0] for line in lines) == ["channel", "person", "workspace"]


async def test_an_order_that_is_done_at_once_frees_its_slot(office: Office) -> None:
    """Submit with output: no poll, no slot, the charge as named."""

    def submit(order: Order) -> Accepted:
        del order
        return Accepted(job="job-1", output_url=URL, charge=charge("0.31"))

    office.provider.script.add("submit", submit)
    take = await ordered(office)
    await office.work(1)
    take = await office.take(take.id)
    assert (take.state, take.charged, await slots(office)) == (State.DELIVERED, Money.usd("0.31"), 0)
