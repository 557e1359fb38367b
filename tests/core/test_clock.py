"""The real clocks, and real chance."""

from __future__ import annotations

import time

from bot.core.clock import SystemClock, SystemIds
from bot.core.ids import readings


def test_the_wall_clock_is_utc_in_milliseconds() -> None:
    """The time is that of the machine, in milliseconds."""
    before = time.time_ns() // 1_000_000
    assert before <= SystemClock().now() <= time.time_ns() // 1_000_000


async def test_the_monotonic_clock_never_goes_back() -> None:
    """Two readings around a sleep are in order."""
    clock = SystemClock()
    before = clock.monotonic()
    await clock.sleep(0)
    assert clock.monotonic() >= before


def test_words_can_be_spoken_and_ids_sort_by_age() -> None:
    """A word is an id as people type it; unique ids are never the same, and later ones are not smaller."""
    ids = SystemIds()
    word = ids.word(3)
    assert word in map(str, readings(word))
    made = [ids.unique() for _ in range(100)]
    assert len(set(made)) == 100
    assert [each[:12] for each in made] == sorted(each[:12] for each in made)


def test_chance_stays_within_its_bounds() -> None:
    """A number between two is between them; one of the items is one of them."""
    ids = SystemIds()
    assert all(5.0 <= ids.between(5.0, 10.0) < 10.0 for _ in range(100))
    assert {ids.one_of("ab") for _ in range(100)} <= {"a", "b"}
