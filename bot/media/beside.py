"""The task *beside*: a draft and its final in one picture, a frame of each."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from bot.core.cards.sheet import Beside
from bot.media.canvas import BACKGROUND, BOLD, MARGIN_PX, WIDTH_PX, flattened, save
from bot.media.lettering import Style, shortened, width
from bot.media.lettering import draw as write
from bot.media.sheet import shape_named

CAPTION = Style(size=46, weight=BOLD)
CAPTION_PX = 76
GAP_PX = 32
#: A portrait is not as high as it is wide enough for.
MOST_HIGH_PX = 1_000
#: From here on, width by height, two frames are seen better below each other.
STACKED_FROM = 2.0

Box = tuple[int, int, int, int]


def run(request: Mapping[str, Any]) -> dict[str, object]:
    """Draw the request's ``beside`` of the pictures ``draft`` and ``final`` into ``into``; its size in pixels."""
    picture = drawn(Beside(**request["beside"]), Path(request["draft"]), Path(request["final"]))
    save(picture, Path(request["into"]))
    return {"width": picture.width, "height": picture.height}


def drawn(beside: Beside, draft: Path, final: Path) -> Image.Image:
    """Both, in halves of the same size."""
    wide, high = shape_named(beside.ratio)
    stacked = wide / high >= STACKED_FROM
    across = WIDTH_PX - 2 * MARGIN_PX if stacked else (WIDTH_PX - 2 * MARGIN_PX - GAP_PX) // 2
    down = min(MOST_HIGH_PX, round(across * high / wide))
    half = down + CAPTION_PX
    height = 2 * MARGIN_PX + (2 * half + GAP_PX // 2 if stacked else half)
    picture = Image.new("RGB", (WIDTH_PX, height), BACKGROUND)
    second = (MARGIN_PX, MARGIN_PX + half + GAP_PX // 2) if stacked else (MARGIN_PX + across + GAP_PX, MARGIN_PX)
    for source, caption, (left, top) in ((draft, beside.draft, (MARGIN_PX, MARGIN_PX)), (final, beside.final, second)):
        _draw_half(picture, source, caption, (left, top, left + across, top + down))
    return picture


def _draw_half(picture: Image.Image, source: Path, caption: str, box: Box) -> None:
    """A frame as large as its half allows, in the middle, and what it is below it."""
    left, top, right, bottom = box
    with flattened(source) as found:
        scale = min((right - left) / found.width, (bottom - top) / found.height)
        size = (max(1, round(found.width * scale)), max(1, round(found.height * scale)))
        frame = found.resize(size, Image.Resampling.LANCZOS)
    picture.paste(frame, ((left + right - frame.width) // 2, top + (bottom - top - frame.height) // 2))
    text = shortened(caption, CAPTION, right - left)
    start = (left + right - width(text, CAPTION)) / 2
    write(ImageDraw.Draw(picture), (start, bottom + 56), text, CAPTION)
