r"""Variants in braces: ``a mug on {marble|oak}`` is two prompts.

Braces without a bar are plain text, so that a prompt written as JSON passes; ``\{``, ``\|`` and ``\}``
are a plain brace and bar everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

from bot.core.errors import Refusal
from bot.core.prompts.text import shorten

#: The most takes that are ordered at once.
MOST_AT_ONCE = 10
#: The label of a variant on the sheet and the card, in characters.
LABEL_CHARACTERS = 60
#: A number above is not spelt out.
_SAYABLE = 1_000_000

_PIECE = re.compile(r"\\[{}|]|[{}|]|[^{}|\\]+|\\", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Variant:
    """One of the prompts that a template makes."""

    prompt: str
    #: The words that differ from the other variants; empty when there is only one.
    label: str


def variants(template: str, *, count: int = 1) -> tuple[Variant, ...]:
    """Every prompt that the template makes, in the order written; each is to be rolled ``count`` times.

    Raises:
        Refusal: more than ``MOST_AT_ONCE`` takes; nested or empty variants; a brace that is not closed.
    """
    choices = [tuple(dict.fromkeys(choice)) for choice in _choices(template)]
    _require_few(choices, count)
    varying = [place for place, choice in enumerate(choices) if len(choice) > 1]
    return tuple(
        Variant(
            prompt="".join(picked),
            label=shorten(", ".join(picked[place] for place in varying), LABEL_CHARACTERS),
        )
        for picked in product(*choices)
    )


def _require_few(choices: list[tuple[str, ...]], count: int) -> None:
    takes = count
    for choice in choices:
        takes *= len(choice)
        if takes > _SAYABLE:
            break
    if takes > MOST_AT_ONCE:
        number = f"{takes:,}" if takes <= _SAYABLE else f"more than {_SAYABLE:,}"
        sentence = (
            f"That makes {number} takes; at most {MOST_AT_ONCE} are ordered at once: "
            "use fewer variants or a smaller count."
        )
        raise Refusal(sentence)


def _choices(template: str) -> Iterator[tuple[str, ...]]:
    """The template in order: plain text as a choice of one, a group as a choice of its variants."""
    pieces = _PIECE.findall(template)
    closing = _pairs(pieces)
    place = 0
    while place < len(pieces):
        end = closing.get(place)
        if end is not None and _has_own_bar(pieces, place, end, closing):
            yield _group(pieces[place + 1 : end])
            place = end + 1
        else:
            yield (_plain(pieces[place]),)
            place += 1


def _pairs(pieces: list[str]) -> dict[int, int]:
    """For every opening brace the place of its closing one; a bar after one that is never closed is refused."""
    pairs: dict[int, int] = {}
    opened: list[int] = []
    for place, piece in enumerate(pieces):
        if piece == "{":
            opened.append(place)
        elif piece == "}" and opened:
            pairs[opened.pop()] = place
    if opened:
        _require_no_loose_bar(pieces, opened[0], pairs)
    return pairs


def _require_no_loose_bar(pieces: list[str], place: int, pairs: dict[int, int]) -> None:
    """Refuse a bar behind the unclosed brace at ``place``, unless it stands inside braces that are closed."""
    while place < len(pieces):
        if pieces[place] == "|":
            sentence = r"A { with variants is not closed; write {marble|oak}, or \{ for a plain brace."
            raise Refusal(sentence)
        place = pairs.get(place, place) + 1


def _has_own_bar(pieces: list[str], start: int, end: int, closing: dict[int, int]) -> bool:
    """Whether a bar stands between these braces and in no braces inside them."""
    place = start + 1
    while place < end:
        if pieces[place] == "|":
            return True
        place = closing.get(place, place) + 1
    return False


def _group(inside: list[str]) -> tuple[str, ...]:
    if "{" in inside:
        sentence = r"Variants cannot stand inside variants; write each one out, or \{ for a plain brace."
        raise Refusal(sentence)
    found = [""]
    for piece in inside:
        if piece == "|":
            found.append("")
        else:
            found[-1] += _plain(piece)
    trimmed = tuple(variant.strip() for variant in found)
    if not all(trimmed):
        group = shorten("|".join(trimmed), LABEL_CHARACTERS)
        sentence = f"{{{group}}} has an empty variant; write something on each side of every bar."
        raise Refusal(sentence)
    return trimmed


def _plain(piece: str) -> str:
    return piece[1:] if len(piece) > 1 and piece[0] == "\\" else piece
