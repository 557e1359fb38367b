from __future__ import annotations

from bot.core.fakes import FakeClock
from storage import StoreClock

#: What a database says.
NOON = 1_800_000_000_000


async def test_untold_it_is_the_machines() -> None:
    """On SQLite nothing tells it a time: it is the wall clock, jumps included."""
    machine = FakeClock()
    clock = StoreClock(machine)
    machine.jump(3600)
    assert clock.now() == machine.now()
    assert clock.monotonic() == machine.monotonic()
    await clock.sleep(0)


async def test_told_it_goes_on_by_the_monotonic_clock() -> None:
    """What the machine's wall clock does is of no consequence any more."""
    machine = FakeClock()
    clock = StoreClock(machine)
    clock.told(NOON, trip_s=0.002)
    assert clock.now() == NOON
    machine.jump(-86_400)
    await machine.advance(1.5)
    assert clock.now() == NOON + 1_500


async def test_a_slow_trip_does_not_set_it_back() -> None:
    """The database's time was read some time ago then; what was known better stays, within the trip's length."""
    machine = FakeClock()
    clock = StoreClock(machine)
    clock.told(NOON, trip_s=0.002)
    await machine.advance(1)
    clock.told(NOON + 600, trip_s=0.5)
    assert clock.now() == NOON + 1_000


async def test_it_follows_a_database_that_is_set() -> None:
    """Forwards at once; back as far as the database cannot be later."""
    machine = FakeClock()
    clock = StoreClock(machine)
    clock.told(NOON, trip_s=0.002)
    clock.told(NOON + 3_600_000, trip_s=0.002)
    assert clock.now() == NOON + 3_600_000
    clock.told(NOON, trip_s=0.002)
    assert NOON <= clock.now() <= NOON + 3
