"""Where the money went: the report in short and as a table, and what goes with an exported file."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot.core.budgets import Purse
from bot.core.lifecycle import Stage
from bot.core.periods import Days
from bot.core.rows import Take
from bot.core.sentences.answers.purses import begin, until
from bot.core.sentences.numbers import count, joined
from bot.core.sentences.plain import NAME_CHARACTERS, plain
from bot.core.sentences.states import maker
from bot.core.sums import Part, Sum, Sums

#: People and models that the report in short names; the others are one figure.
NAMED = 5
#: Rows of a table; the others are one row.
MOST_ROWS = 40
#: A row's name has so much room, in columns: with its figures it fits on a phone.
NAME_COLUMNS = 14
WIDE = frozenset("WF")


def no_such_scope() -> str:
    """A scope that is not there, or another place's."""
    return "I know no such budget here; write the report in the channel that it is about."


def owners_see(name: str) -> str:
    """Somebody else's money."""
    return f"What {plain(name, NAME_CHARACTERS)} has spent is shown to its owners."


def no_lines_for_you(name: str) -> str:
    """An export, to somebody who may see the report."""
    return (
        f"The ledger of {plain(name, NAME_CHARACTERS)} is exported by its owners and its contact; "
        "/dailies spend report has its figures."
    )


def no_earlier_period(purse: Purse) -> str:
    """The first period has none before it."""
    return f"{begin(purse)} has no earlier period; all is everything there is."


def when(days: Days | None) -> str:
    """``3 Nov 2026``, ``1 Nov 2026 to 30 Nov 2026``; without days all of it."""
    if days is None:
        return "since the beginning"
    if days.first == days.last:
        return _day(days.first)
    return f"{_day(days.first)} to {_day(days.last)}"


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def totals(purse: Purse, sums: Sums, days: Days | None, *, current: bool) -> str:
    """The first line: what was spent; of the current period also what is left."""
    if not current:
        return f"{begin(purse)}, {when(days)}: {_money(sums.total)}"
    of = "" if purse.budget.cap is None else f", {purse.left} left of {purse.budget.cap}"
    over = f", {purse.excess} over it" if purse.excess else ""
    return f"{begin(purse)}: {_money(sums.total)}{of}{over}{until(purse)}"


def _money(some: Sum) -> str:
    return f"{some.spent} spent" + (f", {some.held} held" if some.held else "")


def nothing(days: Days | None, *, current: bool) -> str:
    """A period or days without a line."""
    return "Nothing was spent or held in this period." if current else f"Nothing was booked {_in(days)}."


def _in(days: Days | None) -> str:
    if days is None:
        return "yet"
    return f"on {when(days)}" if days.first == days.last else f"from {when(days)}"


def stages(sums: Sums) -> list[str]:
    """``2 drafts: $0.32 spent``: a line for each stage."""
    return [f"{count(each.takes, stage.value)}: {_money(each)}" for stage, each in _ranked(Part.STAGE, sums)]


def in_short(sums: Sums, names: Mapping[str, str]) -> list[str]:
    """By stage, by person and, where there are several, by model: a line each."""
    people = [(plain(names.get(key, key), NAME_CHARACTERS), each) for key, each in _ranked(Part.PERSON, sums)]
    models = _ranked(Part.MODEL, sums)
    return [*stages(sums), _shares(people), _shares(models) if len(models) > 1 else ""]


def _shares(ranked: Sequence[tuple[str, Sum]]) -> str:
    """``mina $23.42 (40) · jo $11.12, $0.32 held (20) · 2 others $5.56 (10)``."""
    shown = [f"{name} {_share(each)}" for name, each in ranked[:NAMED]]
    rest = ranked[NAMED:]
    return joined(*shown, f"{count(len(rest), 'other')} {_share(_together(rest))}" if rest else "")


def _share(some: Sum) -> str:
    held = f", {some.held} held" if some.held else ""
    return f"{some.spent}{held} ({some.takes})"


def _together(some: Sequence[tuple[Any, Sum]]) -> Sum:
    return sum((each for _, each in some), Sum())


def _ranked(part: Part, sums: Sums) -> list[tuple[Any, Sum]]:
    """Days and stages in their order, all others by what is spent and held for them."""
    of_part = sums.of(part)
    match part:
        case Part.DAY:
            return sorted(of_part.items())
        case Part.STAGE:
            return [(stage, of_part[stage]) for stage in Stage if stage in of_part]
        case Part.PERSON | Part.MODEL:  # pragma: no branch - the last of all parts
            return sorted(of_part.items(), key=lambda each: (-each[1].amount.micros, each[0]))


def newest(takes: Sequence[Take], number: int) -> list[str]:
    """The newest takes, so many at most, the newest first: stage, state, money and maker of each."""
    return [f"The newest {number}:" if len(takes) == number else "", *map(_take, takes)]


def _take(take: Take) -> str:
    money = f"{take.held} held" if take.held else str(take.charged)
    marks = joined("overrun" if take.overrun else "", "unverified" if take.unverified else "")
    return joined(take.id, take.stage.value, take.state.value.replace("_", " "), money, maker(take), marks)


def people_in(part: Part | None, sums: Sums) -> list[str]:
    """The people (platform's ids) whom a report names."""
    if part not in (None, Part.PERSON):
        return []
    return [key for key, _ in _ranked(Part.PERSON, sums)[: NAMED if part is None else MOST_ROWS]]


def table(part: Part, sums: Sums, names: Mapping[str, str]) -> str:
    """Aligned rows with a line for the total; of more rows than fit the last days, or those that cost most."""
    ranked = _ranked(part, sums)
    if part is Part.DAY:
        earlier, shown = ranked[:-MOST_ROWS], ranked[-MOST_ROWS:]
        rows = [*_rest("earlier", earlier), *((day.isoformat(), each) for day, each in shown)]
    else:
        shown, others = ranked[:MOST_ROWS], ranked[MOST_ROWS:]
        rows = [*((_name(part, key, names), each) for key, each in shown), *_rest(f"{len(others)} others", others)]
    return _aligned([(part.value, "takes", "spent", "held"), *map(_row, rows), _row(("total", sums.total))])


def _name(part: Part, key: Any, names: Mapping[str, str]) -> str:
    return key.value if part is Part.STAGE else names.get(key, key)


def _rest(name: str, some: Sequence[tuple[Any, Sum]]) -> list[tuple[str, Sum]]:
    return [(name, _together(some))] if some else []


def _row(row: tuple[str, Sum]) -> tuple[str, str, str, str]:
    name, each = row
    return name, str(each.takes), str(each.spent), str(each.held)


def _aligned(rows: Sequence[tuple[str, ...]]) -> str:
    """Names at the left, figures at the right; a name that is too long ends in an ellipsis."""
    cut = [(_cut(plain(name, NAME_CHARACTERS)), *figures) for name, *figures in rows]
    first, *others = [max(_columns(row[place]) for row in cut) for place in range(len(cut[0]))]
    lines = []
    for name, *figures in cut:
        right = "  ".join(figure.rjust(width) for figure, width in zip(figures, others, strict=True))
        lines.append(f"{name}{' ' * (first - _columns(name))}  {right}")
    return "\n".join(lines)


def _columns(text: str) -> int:
    """How many columns a text takes in a font of fixed width."""
    shown = (one for one in text if not unicodedata.combining(one))
    return sum(2 if unicodedata.east_asian_width(one) in WIDE else 1 for one in shown)


def _cut(name: str) -> str:
    if _columns(name) <= NAME_COLUMNS:
        return name
    while _columns(name) >= NAME_COLUMNS:
        name = name[:-1]
    return f"{name}…"


#: Below a table of days on which more was given back or charged than set aside.
HELD_WENT_DOWN = "Held is what a day has added to what is held; with a minus it was charged or given back that day."


def exported(purse: Purse, days: Days | None, sums: Sums, *, lines: int, name: str) -> str:
    """What is in the file; its lines add up to these figures."""
    said = f"{begin(purse)}, {when(days)}: {_money(sums.total)}."
    return f"{said}\n{name} has {lines:,} {'line' if lines == 1 else 'lines'} of the ledger."


def export_too_large(most_bytes: int) -> str:
    """The ledger of a long time."""
    return (
        f"That is more than {most_bytes // 1_000_000} MB; export a shorter period, "
        "as in /dailies spend export csv 2026-11."
    )


def too_many_exports(most: int) -> str:
    """The folder is full."""
    return f"{most} exported files are kept already; each is removed after a day. Use one of them, or ask again later."


def export_failed(why: str) -> str:
    """The disk did not take it."""
    return f"The file could not be written: {plain(why, NAME_CHARACTERS)}. /dailies spend report has the same figures."
