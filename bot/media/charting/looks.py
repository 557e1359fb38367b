"""Colours, hatches and sizes: told apart by the colour-blind, in grey, and on a phone at a quarter of the size."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bot.core.charts import Theme

#: In pixels. A phone shows it 400 wide, so that the smallest letters still have nine.
WIDTH, HEIGHT = 1600, 1000
DOTS_PER_INCH = 100
#: Letters are given in points.
POINTS_PER_PIXEL = 72 / DOTS_PER_INCH


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """How an area is told apart: by its colour, and by its hatch."""

    colour: str
    #: Of the hatch and the edge.
    line: str
    hatch: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A theme's colours."""

    ground: str
    text: str
    #: Of what is read second.
    quiet: str
    grid: str
    first: Fill
    second: Fill
    held: Fill
    over: Fill

    @property
    def fills(self) -> tuple[Fill, Fill, Fill]:
        """By the place of a part in its bar."""
        return self.first, self.second, self.held


#: The colours of Okabe and Ito, which the colour-blind tell apart, lighter on dark.
LOOKS: Mapping[Theme, Look] = {
    Theme.LIGHT: Look(
        ground="#ffffff",
        text="#1b1c1e",
        quiet="#5a5d63",
        grid="#dcdee2",
        first=Fill(colour="#0072b2", line="#0072b2", hatch=""),
        second=Fill(colour="#f5b942", line="#8a5a00", hatch="//"),
        held=Fill(colour="#ffffff", line="#5a5d63", hatch=".."),
        over=Fill(colour="#f6b9a0", line="#b23a00", hatch="xx"),
    ),
    Theme.DARK: Look(
        ground="#1e1f22",
        text="#f2f3f5",
        quiet="#b5bac1",
        grid="#3b3d44",
        first=Fill(colour="#56b4e9", line="#56b4e9", hatch=""),
        second=Fill(colour="#e69f00", line="#4d3300", hatch="//"),
        held=Fill(colour="#1e1f22", line="#b5bac1", hatch=".."),
        over=Fill(colour="#7a2e10", line="#ff8a5c", hatch="xx"),
    ),
}
