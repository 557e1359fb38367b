"""How a prompt is written into a picture: which font, how large, in which lines."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from PIL import ImageFont

MOST_PROMPT_CHARS = 600
SMALLEST_TEXT_PX = 13
LINE_HEIGHT = 1.28
#: Searched for on the system only when the built-in font lacks a character.
WIDE_FONT = "DejaVuSans.ttf"
BUILT_IN = ""
#: Every font draws it as the box that stands for what it lacks.
NO_CHARACTER = "\U0010fffe"
_PLAIN = str.maketrans({"—": "-", "–": "-", "‘": "'", "’": "'", "×": "x", "→": "->", "\u00a0": " "})  # noqa: RUF001


def fit(prompt: str, *, width: int, height: int, largest: int) -> tuple[list[str], ImageFont.FreeTypeFont]:
    """The prompt in lines, as large as the box allows, and the font; what has no room in the smallest is left out."""
    text = " ".join(prompt[:MOST_PROMPT_CHARS].split()) or "(no prompt)"
    size = max(SMALLEST_TEXT_PX, largest)
    while True:
        face = font(text, size)
        lines = wrap(readable(text, face), face, width)
        room = max(1, int(height / (size * LINE_HEIGHT)))
        if len(lines) <= room or size <= SMALLEST_TEXT_PX:
            break
        size = max(SMALLEST_TEXT_PX, round(size * 0.88))
    if len(lines) > room or len(prompt) > MOST_PROMPT_CHARS:
        lines = lines[:room]
        lines[-1] = f"{lines[-1][:-3].rstrip()}..."
    return lines, face


def first_line(prompt: str, *, width: int, size: int) -> tuple[str, ImageFont.FreeTypeFont]:
    """As much of the prompt as one line of this size has room for, and the font; dots stand for the rest."""
    text = " ".join(prompt[:MOST_PROMPT_CHARS].split()) or "(no prompt)"
    face = font(text, size)
    line, *more = wrap(readable(text, face), face, width - face.getlength("..."))
    return (f"{line}..." if more else line), face


def wrap(text: str, face: ImageFont.FreeTypeFont, width: float) -> list[str]:
    """Lines no wider than ``width`` pixels; a word that is wider is broken."""
    lines: list[str] = []
    line = ""
    for word in text.split(" "):
        longer = f"{line} {word}" if line else word
        if face.getlength(longer) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        *whole, line = _break(word, face, width)
        lines += whole
    return [*lines, line]


def _break(word: str, face: ImageFont.FreeTypeFont, width: float) -> list[str]:
    pieces, piece = [], ""
    for mark in word:
        if piece and face.getlength(piece + mark) > width:
            pieces.append(piece)
            piece = ""
        piece += mark
    return [*pieces, piece]


def font(text: str, size: int) -> ImageFont.FreeTypeFont:
    """The built-in font, or a wider one of the system where the text needs it and there is one."""
    enough = all(_drawn(mark, BUILT_IN) for mark in plain(text))
    return _load(size, BUILT_IN if enough else WIDE_FONT)


def readable(text: str, face: ImageFont.FreeTypeFont) -> str:
    """The text with what the font cannot draw replaced: by its plain form, else by a question mark."""
    name = WIDE_FONT if face is _load(round(face.size), WIDE_FONT) else BUILT_IN
    kept = "".join(mark if _drawn(mark, name) else plain(mark) for mark in text)
    return "".join(mark if _drawn(mark, name) else "?" for mark in kept)


def plain(text: str) -> str:
    """Without accents, and with plain dashes and quotes."""
    split = unicodedata.normalize("NFKD", text.translate(_PLAIN))
    return "".join(mark for mark in split if not unicodedata.combining(mark))


@lru_cache(maxsize=64)
def _load(size: int, name: str) -> ImageFont.FreeTypeFont:
    if name != BUILT_IN:
        try:
            return ImageFont.truetype(name, size, layout_engine=ImageFont.Layout.BASIC)
        except OSError:
            return _load(size, BUILT_IN)
    face = ImageFont.load_default(size)
    if not isinstance(face, ImageFont.FreeTypeFont):  # pragma: no cover - Pillow's wheels have FreeType
        msg = "Pillow was built without FreeType"
        raise TypeError(msg)
    return face


@lru_cache(maxsize=4_096)
def _drawn(mark: str, name: str) -> bool:
    if mark == " ":
        return True
    face = _load(24, name)
    shape = face.getmask(mark)
    return shape.getbbox() is not None and bytes(shape) != bytes(face.getmask(NO_CHARACTER))
