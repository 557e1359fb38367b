from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from bot.core.commands import (
    AskMore,
    BudgetSet,
    BudgetShow,
    Command,
    Help,
    Models,
    Pause,
    RaiseCap,
    Resume,
    Settings,
    SpendReport,
)
from bot.core.money import ZERO, Money
from bot.core.policy import Period

Parse = Callable[..., Any]
Make = Callable[..., Command]
TAKES = "budget set takes --period, --zone, --envelope, --scope, --tell, --warn, --approve or --drafts-only"
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
        (
            "budget set --tell 40 --approve off",
            BudgetSet,
            {"tell": 40, "warn": None, "approve": 0, "drafts_only": None},
        ),
        ("budget set --warn-at 70% --drafts-only on", BudgetSet, {"warn": 70, "drafts_only": True}),
        ("budget set --approve-from 90 —only-drafts off", BudgetSet, {"approve": 90, "drafts_only": False}),
        ("budget set 50 --scope Workspace", BudgetSet, {"amount": Money.usd(50), "scope": "workspace"}),
        ("budget set --period week", BudgetSet, {"period": Period.WEEK}),
        ("budget set --per monthly", BudgetSet, {"period": Period.MONTH}),
        ("budget set 50 --zone europe/berlin", BudgetSet, {"amount": Money.usd(50), "zone": "Europe/Berlin"}),
        ("budget set 50 --envelope 20", BudgetSet, {"amount": Money.usd(50), "envelope": Money.usd(20)}),
        ("budget set --envelope none", BudgetSet, {"envelope": ZERO}),
        ("budget set none --envelope 0", BudgetSet, {"uncapped": True, "envelope": ZERO}),
        ("budget raise 10", RaiseCap, {"by": Money.usd(10)}),
        ("budget raise $10.50 --scope channel", RaiseCap, {"by": Money.usd("10.50")}),
        ("budget raise 10 --scope workspace", RaiseCap, {"by": Money.usd(10), "scope": "workspace:W"}),
        ("budget ask", AskMore, {}),
        ("budget ask 20", AskMore, {"amount": Money.usd(20)}),
        ("budget ask $20 for the\n launch film", AskMore, {"amount": Money.usd(20), "why": "for the launch film"}),
        ("budget ask for 2 more films", AskMore, {"why": "for 2 more films"}),
        ("pause", Pause, {}),
        ("pause the client calls", Pause, {"why": "the client calls"}),
        ("pause — everywhere", Pause, {"why": "— everywhere"}),
        ("pause the client —everywhere calls", Pause, {"everywhere": True, "why": "the client calls"}),
        ("Resume", Resume, {}),
        ("resume --Everywhere", Resume, {"everywhere": True}),
        ("settings", Settings, {"changes": ()}),
        ("settings owner-above off", Settings, {"changes": (("owner-above", "off"),)}),
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
        ("budget raise", "budget raise needs an amount, as in budget raise 10."),
        ("budget raise 0", "A raise is more than $0.00, in whole cents, like 10 or $10.50."),
        ("budget raise -5", "An amount cannot be negative; write 50; you asked for -5."),
        ("budget raise 0.001", "An amount is in whole cents; write 50.00; you asked for 0.001."),
        ("budget raise €5", "An amount is in US dollars; write 50 or $50; you asked for €5."),
        ("budget raise 99999999", "An amount is at most $10,000,000; you asked for 99999999."),
        ("budget raise 5 --zone UTC", "budget raise takes --scope channel or workspace; you gave --zone."),
        ("budget raise 5 --scope person", "--scope is channel or workspace; you asked for person."),
        ("budget ask 0", "What you ask for is more than $0.00, in whole cents, like 10 or $10.50."),
        ("budget ask -5 please", "An amount cannot be negative; write 50; you asked for -5."),
        ("budget ask €5 please", "An amount is in US dollars; write 50 or $50; you asked for €5."),
        (f"budget ask {'x' * 201}", "budget ask takes a reason of at most 200 characters; yours has 201."),
        (f"pause {'x' * 201}", "pause takes a reason of at most 200 characters; yours has 201."),
        ("resume now", "resume stands alone, or with --everywhere; you added now."),
        ("spend it", "spend is report, plot or export; you asked for it."),
        ("budget 50", "budget is show, set, raise or ask, as in budget set 50; you asked for 50."),
        ("budget set", "budget set needs an amount, as in budget set 50, or none for no cap."),
        ("budget set --scope person", "budget set needs an amount, as in budget set 50, or none for no cap."),
        ("budget set lots", "A cap is an amount in dollars, like 50 or $50.00; you asked for lots."),
        ("budget set -5", "An amount cannot be negative; write 50; you asked for -5."),
        ("budget set €50", "An amount is in US dollars; write 50 or $50; you asked for €50."),
        ("budget set 5.005", "An amount is in whole cents; write 50.00; you asked for 5.005."),
        ("budget set 99999999", "An amount is at most $10,000,000; you asked for 99999999."),
        ("budget set 5 --period year", "--period is day, week, month or none; you asked for year."),
        ("budget set 5 --zone Berlin", "There is no zone Berlin. Did you mean Europe/Berlin?"),
        ("budget set 5 --scope team", "--scope is channel, workspace or person; you asked for team."),
        ("budget set 5 --envelope 10", "The envelope is at most the cap of $5.00; you asked for $10.00."),
        ("budget set none --envelope 10", "The envelope is a part of a cap; without a cap there is none."),
        ("budget set 5 --perid week", f"{TAKES}; you gave --perid. Did you mean --period?"),
        ("budget set 5 --fast", f"{TAKES}; you gave --fast."),
        ("budget set 5 --tell 0", "--tell is a whole percentage from 1 to 99, like 80, or off; you asked for 0."),
        ("budget set --warn 100", "--warn is a whole percentage from 1 to 99, like 80, or off; you asked for 100."),
        (
            "budget set --approve 9.5",
            "--approve is a whole percentage from 1 to 99, like 80, or off; you asked for 9.5.",
        ),
        ("budget set --warn", "--warn is a whole percentage from 1 to 99, like 80, or off; you gave no value."),
        ("budget set --drafts-only maybe", "--drafts-only is on or off; you asked for maybe."),
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
