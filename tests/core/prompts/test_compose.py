from __future__ import annotations

import pytest

from bot.core.prompts import compose

NAMES = ("subject", "action", "environment", "camera", "style", "constraints")


@pytest.mark.parametrize(
    ("parts", "prompt"),
    [
        (
            ("a red fox", "leaps over a log", "in deep snow", "slow dolly in", "warm film look", "sharp, crisp frames"),
            "a red fox leaps over a log, in deep snow, slow dolly in, warm film look, sharp, crisp frames",
        ),
        (("A barista.", "pours latte", "", "", "", ""), "A barista pours latte"),
        (("A barista.", "Pours latte.", "", "slow dolly", "", ""), "A barista. Pours latte. Slow dolly"),
        (("a fox", "", "", "", "", ""), "a fox"),
        (("", "", "in snow, ", " ,wide shot;", "", ""), "in snow, wide shot"),
        (("a fox", "runs!", "in snow", "", "", ""), "a fox runs! In snow"),
        ((" a\nfox ", "  runs\tfast ", "", "", "", " \n"), "a fox runs fast"),
        (("", "", "", "", "", ""), ""),
    ],
)
def test_compose(parts: tuple[str, ...], prompt: str) -> None:
    """Six parts become one prompt that reads as a sentence; empty parts leave no trace."""
    assert compose(**dict(zip(NAMES, parts, strict=True))) == prompt
