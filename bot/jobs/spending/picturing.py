"""The chart that is asked for, and its picture: drawn once for the same figures, or not at all where it cannot be."""

from __future__ import annotations

import hashlib
import json
import logging
from functools import partial

from bot.core.charts import Plot, Theme
from bot.core.ports import Picture, Store
from bot.core.sums import SumsByStage
from bot.jobs.kit import Kit
from bot.jobs.spending.accounts import Account, names_of
from bot.jobs.spending.drafting import by_draft, drafts_of
from bot.jobs.spending.plotting import Plotted, by_day, by_person, most_spending
from bot.jobs.spending.reading import Extent
from bot.media.chart import VERSION
from bot.media.errors import MediaUnavailable

log = logging.getLogger(__name__)

#: Of the fingerprint, in the file's name.
LETTERS = 24


async def plotted(
    store: Store, account: Account, of: Extent, sums: SumsByStage, *, plot: Plot, theme: Theme, full: int | None
) -> Plotted | None:
    """What is asked for of an extent in which something was booked; ``None`` where it has no bar.

    ``full`` is when the cap will be full, UTC milliseconds, where that can be said.

    Raises:
        Refusal: there are too many drafts for one answer.
    """
    match plot:
        case Plot.DAYS:
            return by_day(account, of, sums, theme, full)
        case Plot.PEOPLE:
            return by_person(account, of, sums, theme, await names_of(store, account.workspace, most_spending(sums)))
        case Plot.FINISHED:  # pragma: no branch - the last of all charts
            drafts = await drafts_of(store, of)
            return by_draft(account, of, drafts, theme) if drafts else None


async def picture_of(kit: Kit, plotted: Plotted) -> Picture | None:
    """The picture; ``None`` where it cannot be made now, which the log explains."""
    whole = json.dumps([VERSION, plotted.chart.said()], sort_keys=True)
    fingerprint = hashlib.sha256(whole.encode(errors="surrogatepass")).hexdigest()[:LETTERS]
    name = f"spend-{plotted.chart.plot.value}-{fingerprint}.png"
    try:
        path = await kit.drawn.get(name, partial(kit.media.draw_chart, plotted.chart))
    except (MediaUnavailable, OSError) as error:
        log.warning("a chart could not be drawn: %s", error)
        return None
    return Picture(path=path, name=name, about=plotted.about)
