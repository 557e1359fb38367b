"""Periods of a cap whose period, zone and amount are changed at any time."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.fakes.clock import MORNING_MS, FakeClock
from bot.core.periods import span_after
from bot.core.policy import Period
from bot.core.rows import Budget, Channel
from tests.jobs.acts import types
from tests.jobs.conftest import DANA, Office, make_office

ZONES = ("UTC", "America/Santiago", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin", "Asia/Kathmandu")
HOUR_MS = 3600 * 1000
#: Hours that pass, and then what is set: amount, period, zone.
Act = tuple[int, str, str, str]
ACTS = st.lists(
    st.tuples(
        st.integers(0, 24 * 40),
        st.sampled_from(("4", "20")),
        st.sampled_from([period.value for period in Period]),
        st.sampled_from(ZONES),
    ),
    min_size=1,
    max_size=6,
)


async def no_turns() -> None:
    """Nothing runs beside."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("periods")


@settings(max_examples=30, deadline=None)
@given(acts=ACTS, begins=st.integers(0, 24 * 366 * 2))
def test_periods_follow_each_other(folder: Path, acts: Sequence[Act], begins: int) -> None:
    """Whatever is set when: every moment lies in one period, no two overlap, none is left out between two orders."""

    async def play() -> None:
        clock = FakeClock(MORNING_MS + begins * HOUR_MS, settle=no_turns)
        office = make_office(folder, clock=clock)
        await ordered(office)
        for hours, amount, period, zone in acts:
            await clock.advance(hours * 3600)
            before = await ordered(office)
            await types(office, f"/dailies budget set {amount} --period {period} --zone {zone}", DANA)
            await clock.advance(1)
            await require_set(office, before, f"${amount}.00")
        await office.require_balanced()

    asyncio.run(play())


async def ordered(office: Office) -> Budget:
    """An order, and the period that it is booked in: where the last one ended, if that is in the calendar's."""
    known = await periods(office)
    channels = await office.rows(Channel)
    await office.order()
    budget, now = (await periods(office))[-1], office.clock.now()
    assert budget.period_start <= now
    assert budget.period_end is None or now < budget.period_end
    for earlier, later in zip(await periods(office), (await periods(office))[1:], strict=False):
        assert earlier.period_end is not None
        assert earlier.period_end <= later.period_start
    if len(await periods(office)) > len(known) and known:
        policy = channels[0].policy.cap
        own = span_after(known[-1].period_end or 0, policy.period, policy.zone or "UTC", now)
        assert (budget.period_start, budget.period_end, budget.cap) == (own.start, own.end, policy.amount)
    return budget


async def periods(office: Office) -> list[Budget]:
    return await office.rows(Budget, scope="channel:local:launch", order=("period_start",))


async def require_set(office: Office, before: Budget, amount: str) -> None:
    """The amount counts in the period that was running; that ends when it was to end, or never and now does."""
    same = next(each for each in await periods(office) if each.period_start == before.period_start)
    assert str(same.cap) == amount
    assert before.period_end is None or same.period_end == before.period_end
