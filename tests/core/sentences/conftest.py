from __future__ import annotations

from dataclasses import dataclass

import pytest

from bot.core.lifecycle import Stage
from bot.core.money import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """What the sentences need of a plan."""

    stage: Stage = Stage.DRAFT
    length: int = 4
    resolution: str = "480p"
    seconds: int = 10
    final_price: Money = Money.usd("1.50")
    look: str = "new"


@pytest.fixture(scope="session")
def drafts() -> Planned:
    """Drafts of 4 s, of which finals will be 10 s long."""
    return Planned()


@pytest.fixture(scope="session")
def final() -> Planned:
    """A final of 10 s."""
    return Planned(stage=Stage.FINAL, length=10, resolution="720p")
