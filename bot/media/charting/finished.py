"""Drafts that were made over time, and how many of them were finished."""

from __future__ import annotations

from bot.core.charts import Chart
from bot.media.charting.sheet import BOTTOM_PX, LEFT_PX, RIGHT_PX, TOP_PX, Sheet
from bot.media.charting.stacks import highest, stand

#: Room above the highest bar, for its note, as a share of the height.
ROOM = 0.18
NOTE_GAP_PX = 8
#: The narrowest room in which a note can be read; a bar of few days at an end of the picture has none.
NOTE_PX = 94


def draw_finished(chart: Chart) -> Sheet:
    """The picture; its series are the drafts that were finished, and the others."""
    sheet = Sheet(chart, order=(1, 0))
    axes = sheet.panel(LEFT_PX, TOP_PX, RIGHT_PX, BOTTOM_PX)
    sheet.scale_days(axes, chart, named=True)
    sheet.scale_numbers(axes, highest(chart.bars), room=ROOM)
    sheet.heading(axes, chart.bars_name)
    stand(sheet, axes, chart.bars, sheet.fills, unit=1)
    day_px = (RIGHT_PX - LEFT_PX) / chart.days
    for bar in chart.bars:
        if bar.days * day_px >= NOTE_PX:
            at = (bar.start + bar.days / 2, sum(bar.parts))
            how = sheet.letters(ha="center", va="bottom")
            note = axes.annotate(
                bar.note, at, (0, NOTE_GAP_PX), textcoords="offset pixels", annotation_clip=False, **how
            )
            sheet.fit(note, bar.days * day_px)
    return sheet
