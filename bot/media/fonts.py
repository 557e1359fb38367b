"""The fonts in which pictures are lettered: which of them has a character, and how it is opened.

They come from packages and never from the machine, so that a picture looks the same everywhere and nothing is fetched.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files

from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # it comes without types
from PIL import ImageFont, features

#: By HarfBuzz; without it letters are joined and ordered by us, and marks stand where the font puts them by itself.
SHAPES = bool(features.check("raqm"))
LAYOUTS = {True: ImageFont.Layout.RAQM, False: ImageFont.Layout.BASIC}
_NOTO, _CJK = "manimgx_fonts", "noto_cjk_sans_otc"


@dataclass(frozen=True, slots=True)
class Face:
    """A font file, and which of the fonts in it."""

    package: str
    file: str
    index: int = 0
    #: It comes in every weight from 100 to 900.
    weighs: bool = True

    @property
    def path(self) -> str:
        """Where the file is."""
        return str(files(self.package) / self.file)

    def has(self, text: str) -> bool:
        """Whether it has a picture of each character, blanks and what is never seen aside."""
        return all(ord(one) in _characters(self.path) for one in text if not is_unseen(one))

    def font(self, size: int, weight: int) -> ImageFont.FreeTypeFont:
        """The font, ``size`` in pixels; ``weight`` is 400 for regular, 700 for bold."""
        return _opened(self, size, weight if self.weighs else 0, LAYOUTS[SHAPES])


def _noto(name: str) -> Face:
    return Face(_NOTO, f"Noto{name}[wght].ttf")


#: Tried before all others where a sign is meant as a picture.
EMOJI = _noto("Emoji")
_SCRIPTS = (
    "Arabic Hebrew Devanagari Thai Bengali Tamil Telugu Gujarati Gurmukhi Kannada Malayalam Oriya Sinhala Khmer Lao "
    "Myanmar Georgian Armenian Ethiopic"
)
#: In the order in which they are asked for a character, before those of China, Japan and Korea.
FACES = (_noto("Sans"), *(_noto(f"Sans{script}") for script in _SCRIPTS.split()), EMOJI, _noto("SansSymbols"))
#: The same characters look different in each of these languages.
JAPANESE, KOREAN, SIMPLIFIED, TRADITIONAL = (
    Face(_CJK, "NotoSansCJK-Regular.ttc", index, weighs=False) for index in (0, 1, 2, 3)
)

#: Joiners, marks of direction, variations, tags: they only tell how the sign before is meant.
_UNSEEN = re.compile("[\u00ad\u034f\u061c\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff\U000e0000-\U000e01ef]")


def is_unseen(one: str) -> bool:
    """Whether a character is never seen by itself."""
    return _UNSEEN.match(one) is not None


@cache
def _characters(path: str) -> frozenset[int]:
    """What the fonts of a file have: those of one file all have the same."""
    with TTFont(path, fontNumber=0, lazy=True) as font:
        return frozenset(font.getBestCmap())


@lru_cache(maxsize=128)
def _opened(face: Face, size: int, weight: int, engine: ImageFont.Layout) -> ImageFont.FreeTypeFont:
    font = ImageFont.truetype(face.path, size, index=face.index, layout_engine=engine)
    if weight:
        font.set_variation_by_axes([weight])
    return font
