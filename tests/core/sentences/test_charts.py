from __future__ import annotations

from datetime import date

import pytest

from bot.core.buckets import Bucket, Step
from bot.core.charts import Bar, Chart, Plot, Theme
from bot.core.lifecycle import Stage
from bot.core.money import Money
from bot.core.periods import Days
from bot.core.sentences import charts
from bot.core.sums import Sum
from tests.core.builders import make_purse

FIRST = date(2026, 11, 2)
NOVEMBER = Days(date(2026, 11, 1), date(2026, 11, 30))
TIME = "1 Nov 2026 to 30 Nov 2026"


def test_titles_say_what_and_where() -> None:
    """With what a bar is of."""
    purse = make_purse()
    assert charts.title(Plot.DAYS, purse, Step.WEEK) == "#launch: spending by week"
    assert charts.title(Plot.PEOPLE, purse) == "#launch: spending by person"
    assert charts.title(Plot.FINISHED, purse) == "#launch: drafts and finished"


def test_subtitles_say_when_and_how_much() -> None:
    """Of a cap where there is one; of everything there is since its first day."""
    some = Sum(amount=Money.usd("29.60"), held=Money.usd("1.50"), takes=3)
    assert charts.time(NOVEMBER, FIRST) == TIME
    assert charts.time(None, FIRST) == "since 2 Nov 2026"
    assert charts.spending(some, TIME, Money.usd(50)) == f"{TIME} · $28.10 of $50.00 spent, $1.50 held"
    assert charts.spending(Sum(amount=Money.usd(1)), TIME, None) == f"{TIME} · $1.00 spent"
    assert charts.drafting(2, 3, TIME) == f"{TIME} · 2 of 3 drafts finished, 66 %"
    assert charts.finished(1, 1) == "1 of 1 draft finished, 100 %"


def test_names_on_a_chart() -> None:
    """Of parts, bars and lines."""
    assert charts.stage(Stage.DRAFT, Money.usd("12.10")) == "drafts $12.10"
    assert charts.held(Money.usd("1.5")) == "held $1.50"
    assert charts.bars(Step.MONTH) == "Each month"
    assert charts.cap(Money.usd(50)) == "cap $50.00"
    assert charts.over(Money.usd(3)) == "$3.00 over the cap"
    assert charts.over(Money.usd(-3)) == ""
    assert charts.person("mina\n@here") == "mina @\u200bhere"
    assert charts.others(1) == "1 other"
    assert charts.share(Sum(amount=Money.usd(2), held=Money.usd("0.32"))) == "$1.68, $0.32 held"
    assert charts.share(Sum(amount=Money.usd(2))) == "$2.00"
    assert charts.parts_of_drafts(12, 60) == ("finished 12", "not finished 48")
    assert charts.drafts(Step.DAY) == "Drafts made each day, with the share that was finished"
    assert charts.grouped(Step.DAY) == ""
    assert charts.grouped(Step.WEEK) == "Each bar is a week."


@pytest.mark.parametrize(
    ("step", "name", "on"),
    [
        (Step.DAY, "2 Nov", "2 Nov 2026"),
        (Step.WEEK, "2 Nov", "2 Nov 2026"),
        (Step.MONTH, "Nov 2026", "Nov 2026"),
        (Step.YEAR, "2026", "2026"),
    ],
)
def test_bars_are_named_after_their_first_day(step: Step, name: str, on: str) -> None:
    """As short as it can be below the bar; in a sentence with the year."""
    bucket = Bucket(FIRST, FIRST)
    assert charts.bucket(bucket, step) == name
    assert charts.highest(bucket, step, Money.usd(2)) == f"The {step.value} with the most: {on}, $2.00"


def test_the_alt_text_has_the_main_figures() -> None:
    """What the picture shows, as sentences; nothing in it mentions anybody, and it is not endless."""
    chart = Chart(
        plot=Plot.PEOPLE,
        theme=Theme.LIGHT,
        title="#launch: spending by person",
        subtitle=f"{TIME} · $3.00 spent",
        series=("drafts $1.00", "finals $2.00"),
        bars=(Bar(name="mina", note="$3.00", parts=(1, 2)), Bar(name="@everyone", note="$0.00", parts=(0, 0))),
    )
    said = charts.about(chart, charts.people(chart.bars), "")
    assert said == (
        f"#launch: spending by person. {TIME} · $3.00 spent. drafts $1.00 and finals $2.00. "
        "mina $3.00; @\u200beveryone $0.00."
    )
    assert len(charts.about(chart, "x" * 2_000)) <= 1_000
