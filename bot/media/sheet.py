"""The task *sheet*: a contact sheet, pasted from the strips that are kept of its clips, each in a row.

It is looked at on a phone, where it is a quarter as wide: nothing on it is written smaller than for that.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageOps

from bot.core.cards.sheet import Sheet, SheetRow
from bot.media.canvas import BACKGROUND, BOLD, MARGIN_PX, PALE, PAPER, WIDTH_PX, flattened, save
from bot.media.lettering import Style, shortened, width, wrapped
from bot.media.lettering import draw as write
from bot.media.shapes import FRAMES, columns_of

TITLE, PROMPT = Style(size=60, weight=BOLD), Style(size=42, colour=PALE)
NUMBER, LABEL = Style(size=108, weight=BOLD), Style(size=46, weight=BOLD)
CAPTION, HOLE = Style(size=42, colour=PALE), Style(size=52, weight=BOLD, colour=PALE)
PROMPT_LINES = 2
LINE_PX = 56
#: Left of the frames, for the number.
GUTTER_PX = 132
#: Between two frames.
GAP_PX = 6
#: Below a strip its caption, and below that the next row.
CAPTION_PX = 64
ROW_GAP_PX = 34
CORNER_PX = 14
#: 864×496, the provider's own 16:9 at 480p, is off by two in a hundred.
SAME_SHAPE = 0.1


def run(request: Mapping[str, Any]) -> dict[str, object]:
    """Draw the request's ``sheet``, with its ``strips`` by take, into the file ``into``; its size in pixels."""
    sheet = Sheet(**{**request["sheet"], "rows": tuple(SheetRow(**row) for row in request["sheet"]["rows"])})
    strips = {take: Path(path) for take, path in request["strips"].items()}
    picture = drawn(sheet, strips)
    save(picture, Path(request["into"]))
    return {"width": picture.width, "height": picture.height}


def drawn(sheet: Sheet, strips: Mapping[str, Path]) -> Image.Image:
    """The sheet as a picture."""
    left = MARGIN_PX + (GUTTER_PX if len(sheet.rows) > 1 else 0)
    across = WIDTH_PX - MARGIN_PX - left
    shape = shape_named(sheet.ratio)
    high = round(across / FRAMES[shape] * shape[1] / shape[0])
    prompt = wrapped(sheet.prompt, PROMPT, WIDTH_PX - 2 * MARGIN_PX, lines=PROMPT_LINES)
    top = MARGIN_PX + TITLE.size + 24 + len(prompt) * LINE_PX + (16 if prompt else 0)
    row_px = high + CAPTION_PX + ROW_GAP_PX
    picture = Image.new("RGB", (WIDTH_PX, top + len(sheet.rows) * row_px), BACKGROUND)
    draw = ImageDraw.Draw(picture)
    _write_head(draw, sheet, prompt)
    for place, row in enumerate(sheet.rows):
        box = (left, top + place * row_px, left + across, top + place * row_px + high)
        if row.strip in strips:
            _paste(picture, strips[row.strip], box, FRAMES[shape])
        else:
            _leave_open(draw, row.hole, box)
        _write_row(draw, row, box)
    return picture


def shape_named(ratio: str) -> tuple[int, int]:
    """``(16, 9)`` of ``16:9``."""
    wide, _, high = ratio.partition(":")
    return int(wide), int(high)


def _write_head(draw: ImageDraw.ImageDraw, sheet: Sheet, prompt: list[str]) -> None:
    baseline = MARGIN_PX + TITLE.size - 8
    write(draw, (MARGIN_PX, baseline), shortened(sheet.title, TITLE, WIDTH_PX - 2 * MARGIN_PX), TITLE)
    for line in prompt:
        baseline += LINE_PX + (12 if line is prompt[0] else 0)
        write(draw, (MARGIN_PX, baseline), line, PROMPT)


def _write_row(draw: ImageDraw.ImageDraw, row: SheetRow, box: tuple[int, int, int, int]) -> None:
    """The number beside the frames, and what they are below them."""
    left, top, right, bottom = box
    if row.number:
        number = str(row.number)
        start = MARGIN_PX + (GUTTER_PX - 28 - width(number, NUMBER)) / 2
        write(draw, (start, (top + bottom) / 2 + NUMBER.size * 0.36), number, NUMBER)
    caption_px = width(row.caption, CAPTION)
    room = right - left - caption_px - 40
    at: float = left
    if row.label:
        at += write(draw, (left, bottom + 52), shortened(row.label, LABEL, room), LABEL) + 24
    write(draw, (at, bottom + 52), row.caption, CAPTION)


def _paste(picture: Image.Image, strip: Path, box: tuple[int, int, int, int], frames: int) -> None:
    """The frames of a strip, a little apart, so that it is seen where one ends."""
    left, top, right, bottom = box
    columns = columns_of(frames, across=right - left)
    with flattened(strip) as found:
        if not _has_shape(found, box):
            fitted = ImageOps.contain(found, (right - left, bottom - top), Image.Resampling.LANCZOS)
            picture.paste(fitted, (left, top + (bottom - top - fitted.height) // 2))
            return
        scaled = found.resize((right - left, bottom - top), Image.Resampling.LANCZOS)
    for start, end in pairwise(columns):
        frame = scaled.crop((start, 0, end - (GAP_PX if end != columns[-1] else 0), bottom - top))
        picture.paste(frame, (left + start, top))


def _has_shape(strip: Image.Image, box: tuple[int, int, int, int]) -> bool:
    """Whether a strip is one of the shape that was asked for; a clip may have come in another."""
    left, top, right, bottom = box
    return abs(strip.width * (bottom - top) / (strip.height * (right - left)) - 1) < SAME_SHAPE


def _leave_open(draw: ImageDraw.ImageDraw, hole: str, box: tuple[int, int, int, int]) -> None:
    """A place without frames says why."""
    left, top, right, bottom = box
    draw.rounded_rectangle(box, radius=CORNER_PX, fill=PAPER)
    text = shortened(hole, HOLE, right - left - 2 * MARGIN_PX)
    start = (left + right - width(text, HOLE)) / 2
    write(draw, (start, (top + bottom) / 2 + HOLE.size * 0.36), text, HOLE)
