"""``/dailies spend report day last``, ``spend export csv 2026-11``, ``savings year``: words in any order."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Any, NoReturn

from bot.core.charts import Plot, Theme
from bot.core.commands import Command, Savings, SpendExport, SpendPlot, SpendReport
from bot.core.errors import Refusal
from bot.core.kinds import Choice, one_of, read_as, repeated
from bot.core.parsing.origin import Origin
from bot.core.parsing.words import Given, nearest, scan
from bot.core.periods import Days, Reach, month_of, year_of
from bot.core.sums import Part

#: Words that may stand between the others and say nothing.
FILLING = frozenset({"by", "per", "for", "in", "of", "the", "this", "current", "period"})
PARTS = tuple(part.value for part in Part)
FORMS = ("csv", "json")
PLOTS = tuple(plot.value for plot in Plot)
#: The report's words for the same.
ALSO_PLOTS = {"day": Plot.DAYS.value, "person": Plot.PEOPLE.value}
THEMES = tuple(theme.value for theme in Theme)
SCOPES = ("channel", "workspace")
#: Named with ``last`` they are those before.
UNITS = ("week", "month", "year")
REACHES = ("last", "today", "yesterday", *UNITS, "all")
#: Any other year is a slip.
YEARS = range(2000, 2100)
PERIODS = "last, today, yesterday, week, month, year, all, 2026-11, 2026-11-03 or 2026-10-01..2026-10-15"

_DATE = re.compile(r"[0-9]{4}(?:-[0-9]{1,2}){0,2}")
_RANGE = re.compile(r"(.*[0-9])(?:\.{2,3}|…)([0-9].*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """What was typed."""

    #: One of the words that the verb has of its own.
    choice: str | None
    reach: Reach | Days
    scope: str
    theme: str | None


def parse_report(origin: Origin, text: str) -> Command:
    """The report, as a table where a part is named.

    Raises:
        Refusal: a word, a date or an option is not known, or two of a kind were given.
    """
    found = _read(origin, "spend report", text, PARTS)
    by = None if found.choice is None else Part(found.choice)
    return origin.make(SpendReport, scope=found.scope, reach=found.reach, by=by)


def parse_plot(origin: Origin, text: str) -> Command:
    """The report as a picture.

    Raises:
        Refusal: as ``parse_report``.
    """
    found = _read(origin, "spend plot", text, PLOTS, also=ALSO_PLOTS, options=("scope", "theme"))
    plot = Plot.DAYS if found.choice is None else Plot(found.choice)
    theme = None if found.theme is None else Theme(found.theme)
    return origin.make(SpendPlot, scope=found.scope, reach=found.reach, plot=plot, theme=theme)


def parse_export(origin: Origin, text: str) -> Command:
    """The ledger as a file.

    Raises:
        Refusal: as ``parse_report``.
    """
    found = _read(origin, "spend export", text, FORMS)
    return origin.make(SpendExport, scope=found.scope, reach=found.reach, form=found.choice or FORMS[0])


def parse_savings(origin: Origin, text: str) -> Command:
    """What drafting has saved.

    Raises:
        Refusal: as ``parse_report``.
    """
    found = _read(origin, "savings", text, ())
    return origin.make(Savings, scope=found.scope, reach=found.reach)


def read_reach(verb: str, text: str) -> Reach | Days:
    """How far a text reaches, for whoever types no command: ``last month``, ``2026-11``; nothing is the period.

    Raises:
        Refusal: as ``parse_report``.
    """
    return _reach(verb, _words(text), ())


def _words(text: str) -> list[str]:
    return [word for word in text.lower().replace(",", " ").split() if word not in FILLING]


def _read(
    origin: Origin,
    verb: str,
    text: str,
    choices: Collection[str],
    *,
    also: Mapping[str, str] = MappingProxyType({}),
    options: tuple[str, ...] = ("scope",),
) -> _Read:
    """``also`` are other words for choices."""
    found = scan(text, {option: option for option in options})
    if found.strangers:
        named = tuple(f"--{option}" for option in options)
        sentence = f"{verb} takes the option {one_of(named)}; you gave --{repeated(found.strangers[0])}."
        raise Refusal(sentence, allowed=named)
    words = [also.get(word, word) for word in _words(found.text)]
    chosen = [word for word in words if word in choices]
    rest = [word for word in words if word not in choices]
    _require_one(verb, chosen)
    return _Read(choice=next(iter(chosen), None), reach=_reach(verb, rest, choices), **_options(origin, found.given))


def _reach(verb: str, words: list[str], choices: Collection[str]) -> Reach | Days:
    named = [word for word in words if word in REACHES]
    units = [word for word in named if word in UNITS]
    dates = [_days(verb, word, choices) for word in words if word not in REACHES]
    if len(units) == 1 and sorted(named) == sorted(("last", *units)) and not dates:
        return Reach(f"last {units[0]}")
    _require_one(verb, [*named, *(word for word in words if word not in REACHES)])
    return dates[0] if dates else Reach(named[0]) if named else Reach.PERIOD


def _require_one(verb: str, words: list[str]) -> None:
    if len(set(words)) > 1:
        sentence = f"{verb} takes one of a kind; you gave {repeated(words[0])} and {repeated(words[1])}."
        raise Refusal(sentence)


def _days(verb: str, word: str, choices: Collection[str]) -> Days:
    """The days of a date, a month or a year, or from one of them to another."""
    ends = _RANGE.fullmatch(word)
    first, last = ends.groups() if ends else (word, word)
    if not (_DATE.fullmatch(first) and _DATE.fullmatch(last)):
        _refuse(verb, word, choices)
    days = Days(_calendar(first).first, _calendar(last).last)
    if days.first > days.last:
        sentence = f"{repeated(word)} ends before it begins; write the earlier day first."
        raise Refusal(sentence)
    return days


def _calendar(text: str) -> Days:
    """A year, a month or a day that the pattern fits."""
    year, *rest = map(int, text.split("-"))
    try:
        found = date(year, *[*rest, 1, 1][:2])
    except ValueError:
        found = None
    if found is None or year not in YEARS:
        sentence = f"{text} is not in the calendar; write a day as 2026-11-03, a month as 2026-11."
        raise Refusal(sentence)
    return (year_of(year), month_of(found), Days(found, found))[len(rest)]


def _refuse(verb: str, word: str, choices: Collection[str]) -> NoReturn:
    meant = nearest(word, (*choices, *REACHES))
    question = f" Did you mean {meant}?" if meant else ""
    own = f"{one_of(tuple(choices))}, and " if choices else ""
    sentence = f"{verb} takes {own}a period: {PERIODS}; you gave {repeated(word)}.{question}"
    raise Refusal(sentence, allowed=(*choices, *REACHES))


def _options(origin: Origin, given: Mapping[str, Given]) -> dict[str, Any]:
    scope, theme = _chosen(SCOPES, given.get("scope")), _chosen(THEMES, given.get("theme"))
    return {"scope": f"workspace:{origin.place.workspace}" if scope == "workspace" else "", "theme": theme}


def _chosen(values: tuple[str, ...], given: Given | None) -> str | None:
    return None if given is None else read_as(Choice(values), given.typed, given.value)
