"""Time that never runs back."""

from __future__ import annotations

from bot.core.fakes import FakeClock
from bot.core.steady import SteadyClock


async def test_a_clock_that_is_right_is_believed() -> None:
    """A wall clock that goes on, or is set on, is the time."""
    wall = FakeClock()
    steady = SteadyClock(wall)
    await wall.advance(10)
    assert steady.now() == wall.now()
    wall.jump(3600)
    assert steady.now() == wall.now()
    assert steady.behind_ms == 0
    assert steady.monotonic() == wall.monotonic()


async def test_time_goes_on_behind_a_clock_that_was_set_back() -> None:
    """At half the pace, until the wall clock has caught up; nothing that is under way stands still."""
    wall = FakeClock()
    steady = SteadyClock(wall)
    begun = steady.now()
    wall.jump(-60)
    assert steady.now() == begun
    assert steady.behind_ms == 60_000
    await wall.advance(100)
    assert steady.now() == begun + 50_000
    assert steady.behind_ms == 10_000
    await wall.advance(30)
    assert steady.now() == wall.now()
    assert steady.behind_ms == 0


async def test_the_rows_are_not_in_the_future() -> None:
    """A process that finds newer rows goes on from them; older ones change nothing."""
    wall = FakeClock()
    steady = SteadyClock(wall)
    steady.not_before(wall.now() + 5_000)
    assert steady.behind_ms == 5_000
    steady.not_before(wall.now())
    assert steady.behind_ms == 5_000


async def test_sleep_is_the_wall_clocks_own() -> None:
    """Durations inside the process are real ones."""
    wall = FakeClock()
    await SteadyClock(wall).sleep(0)
    assert wall.sleepers == 0
