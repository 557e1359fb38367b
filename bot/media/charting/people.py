"""What each person has spent: a bar for each, with the name before it and the amount behind it."""

from __future__ import annotations

from bot.core.charts import Chart
from bot.core.money import MICROS_PER_DOLLAR
from bot.media.charting.letters import drawable
from bot.media.charting.looks import POINTS_PER_PIXEL
from bot.media.charting.sheet import BOTTOM_PX, MARGIN_PX, RIGHT_PX, SMALLEST_PX, TEXT_PX, Sheet
from bot.media.charting.stacks import highest, lie, lowest

#: There is no heading, and nothing is named below.
TOP_PX, LOWEST_PX = 300, BOTTOM_PX + 45
NAMES_PX, NOTES_PX = 400, 330
GAP_PX = 18
#: Letters take so much of a row at most, and a row so much of the picture.
LETTERS_SHARE, MOST_ROW_PX = 0.66, 110


def draw_people(chart: Chart) -> Sheet:
    """The picture; its series are drafts, finals and, where anything is, held."""
    sheet = Sheet(chart)
    rows = len(chart.bars)
    row_px = min(MOST_ROW_PX, (LOWEST_PX - TOP_PX) / rows)
    left_px = MARGIN_PX + NAMES_PX + GAP_PX
    axes = sheet.panel(left_px, TOP_PX, RIGHT_PX - NOTES_PX, round(TOP_PX + rows * row_px))
    low, high = lowest(chart.bars) / MICROS_PER_DOLLAR, highest(chart.bars) / MICROS_PER_DOLLAR
    axes.set_xlim(low, high if high > low else 1)
    axes.set_ylim(0.5 - rows, 0.5)
    axes.set_xticks([])
    axes.set_yticks([])
    unit_px = axes.get_window_extent().width / (axes.get_xlim()[1] - low)
    lie(sheet, axes, chart.bars, sheet.look.fills[: len(chart.series)], unit=MICROS_PER_DOLLAR)
    axes.axvline(0, color=sheet.look.quiet, linewidth=1.5)
    size = max(SMALLEST_PX, min(TEXT_PX, row_px * LETTERS_SHARE)) * POINTS_PER_PIXEL
    for row, bar in enumerate(chart.bars):
        end = sum(each for each in bar.parts if each > 0) / MICROS_PER_DOLLAR
        how = {"textcoords": "offset pixels", "va": "center", **sheet.letters(fontsize=size)}
        name = axes.annotate(drawable(bar.name), (low, -row), (-GAP_PX, 0), ha="right", **how)
        sheet.fit(name, NAMES_PX)
        note = axes.annotate(bar.note, (end, -row), (GAP_PX, 0), ha="left", **how)
        sheet.fit(note, NOTES_PX - GAP_PX + (high - end) * unit_px)
    return sheet
