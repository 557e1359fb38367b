"""A bell and its waiting."""

from __future__ import annotations

import asyncio

import pytest

from bot.core.fakes import FakeClock
from bot.jobs.bell import Bell, until


async def test_a_ring_wakes_who_waits() -> None:
    """At once, whatever the time limit."""
    bell = Bell(FakeClock())
    waiting = asyncio.create_task(bell.wait(3600))
    await asyncio.sleep(0)
    bell.ring()
    await waiting


async def test_a_ring_before_the_waiting_is_heard() -> None:
    """And only once."""
    clock = FakeClock()
    bell = Bell(clock)
    bell.ring()
    bell.ring()
    await bell.wait(None)
    waiting = asyncio.create_task(bell.wait(5))
    await clock.advance(4)
    assert not waiting.done()
    await clock.advance(1)
    await waiting


@pytest.mark.parametrize("seconds", [0, -5])
async def test_no_time_is_no_waiting(seconds: float) -> None:
    """A time that has passed."""
    await Bell(FakeClock()).wait(seconds)


async def test_a_cancelled_wait_leaves_nothing_behind() -> None:
    """No task of it goes on, and the cancellation comes out."""
    bell = Bell(FakeClock())
    waiting = asyncio.create_task(bell.wait(60))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_an_event_is_waited_for_on_the_given_clock() -> None:
    """It stays set, unlike a ring."""
    clock, event = FakeClock(), asyncio.Event()
    waiting = asyncio.create_task(until(event, clock, 3600))
    await clock.advance(3599)
    assert not waiting.done()
    event.set()
    await waiting
    await until(event, clock, 3600)
