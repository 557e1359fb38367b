"""Tables and numbers as the operator reads them."""

from __future__ import annotations

from typing import Any

import pytest

from bot.cli.spend import HEADER, row
from bot.cli.texts import counted

SCOPE: dict[str, Any] = {
    "scope": "channel:local:launch",
    "name": "#launch",
    "from": 1_793_500_000_000,
    "over": False,
    "cap": "1.00",
    "spent": "3.34",
    "held": "0.00",
    "left": "0.00",
    "excess": "2.34",
    "stopped_by": "",
}


def test_what_is_used_above_the_cap_is_no_negative_rest() -> None:
    """Nothing is left, and the excess is said."""
    line = dict(zip(HEADER, row(SCOPE, "UTC"), strict=True))
    assert (line["left"], line[""]) == ("$0.00", "$2.34 over")


@pytest.mark.parametrize("amounts", [{"left": "1.00", "excess": "0.00"}, {"cap": None, "left": None, "excess": None}])
def test_without_excess_none_is_said(amounts: dict[str, Any]) -> None:
    """Below its cap, and without one."""
    assert row(SCOPE | amounts, "UTC")[-1] == ""


def test_one_is_not_spoken_of_as_several() -> None:
    """Each number with its verb."""
    assert [counted(number, "take") for number in (0, 1, 2)] == ["0 takes are", "1 take is", "2 takes are"]
