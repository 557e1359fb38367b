"""The one exception that the README names: a 5xx for a job that was made, and a history that does not show it."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.money import Money
from tests.drills.processes import laws
from tests.drills.processes.installation import Installation
from tests.drills.processes.provider import simulating

PRICE = Money.usd("0.32")


@pytest.mark.parametrize(
    ("rule", "bills", "state"),
    [
        ("never", 1, "unknown"),
        pytest.param("guide", 2, "delivered", marks=pytest.mark.long),
        pytest.param("careful", 2, "delivered", marks=pytest.mark.long),
    ],
)
def test_a_job_that_no_history_shows(tmp_path: Path, rule: str, bills: int, state: str) -> None:
    """Only ``never`` excludes the second bill; the others make one more for the one 5xx, and never a third."""
    with simulating(scale=0.005, seed=1, lagging=True) as provider:
        bot = Installation(home=tmp_path / "home", provider=provider, settings={"MUAPI_RESEND_5XX": rule})
        running = bot.start("local")
        try:
            running.type("/clip a fox [[fault-after=1]]")
            assert running.ended() == 0
        finally:
            running.kill()
        assert len(provider.bills()) == bills
        (take,) = bot.takes()
        assert (take["state"], take["held"] + take["charged"]) == (state, PRICE.micros)
        closed = bot.rows("SELECT id FROM attempts WHERE kind = 'submit' AND outcome = 'closed'")
        assert len(closed) == 1
        laws.require_visible(bot)
