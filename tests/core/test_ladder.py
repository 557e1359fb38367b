"""The steps of a cap."""

from __future__ import annotations

import pytest

from bot.core.errors import Refusal
from bot.core.ladder import drafts_only, owner_approves, reached, require_rising, steps
from bot.core.policy import Ladder
from tests.core.builders import make_purse

BARE = Ladder(tell=None, warn=None, approve=None)


@pytest.mark.parametrize(
    ("ladder", "expected"),
    [
        (Ladder(), (50, 80, 95, 100)),
        (Ladder(tell=None), (80, 95, 100)),
        (Ladder(tell=1, warn=2, approve=99), (1, 2, 99, 100)),
        (BARE, (100,)),
    ],
)
def test_the_last_step_is_always_there(ladder: Ladder, expected: tuple[int, ...]) -> None:
    """Whatever is set, at the whole of a cap nothing more is ordered."""
    assert steps(ladder) == expected


@pytest.mark.parametrize(
    ("cap", "used", "expected"),
    [
        ("50", "24.999999", ()),
        ("50", "25", (50,)),
        ("50", "39.999999", (50,)),
        ("50", "40", (50, 80)),
        ("50", "47.50", (50, 80, 95)),
        ("50", "50", (50, 80, 95, 100)),
        ("50", "80", (50, 80, 95, 100)),
        ("0", "0", ()),
        ("0", "3", ()),
        (None, "3", ()),
    ],
)
def test_a_step_is_reached_to_the_micro_dollar(cap: str | None, used: str, expected: tuple[int, ...]) -> None:
    """Spent and held of the cap; no cap and a cap of nothing have no steps."""
    assert reached(make_purse(cap, used)) == expected


def test_what_a_step_brings_about_holds_from_it_on() -> None:
    """Drafts alone from the warning on, where that is set; the owner's yes from the step after it."""
    ladder = Ladder(drafts_only=True)
    assert [drafts_only(make_purse("50", used, ladder=ladder)) for used in ("39", "40", "49")] == [False, True, True]
    assert not drafts_only(make_purse("50", "49"))
    assert [owner_approves(make_purse("50", used)) for used in ("47", "47.50")] == [False, True]
    assert not owner_approves(make_purse("50", "50", ladder=BARE))


@pytest.mark.parametrize(
    ("ladder", "sentence"),
    [
        (Ladder(tell=80), "--warn has to be above --tell: they would be 80 % and 80 %. Set both, or one off."),
        (Ladder(approve=70), "--approve has to be above --warn: they would be 70 % and 80 %. Set both, or one off."),
        (
            Ladder(tell=96, warn=None),
            "--approve has to be above --tell: they would be 95 % and 96 %. Set both, or one off.",
        ),
        (
            Ladder(warn=None, drafts_only=True),
            "--drafts-only begins at --warn, which is off: set --warn too, as in --warn 80 --drafts-only on.",
        ),
    ],
)
def test_steps_that_do_not_rise_are_refused(ladder: Ladder, sentence: str) -> None:
    """The sentence names both steps and what they would be."""
    with pytest.raises(Refusal) as refused:
        require_rising(ladder)
    assert refused.value.sentence == sentence


@pytest.mark.parametrize("ladder", [Ladder(), BARE, Ladder(tell=90, warn=None), Ladder(drafts_only=True)])
def test_steps_that_rise_are_taken(ladder: Ladder) -> None:
    """A step that is off is in nobody's way."""
    require_rising(ladder)
