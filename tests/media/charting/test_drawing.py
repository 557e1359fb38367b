"""What charts look like, as far as it can be measured: a glyph without a font warns, and a warning fails."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from bot.core.charts import Bar, Chart, Level, Plot, Theme, Tick
from bot.media.chart import NO_OTHERS, run

DOLLAR = 1_000_000
Make = Callable[..., Any]
NAMES = (
    "mina",
    "张伟",
    "محمد علي",
    "अमित कुमार",
    "dana 🎬👩🏽\u200d🚀",
    "a very long name that somebody has chosen for …",
    "Ольга",
    "José",
    "김지우",
    "ชัย",
    "$x^2$ \\alpha",
    "2 others",
)


def draw(chart: Chart) -> Any:
    from bot.media.charting.drawing import DRAWN_BY  # noqa: PLC0415  # once matplotlib is settled

    return DRAWN_BY[chart.plot](chart)


def require_readable(sheet: Any) -> None:
    """Every text is inside the picture, large enough to be read at a quarter of the size, and covers no other."""
    from matplotlib.text import Text  # noqa: PLC0415

    shown = [text for text in sheet.figure.findobj(Text) if text.get_text().strip() and text.get_visible()]
    boxes = {text: text.get_window_extent() for text in shown}
    for text, box in boxes.items():
        assert text.get_fontsize() * 100 / 72 >= 29.9, text.get_text()
        assert box.x0 >= 0, text.get_text()
        assert box.y0 >= 0, text.get_text()
        assert box.x1 <= 1600, text.get_text()
        assert box.y1 <= 1000, text.get_text()
    for one, other in combinations(shown, 2):
        # Letters without tails leave the lowest fifth of their box empty.
        assert not boxes[one].shrunk(0.98, 0.8).overlaps(boxes[other].shrunk(0.98, 0.8)), (one, other)


def days(number: int, *, every: int) -> dict[str, Any]:
    """A chart of so many days, put together."""
    starts = range(0, number, every)
    return {
        "bars": tuple(
            Bar(parts=(start % 9 * DOLLAR, DOLLAR), start=start, days=min(every, number - start)) for start in starts
        ),
        "days": number,
        "ticks": tuple(Tick(at=start + every / 2, name="Nov 2026") for start in starts[:: max(1, len(starts) // 4)]),
    }


@pytest.mark.parametrize(
    ("changes", "level"),
    [
        ({}, {}),
        ({}, {"full": 8.0, "now": 4.0}),
        ({}, {"full": None, "cap": 20 * DOLLAR, "over_name": "$5.50 over the cap"}),
        ({}, {"full": None, "cap": 0, "over_name": "$25.50 over the cap"}),
        ({"bars": (), "series": ("drafts $0.00", "finals $0.00")}, {"spent": 0, "held": 0, "full": None}),
        ({"bars": (Bar(parts=(-DOLLAR, 0)), Bar(parts=(0, 9 * DOLLAR), start=1))}, {"full": None}),
        (days(1, every=1), {"now": 0.9, "full": 0.95}),
        (days(400, every=7), {"now": 400.0, "full": None}),
        ({"title": "#" + "w" * 60, "subtitle": "1 Nov 2026 " * 12}, {}),
    ],
    ids=["usual", "full-soon", "overrun", "no-money", "nothing", "refunds", "one-day", "400-days", "long-names"],
)
def test_days(made: Make, levelled: Make, changes: dict[str, Any], level: dict[str, Any]) -> None:
    """With a running total and without: everything can be read."""
    require_readable(draw(made(theme=Theme.DARK, level=levelled(**level), **changes)))
    require_readable(draw(made(level=None, **changes)))


@pytest.mark.parametrize(("names", "held"), [(NAMES, ()), (NAMES, ("held $1.50",)), (NAMES[:1], ())])
def test_people(made: Make, names: tuple[str, ...], held: tuple[str, ...]) -> None:
    """Of any script, with what is no formula, whether they have spent, hold, or got back."""
    bars = tuple(
        Bar(name=name, note="$1,024.50, $1.50 held", parts=((20 - row) * DOLLAR, -DOLLAR if row == 1 else 0, DOLLAR))
        for row, name in enumerate(names)
    )
    series = ("drafts $1.00", "finals $2.00", *held)
    cut = tuple(replace(bar, parts=bar.parts[: len(series)]) for bar in bars)
    require_readable(draw(made(plot=Plot.PEOPLE, level=None, series=series, bars=cut)))


@pytest.mark.parametrize(("number", "every"), [(1, 1), (14, 1), (30, 7), (400, 31)])
def test_finished(made: Make, number: int, every: int) -> None:
    """The share stands above each bar that has room for it."""
    starts = range(0, number, every)
    bars = tuple(
        Bar(parts=(1, start % 9), note="100 %", start=start, days=min(every, number - start)) for start in starts
    )
    ticks = days(number, every=every)["ticks"]
    chart = made(
        plot=Plot.FINISHED,
        level=None,
        series=("finished 1", "not finished 8"),
        bars=bars,
        bars_name="Drafts made each week, with the share that was finished",
        days=number,
        ticks=ticks,
    )
    require_readable(draw(chart))


def heights(sheet: Any, hatch: str) -> list[float]:
    """How high the bars with this hatch are."""
    axes = sheet.figure.axes[0]
    return [round(patch.get_height(), 6) for patch in axes.patches if (patch.get_hatch() or "") == hatch]


def test_bars_are_as_high_as_the_figures(made: Make) -> None:
    """Drafts plain, finals hatched, one on the other; what was given back goes down from zero."""
    bars = (Bar(parts=(320_000, 750_000)), Bar(parts=(-320_000, 1_500_000), start=1), Bar(parts=(0, 0), start=2))
    sheet = draw(made(bars=bars, level=None))
    assert heights(sheet, "") == [0.32, -0.32]
    assert heights(sheet, "//") == [0.75, 1.5]
    low, high = sheet.figure.axes[0].get_ylim()
    assert low <= -0.32
    assert high >= 1.5


def test_what_is_over_the_cap_is_seen(made: Make, levelled: Make) -> None:
    """As an area of its own, above the line of the cap and no lower; without an overrun there is none."""

    def over(level: Level) -> list[float]:
        axes = draw(made(level=level)).figure.axes[1]
        areas = [each for each in axes.collections if each.get_hatch() == "xx"]
        return [float(path.vertices[:, 1].min()) for area in areas for path in area.get_paths() if len(path.vertices)]

    assert over(levelled(cap=20 * DOLLAR, full=None, over_name="$5.50 over the cap")) == [20.0]
    assert over(levelled()) == []


def test_the_forecast_goes_from_now_to_the_cap(made: Make, levelled: Make) -> None:
    """Dashed, from what is spent and held; where nothing can be said there is none."""

    def dashed(level: Level) -> list[list[tuple[float, float]]]:
        axes = draw(made(level=level)).figure.axes[1]
        return [[tuple(at) for at in line.get_xydata()] for line in axes.lines if line.get_linestyle() == "--"]

    assert dashed(levelled()) == [[(16.4, 25.5), (28.5, 50.0)]]
    assert dashed(levelled(full=None)) == []


@pytest.mark.parametrize("theme", Theme)
def test_nothing_is_said_by_colour_alone(theme: Theme) -> None:
    """Every fill has a hatch of its own, and letters stand out from the ground by 4.5 to 1 at least."""
    from bot.media.charting.looks import LOOKS  # noqa: PLC0415

    look = LOOKS[theme]
    fills = (*look.fills, look.over)
    assert len({fill.hatch for fill in fills}) == len(fills)
    for colour in (look.text, look.quiet, look.over.line):
        assert contrast(colour, look.ground) >= 4.5
    for fill in fills:
        assert max(contrast(fill.colour, look.ground), contrast(fill.line, look.ground)) >= 3


def contrast(one: str, other: str) -> float:
    """Of two colours, by the web's formula."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_the_file(made: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A PNG of 1600 by 1000, on the theme's ground; the same figures give the same bytes."""
    monkeypatch.chdir(tmp_path)  # The task goes where the file is.
    monkeypatch.delenv(NO_OTHERS, raising=False)
    drawn = made(theme=Theme.DARK).said()
    files = [tmp_path / "one.png", tmp_path / "other.png"]
    sizes = [run({"chart": drawn, "into": str(file)})["bytes"] for file in files]
    one, other = (file.read_bytes() for file in files)
    assert one == other
    assert sizes == [len(one), len(one)]
    with Image.open(files[0]) as picture:
        assert (picture.format, picture.size) == ("PNG", (1600, 1000))
        assert picture.convert("RGB").getpixel((2, 2)) == (0x1E, 0x1F, 0x22)
