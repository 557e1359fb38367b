"""A contact sheet of ten drafts, in its worker, beside the same strips pasted by Pillow alone."""

from __future__ import annotations

import asyncio
import statistics
import time
from pathlib import Path

from PIL import Image, ImageFilter

from bot.core.cards.sheet import Sheet, SheetRow
from bot.media.canvas import WIDTH_PX
from bot.media.media import Media
from bot.media.shapes import STRIP_PX, strip_height

ROUNDS = 5
DRAFTS = 10


def test_time_of_a_sheet_of_ten(tmp_path: Path) -> None:
    """From the request to the file, a process of its own included; its size, which a phone has to load."""
    strips = {f"A7K-{number}": _strip(tmp_path, number) for number in range(1, DRAFTS + 1)}
    rows = tuple(
        SheetRow(number=number, label=f"oak {number}", caption=f"{take} · 4 s · $0.32", strip=take)
        for number, take in enumerate(strips, start=1)
    )
    sheet = Sheet(title="A7K · 10 drafts", prompt="a mug on oak, 湯気, بخار", ratio="16:9", rows=rows, about="")
    drawn, pasted = [], []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        asyncio.run(Media().draw_sheet(sheet, strips, tmp_path / "sheet.jpg"))
        drawn.append(time.perf_counter() - begun)
        begun = time.perf_counter()
        _paste(list(strips.values()), tmp_path / "pasted.jpg")
        pasted.append(time.perf_counter() - begun)
    size_kib = (tmp_path / "sheet.jpg").stat().st_size / 1024
    sheet_s, bare_s = statistics.median(drawn), statistics.median(pasted)
    print(
        f"\na sheet of ten: {sheet_s:.2f} s, {size_kib:.0f} KiB; pasting and saving the strips alone in this process "
        f"{bare_s:.2f} s, ratio {sheet_s / bare_s:.1f}"
    )


def _strip(folder: Path, number: int) -> Path:
    """A strip with as much detail as a frame has."""
    size = (STRIP_PX, strip_height(864, 496))
    noise = Image.effect_noise(size, 40 + number).filter(ImageFilter.GaussianBlur(2)).convert("RGB")
    path = folder / f"strip-{number}.jpg"
    noise.save(path, quality=85)
    return path


def _paste(strips: list[Path], into: Path) -> None:
    """Nothing but the strips, below each other."""
    opened = [Image.open(strip).convert("RGB") for strip in strips]
    high = opened[0].height
    whole = Image.new("RGB", (WIDTH_PX, high * len(opened)))
    for place, strip in enumerate(opened):
        whole.paste(strip.resize((WIDTH_PX, high), Image.Resampling.LANCZOS), (0, place * high))
    whole.save(into, "JPEG", quality=85, optimize=True)
