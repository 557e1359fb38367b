"""Whatever people do and whatever befalls the bot, in any order: no second bill, no cap exceeded, no paid clip lost."""

from __future__ import annotations

from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.drills.machine.fate import Fate
from tests.drills.machine.people import People


class Machine(People, Fate):
    """The whole, on rows in memory."""


def test_the_whole() -> None:
    """Anything in any order, in memory."""
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=30, stateful_step_count=50, deadline=None, suppress_health_check=list(HealthCheck),
            print_blob=True,
        ),
    )
