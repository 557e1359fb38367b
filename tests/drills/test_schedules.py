"""Crash schedules: the real manager, worker, engine and outbox, ended or stopped at every step; no law is ever broken.

``make test`` tells each story with an end at each step, or at each n-th of the longer ones; ``make drill`` tells every
one with every pair, on every kind of store.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from tests.drills.drills import (
    ALLOWED,
    BATCH,
    EVERY,
    FROM_THE_FRAME,
    GUIDE,
    JUDGED,
    LAGGING,
    NEVER,
    ONE_DRAFT,
    ONE_FINAL,
    TOO_LARGE,
    TWO_OF_THREE,
    UNDONE,
    UNSEEN_DRAFT,
    WITHDRAWN,
    Drill,
    Outcome,
    pairs,
    run,
    singles,
    stops,
)
from tests.drills.schedule import DATABASES, MakeStore
from tests.drills.vendor import Behaviour

#: Of the longer stories each so many-th step is ended; of the pairs and stops too; of the stops make test has half.
LONGER = 12
#: And of a draft, each third: make check ends it at every one.
THIRD = 3
MUCH_LONGER = 60
FEW = 14
#: A batch has many takes, and each its steps.
IN_A_BATCH = 400
#: And on a database it ends one step of each story only.
ONE = 60
#: Within the life of an attempt, and far beyond it; seconds.
SHORT_STOP_S = 40.0
LONG_STOP_S = 1200.0


async def require_lawful(schedules: AsyncIterator[Outcome]) -> None:
    """No schedule has broken a law."""
    outcomes = [outcome async for outcome in schedules]
    assert outcomes
    assert [str(each) for each in outcomes if each.broken] == []


@pytest.mark.parametrize("drill_", [*ONE_DRAFT, TOO_LARGE], ids=str)
async def test_an_end_at_every_step_of_a_draft(drill_: Drill, thorough: bool) -> None:  # noqa: FBT001  # a fixture
    """One bill at most, the ledger equal to the bills, the clip in the channel once: wherever the process ends."""
    await require_lawful(singles(drill_, stride=1 if thorough else THIRD, offset=len(drill_.name)))


@pytest.mark.long
@pytest.mark.parametrize("drill_", [*UNSEEN_DRAFT, *ONE_FINAL, *TWO_OF_THREE], ids=str)
async def test_an_end_in_longer_stories(drill_: Drill, drill: bool) -> None:  # noqa: FBT001  # a fixture
    """Without a history, over a vote and its final, with a full cap and one slot: the same laws."""
    await require_lawful(singles(drill_, stride=1 if drill else LONGER, offset=len(drill_.name)))


@pytest.mark.parametrize("drill_", FROM_THE_FRAME, ids=str)
async def test_an_end_in_a_final_from_the_frame(drill_: Drill, drill: bool) -> None:  # noqa: FBT001  # a fixture
    """The frame may be handed over twice and have two addresses; the final is never ordered without it, nor twice."""
    await require_lawful(singles(drill_, stride=1 if drill else MUCH_LONGER, offset=len(drill_.name)))


@pytest.mark.long
@pytest.mark.parametrize("drill_", [*JUDGED, WITHDRAWN, ALLOWED, UNDONE, LAGGING, GUIDE, NEVER], ids=str)
async def test_an_end_in_stories_of_second_thoughts(drill_: Drill, drill: bool) -> None:  # noqa: FBT001  # a fixture
    """Late evidence after a verdict, votes taken back, Undo, and orders sent again after a 5xx."""
    await require_lawful(singles(drill_, stride=1 if drill else LONGER, offset=len(drill_.name)))


async def test_an_end_in_a_batch(drill: bool) -> None:  # noqa: FBT001  # a fixture
    """All of a list is ordered or none of it, and it is reported once; make drill ends each of its many steps."""
    await require_lawful(singles(BATCH, stride=1 if drill else IN_A_BATCH, offset=40))


@pytest.mark.parametrize("drill_", ONE_DRAFT, ids=str)
async def test_some_pairs_of_ends(drill_: Drill, drill: bool) -> None:  # noqa: FBT001  # a fixture
    """The next process ends too, at any of its steps; make drill has every pair."""
    await require_lawful(pairs(drill_, stride=1 if drill else FEW, offset=len(drill_.name)))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """On databases make test tells each story once, on the one or the other; make drill tells each on both."""
    if "make_store" not in metafunc.fixturenames:
        return
    both = metafunc.config.getoption("--drill")
    told = [
        (each, kind)
        for number, each in enumerate(ONE_DRAFT)
        for kind in (DATABASES if both else DATABASES[number % 2 :][:1])
    ]
    ids = [f"{kind}-{each}" for each, kind in told]
    metafunc.parametrize(("drill_", "make_store"), told, ids=ids, indirect=["make_store"])


@pytest.mark.long
async def test_ends_on_a_database(
    drill_: Drill,
    make_store: MakeStore,
    drill: bool,  # noqa: FBT001  # a fixture
) -> None:
    """The same on a file and on a server, where locks, orders and types are a database's own."""
    there = replace(drill_, setting=replace(drill_.setting, make_store=make_store))
    await require_lawful(singles(there, stride=1 if drill else ONE, offset=len(drill_.name)))
    if drill:
        await require_lawful(pairs(there))


@pytest.mark.parametrize("seconds", [SHORT_STOP_S, LONG_STOP_S])
@pytest.mark.parametrize("drill_", [*ONE_DRAFT, WITHDRAWN], ids=str)
async def test_a_stop_at_any_step(drill_: Drill, seconds: float, *, drill: bool, thorough: bool) -> None:
    """A process stands still and goes on later, when another has done its work; nothing is bought or posted twice."""
    stride = 1 if drill else LONGER if thorough else 2 * LONGER
    await require_lawful(stops(drill_, seconds=seconds, stride=stride, offset=len(drill_.name)))


async def test_the_documented_exception() -> None:
    """Only a history that lags more than the careful wait brings a second bill, and it is booked, once."""
    lagging, guide, never = [await run(each) for each in (LAGGING, GUIDE, NEVER)]
    assert [each.broken for each in (lagging, guide, never)] == [(), (), ()]
    strict = [await run(Drill(name="", story=each.story, setting=each.setting)) for each in (LAGGING, GUIDE, NEVER)]
    assert [each.broken for each in strict] == [
        ("2 jobs of 480p were made for 1 takes",),
        ("2 jobs of 480p were made for 1 takes",),
        (),
    ]


def test_every_behaviour_of_the_provider_is_drilled() -> None:
    """No behaviour is left out of a story that is told with each."""
    assert {each.setting.behaviours[-1] for each in ONE_DRAFT} == set(Behaviour)
    assert len(EVERY) == len({each.name for each in EVERY})
