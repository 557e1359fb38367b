"""The sheet that a chart is drawn on: title, subtitle and key at the top, panels below, always at the same places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from matplotlib.text import Text
from matplotlib.ticker import MaxNLocator

from bot.core.charts import Chart
from bot.core.money import MICROS_PER_DOLLAR, Money
from bot.media.charting.letters import drawable, families
from bot.media.charting.looks import DOTS_PER_INCH, HEIGHT, LOOKS, POINTS_PER_PIXEL, WIDTH, Fill

#: Heights of letters, in pixels of the whole picture.
TITLE_PX, SUBTITLE_PX, TEXT_PX = 58, 40, 37
#: Letters that do not fit get smaller down to this, then the text is cut.
SMALLEST_PX = 30
#: What everything keeps from the edge, in pixels.
MARGIN_PX = 50
TITLE_AT_PX, SUBTITLE_AT_PX, KEY_AT_PX = 100, 166, 238
#: Panels begin and end here; their scale is left of them, their days are below.
LEFT_PX, TOP_PX, RIGHT_PX, BOTTOM_PX = 190, 345, WIDTH - MARGIN_PX, 900
HEADING_GAP_PX = 26
#: Between a panel and the names of its days.
DAYS_GAP_PX = 30
SWATCH_PX = (64, 36)
#: Between a swatch and its name, and between a name and the next swatch.
SWATCH_GAP_PX, KEY_GAP_PX = 16, 48
LINE_PX = 3
HATCH_PX = 4
#: Names on an axis of money.
MOST_STEPS = 3
ROUND = (1, 2, 5, 10)


class Sheet:
    """An empty picture with the chart's words on it."""

    def __init__(self, chart: Chart, *, order: Sequence[int] = (0, 1, 2)) -> None:
        """``order`` says which of the look's fills each of the chart's series has."""
        self.look = LOOKS[chart.theme]
        self.fills = tuple(self.look.fills[place] for place in order[: len(chart.series)])
        self.figure = Figure(
            figsize=(WIDTH / DOTS_PER_INCH, HEIGHT / DOTS_PER_INCH), dpi=DOTS_PER_INCH, facecolor=self.look.ground
        )
        FigureCanvasAgg(self.figure)
        room = WIDTH - 2 * MARGIN_PX
        self._write(MARGIN_PX, TITLE_AT_PX, chart.title, TITLE_PX, room, weight="bold")
        self._write(MARGIN_PX, SUBTITLE_AT_PX, chart.subtitle, SUBTITLE_PX, room, color=self.look.quiet)
        self._key(list(zip(chart.series, self.fills, strict=True)))

    def panel(self, left_px: int, top_px: int, right_px: int, bottom_px: int) -> Axes:
        """Axes with nothing on them, between these distances from the picture's left and upper edges."""
        place = (left_px / WIDTH, 1 - bottom_px / HEIGHT, (right_px - left_px) / WIDTH, (bottom_px - top_px) / HEIGHT)
        axes = self.figure.add_axes(place, facecolor="none")
        for side in axes.spines.values():
            side.set_visible(False)
        axes.tick_params(length=0, pad=10)
        axes.set_axisbelow(True)
        return axes

    def heading(self, axes: Axes, text: str) -> None:
        """What a panel shows, above its left end."""
        y_px = round((1 - axes.get_position().y1) * HEIGHT) - HEADING_GAP_PX
        self._write(MARGIN_PX, y_px, text, TEXT_PX, WIDTH - 2 * MARGIN_PX, color=self.look.quiet)

    def remark(self, axes: Axes, text: str, fill: Fill) -> None:
        """What must be seen of a panel, above its right end, with the fill that it is marked by."""
        y_px = round((1 - axes.get_position().y1) * HEIGHT) - HEADING_GAP_PX
        written = self._write(
            WIDTH // 2, y_px, text, TEXT_PX, WIDTH // 2 - 4 * MARGIN_PX, color=fill.line, weight="bold"
        )
        x_px = WIDTH - MARGIN_PX - self.width(written)
        written.set_x(x_px / WIDTH)
        self._swatch(x_px - SWATCH_GAP_PX - SWATCH_PX[0], y_px, fill)

    def letters(self, **changes: Any) -> dict[str, Any]:
        """How text is written: a dollar is a dollar."""
        usual = {"fontfamily": list(families()), "fontsize": TEXT_PX * POINTS_PER_PIXEL, "color": self.look.text}
        return {**usual, "parse_math": False, **changes}

    def fill(self, fill: Fill) -> dict[str, Any]:
        """How an area is filled."""
        return {
            "facecolor": fill.colour,
            "edgecolor": fill.line,
            "hatch": fill.hatch,
            "linewidth": LINE_PX * POINTS_PER_PIXEL,
            "hatch_linewidth": HATCH_PX * POINTS_PER_PIXEL,
        }

    def scale_money(self, axes: Axes, low: int, high: int, *, ends: tuple[float, float]) -> None:
        """A few round amounts from ``low`` to ``high`` on the left, with lines through the panel.

        The panel goes from one of its ``ends`` to the other; everything is in micro-dollars.
        """
        steps = _steps(low / MICROS_PER_DOLLAR, high / MICROS_PER_DOLLAR)
        whole = all(step == round(step) for step in steps)
        axes.set_ylim(*(end / MICROS_PER_DOLLAR for end in ends))
        self._scale(axes, {step: _dollars(step, whole=whole) for step in steps})

    def scale_numbers(self, axes: Axes, high: int, *, room: float) -> None:
        """A few whole numbers on the left, from 0 to ``high``; above it is ``room``, a share of that."""
        axes.set_ylim(0, high * (1 + room))
        self._scale(axes, {step: f"{step:,.0f}" for step in _steps(0, high) if step == round(step)})

    def _scale(self, axes: Axes, named: Mapping[float, str]) -> None:
        axes.set_yticks([*named], [*named.values()], **self.letters(color=self.look.quiet))
        for step in named:
            axes.axhline(step, color=self.look.grid if step else self.look.quiet, linewidth=1.5, zorder=0.5)

    def scale_days(self, axes: Axes, chart: Chart, *, named: bool) -> None:
        """The days from left to right, with their names where they are ``named``."""
        axes.set_xlim(0, chart.days)
        ticks = chart.ticks if named else ()
        axes.tick_params(axis="x", pad=DAYS_GAP_PX * POINTS_PER_PIXEL)
        how = self.letters(color=self.look.quiet)
        axes.set_xticks([tick.at for tick in ticks], [tick.name for tick in ticks], **how)
        for tick, label in zip(ticks, axes.get_xticklabels(), strict=True):
            at_px = LEFT_PX + (RIGHT_PX - LEFT_PX) * tick.at / chart.days
            if at_px + self.width(label) / 2 > WIDTH:
                label.set_horizontalalignment("right")

    def fit(self, text: Text, room_px: float) -> None:
        """Make a text smaller until it fits, and cut it if that is not enough."""
        wide, size = self.width(text), float(text.get_fontsize())
        if wide > room_px:
            text.set_fontsize(max(SMALLEST_PX * POINTS_PER_PIXEL, size * room_px / wide))
        whole = text.get_text()
        while self.width(text) > room_px and whole:
            whole = whole[:-1]
            text.set_text(f"{whole.rstrip()}…")

    def width(self, text: Text) -> float:
        """How wide it is drawn, in pixels."""
        return float(text.get_window_extent().width)

    def save(self, path: Path) -> None:
        """Write the picture, without a word of who made it and when."""
        self.figure.savefig(path, format="png", metadata={"Software": None}, facecolor=self.look.ground)

    def _write(self, x_px: float, y_px: float, text: str, size_px: int, room_px: float, **changes: Any) -> Text:
        how = self.letters(fontsize=size_px * POINTS_PER_PIXEL, va="baseline", **changes)
        written = self.figure.text(x_px / WIDTH, 1 - y_px / HEIGHT, drawable(text), **how)
        self.fit(written, room_px)
        return written

    def _key(self, named: Sequence[tuple[str, Fill]]) -> None:
        x_px = float(MARGIN_PX)
        for name, fill in named:
            self._swatch(x_px, KEY_AT_PX, fill)
            x_px += SWATCH_PX[0] + SWATCH_GAP_PX
            x_px += self.width(self._write(x_px, KEY_AT_PX, name, TEXT_PX, WIDTH - MARGIN_PX - x_px)) + KEY_GAP_PX

    def _swatch(self, x_px: float, y_px: float, fill: Fill) -> None:
        wide, high = SWATCH_PX
        place = (x_px / WIDTH, 1 - (y_px + 4) / HEIGHT)
        swatch: Patch = Rectangle(
            place, wide / WIDTH, high / HEIGHT, transform=self.figure.transFigure, **self.fill(fill)
        )
        self.figure.add_artist(swatch)


def _steps(low: float, high: float) -> list[float]:
    found = MaxNLocator(nbins=MOST_STEPS, steps=ROUND).tick_values(low, high)
    return [float(step) for step in found if low <= step <= high]


def _dollars(step: float, *, whole: bool) -> str:
    """``$10``, ``-$2.50``: a name on the axis."""
    amount = str(Money(round(step * MICROS_PER_DOLLAR)))
    return amount.removesuffix(".00") if whole else amount
