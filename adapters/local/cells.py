"""Text on a terminal: harmless, and folded by how wide it is shown."""

from __future__ import annotations

import re
import unicodedata

from rich.cells import cell_len

#: Stands for a control character that has no picture of its own.
STRANGE = "\N{REPLACEMENT CHARACTER}"
#: Pictures of the first 32 control characters begin here in Unicode.
_PICTURES = 0x2400
_LAST_PICTURED = 0x1F
#: They turn the direction of writing, so that a line can be made to read as another.
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_BREAKS = frozenset("\u2028\u2029\x85")
_WORD = re.compile(r"\s*\S+")
#: Up to and with the dot that stands between two parts of a line.
_PART = re.compile(r"\s*\S.*?(?: ·(?= )|\Z)")


def harmless(text: str) -> str:
    """The text without anything that a terminal obeys; line breaks stay."""
    return "".join(map(_harmless, text.replace("\r\n", "\n")))


def _harmless(one: str) -> str:
    if one == "\n":
        return one
    if one == "\t" or one in _BREAKS:
        return " "
    category = unicodedata.category(one)
    if category == "Cc":
        return chr(_PICTURES + ord(one)) if ord(one) <= _LAST_PICTURED else STRANGE
    return STRANGE if category == "Cs" or one in _TURNING else one


def width_of(text: str) -> int:
    """How many columns a line of text takes."""
    return cell_len(text)


def fold(text: str, width: int, *, hang: str = "") -> list[str]:
    """The text in lines of at most ``width`` columns; ``hang`` begins every line but the first.

    Line breaks and the blanks at a line's start are kept. A line is broken behind a dot that stands between two
    of its parts, else between words; a word that is too long is broken too.
    """
    folded: list[str] = []
    for line in harmless(text).split("\n"):
        start = hang if folded else ""
        indent = line[: len(line) - len(line.lstrip())]
        current = start
        for word in _pieces(line, max(1, width - width_of(hang + indent))):
            if current.strip() and width_of(current + word) > width:
                folded.append(current.rstrip())
                current, word = hang + indent, word.lstrip()  # noqa: PLW2901 - the blank before it became the break
            current += word
        folded.append(current.rstrip())
    return folded


def _pieces(line: str, width: int) -> list[str]:
    """What is not broken: parts that fit, else words with the blanks before them, else pieces of words."""
    pieces: list[str] = []
    for part in _PART.findall(line):
        pieces += [part] if width_of(part.strip()) <= width else _words(part, width)
    return pieces


def _words(part: str, width: int) -> list[str]:
    return [piece for word in _WORD.findall(part) for piece in _broken(word, width)]


def _broken(word: str, width: int) -> list[str]:
    pieces = [""]
    for one in word:
        if pieces[-1].strip() and width_of(pieces[-1] + one) > width:
            pieces.append("")
        pieces[-1] += one
    return pieces
