"""What all pictures that we draw have in common: their width, their colours, how they are read and written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

#: Sharp on a large screen; a phone shows a quarter of it.
WIDTH_PX = 1_600
MARGIN_PX = 44
#: Dark, because frames look right on it, in light chats as in dark ones.
BACKGROUND, PAPER = "#15171c", "#262a33"
PALE = "#c3c8d2"
BOLD = 700
QUALITY = 85


@contextmanager
def flattened(path: Path) -> Iterator[Image.Image]:
    """A picture of ours, without transparency."""
    with Image.open(path, formats=("JPEG",)) as found:
        yield found.convert("RGB")


def save(picture: Image.Image, into: Path) -> None:
    """Write it as a JPEG."""
    picture.save(into, "JPEG", quality=QUALITY, optimize=True)
