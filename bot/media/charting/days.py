"""Spending over time: the running total against the cap above, each day's bar below; without a cap the bars alone."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.patheffects import withStroke

from bot.core.charts import Chart, Level
from bot.core.money import MICROS_PER_DOLLAR
from bot.media.charting.looks import POINTS_PER_PIXEL
from bot.media.charting.sheet import BOTTOM_PX, LEFT_PX, RIGHT_PX, TOP_PX, Sheet
from bot.media.charting.stacks import highest, lowest, stand

#: Where the running total ends, and where the bars below it begin.
LEVEL_BOTTOM_PX, BARS_TOP_PX = 615, 715
#: How much higher a panel is than what is in it, and than a cap, which has its name above it.
BARS_ROOM, CAP_ROOM = 1.08, 1.3
#: A chart of nothing still has an axis: of a dollar.
LEAST = MICROS_PER_DOLLAR
CAP_PX, PACE_PX, DOT_PX, HALO_PX = 5, 6, 20, 10
#: How wide what is held is drawn, as a share of the days.
HELD_SHARE = 0.02
#: A name at a point left of the middle goes on to the right.
MIDDLE = 0.5


def draw_days(chart: Chart) -> Sheet:
    """The picture; its series are drafts, finals and, where anything is, held."""
    sheet = Sheet(chart)
    axes = sheet.panel(LEFT_PX, BARS_TOP_PX if chart.level else TOP_PX, RIGHT_PX, BOTTOM_PX)
    sheet.scale_days(axes, chart, named=True)
    low, high = lowest(chart.bars), highest(chart.bars)
    high = high if high > low else LEAST
    sheet.scale_money(axes, low, high, ends=(low * BARS_ROOM, high * BARS_ROOM))
    sheet.heading(axes, chart.bars_name)
    stand(sheet, axes, chart.bars, sheet.look.fills[:2], unit=MICROS_PER_DOLLAR)
    if chart.level:
        _draw_level(sheet, chart, chart.level)
    return sheet


def _draw_level(sheet: Sheet, chart: Chart, level: Level) -> None:
    axes = sheet.panel(LEFT_PX, TOP_PX, RIGHT_PX, LEVEL_BOTTOM_PX)
    sheet.scale_days(axes, chart, named=False)
    used, cap = level.spent + level.held, max(level.cap, LEAST)
    sheet.scale_money(axes, 0, max(used, cap), ends=(0, max(used * BARS_ROOM, cap * CAP_ROOM)))
    sheet.heading(axes, chart.level_name)
    _add_up(sheet, axes, chart, level)
    _hold(sheet, axes, chart, level)
    axes.axhline(_dollars(level.cap), color=sheet.look.text, linewidth=CAP_PX * POINTS_PER_PIXEL, zorder=4)
    if level.over_name:
        sheet.remark(axes, level.over_name, sheet.look.over)
    if level.full is not None:
        _foretell(sheet, axes, chart, level, level.full)
    at_right = level.full is not None and level.full < chart.days * MIDDLE
    _name(sheet, axes, (chart.days if at_right else 0, level.cap), level.cap_name, right=not at_right)


def _add_up(sheet: Sheet, axes: Axes, chart: Chart, level: Level) -> None:
    """Drafts and finals so far, one on the other; what is over the cap is covered with a fill of its own."""
    times, below, sums = [0.0], [0.0], [0.0]
    for bar in chart.bars:
        times.append(min(bar.start + bar.days, level.now))
        below.append(below[-1] + _dollars(bar.parts[0]))
        sums.append(sums[-1] + _dollars(bar.parts[0] + bar.parts[1]))
    times.append(level.now)
    below.append(below[-1])
    sums.append(sums[-1])
    first, second, _ = sheet.look.fills
    axes.fill_between(times, 0, below, **sheet.fill(first))
    axes.fill_between(times, below, sums, **sheet.fill(second))
    cap = [_dollars(level.cap)] * len(times)
    over = [each > _dollars(level.cap) for each in sums]
    axes.fill_between(times, cap, sums, where=over, interpolate=True, zorder=5, **sheet.fill(sheet.look.over))


def _hold(sheet: Sheet, axes: Axes, chart: Chart, level: Level) -> None:
    """What is held stands on what is spent, now."""
    if level.held:
        wide = chart.days * HELD_SHARE
        left = min(level.now, chart.days - wide)
        fill = sheet.fill(sheet.look.held)
        axes.bar([left], [_dollars(level.held)], [wide], [_dollars(level.spent)], align="edge", zorder=3, **fill)


def _foretell(sheet: Sheet, axes: Axes, chart: Chart, level: Level, full: float) -> None:
    used, cap, colour = _dollars(level.spent + level.held), _dollars(level.cap), sheet.look.text
    axes.plot([level.now, full], [used, cap], color=colour, linewidth=PACE_PX * POINTS_PER_PIXEL, linestyle=(0, (2, 2)))
    axes.plot([full], [cap], marker="o", color=colour, markersize=DOT_PX * POINTS_PER_PIXEL, zorder=5, clip_on=False)
    _name(sheet, axes, (full, level.cap), level.full_name, right=full < chart.days * MIDDLE)


def _name(sheet: Sheet, axes: Axes, at: tuple[float, int], name: str, *, right: bool) -> None:
    """Write a name above a point, from it to the right, or ending there."""
    halo = withStroke(linewidth=HALO_PX * POINTS_PER_PIXEL, foreground=sheet.look.ground)
    how = sheet.letters(ha="left" if right else "right", va="bottom", path_effects=[halo], zorder=6)
    axes.annotate(name, (at[0], _dollars(at[1])), (0, 8), textcoords="offset pixels", annotation_clip=False, **how)


def _dollars(micros: int) -> float:
    return micros / MICROS_PER_DOLLAR
