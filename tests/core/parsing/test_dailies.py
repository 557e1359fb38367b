from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.core.commands import BudgetSet, BudgetShow, Command, Help, Models, Settings, SpendReport
from bot.core.money import ZERO, Money
from bot.core.parsing.later import LATER
from bot.core.policy import Period

Parse = Callable[..., Any]
Make = Callable[..., Command]
THERE_IS = "/dailies is followed by budget, spend, settings, models, help, pause, resume or savings"


@pytest.mark.parametrize(
    ("text", "kind", "facts"),
    [
        ("", Help, {"root": "dailies"}),
        (" HELP ", Help, {"root": "dailies"}),
        ("models", Models, {}),
        ("spend", SpendReport, {}),
        ("spend report", SpendReport, {}),
        ("budget", BudgetShow, {}),
        ("Budget: show", BudgetShow, {}),
        ("budget set 50", BudgetSet, {"amount": Money.usd(50)}),
        ("budget set $1,000.50", BudgetSet, {"amount": Money.usd("1000.50")}),
        ("budget set $ 50", BudgetSet, {"amount": Money.usd(50)}),
        ("budget set 0", BudgetSet, {"amount": ZERO}),
        ("budget set none", BudgetSet, {"uncapped": True}),
        ("budget set Unlimited --scope person", BudgetSet, {"uncapped": True, "scope": "person"}),
        ("budget set 50 --scope Workspace", BudgetSet, {"amount": Money.usd(50), "scope": "workspace"}),
        ("budget set --period week", BudgetSet, {"period": Period.WEEK}),
        ("budget set --per monthly", BudgetSet, {"period": Period.MONTH}),
        ("budget set 50 --zone europe/berlin", BudgetSet, {"amount": Money.usd(50), "zone": "Europe/Berlin"}),
        ("budget set 50 --envelope 20", BudgetSet, {"amount": Money.usd(50), "envelope": Money.usd(20)}),
        ("budget set --envelope none", BudgetSet, {"envelope": ZERO}),
        ("budget set none --envelope 0", BudgetSet, {"uncapped": True, "envelope": ZERO}),
        ("settings", Settings, {"changes": ()}),
        ("settings quorum 2", Settings, {"changes": (("quorum", "2"),)}),
        ("settings --quorum 2", Settings, {"changes": (("quorum", "2"),)}),
        ("settings \u2014quorum 2", Settings, {"changes": (("quorum", "2"),)}),
        ("settings quorum: 2, ratio=9:16", Settings, {"changes": (("quorum", "2"), ("ratio", "9:16"))}),
        (
            "settings ratio=9:16 quorum 2 grace 5",
            Settings,
            {"changes": (("ratio", "9:16"), ("quorum", "2"), ("grace", "5"))},
        ),
        ("settings quorum 2 quorum 3", Settings, {"changes": (("quorum", "3"),)}),
        ("settings sound “off”", Settings, {"changes": (("audio", "off"),)}),
        ("settings draft_seconds 5", Settings, {"changes": (("draft-seconds", "5"),)}),
        ("settings approvers @jo, @ravi", Settings, {"changes": (("approvers", "@jo, @ravi"),)}),
    ],
)
def test_verbs(dailies: Parse, make: Make, text: str, kind: type[Command], facts: dict[str, Any]) -> None:
    """Every verb about money and settings is read with what follows it."""
    assert dailies(text) == make(kind, **facts)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("modles", f"{THERE_IS}; you asked for modles. Did you mean models?"),
        ("fox", f"{THERE_IS}; you asked for fox."),
        ("show A7K", "show belongs to /clip: write /clip show."),
        ("models mini", "models stands alone; you added mini."),
        ("spend it", "spend is report or export; you asked for it."),
        ("budget 50", "budget is show or set, as in budget set 50; you asked for 50."),
        ("budget set", "budget set needs an amount, as in budget set 50, or none for no cap."),
        ("budget set --scope person", "budget set needs an amount, as in budget set 50, or none for no cap."),
        ("budget set lots", "A cap is an amount in dollars, like 50 or $50.00; you asked for lots."),
        ("budget set -5", "An amount cannot be negative; write 50; you asked for -5."),
        ("budget set €50", "An amount is in US dollars; write 50 or $50; you asked for €50."),
        ("budget set 5.005", "An amount is in whole cents; write 50.00; you asked for 5.005."),
        ("budget set 99999999", "An amount is at most $10,000,000; you asked for 99999999."),
        ("budget set 5 --period year", "--period is day, week, month or none; you asked for year."),
        ("budget set 5 --zone Berlin", "--zone is the IANA name of a zone, like Europe/Berlin; you asked for Berlin."),
        ("budget set 5 --scope team", "--scope is channel, workspace or person; you asked for team."),
        ("budget set 5 --envelope 10", "The envelope is at most the cap of $5.00; you asked for $10.00."),
        ("budget set none --envelope 10", "The envelope is a part of a cap; without a cap there is none."),
        (
            "budget set 5 --perid week",
            "budget set takes --period, --zone, --envelope or --scope; you gave --perid. Did you mean --period?",
        ),
        ("budget set 5 --fast", "budget set takes --period, --zone, --envelope or --scope; you gave --fast."),
        ("settings quorum 21", "quorum is 1 to 20; you asked for 21."),
        ("settings quorum", "quorum is 1 to 20; you gave no value."),
        ("settings model wan", "model is mini; you asked for wan."),
    ],
)
def test_refused(dailies: Parse, refused: Callable[..., str], text: str, sentence: str) -> None:
    """Here nothing is a prompt: whatever is not known or not allowed is refused by name."""
    assert refused(dailies, text) == sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("settings quorm 2", "quorm is not a setting; there are ratio"),
        ("settings ratio 9:16 quorm=2", "quorm is not a setting; there are ratio"),
        ("settings quorum 2 --quorm 3", "quorm is not a setting; there are ratio"),
        ("settings 9:16", "9 is not a setting; there are ratio"),
    ],
)
def test_unknown_setting(dailies: Parse, refused: Callable[..., str], text: str, sentence: str) -> None:
    """A word that is no setting is refused with those that there are, and the one that was meant."""
    found = refused(dailies, text)
    assert found.startswith(sentence)
    assert found.endswith("Did you mean quorum?") == ("quorm" in text)


@pytest.mark.parametrize("verb", [verb for root, verb in LATER if root == "dailies"])
def test_later(dailies: Parse, refused: Callable[..., str], verb: str) -> None:
    """A verb that comes later says so, and what to use until then."""
    assert refused(dailies, verb) == f"{verb} is not available here yet; {LATER['dailies', verb]}."
