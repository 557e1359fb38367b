"""The fonts that pictures are lettered with: all from packages, each for the scripts that those before it lack."""

from __future__ import annotations

import importlib.resources
import importlib.util
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import fontpkg  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

#: In the order in which they are asked for a character. Noto Sans has Latin, Greek and Cyrillic.
FAMILIES = (
    "Noto Sans",
    "Noto Sans Arabic",
    "Noto Sans Devanagari",
    "Noto Sans Thai",
    "Hind Siliguri",  # Bengali
    "Noto Sans Tamil",
    "Noto Sans Telugu",
    "Noto Sans Khmer",
)


@dataclass(frozen=True, slots=True)
class Face:
    """A font file, and which of the fonts in it."""

    path: Path
    index: int = 0

    def has(self, character: str) -> bool:
        """Whether it has a glyph of its own for a character."""
        return ord(character) in _coverage(self)


@cache
def faces() -> tuple[Face, ...]:
    """Every font, the first choice first; what only the last have costs the most to look for."""
    families = (Face(fontpkg.path(family, nearest=True)) for family in FAMILIES)
    return (*families, Face(_dejavu()), Face(_cjk()))


def face_of(character: str) -> Face | None:
    """The font that has the character, if any has."""
    return next((face for face in faces() if face.has(character)), None)


@cache
def _coverage(face: Face) -> frozenset[int]:
    with TTFont(face.path, fontNumber=face.index, lazy=True) as font:
        return frozenset(font.getBestCmap() or ())


def _dejavu() -> Path:
    """Hebrew, Armenian, Georgian, arrows, symbols and some emoji: matplotlib's own font, found without importing it."""
    found = importlib.util.find_spec("matplotlib")
    assert found is not None  # noqa: S101  # the project depends on it
    return Path(str(found.origin)).with_name("mpl-data") / "fonts" / "ttf" / "DejaVuSans.ttf"


def _cjk() -> Path:
    """Chinese, Japanese and Korean, in one collection."""
    with importlib.resources.as_file(
        importlib.resources.files("noto_cjk_sans_otc") / "NotoSansCJK-Regular.ttc"
    ) as path:
        return path
