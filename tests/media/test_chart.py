from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from bot.core.charts import Bar, Chart, Plot, Theme
from bot.media.errors import MediaUnavailable
from bot.media.media import Media

CHART = Chart(
    plot=Plot.PEOPLE,
    theme=Theme.LIGHT,
    title="#launch: spending by person",
    subtitle="1 Nov 2026 to 30 Nov 2026 · $3.00 spent",
    series=("drafts $1.00", "finals $2.00"),
    bars=(Bar(name="mina", note="$3.00", parts=(1_000_000, 2_000_000)),),
)


async def test_a_chart_is_drawn_in_a_worker(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Within its limits, whatever stands in the working directory; nothing is written but in the file's own folder."""
    folder, elsewhere = tmp_path / "drawn", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.mkdir()
    elsewhere.joinpath("matplotlibrc").write_text("figure.dpi: 10\nsavefig.dpi: 10\n")
    monkeypatch.chdir(elsewhere)
    monkeypatch.setenv("HOME", str(elsewhere))
    await Media().draw_chart(CHART, folder / "chart.png")
    with Image.open(folder / "chart.png") as picture:
        assert (picture.format, picture.size) == ("PNG", (1600, 1000))
    assert [path.name for path in elsewhere.iterdir()] == ["matplotlibrc"]
    others = {path.name for path in folder.iterdir()} - {"chart.png"}
    assert {name.partition("-")[0] for name in others} == {"fontlist"}


async def test_what_cannot_be_drawn_is_no_damage(tmp_path: Path) -> None:
    """A folder that is not there, or too little time: the caller hears that it may ask again."""
    with pytest.raises(MediaUnavailable, match="FileNotFoundError"):
        await Media().draw_chart(CHART, tmp_path / "nowhere" / "deeper" / "chart.png")
    with pytest.raises(MediaUnavailable):
        await Media().draw_chart(CHART, tmp_path / "chart.png", timeout_s=0.01)
