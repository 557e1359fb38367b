from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from bot.core.charts import Plot, Theme
from bot.core.commands import Command, Savings, SpendExport, SpendPlot, SpendReport
from bot.core.periods import Days, Reach
from bot.core.sums import Part

Parse = Callable[..., Any]
Make = Callable[..., Command]
REPORT = "spend report takes day, person, stage or model, and"
PERIODS = "a period: last, today, yesterday, week, month, year, all, 2026-11, 2026-11-03 or 2026-10-01..2026-10-15"


def days(first: str, last: str) -> Days:
    return Days(date.fromisoformat(first), date.fromisoformat(last))


@pytest.mark.parametrize(
    ("text", "kind", "facts"),
    [
        ("spend report day", SpendReport, {"by": Part.DAY}),
        ("spend report by Person, last", SpendReport, {"by": Part.PERSON, "reach": Reach.LAST}),
        ("spend report last stage", SpendReport, {"by": Part.STAGE, "reach": Reach.LAST}),
        ("spend report this month by model", SpendReport, {"by": Part.MODEL, "reach": Reach.MONTH}),
        ("spend: report: month month", SpendReport, {"reach": Reach.MONTH}),
        ("spend report last month", SpendReport, {"reach": Reach.LAST_MONTH}),
        ("spend report day week last", SpendReport, {"by": Part.DAY, "reach": Reach.LAST_WEEK}),
        ("spend report last period", SpendReport, {"reach": Reach.LAST}),
        ("spend report 2024-02", SpendReport, {"reach": days("2024-02-01", "2024-02-29")}),
        ("spend report 2026-11-3", SpendReport, {"reach": days("2026-11-03", "2026-11-03")}),
        ("spend report for 2026", SpendReport, {"reach": days("2026-01-01", "2026-12-31")}),
        ("spend report 2026-10-01..2026-10-15", SpendReport, {"reach": days("2026-10-01", "2026-10-15")}),
        ("spend report 2026-10…2026-11 day", SpendReport, {"by": Part.DAY, "reach": days("2026-10-01", "2026-11-30")}),
        ("spend report --scope workspace all", SpendReport, {"scope": "workspace:W", "reach": Reach.ALL}),
        ("spend report —scope Channel", SpendReport, {"scope": ""}),
        ("spend plot", SpendPlot, {}),
        ("spend plot by day last", SpendPlot, {"plot": Plot.DAYS, "reach": Reach.LAST}),
        ("spend plot people --theme Dark", SpendPlot, {"plot": Plot.PEOPLE, "theme": Theme.DARK}),
        ("spend plot month person person", SpendPlot, {"plot": Plot.PEOPLE, "reach": Reach.MONTH}),
        (
            "spend plot --theme light finished 2026-11 --scope workspace",
            SpendPlot,
            {
                "plot": Plot.FINISHED,
                "theme": Theme.LIGHT,
                "scope": "workspace:W",
                "reach": days("2026-11-01", "2026-11-30"),
            },
        ),
        ("spend export", SpendExport, {"form": "csv"}),
        ("spend export today JSON", SpendExport, {"form": "json", "reach": Reach.TODAY}),
        ("savings", Savings, {}),
        (
            "savings 2026-11 --scope workspace",
            Savings,
            {"scope": "workspace:W", "reach": days("2026-11-01", "2026-11-30")},
        ),
    ],
)
def test_words_in_any_order(dailies: Parse, make: Make, text: str, kind: type[Command], facts: dict[str, Any]) -> None:
    """What it is broken down by, which days, which scope; small words between them say nothing."""
    assert dailies(text) == make(kind, **facts)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("spend report now", f"{REPORT} {PERIODS}; you gave now."),
        (
            "spend report yesteray",
            f"{REPORT} {PERIODS}; you gave yesteray. Did you mean yesterday?",
        ),
        ("spend export xlsx", f"spend export takes csv or json, and {PERIODS}; you gave xlsx."),
        ("savings csv", f"savings takes {PERIODS}; you gave csv."),
        ("spend report day person", "spend report takes one of a kind; you gave day and person."),
        ("spend report today 2026-11", "spend report takes one of a kind; you gave today and 2026-11."),
        ("spend report last today", "spend report takes one of a kind; you gave last and today."),
        ("spend report 2026-13", "2026-13 is not in the calendar; write a day as 2026-11-03, a month as 2026-11."),
        (
            "spend report 2026-02-29",
            "2026-02-29 is not in the calendar; write a day as 2026-11-03, a month as 2026-11.",
        ),
        ("spend report 0026", "0026 is not in the calendar; write a day as 2026-11-03, a month as 2026-11."),
        (
            "spend report 2026-11-02..2026-11-01",
            "2026-11-02..2026-11-01 ends before it begins; write the earlier day first.",
        ),
        (
            "spend report 2026..soon",
            f"{REPORT} {PERIODS}; you gave 2026..soon.",
        ),
        ("spend report --zone UTC", "spend report takes the option --scope; you gave --zone."),
        ("spend report --theme dark", "spend report takes the option --scope; you gave --theme."),
        ("spend plot --zone UTC", "spend plot takes the option --scope or --theme; you gave --zone."),
        ("spend plot --theme blue", "--theme is light or dark; you asked for blue."),
        ("spend plot day people", "spend plot takes one of a kind; you gave days and people."),
        ("spend plot pie", f"spend plot takes days, people or finished, and {PERIODS}; you gave pie."),
        ("spend report --scope person", "--scope is channel or workspace; you asked for person."),
    ],
)
def test_refused(dailies: Parse, refused: Callable[..., str], text: str, sentence: str) -> None:
    """A word that is not known, a date that is none, or two of a kind: one sentence that helps."""
    assert refused(dailies, text) == sentence
