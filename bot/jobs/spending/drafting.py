"""The chart of drafts that were made, by the day on which their money was set aside, and how many were finished.

A draft counts while it costs or holds anything, as in the report; it is finished once one of its finals has its clip,
whenever that was.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from functools import partial

from bot.core.buckets import Bucket
from bot.core.charts import Bar, Chart, Plot, Theme
from bot.core.errors import Refusal
from bot.core.lifecycle import Stage
from bot.core.ports import Store, Transaction
from bot.core.rows import Take
from bot.core.sentences import charts, takes
from bot.core.sentences.savings import too_many_takes
from bot.jobs.paging import PAGE
from bot.jobs.spending.accounts import Account
from bot.jobs.spending.plotting import Plotted
from bot.jobs.spending.reading import Extent, dated_groups_of
from bot.jobs.spending.saving import MOST_TAKES
from bot.jobs.spending.spans import Covered, covered

#: The share above each bar needs its room.
MOST_BARS = 14

#: By day, the drafts made and how many of them were finished.
Drafts = dict[date, tuple[int, int]]


async def drafts_of(store: Store, of: Extent) -> Drafts:
    """Count every draft of the extent.

    Raises:
        Refusal: there are too many for one answer.
    """
    days = await _made(store, of)
    done, ids = Counter[date](), sorted(days)
    for begin in range(0, len(ids), PAGE):
        page = tuple(ids[begin : begin + PAGE])
        finished = await store.transact(partial(_finished, page))
        done.update(days[draft] for draft in page if draft in finished)
    return {day: (number, done[day]) for day, number in Counter(days.values()).items()}


async def _made(store: Store, of: Extent) -> dict[str, date]:
    """By draft the day on which it came to hold anything."""
    number: Counter[str] = Counter()
    first: dict[str, date] = {}
    async for day, groups in dated_groups_of(store, of, ("takes",), by=("take",), stage=Stage.DRAFT):
        for (take,), (takes_,) in groups.items():
            number[take] += takes_
            first[take] = min(day, first.get(take, day))
        if len(first) > MOST_TAKES:
            raise Refusal(too_many_takes(MOST_TAKES))
    return {take: day for take, day in first.items() if number[take] > 0}


async def _finished(drafts: tuple[str, ...], tx: Transaction) -> set[str | None]:
    """Which of the drafts have a final with its clip."""
    return {final.draft for final in takes.finished(await tx.rows(Take, draft=drafts))}


def by_draft(account: Account, of: Extent, drafts: Drafts, theme: Theme) -> Plotted:
    """The chart of some drafts."""
    span = covered(of, drafts, most=MOST_BARS)
    made, done = (sum(each[place] for each in drafts.values()) for place in range(2))
    chart = Chart(
        plot=Plot.FINISHED,
        theme=theme,
        title=charts.title(Plot.FINISHED, account.purse),
        subtitle=charts.drafting(done, made, charts.time(of.days, span.days.first)),
        series=charts.parts_of_drafts(done, made),
        bars=tuple(_bar(span, each, drafts) for each in span.buckets),
        bars_name=charts.drafts(span.step),
        days=span.length,
        ticks=span.ticks(),
    )
    return Plotted(
        chart=chart, about=charts.about(chart), lines=(charts.finished(done, made), charts.grouped(span.step))
    )


def _bar(span: Covered, of: Bucket, drafts: Drafts) -> Bar:
    some = [each for day, each in drafts.items() if of.first <= day <= of.last]
    made, done = sum(each[0] for each in some), sum(each[1] for each in some)
    note = charts.percent(done, made) if made else ""
    return Bar(start=span.start(of), days=of.days, parts=(done, made - done), note=note)
