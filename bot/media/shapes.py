"""The shapes that clips have, and how many frames of each stand side by side in a strip."""

from __future__ import annotations

import math

#: A strip's width in pixels, whatever its shape.
STRIP_PX = 1_600
#: As many as can be told apart on a phone, by width and height.
FRAMES = {(21, 9): 3, (16, 9): 4, (4, 3): 5, (1, 1): 6, (3, 4): 8, (9, 16): 10}


def shape_of(width: int, height: int) -> tuple[int, int]:
    """The shape that is nearest to a picture of that size, both more than nothing: ``(16, 9)`` for 864×496."""
    return min(FRAMES, key=lambda shape: abs(math.log(width * shape[1] / (height * shape[0]))))


def frames_of(width: int, height: int) -> int:
    """How many frames of such a picture make a strip."""
    return FRAMES[shape_of(width, height)]


def columns_of(frames: int, *, across: int = STRIP_PX) -> list[int]:
    """Where each of so many frames begins and the last ends, in pixels from the left: no gap, and none wider by two."""
    return [round(number * across / frames) for number in range(frames + 1)]


def strip_height(width: int, height: int) -> int:
    """How high a strip of such pictures is, in pixels, one at least."""
    return max(1, round(STRIP_PX / frames_of(width, height) * height / width))
