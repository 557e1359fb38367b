"""Fonts for every script that a name is written in, and what to do about a character that none of them has."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from matplotlib.font_manager import FontProperties, findfont, fontManager, get_font

from bot.media.chart import NO_OTHERS

#: Asked first, and always there: it comes with matplotlib.
FIRST = "DejaVu Sans"
#: Packages that bring fonts, asked in this order; one that is not installed is passed over.
PACKAGES = ("fontpkg_noto_sans_devanagari", "fontpkg_noto_sans_thai", "noto_cjk_sans_jp_regular")
FILES = (".ttf", ".otf")
#: Stands for characters that no font has.
UNKNOWN = "□"
#: Without a font these are left out: joiners and marks, which are not seen by themselves, and emoji, which are no
#: letters of a name.
JOINERS = "Cf"
LEFT_OUT = frozenset({JOINERS, "Mn", "Me", "So", "Sk", "Cn"})


@cache
def families() -> tuple[str, ...]:
    """The fonts to draw with, in the order in which they are asked for a character."""
    os.environ.pop(NO_OTHERS, None)  # The list is made; from here on it would hide our own fonts too.
    files = [*_files()]
    for file in files:
        fontManager.addfont(file)
    added = [entry.name for entry in fontManager.ttflist if Path(entry.fname) in files]
    return tuple(dict.fromkeys((FIRST, *added)))


def drawable(text: str) -> str:
    """The text with a box for each run of letters that no font has; never empty unless it was."""
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


def _files() -> Iterator[Path]:
    for package in PACKAGES:
        found = find_spec(package)
        for folder in found.submodule_search_locations or () if found else ():
            yield from sorted(file for file in Path(folder).rglob("*") if file.suffix in FILES)


@cache
def _known() -> frozenset[int]:
    fonts = (get_font(findfont(FontProperties(family=name))) for name in families())
    return frozenset().union(*(font.get_charmap() for font in fonts))
