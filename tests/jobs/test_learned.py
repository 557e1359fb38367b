from __future__ import annotations

from typing import Any

import pytest

from bot.core.fakes import FakeClock, MemoryStore
from bot.jobs.learned import KEPT_MS, Learned


class Reading:
    """Reads that give one number after the other."""

    def __init__(self, learned: Learned) -> None:
        self.clock = FakeClock()
        self._store, self._learned, self.reads = MemoryStore(self.clock), learned, 0

    async def figure(self, model: str = "mini", what: str = "rate", meanwhile: Any = None) -> int:
        """The figure; ``meanwhile`` is called while it is read."""

        async def read() -> int:
            self.reads += 1
            if meanwhile is not None:
                meanwhile()
            return self.reads

        return await self._store.transact(lambda tx: self._learned.figure(tx, model, (what,), read))


@pytest.fixture
def learned() -> Learned:
    return Learned()


@pytest.fixture
def reading(learned: Learned) -> Reading:
    return Reading(learned)


async def test_a_figure_is_read_once(reading: Reading) -> None:
    """What was read is known, each figure of each model for itself."""
    assert [await reading.figure() for _ in range(3)] == [1, 1, 1]
    assert await reading.figure(what="usual") == 2
    assert await reading.figure("other") == 3
    assert await reading.figure() == 1


async def test_a_figure_is_kept_for_a_minute(reading: Reading) -> None:
    """What another machine has learned since is read after a minute."""
    assert await reading.figure() == 1
    reading.clock.jump(KEPT_MS / 1000 - 1)
    assert await reading.figure() == 1
    reading.clock.jump(1)
    assert await reading.figure() == 2


async def test_a_job_that_ends_is_learned_from_at_once(reading: Reading, learned: Learned) -> None:
    """Every figure of its model is read anew, and no other model's."""
    for model in ("mini", "other"):
        await reading.figure(model)
    learned.forget("mini")
    assert await reading.figure("mini") == 3
    assert await reading.figure("other") == 2


async def test_what_was_read_while_a_job_ended_is_not_kept(reading: Reading, learned: Learned) -> None:
    """A reading that may have come just before the job's end is used once and then read again."""
    assert await reading.figure(meanwhile=lambda: learned.forget("mini")) == 1
    assert [await reading.figure() for _ in range(2)] == [2, 2]
