"""Charts, as they are handed to whoever draws them: figures and finished texts, nothing to decide or to translate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any, Self


class Plot(Enum):
    """What a chart of a budget shows."""

    #: What was spent day by day, and how that adds up under the cap.
    DAYS = "days"
    #: What each person has spent.
    PEOPLE = "people"
    #: Drafts that were made, and how many of them were finished.
    FINISHED = "finished"


class Theme(Enum):
    """The background that a chart stands on."""

    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar; its parts lie on each other, negative ones below zero."""

    #: Micro-dollars, or numbers of takes; one for each of the chart's series.
    parts: tuple[int, ...]
    #: What it is of, where the bars lie, and what stands at its end.
    name: str = ""
    note: str = ""
    #: The days that it covers, counted from the chart's first.
    start: int = 0
    days: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A name below the bars, at a number of days from the first."""

    at: float
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Level:
    """How the bars add up under a cap; amounts in micro-dollars, times in days from the first."""

    cap: int
    cap_name: str
    #: What is spent in all, and what is held beside it.
    spent: int
    held: int
    #: Empty where nothing is over the cap.
    over_name: str
    now: float
    #: When it will be full, where that can be said.
    full: float | None
    full_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """Everything that is in the picture."""

    plot: Plot
    theme: Theme
    #: In large letters: what and where; below it the time and the total.
    title: str
    subtitle: str
    #: What each part of a bar is, with its total: ``drafts $12.10``.
    series: tuple[str, ...]
    bars: tuple[Bar, ...]
    #: Above the bars: ``Each day``; above the running total.
    bars_name: str = ""
    level_name: str = ""
    #: How many days the picture covers; 0 where bars are not of days.
    days: int = 0
    ticks: tuple[Tick, ...] = ()
    level: Level | None = None

    def said(self) -> dict[str, Any]:
        """As plain values, which ``read`` turns back."""
        return asdict(self) | {"plot": self.plot.value, "theme": self.theme.value}

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Self:
        """Read what ``said`` gave, lists for tuples."""
        level = said["level"]
        return cls(
            **{
                **said,
                "plot": Plot(said["plot"]),
                "theme": Theme(said["theme"]),
                "series": tuple(said["series"]),
                "bars": tuple(Bar(**{**bar, "parts": tuple(bar["parts"])}) for bar in said["bars"]),
                "ticks": tuple(Tick(**tick) for tick in said["ticks"]),
                "level": None if level is None else Level(**level),
            }
        )
