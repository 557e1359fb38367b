"""Text of any script on a picture: each character from a font that has it, in the order in which it is read.

A line is cut into runs of one font and one direction (by the Unicode bidirectional algorithm); each run is shaped by
Pillow's text layout. Where Pillow was built without Raqm a run is drawn letter by letter.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from itertools import groupby
from typing import Any, Literal

from bidi import algorithm  # type: ignore[import-untyped]
from PIL import ImageDraw, ImageFont, features

from bot.media.fonts import Face, face_of, faces

#: More is never shown; what a person wrote may be of any length.
MOST_CHARACTERS = 600
#: Stands for a letter of a script that no font has.
UNKNOWN = "·"
ELLIPSIS = "…"
#: Joins letters, or keeps them apart; belongs to the font of the letters around it.
JOINERS = "\u200c\u200d"
#: A flag is written as two of these: its country's letters.
FLAGS = {0x1F1E6 + number: chr(ord("A") + number) for number in range(26)}
#: What only says how the character before it looks: as text or as an emoji, in a colour of skin, on a key.
VARIATIONS = (range(0xFE00, 0xFE10), range(0x1F3FB, 0x1F400), range(0x20E3, 0x20E4))
REGULAR, BOLD = 400, 700

Direction = Literal["ltr", "rtl"]


@dataclass(frozen=True, slots=True)
class Pen:
    """How a text looks: its height in pixels, and how strong it is, from 100 to 900."""

    px: int
    weight: int = REGULAR


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of a line in one font and one direction."""

    text: str
    face: Face
    #: Of the bidirectional algorithm; odd is right to left.
    level: int

    @property
    def direction(self) -> Direction:
        """Which way it is read."""
        return "rtl" if self.level % 2 else "ltr"


def plain(text: str) -> str:
    """The text in one line that the fonts can show: nothing that controls, no glyph that is missing.

    An emoji that no font has is named in words: 🔥 becomes ``(fire)``.
    """
    line = " ".join(unicodedata.normalize("NFC", text[:MOST_CHARACTERS]).translate(FLAGS).split())
    shown = "".join(_shown(one) for one in line)
    return _without_loose_joiners(shown)


def width_of(text: str, pen: Pen) -> float:
    """How wide a line is, in pixels."""
    return sum(_length(run, pen) for run in runs(plain(text)))


def shortened(text: str, pen: Pen, most: float) -> str:
    """As much of the text as fits into so many pixels, with an ellipsis where that is not all of it."""
    whole = plain(text)
    if width_of(whole, pen) <= most:
        return whole
    low, high = 0, len(whole)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if width_of(_cut(whole, middle), pen) <= most else (low, middle - 1)
    return _cut(whole, low)


def wrapped(text: str, pen: Pen, most: float, *, lines: int) -> list[str]:
    """The text in so many lines at most, none wider than ``most`` pixels; the last is shortened."""
    left = plain(text)
    found: list[str] = []
    while left and len(found) < lines - 1 and width_of(left, pen) > most:
        line = _first_line(left, pen, most)
        found.append(line.rstrip())
        left = left[len(line) :].lstrip()
    return [*found, shortened(left, pen, most)] if left else found


def write(draw: ImageDraw.ImageDraw, at: tuple[float, float], text: str, pen: Pen, colour: str) -> float:
    """Write a line from its left end and baseline; where its right end is."""
    x, y = at
    for run in _in_order(runs(plain(text))):
        font = _font(run.face, pen)
        if _shapes():
            draw.text((x, y), run.text, font=font, fill=colour, anchor="ls", direction=run.direction)
        else:
            draw.text(
                (x, y), run.text if run.direction == "ltr" else run.text[::-1], font=font, fill=colour, anchor="ls"
            )
        x += _length(run, pen)
    return x


def runs(line: str) -> list[Run]:
    """A plain line in pieces, in the order in which it is written."""
    if not line:
        return []
    marked = zip(line, _faces(line), _levels(line), strict=True)
    return [
        Run("".join(one for one, _, _ in group), face, level)
        for (face, level), group in groupby(marked, key=lambda each: each[1:])
    ]


def _shown(one: str) -> str:
    """What stands for a character."""
    kind = unicodedata.category(one)
    if one in JOINERS:
        return one
    if kind.startswith("C") or _varies(one):
        return ""
    if face_of(one) is not None:
        return one
    return f"({unicodedata.name(one, 'sign').lower()})" if kind == "So" else UNKNOWN


def _varies(one: str) -> bool:
    """Whether it is nothing by itself."""
    return any(ord(one) in span for span in VARIATIONS)


def _without_loose_joiners(text: str) -> str:
    """A joiner stays between letters only: between emoji that are named it has nothing to join."""
    kept = [
        one
        for before, one, after in zip(f" {text}", text, f"{text[1:]} ", strict=False)
        if one not in JOINERS or (_joins(before) and _joins(after))
    ]
    return "".join(kept)


def _joins(one: str) -> bool:
    return unicodedata.category(one)[0] in "LM"


def _faces(line: str) -> Iterator[Face]:
    """The font of each character; marks, joiners and spaces take that of the letter before them."""
    before = faces()[0]
    for one in line:
        follows = one in JOINERS or one == " " or (unicodedata.category(one).startswith("M") and before.has(one))
        if not follows:
            before = face_of(one) or before
        yield before


def _levels(line: str) -> Iterator[int]:
    """How deep each character is embedded, by the Unicode bidirectional algorithm."""
    storage = algorithm.get_empty_storage()
    storage["base_level"] = algorithm.get_base_level(line)
    storage["base_dir"] = "R" if storage["base_level"] else "L"
    algorithm.get_embedding_levels(line, storage)
    algorithm.explicit_embed_and_overrides(storage)
    algorithm.resolve_weak_types(storage)
    algorithm.resolve_neutral_types(storage, debug=False)
    algorithm.resolve_implicit_levels(storage, debug=False)
    return (each["level"] for each in storage["chars"])


def _in_order(line: list[Run]) -> list[Run]:
    """The pieces from left to right: each stretch of a level or above is turned, the deepest first."""
    ordered = list(line)
    for level in range(max((run.level for run in line), default=0), 0, -1):
        stretches = [(turned, list(group)) for turned, group in groupby(ordered, key=partial(_is_within, level))]
        ordered = [run for turned, group in stretches for run in (reversed(group) if turned else group)]
    return ordered


def _is_within(level: int, run: Run) -> bool:
    return run.level >= level


def _first_line(text: str, pen: Pen, most: float) -> str:
    """As many words as fit; a word that does not fit by itself, and one without spaces, is cut."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if width_of(text[:middle], pen) <= most else (low, middle - 1)
    at_a_space = text.rfind(" ", 0, low + 1)
    return text[: at_a_space + 1] if at_a_space > 0 else text[:low]


def _cut(text: str, length: int) -> str:
    return text[:length].rstrip() + ELLIPSIS


def _length(run: Run, pen: Pen) -> float:
    font = _font(run.face, pen)
    return float(font.getlength(run.text, direction=run.direction) if _shapes() else font.getlength(run.text))


@cache
def _shapes() -> bool:
    return bool(features.check("raqm"))


@cache
def _font(face: Face, pen: Pen) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(str(face.path), pen.px, index=face.index)
    try:
        axes = font.get_variation_axes()
    except OSError:  # the font has one weight only
        return font
    font.set_variation_by_axes([_setting(axis, pen) for axis in axes])
    return font


def _setting(axis: Any, pen: Pen) -> float:
    """The weight that is asked for, within what the font has; of everything else what is usual."""
    if axis["name"] not in (b"Weight", "Weight"):
        return float(axis["default"])
    return float(min(max(pen.weight, axis["minimum"]), axis["maximum"]))
