from __future__ import annotations

import asyncio

import pytest

from bot.core.fakes import FakeClock, FakeIds
from bot.core.fakes.clock import DIGITS, LETTERS, MORNING_MS
from bot.core.ports.clock import Clock, Ids


async def test_time_stands_still_until_it_is_moved() -> None:
    """Both clocks move by what they are told and by nothing else."""
    clock = FakeClock()
    assert (clock.now(), clock.monotonic()) == (MORNING_MS, 0.0)
    await clock.advance(1.5)
    assert (clock.now(), clock.monotonic()) == (MORNING_MS + 1_500, 1.5)


async def test_a_jump_moves_the_wall_clock_only() -> None:
    """A jump back wakes nobody and is not seen by the monotonic clock."""
    clock = FakeClock(1_000_000)
    clock.jump(-90)
    assert (clock.now(), clock.monotonic()) == (910_000, 0.0)
    await clock.advance(1)
    assert (clock.now(), clock.monotonic()) == (911_000, 1.0)


async def test_sleepers_wake_in_the_order_of_their_times() -> None:
    """Each task runs at its own time, before time moves on to the next; equal times in the order of going to sleep."""
    clock = FakeClock(0)
    seen: list[tuple[str, int]] = []

    async def sleeper(name: str, seconds: float) -> None:
        await clock.sleep(seconds)
        for _ in range(10):
            await asyncio.sleep(0)
        seen.append((name, clock.now()))

    tasks = [asyncio.create_task(sleeper(*who)) for who in (("c", 3), ("a", 1), ("b", 2), ("d", 3), ("late", 5))]
    await clock.advance(4)
    assert seen == [("a", 1_000), ("b", 2_000), ("c", 3_000), ("d", 3_000)]
    assert (clock.now(), clock.sleepers) == (4_000, 1)
    await clock.advance(1)
    assert seen[-1] == ("late", 5_000)
    await asyncio.gather(*tasks)


async def test_who_sleeps_again_wakes_again() -> None:
    """A loop that sleeps a second each time runs as often as seconds pass."""
    clock = FakeClock()
    turns: list[float] = []

    async def loop() -> None:
        while True:
            await clock.sleep(1)
            turns.append(clock.monotonic())

    task = asyncio.create_task(loop())
    await clock.advance(3.5)
    task.cancel()
    assert turns == [1.0, 2.0, 3.0]


async def test_a_cancelled_sleeper_is_forgotten() -> None:
    """A task that was cancelled in its sleep is no sleeper, and time passes over it."""
    clock = FakeClock()
    task = asyncio.create_task(clock.sleep(1))
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    assert clock.sleepers == 0
    await clock.advance(2)
    assert clock.monotonic() == 2.0


@pytest.mark.parametrize("seconds", [0, -1])
async def test_no_time_gives_a_turn(seconds: float) -> None:
    """Sleeping for no time lets others run and comes back by itself."""
    clock = FakeClock()
    seen: list[int] = []
    asyncio.get_running_loop().call_soon(seen.append, 1)
    await clock.sleep(seconds)
    assert seen == [1]


async def test_the_shortest_sleep_still_waits() -> None:
    """A sleep shorter than the clock can tell is not nothing."""
    clock = FakeClock()
    task = asyncio.create_task(clock.sleep(1e-9))
    await asyncio.sleep(0)
    assert not task.done()
    await clock.advance(1e-6)
    assert task.done()


async def test_settling_can_be_waited_for() -> None:
    """Where tasks wait for threads, what is passed as settle is awaited before and after each wake."""
    settled: list[float] = []

    async def settle() -> None:
        settled.append(clock.monotonic())
        await asyncio.sleep(0)

    clock = FakeClock(settle=settle)
    task = asyncio.create_task(clock.sleep(1))
    await clock.advance(2)
    assert settled == [0.0, 1.0, 2.0]
    assert task.done()


def test_words_can_be_spoken() -> None:
    """A word has the length asked for, a letter and a digit, and none that is mistaken for another."""
    ids = FakeIds(3)
    words = [ids.word(length) for length in (2, 3, 3, 4, 8) for _ in range(50)]
    assert {len(word) for word in words} == {2, 3, 4, 8}
    for word in words:
        assert set(word) & set(LETTERS)
        assert set(word) & set(DIGITS)
        assert not set(word) & set("0O1IL")
        assert set(word) <= set(LETTERS + DIGITS)
    with pytest.raises(ValueError, match="a letter and a digit need 2 places, not 1"):
        ids.word(1)


def test_the_same_seed_gives_the_same_chance() -> None:
    """Equal seeds agree in everything, other seeds in no unique id."""

    def drawn(seed: int) -> tuple[object, ...]:
        ids = FakeIds(seed)
        return ids.word(3), ids.unique(), ids.unique(), ids.between(2, 3), ids.one_of("abc")

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)
    assert not set(drawn(1)[1:3]) & set(drawn(2)[1:3])


def test_unique_ids_never_come_again() -> None:
    """A thousand are all different, and short enough for a nonce."""
    ids = FakeIds(123_456)
    given = {ids.unique() for _ in range(1_000)}
    assert len(given) == 1_000
    assert max(map(len, given)) <= 26


def test_jitter_stays_inside() -> None:
    """A number between two others is the lower at least, and never the higher."""
    ids = FakeIds()
    assert all(0.8 <= ids.between(0.8, 1.2) < 1.2 for _ in range(500))


def test_the_fakes_are_the_ports() -> None:
    """What is shipped can stand where the ports are asked for."""
    clock: Clock = FakeClock()
    ids: Ids = FakeIds()
    assert clock.monotonic() == 0.0
    assert ids.one_of([7]) == 7
