"""What ``budget show`` says, word for word."""

from __future__ import annotations

import pytest

from bot.core.money import Money
from bot.core.policy import Ladder
from bot.core.rows import Change
from bot.core.sentences.budgets import Standing, change, shown
from bot.core.sentences.spenders import Spender
from tests.core.builders import NOW, make_purse

DAY_MS = 24 * 3600 * 1000
LAUNCH = make_purse("50", "13.60", "1.28", envelope="20", used_finals=Money.usd("7.50"), ladder=Ladder(tell=20))
TEAM = make_purse("10", "13", scope="workspace:T1", name="the workspace", end=None)
FREE = make_purse(None, "3", scope="person:T1/U1", name="mina")


def changed(before: str, after: str, what: str = "cap") -> Change:
    return Change(
        id="1", scope=LAUNCH.scope.id, what=what, before=before, after=after, at=NOW + DAY_MS, by="U9", by_name="dana"
    )


def test_each_cap_is_shown_money_first() -> None:
    """What is left, what it was used for, the steps and where they stand, who spent it, who changed it."""
    standing = Standing(
        purse=LAUNCH,
        full_at=NOW + 21 * DAY_MS,
        people=(
            Spender(name="mina", amount=Money.usd("12.10"), drafts=31, finals=9),
            Spender(name="jo", amount=Money.usd("1.50"), drafts=0, finals=1),
        ),
        changes=(changed("$40.00", "$50.00"),),
    )
    assert shown([standing, Standing(purse=TEAM), Standing(purse=FREE)], "dana", "launch", NOW) == (
        "#launch: $36.40 of $50.00 left until 1 Dec\n"
        "$12.32 spent · $1.28 held\n"
        "Kept for finals: $20.00, $12.50 of it unused\n"
        "At this pace it is full on the 23rd.\n"
        "Steps: 20 % told here · 80 % contact told · 95 % owner approves each\n"
        "mina $12.10 · 31 drafts, 9 finals\n"
        "jo $1.50 · 1 final\n"
        "dana raised the cap from $40.00 to $50.00 on 3 Nov\n"
        "\n"
        "The workspace: $0.00 of $10.00 left, never resets\n"
        "$13.00 spent · $3.00 over the cap\n"
        "Nothing more is ordered until the cap is raised.\n"
        "Steps: 50 % owner told · 80 % owner told · 95 % owner approves each\n"
        "\n"
        "mina: no cap · $3.00 spent\n"
        "\n"
        "dana looks after the budget of #launch."
    )


def test_that_nobody_looks_after_a_budget_is_said() -> None:
    """Where questions would stand in the channel; and a budget that never resets is counted for ever."""
    ever = make_purse(None, "3", end=None)
    assert shown([Standing(purse=ever)], None, "launch", NOW) == (
        "#launch: no cap\n$3.00 spent\n\nNobody looks after the budget of #launch yet."
    )


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (changed("$50.00", "$60.00"), "dana raised the cap from $50.00 to $60.00 on 3 Nov"),
        (changed("$1,000.00", "$50.00"), "dana lowered the cap from $1,000.00 to $50.00 on 3 Nov"),
        (changed("none", "$50.00"), "dana set the cap to $50.00 (was none) on 3 Nov"),
        (changed("$5 or so", "$50.00"), "dana set the cap to $50.00 (was $5 or so) on 3 Nov"),
        (changed("month", "week", "period"), "dana set the period to week (was month) on 3 Nov"),
        (changed("", "Europe/Berlin", "zone"), "dana set the zone to Europe/Berlin on 3 Nov"),
        (changed("off", "$1.00", "owner-above"), "dana set owner-above to $1.00 (was off) on 3 Nov"),
        (changed("$5.00", "$1.00", "owner-above"), "dana lowered owner-above from $5.00 to $1.00 on 3 Nov"),
        (changed("goes on", "paused", "ordering"), "dana paused ordering on 3 Nov"),
        (changed("goes on", "paused: the invoice", "ordering"), "dana paused ordering on 3 Nov: the invoice"),
        (changed("paused", "goes on", "ordering"), "dana let ordering go on, 3 Nov"),
        (changed("overrun of A7K", "goes on", "stop"), "dana let ordering go on after the overrun of A7K, 3 Nov"),
    ],
)
def test_a_change_says_who_what_and_when(row: Change, said: str) -> None:
    """Raised and lowered where both were amounts; a pause and its end are what they are."""
    assert change(row, "UTC") == said
