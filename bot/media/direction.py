"""In which direction a line of text runs, and each part of it: the bidirectional algorithm of Unicode (UAX #9).

Characters that turn the direction are removed before, so there are no embeddings and no isolates; the rest is here.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

_RIGHT = ("R", "AL")
_STRONG = ("L", "R", "EN", "AN")


def runs_left(text: str) -> bool:
    """Whether the first letter with a direction belongs to a script that is written to the left."""
    return next((kind in _RIGHT for kind in map(unicodedata.bidirectional, text) if kind in ("L", *_RIGHT)), False)


def levels(text: str) -> list[int]:
    """By character: even where it runs to the right, odd where it runs to the left; deeper where it is nested."""
    left = runs_left(text)
    base, start = int(left), "R" if left else "L"
    kinds = _neutrals(_weak([unicodedata.bidirectional(one) or "L" for one in text], start), start)
    return [_level(kind, base) for kind in kinds]


def in_order(of: Sequence[int]) -> list[int]:
    """The places of parts, each with its level, from left to right as they are seen."""
    places = list(range(len(of)))
    for level in range(max(of, default=0), 0, -1):
        places = list(_turned(places, {place for place in places if of[place] >= level}))
    return places


def _turned(places: Sequence[int], deep: set[int]) -> Iterator[int]:
    """Each row of ``deep`` places the other way round."""
    for turned, group in groupby(places, deep.__contains__):
        row = list(group)
        yield from reversed(row) if turned else row


def _level(kind: str, base: int) -> int:
    if base % 2:
        return base if kind == "R" else base + 1
    return {"R": base + 1, "EN": base + 2, "AN": base + 2}.get(kind, base)


def _weak(kinds: list[str], start: str) -> list[str]:
    """Marks and numbers by what stands before and beside them (W1 to W7)."""
    kinds = list(_following(kinds, start, lambda kind, before: before if kind == "NSM" else kind))
    strong, changed = start, []
    for kind in kinds:
        strong = kind if kind in ("L", *_RIGHT) else strong
        changed.append("AN" if kind == "EN" and strong == "AL" else kind)
    kinds = ["R" if kind == "AL" else kind for kind in changed]
    for place in range(1, len(kinds) - 1):
        before, kind, after = kinds[place - 1 : place + 2]
        if before == after and ((kind in ("ES", "CS") and before == "EN") or (kind == "CS" and before == "AN")):
            kinds[place] = before
    kinds = _signs_of_numbers(kinds)
    strong, changed = start, []
    for kind in kinds:
        strong = kind if kind in ("L", "R") else strong
        changed.append("L" if kind == "EN" and strong == "L" else kind)
    return changed


def _following(kinds: list[str], start: str, rule: Callable[[str, str], str]) -> Iterator[str]:
    before = start
    for kind in kinds:
        before = rule(kind, before)
        yield before


def _signs_of_numbers(kinds: list[str]) -> list[str]:
    """Signs beside a number belong to it; what else only separates is neutral (W5 and W6)."""
    found: list[str] = []
    groups = [(kind, len(list(group))) for kind, group in groupby(kinds)]
    for place, (kind, length) in enumerate(groups):
        beside = {groups[place - 1][0] if place else "", groups[place + 1][0] if place + 1 < len(groups) else ""}
        if kind == "ET" and "EN" in beside:
            kind = "EN"  # noqa: PLW2901  # as the number that it belongs to
        found += ["ON" if kind in ("ES", "ET", "CS") else kind] * length
    return found


def _neutrals(kinds: list[str], start: str) -> list[str]:
    """Blanks and punctuation between two of one direction run so too, all others as the line does (N1 and N2)."""
    found: list[str] = []
    groups = [(kind, len(list(group))) for kind, group in groupby(kinds, lambda kind: kind if kind in _STRONG else "")]
    for place, (kind, length) in enumerate(groups):
        if kind:
            found += [kind] * length
            continue
        before = _direction(groups[place - 1][0]) if place else start
        after = _direction(groups[place + 1][0]) if place + 1 < len(groups) else start
        found += [before if before == after else start] * length
    return found


def _direction(kind: str) -> str:
    return "L" if kind == "L" else "R"
