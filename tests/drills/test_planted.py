"""The drills can go red: each planted fault is found, by the law that it breaks."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

from tests.drills import plants
from tests.drills.drills import (
    LAGGING,
    ONE_DRAFT,
    TWO_OF_THREE,
    UNSEEN_DRAFT,
    WITHDRAWN,
    Drill,
    Outcome,
    singles,
    stops,
)
from tests.drills.vendor import Behaviour

Schedules = Callable[[Drill], AsyncIterator[Outcome]]


def of(drills: tuple[Drill, ...], behaviour: Behaviour) -> Drill:
    """The drill in which the provider treats the order so."""
    return next(drill for drill in drills if drill.setting.behaviours[-1] is behaviour)


def stopped_for_long(drill: Drill) -> AsyncIterator[Outcome]:
    """Each step, for longer than an attempt lives."""
    return stops(drill, seconds=1200.0)


def stopped_for_a_moment(drill: Drill) -> AsyncIterator[Outcome]:
    """Each step, for less than an attempt lives."""
    return stops(drill, seconds=40.0)


@pytest.mark.long
@pytest.mark.parametrize(
    ("plant", "drill_", "schedules", "law"),
    [
        (plants.no_intent_row, of(ONE_DRAFT, Behaviour.ACCEPTED), singles, "2 jobs of 480p were made for 1 takes"),
        (plants.blind_resend, of(ONE_DRAFT, Behaviour.DROPPED), singles, "2 jobs of 480p were made for 1 takes"),
        (plants.settled_twice, of(ONE_DRAFT, Behaviour.ACCEPTED), singles, "$0.32 was billed, $0.64 is charged"),
        (plants.hold_forgotten, of(TWO_OF_THREE, Behaviour.ACCEPTED), singles, "$0.96 was billed under a cap of $0.64"),
        (
            plants.slot_of_an_unknown_freed,
            of(TWO_OF_THREE, Behaviour.TIMEOUT_AFTER),
            singles,
            "2 jobs rendered at once",
        ),
        (plants.no_answer_file, of(UNSEEN_DRAFT, Behaviour.ACCEPTED), singles, "nobody has job-1, whose answer"),
        (plants.judged_too_early, of(ONE_DRAFT, Behaviour.LATE), stopped_for_a_moment, "judged before it had expired"),
        (plants.post_without_attempt, of(ONE_DRAFT, Behaviour.ACCEPTED), singles, "was posted 2 times"),
        (plants.votes_not_counted_again, WITHDRAWN, singles, "a final was ordered that nobody approves"),
        (plants.late_answers_ignored, of(UNSEEN_DRAFT, Behaviour.LATE), stopped_for_long, "nobody has job-1"),
        (plants.strays_not_booked, LAGGING, singles, "nobody knows of ['job-1']"),
    ],
    ids=lambda value: value.__name__ if callable(value) else None,
)
async def test_a_planted_fault_is_found(
    plant: Callable[[pytest.MonkeyPatch], None],
    drill_: Drill,
    schedules: Schedules,
    law: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With the fault a law is broken somewhere; that it holds without, the schedules show."""
    plant(monkeypatch)
    seen: list[str] = []
    async for outcome in schedules(drill_):
        seen += outcome.broken
        if any(law in sentence for sentence in outcome.broken):
            return
    pytest.fail(f"no schedule has found it; the laws that were broken: {seen[:5]}")
