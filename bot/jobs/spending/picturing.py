"""A chart as a picture to show: drawn once for the same figures, or not at all where it cannot be."""

from __future__ import annotations

import hashlib
import json
import logging
from functools import partial

from bot.core.ports import Picture
from bot.jobs.kit import Kit
from bot.jobs.spending.plotting import Plotted
from bot.media.chart import VERSION
from bot.media.errors import MediaUnavailable

log = logging.getLogger(__name__)

#: Of the fingerprint, in the file's name.
LETTERS = 24


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
