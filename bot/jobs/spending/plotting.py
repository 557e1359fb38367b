"""Charts of what a report says: the same sums, put on bars. ``drafting`` has the chart of drafts and finals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from bot.core.buckets import Bucket
from bot.core.charts import Bar, Chart, Level, Plot, Theme
from bot.core.lifecycle import Stage
from bot.core.money import ZERO, Money, total
from bot.core.periods import day_of
from bot.core.sentences import charts, ladder, reports
from bot.core.sums import Part, Sum, SumsByStage
from bot.jobs.spending.accounts import Account
from bot.jobs.spending.reading import Extent
from bot.jobs.spending.spans import Covered, covered

#: Bars of days that can be told apart at a quarter of the size, and people whose names can be read.
MOST_BARS = 62
MOST_PEOPLE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Plotted:
    """A chart with its words."""

    chart: Chart
    #: The alt text.
    about: str
    #: What the answer adds to the report's totals.
    lines: tuple[str, ...] = ()


def by_day(account: Account, of: Extent, sums: SumsByStage, theme: Theme, full: int | None) -> Plotted:
    """Spending day by day; under a cap also how it adds up. ``full`` is when that will be reached, if known."""
    span = covered(of, sums.parts[Part.DAY], most=MOST_BARS)
    level = _level(account, of, sums.total, span, full)
    filled = [(each, _spent(sums, each)) for each in span.begun(day_of(of.now, of.zone))]
    held = (charts.held(sums.total.held),) if level and level.held else ()
    chart = Chart(
        plot=Plot.DAYS,
        theme=theme,
        title=charts.title(Plot.DAYS, account.purse, span.step),
        subtitle=charts.spending(
            sums.total, charts.time(of.days, span.days.first), of.budget.cap if of.budget else None
        ),
        series=(*_stages(sums), *held),
        bars=tuple(
            Bar(start=span.start(each), days=each.days, parts=tuple(part.micros for part in parts))
            for each, parts in filled
        ),
        bars_name=charts.bars(span.step),
        level_name=charts.SO_FAR if level else "",
        days=span.length,
        ticks=span.ticks(),
        level=level,
    )
    most, parts = max(filled, key=lambda each: total(each[1]))
    said = (level.over_name, level.full_name) if level else ()
    about = charts.about(chart, charts.highest(most, span.step, total(parts)), *said)
    return Plotted(chart=chart, about=about, lines=(*reports.stages(sums), charts.grouped(span.step)))


def _spent(sums: SumsByStage, of: Bucket) -> tuple[Money, ...]:
    """What the days of a bar have of drafts and of finals."""
    days = [day for day in sums.parts[Part.DAY] if of.first <= day <= of.last]
    return tuple(total(sums.at(day, stage).spent for day in days) for stage in Stage)


def _stages(sums: SumsByStage) -> tuple[str, ...]:
    return tuple(charts.stage(stage, sums.parts[Part.STAGE].get(stage, Sum()).spent) for stage in Stage)


def _level(account: Account, of: Extent, sum_: Sum, span: Covered, full: int | None) -> Level | None:
    if of.budget is None or of.budget.cap is None:
        return None
    cap = of.budget.cap
    return Level(
        cap=cap.micros,
        cap_name=charts.cap(cap),
        spent=sum_.spent.micros,
        held=max(ZERO, sum_.held).micros,
        over_name=charts.over(sum_.amount - cap),
        now=span.at(of.now),
        full=None if full is None else span.at(full),
        full_name=ladder.forecast(full, account.purse, of.now).rstrip("."),
    )


def by_person(account: Account, of: Extent, sums: SumsByStage, theme: Theme, names: Mapping[str, str]) -> Plotted:
    """What each person has spent, those who have most first; ``names`` are of ``most_spending``."""
    shown = most_spending(sums)
    rows = [_row(sums, charts.person(names.get(each, each)), [each]) for each in shown]
    if rest := [each for each in sums.of(Part.PERSON) if each not in shown]:
        rows.append(_row(sums, charts.others(len(rest)), rest))
    held = max(ZERO, sums.total.held)
    shown_parts = len(Stage) + bool(held)
    chart = Chart(
        plot=Plot.PEOPLE,
        theme=theme,
        title=charts.title(Plot.PEOPLE, account.purse),
        subtitle=charts.spending(sums.total, charts.time(of.days, min(sums.parts[Part.DAY])), None),
        series=(*_stages(sums), charts.held(held))[:shown_parts],
        bars=tuple(replace(row, parts=row.parts[:shown_parts]) for row in rows),
    )
    return Plotted(chart=chart, about=charts.about(chart, charts.people(rows)), lines=(charts.people(rows),))


def _row(sums: SumsByStage, name: str, people: list[str]) -> Bar:
    """Somebody's bar, or that of several together: drafts, finals and what is held."""
    whole = sum((sums.parts[Part.PERSON][each] for each in people), Sum())
    spent = (total(sums.at(each, stage).spent for each in people) for stage in Stage)
    parts = tuple(part.micros for part in (*spent, max(ZERO, whole.held)))
    return Bar(name=name, note=charts.share(whole), parts=parts)


def most_spending(sums: SumsByStage) -> list[str]:
    """The people (platform's ids) who have a bar of their own."""
    people = sums.of(Part.PERSON)
    return sorted(people, key=lambda each: (-people[each].amount.micros, each))[:MOST_PEOPLE]
