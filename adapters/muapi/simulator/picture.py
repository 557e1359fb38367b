"""The still picture of a simulated clip: a dark set in the prompt's own colour, with the prompt and the job on it."""

from __future__ import annotations

import colorsys
import hashlib
import random
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageOps

from adapters.muapi.simulator.writing import LINE_HEIGHT, SMALLEST_TEXT_PX, first_line, fit, font, readable

LARGEST_TEXT_SHARE = 0.11
#: So that nobody takes a simulated clip for a real one.
TAG = "SIMULATED"
SPOTS = 7
#: The backdrop is drawn this much smaller and scaled up: it is all soft.
BACKDROP_SHRINK = 8
#: A reference picture larger than this is not drawn.
MOST_REFERENCE_PIXELS = 40_000_000
Colour = tuple[int, int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """What is written on a clip, and what it begins from."""

    width: int
    height: int
    prompt: str
    #: Small, above the prompt: model, resolution, length, ratio.
    title: str
    #: Below: the job's id.
    job: str
    #: A picture that was uploaded as the start of the clip.
    reference: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """Colours that follow from the prompt."""

    low: Colour
    high: Colour
    glow: Colour
    #: What moves: nearly the opposite colour.
    orb: Colour
    ink: Colour


def palette(scene: Scene) -> Palette:
    """Hue from the prompt, shifted a little by the job, so that two takes of a prompt are kin but not the same."""
    hue = (_fraction(scene.prompt) + (_fraction(scene.job) - 0.5) * 0.12) % 1.0
    return Palette(
        low=_rgb(hue, 0.75, 0.13),
        high=_rgb(hue + 0.06, 0.62, 0.46),
        glow=_rgb(hue + 0.12, 0.45, 1.0),
        orb=_rgb(hue + 0.45, 0.6, 1.0),
        ink=_rgb(hue + 0.1, 0.06, 0.98),
    )


def draw(scene: Scene) -> tuple[Image.Image, Image.Image]:
    """The set, and what is written before it: two layers, so that something can move between them.

    A clip that starts from a picture shows it as it is, with what is written on bands above and below: the picture
    may be a frame of another simulated clip, whose own writing stands in the same places.
    """
    colours = palette(scene)
    written = Image.new("RGBA", (scene.width, scene.height), (*colours.low, 0))
    pen, start = ImageDraw.Draw(written), _reference(scene)
    margin, small = _measures(scene)
    if start is None:
        box = (margin, margin + small * 2, scene.width - margin, scene.height - margin - small * 2)
        _write_prompt(pen, scene, colours, box)
    else:
        _lay_bands(pen, scene, colours)
    _write_labels(pen, scene, colours)
    return start or _backdrop(scene, colours), written


def _measures(scene: Scene) -> tuple[int, int]:
    """The margin, and the height of small writing."""
    unit = min(scene.width, scene.height)
    return round(unit * 0.075), max(SMALLEST_TEXT_PX, round(unit * 0.04))


def _lay_bands(pen: ImageDraw.ImageDraw, scene: Scene, colours: Palette) -> None:
    """Above for the title; below for the job, and before it the prompt in a line."""
    margin, small = _measures(scene)
    above, below = margin + small * 2, scene.height - margin - small * 3
    pen.rectangle((0, 0, scene.width, above), fill=colours.low)
    pen.rectangle((0, below, scene.width, scene.height), fill=colours.low)
    line, face = first_line(scene.prompt, width=scene.width - 2 * margin, size=small)
    pen.text((margin, below + small / 2), line, font=face, fill=colours.ink)


def _write_labels(pen: ImageDraw.ImageDraw, scene: Scene, colours: Palette) -> None:
    margin, small = _measures(scene)
    label = font(scene.title + scene.job, small)
    pen.text((margin, margin), readable(scene.title, label), font=label, fill=colours.glow)
    foot = scene.height - margin - small
    pen.text((margin, foot), readable(scene.job, label), font=label, fill=colours.ink)
    width = pen.textlength(TAG, font=label)
    if pen.textlength(scene.job, font=label) + width + 3 * margin < scene.width:
        pen.text((scene.width - margin - width, foot), TAG, font=label, fill=colours.glow)


def _backdrop(scene: Scene, colours: Palette) -> Image.Image:
    size = max(8, scene.width // BACKDROP_SHRINK), max(8, scene.height // BACKDROP_SHRINK)
    slope = Image.linear_gradient("L").resize(size).rotate(180)
    soft = Image.composite(Image.new("RGB", size, colours.high), Image.new("RGB", size, colours.low), slope)
    chance = random.Random(f"{scene.prompt}\n{scene.job}")  # noqa: S311 - where the spots lie
    mask = Image.new("L", size, 0)
    pen = ImageDraw.Draw(mask)
    for _ in range(SPOTS):
        x, y = chance.uniform(0, size[0]), chance.uniform(0, size[1])
        radius = chance.uniform(0.06, 0.24) * min(size)
        pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=chance.randrange(25, 80))
    mask = mask.filter(ImageFilter.GaussianBlur(min(size) / 40))
    soft.paste(Image.new("RGB", size, colours.glow), mask=mask)
    return soft.resize((scene.width, scene.height), Image.Resampling.BICUBIC)


def _reference(scene: Scene) -> Image.Image | None:
    if scene.reference is None:
        return None
    try:
        with Image.open(scene.reference) as opened:
            if opened.width * opened.height > MOST_REFERENCE_PIXELS:
                return None
            return ImageOps.fit(opened.convert("RGB"), (scene.width, scene.height))
    except (OSError, ValueError, Image.DecompressionBombError):
        return None


def _write_prompt(pen: ImageDraw.ImageDraw, scene: Scene, colours: Palette, box: tuple[int, int, int, int]) -> None:
    left, top, right, bottom = box
    largest = round(min(scene.width, scene.height) * LARGEST_TEXT_SHARE)
    lines, face = fit(scene.prompt, width=right - left, height=bottom - top, largest=largest)
    step = face.size * LINE_HEIGHT
    start = top + (bottom - top - len(lines) * step) / 2
    for number, line in enumerate(lines):
        y = start + number * step
        pen.text((left + 2, y + 2), line, font=face, fill=colours.low)
        pen.text((left, y), line, font=face, fill=colours.ink)


def _fraction(text: str) -> float:
    return int.from_bytes(hashlib.sha256(text.encode("utf-8", "replace")).digest()[:4], "big") / 2**32


def _rgb(hue: float, saturation: float, value: float) -> Colour:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1.0, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)
