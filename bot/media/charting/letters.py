"""Fonts for every script that a name is written in, and what to do about a character that none of them has."""

from __future__ import annotations

import unicodedata
from functools import cache

from matplotlib.font_manager import FontProperties, findfont, get_font

#: Looked through in this order for each character.
FAMILIES = ("DejaVu Sans",)
#: Stands for characters that no font has.
UNKNOWN = "□"
#: Joiners, marks of direction and of variation: they are obeyed or mean nothing, but are never shown.
UNSEEN = frozenset({"Cf", "Mn", "Me"})


def families() -> tuple[str, ...]:
    """The fonts to draw with, in the order in which they are asked for a character."""
    return FAMILIES


def drawable(text: str) -> str:
    """The text with a box for each run of characters that no font has, and without what cannot be seen of them."""
    shown: list[str] = []
    for one in text:
        if ord(one) in _known():
            shown.append(one)
        elif unicodedata.category(one) not in UNSEEN and shown[-1:] != [UNKNOWN]:
            shown.append(UNKNOWN)
    return "".join(shown)


@cache
def _known() -> frozenset[int]:
    return frozenset().union(*(get_font(findfont(FontProperties(family=name))).get_charmap() for name in families()))
