"""The verbs of ``/dailies``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.core.charts import Plot, Theme
from bot.core.commands import (
    AskMore,
    BudgetSet,
    BudgetShow,
    Command,
    Help,
    Models,
    OpenModal,
    Pause,
    Resume,
    Savings,
    Settings,
    SpendExport,
    SpendPlot,
    SpendReport,
)
from bot.core.modals import Form
from bot.core.parsing import budget, spending
from bot.core.parsing.modals.money import CHANGES
from bot.core.parsing.more import read_more, read_raise
from bot.core.parsing.typed.chosen import Chosen, Read, alone
from bot.core.parsing.typed.table import SETTINGS
from bot.core.parsing.why import read_why
from bot.core.parsing.words import Given
from bot.core.policy import ChannelPolicy
from bot.core.settings_options import DEFAULT, apply
from bot.core.sums import Part


def _budget_set(chosen: Chosen) -> Command:
    """What changes of a cap; its window where nothing does."""
    scope = chosen.read("scope", "channel")
    cap = budget.read_cap(chosen.text("amount"))
    given = {name: Given(typed=name, value=text) for name, text in chosen.named(*CHANGES).items()}
    if cap == budget.NOT_SAID and not given:
        return chosen.make(OpenModal, form=Form.BUDGET, scope=scope)
    return chosen.make(BudgetSet, scope=scope, amount=cap.amount, uncapped=cap.none, **budget.read_changes(given, cap))


def _raise(chosen: Chosen) -> Command:
    whose = Given(typed="scope", value=chosen.text("scope")) if "scope" in chosen.given else None
    return read_raise(chosen.origin, chosen.text("amount"), whose)


def _ask(chosen: Chosen) -> Command:
    amount = read_more(chosen.text("amount")) if "amount" in chosen.given else None
    return chosen.make(AskMore, amount=amount, why=read_why("budget ask", chosen.text("why")))


def _pause(chosen: Chosen) -> Command:
    why = read_why("pause", chosen.text("why"))
    return chosen.make(Pause, everywhere=chosen.read("everywhere", instead=False), why=why)


def _resume(chosen: Chosen) -> Command:
    return chosen.make(Resume, everywhere=chosen.read("everywhere", instead=False))


def _of_money(chosen: Chosen) -> dict[str, Any]:
    """Whose money, and how far back."""
    scope = chosen.read("scope", "channel")
    return {
        "scope": f"workspace:{chosen.origin.place.workspace}" if scope == "workspace" else "",
        "reach": spending.read_reach(chosen.verb, chosen.text("period")),
    }


def _report(chosen: Chosen) -> Command:
    by = chosen.read("by", "")
    return chosen.make(SpendReport, by=Part(by) if by else None, **_of_money(chosen))


def _plot(chosen: Chosen) -> Command:
    plot = Plot(chosen.read("plot", Plot.DAYS.value))
    theme = chosen.read("theme", "")
    return chosen.make(SpendPlot, plot=plot, theme=Theme(theme) if theme else None, **_of_money(chosen))


def _export(chosen: Chosen) -> Command:
    form = chosen.read("form", spending.FORMS[0])
    return chosen.make(SpendExport, form=form, **_of_money(chosen))


def _savings(chosen: Chosen) -> Command:
    return chosen.make(Savings, **_of_money(chosen))


def _settings(chosen: Chosen) -> Command:
    """The settings that change; their window where none does."""
    reset = chosen.named("reset")
    changes = (*chosen.named(*SETTINGS).items(), *((name.strip().lower(), DEFAULT) for name in reset.values()))
    for change in changes:
        apply(ChannelPolicy(), [change], models=chosen.models)
    if not changes:
        return chosen.make(OpenModal, form=Form.SETTINGS)
    return chosen.make(Settings, changes=changes)


READ: Mapping[str, Read] = {
    "dailies budget show": alone(BudgetShow),
    "dailies budget set": _budget_set,
    "dailies budget raise": _raise,
    "dailies budget ask": _ask,
    "dailies pause": _pause,
    "dailies resume": _resume,
    "dailies spend report": _report,
    "dailies spend plot": _plot,
    "dailies spend export": _export,
    "dailies savings": _savings,
    "dailies settings show": alone(Settings),
    "dailies settings set": _settings,
    "dailies models": alone(Models),
    "dailies help": alone(Help, root="dailies"),
}
