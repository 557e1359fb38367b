"""Fonts for every script that a name is written in, and what to do about a character that none of them has."""

from __future__ import annotations

import os
import unicodedata
from functools import cache
from pathlib import Path

from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font

from bot.media.chart import NO_OTHERS
from bot.media.fonts import FACES, JAPANESE
from bot.media.lettering import UNKNOWN

#: Asked first, and always there: it comes with matplotlib.
FIRST = "DejaVu Sans"
#: Without a font these are left out: joiners and marks, which are not seen by themselves, and emoji, which are no
#: letters of a name.
JOINERS = "Cf"
LEFT_OUT = frozenset({JOINERS, "Mn", "Me", "So", "Sk", "Cn"})


@cache
def families() -> tuple[str, ...]:
    """The fonts to draw with, in the order in which they are asked for a character."""
    os.environ.pop(NO_OTHERS, None)  # The list is made; from here on it would hide our own fonts too.
    for face in (*FACES, JAPANESE):  # the other languages' are in the same file
        fontManager.addfont(face.path)
    ours = {str(Path(face.path)) for face in (*FACES, JAPANESE)}
    added = [entry.name for entry in fontManager.ttflist if str(Path(entry.fname)) in ours]
    return tuple(dict.fromkeys((FIRST, *added)))


def drawable(text: str) -> str:
    """The text with a dot for each run of letters that no font has; never empty unless it was."""
    shown: list[str] = []
    left_out = False
    for one in text:
        kind = unicodedata.category(one)
        if ord(one) in _known() and not (left_out and kind == JOINERS):
            shown.append(one)
            left_out = False
        elif kind in LEFT_OUT or shown[-1:] == [UNKNOWN]:
            left_out = True
        else:
            shown.append(UNKNOWN)
    return "".join(shown).strip() or (UNKNOWN if text else "")


@cache
def _known() -> frozenset[int]:
    fonts = (get_font(findfont(FontProperties(family=name))) for name in families())
    return frozenset().union(*(font.get_charmap() for font in fonts))
