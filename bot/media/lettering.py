"""Text on pictures, in any script: measured, wrapped, shortened and drawn; never a box where a letter is missing."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from PIL import ImageDraw
from rich.cells import split_graphemes

from bot.core.prompts.text import clean
from bot.media import direction, fonts, joining
from bot.media.fonts import (
    EMOJI,
    FACES,
    JAPANESE,
    KOREAN,
    SIMPLIFIED,
    TRADITIONAL,
    Face,
    is_unseen,
)

#: No text on a picture has room for more; what is beyond is not looked at.
MOST_CHARACTERS = 600
ELLIPSIS = "…"
#: Stands for a sign that no font of ours has.
UNKNOWN = "•"

#: They turn the direction of writing without being written.
_MARKS = re.compile("[\u061c\u200e\u200f\ufeff\ufff9-\ufffb]")
#: A sign that is meant as a picture, or as a key of a telephone.
_PICTURED = re.compile("[\ufe0f\u20e3]")
#: What only shapers draw as a part of another sign: a colour of skin, the cap of a key.
_MADE_OF = re.compile("[\U0001f3fb-\U0001f3ff\u20e3]")
_FLAG_LETTERS = re.compile("[\U0001f1e6-\U0001f1ff]")
_KANA = re.compile("[\u3040-\u30ff\u31f0-\u31ff\uff66-\uff9d]")
_HANGUL = re.compile("[\u1100-\u11ff\u3130-\u318f\uac00-\ud7af]")
_BOPOMOFO = re.compile("[\u3100-\u312f\u31a0-\u31bf]")
#: Lines are broken before and after such a sign, without any blank.
_IDEOGRAPH = re.compile("[\u2e80-\u2fff\u3040-\u31ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9d\U00020000-\U0003ffff]")
#: Behind the bar between two variants too.
_BREAKS_AFTER = re.compile(f"(?:{_IDEOGRAPH.pattern}.*|[|])\\Z")
#: No line begins with what closes, marks or repeats what stands before.
_CLOSING = frozenset(("Pe", "Pf", "Po", "Pd", "Sm", "Lm"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """How text looks."""

    #: Of the letters, in pixels.
    size: int
    #: 400 is regular, 700 bold.
    weight: int = 400
    colour: str = "#ffffff"


@dataclass(frozen=True, slots=True)
class Run:
    """Signs that are drawn together: of one face, in one direction."""

    text: str
    face: Face
    level: int

    def width(self, style: Style) -> float:
        """In pixels."""
        return _width_of(self, style.size, style.weight, fonts.SHAPES)

    def draw(self, canvas: ImageDraw.ImageDraw, at: tuple[float, float], style: Style) -> None:
        """Write it; ``at`` is its left end, on the line on which the letters stand."""
        font = self.face.font(style.size, style.weight)
        canvas.text(at, self.shown, fill=style.colour, font=font, anchor="ls", direction=self.direction)

    @property
    def shown(self) -> str:
        """In the order and the forms in which the font's own table has them, where nobody shapes it."""
        if fonts.SHAPES:
            return self.text
        seen = "".join(one for one in self.text if not (is_unseen(one) or _MADE_OF.match(one)))
        return joining.turned(joining.joined(seen), signs) if self.level % 2 else seen

    @property
    def direction(self) -> str | None:
        """For who shapes it."""
        return ("rtl" if self.level % 2 else "ltr") if fonts.SHAPES else None


@lru_cache(maxsize=4096)
def _width_of(run: Run, size: int, weight: int, shapes: bool) -> float:  # noqa: FBT001  # only a part of the key
    del shapes
    return run.face.font(size, weight).getlength(run.shown, direction=run.direction)


def plain(text: str) -> str:
    """The text on one line, without what is not written: control characters, and what turns its direction."""
    return " ".join(_MARKS.sub("", clean(text[: 2 * MOST_CHARACTERS])).split())[:MOST_CHARACTERS]


def width(text: str, style: Style) -> float:
    """How wide a line is, in pixels."""
    return sum(run.width(style) for run in runs(text))


def draw(canvas: ImageDraw.ImageDraw, at: tuple[float, float], text: str, style: Style) -> float:
    """Write a line whose letters stand on ``at``, its left end; how wide it is."""
    x, y = at
    for run in runs(text):
        run.draw(canvas, (x, y), style)
        x += run.width(style)
    return x - at[0]


def shortened(text: str, style: Style, most: float) -> str:
    """As much of a line as ``most`` pixels have room for, with an ellipsis where it was cut."""
    text = plain(text)
    if width(text, style) <= most:
        return text
    parts = signs(text)
    return _cut(parts, _most(len(parts), lambda number: width(_cut(parts, number), style) <= most))


def wrapped(text: str, style: Style, most: float, *, lines: int) -> list[str]:
    """The text in so many lines of ``most`` pixels; the last ends in an ellipsis where there was more.

    Lines that hold all of it are about as wide as each other, so that no word stands alone.
    """
    found, whole = _lines(text, style, most, lines)
    least, enough = most / 2, most
    while whole and len(found) > 1 and enough - least > style.size:
        middle = (least + enough) / 2
        narrower, fits = _lines(text, style, middle, len(found))
        found, least, enough = (narrower, least, middle) if fits else (found, middle, enough)
    return found


def _lines(text: str, style: Style, most: float, lines: int) -> tuple[list[str], bool]:
    """The lines, each filled before the next; and whether all of the text is in them."""
    found, rest = [""], list(_pieces(plain(text)))
    while rest:
        rest[:1] = _broken(rest[0], style, most)
        if width(f"{found[-1]}{rest[0]}".rstrip(), style) <= most or not found[-1].strip():
            found[-1] += rest.pop(0)
        elif len(found) < lines:
            found.append("")
            rest[0] = rest[0].lstrip()
        else:
            found[-1] += "".join(rest)
            return [shortened(line, style, most) for line in found], False
    return [line.strip() for line in found if line.strip()], True


def _broken(piece: str, style: Style, most: float) -> list[str]:
    """The piece, in two where it is wider than a line: the first fills one."""
    if width(piece, style) <= most:
        return [piece]
    parts = signs(piece)
    fits = max(1, _most(len(parts), lambda number: width("".join(parts[:number]), style) <= most))
    return ["".join(parts[:fits]), "".join(parts[fits:])]


def _most(number: int, fits: Callable[[int], bool]) -> int:
    """The largest number below that fits; 0 when none does."""
    least = 0
    while least + 1 < number:
        middle = (least + number) // 2
        least, number = (middle, number) if fits(middle) else (least, middle)
    return least


def _cut(parts: Sequence[str], number: int) -> str:
    return "".join(parts[:number]).rstrip(" ,;:–—-") + ELLIPSIS


def _pieces(text: str) -> Iterator[str]:
    """What stays on one line: a word with the blank before it, or a sign of a script without blanks."""
    piece = ""
    for sign in signs(text):
        breaks = _IDEOGRAPH.match(sign) or (piece and _BREAKS_AFTER.search(piece))
        if piece.strip() and (sign == " " or (breaks and not _closes(sign))):
            yield piece
            piece = ""
        piece += sign
    yield piece


def _closes(sign: str) -> bool:
    return unicodedata.category(sign[0]) in _CLOSING or "LETTER SMALL " in unicodedata.name(sign[0], "")


@lru_cache(maxsize=1024)
def runs(text: str) -> tuple[Run, ...]:
    """The line in runs, from left to right as they are seen."""
    text = plain(text)
    parts: list[tuple[str, Face, int]] = []
    levels, place = direction.levels(text), 0
    language = _language(text)
    for sign in signs(text):
        parts.append((*_set(sign, language), levels[place]))
        place += len(sign)
    runs = [
        Run("".join(sign for sign, _, _ in group), face, level)
        for (face, level), group in groupby(parts, lambda part: part[1:])
    ]
    return tuple(runs[place] for place in direction.in_order([run.level for run in runs]))


def signs(text: str) -> list[str]:
    """What is seen as one: a letter with its marks, an emoji with all that it is made of, a flag."""
    found: list[str] = []
    half_a_flag = False
    for start, end, _ in split_graphemes(text)[0]:
        sign = text[start:end]
        is_half = bool(_FLAG_LETTERS.fullmatch(sign))
        if found and ((is_half and half_a_flag) or _continues(sign)):
            found[-1] += sign
            half_a_flag = False
        else:
            found.append(sign)
            half_a_flag = is_half
    return found


def _continues(sign: str) -> bool:
    return is_unseen(sign[0]) or unicodedata.category(sign[0]) in ("Mn", "Mc", "Me")


def _set(sign: str, language: Face) -> tuple[str, Face]:
    """What is drawn for a sign, and in which face: as much of it as one face has, else a dot."""
    faces = (EMOJI, *FACES, language) if _PICTURED.search(sign) else (*FACES, language)
    for wanted in (sign, sign[0]):
        for face in faces:
            if face.has(wanted):
                return "".join(one for one in sign if face.has(one)), face
    return UNKNOWN, FACES[0]


def _language(text: str) -> Face:
    """The face for Chinese characters in a text."""
    if _KANA.search(text):
        return JAPANESE
    if _HANGUL.search(text):
        return KOREAN
    return TRADITIONAL if _BOPOMOFO.search(text) else SIMPLIFIED
