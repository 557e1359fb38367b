"""The previews: a clip moving, small and silent, as a GIF for cards that show nothing else, and as a WebP."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Self

from av.video.frame import VideoFrame
from PIL import Image

from bot.media.gif import encoded
from bot.media.scaling import scaled

#: Makes a file of frames.
Make = Callable[[Sequence[Image.Image]], bytes]

LONGEST_SIDE_PX = 320
SHORTEST_SIDE_PX = 16
MOST_A_SECOND = 10
MOST_FRAMES = 75
#: Of all frames together: with fewer pixels each, a long clip stays below the size of a file.
MOST_PIXELS = 3_500_000
MOST_BYTES = 3_000_000
#: A file that is too large is made again, smaller, so often.
MOST_TRIES = 4
#: How far below what would just fit the next try aims.
MARGIN = 0.9
WEBP_QUALITY = 75


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How large the frames of a preview are, in pixels, and how many follow each other in a second."""

    width: int
    height: int
    a_second: float

    @classmethod
    def of(cls, *, width: int, height: int, seconds: float) -> Self:
        """For a clip of that size and about that length."""
        a_second = min(float(MOST_A_SECOND), MOST_FRAMES / max(seconds, 0.1))
        frames = max(1.0, a_second * seconds)
        shrink = min(1.0, LONGEST_SIDE_PX / max(width, height), math.sqrt(MOST_PIXELS / frames / (width * height)))
        return cls(width=_even(width * shrink), height=_even(height * shrink), a_second=a_second)


class Preview:
    """Collects small frames."""

    def __init__(self, *, width: int, height: int, seconds: float) -> None:
        """For a clip of that size in pixels, and of about that length."""
        self._plan = Plan.of(width=width, height=height, seconds=seconds)
        self._frames: list[Image.Image] = []

    def see(self, frame: VideoFrame, at_s: float) -> None:
        """Keep a small one in each turn; a clip that is longer than it said is followed no further."""
        if at_s >= len(self._frames) / self._plan.a_second and len(self._frames) < MOST_FRAMES:
            self._frames.append(scaled(frame, self._plan.width, self._plan.height))

    def gif(self) -> bytes:
        """The preview as a GIF.

        Raises:
            ValueError: no frame was seen, or it cannot be made small enough.
        """
        return _fitting(self._frames, lambda frames: encoded(frames, self._plan.a_second))

    def webp(self) -> bytes:
        """The preview as an animated WebP.

        Raises:
            ValueError: no frame was seen, or it cannot be made small enough.
        """
        return _fitting(self._frames, lambda frames: _webp(frames, self._plan.a_second))


def _fitting(frames: Sequence[Image.Image], made: Make) -> bytes:
    """The file, from smaller frames where it has to be."""
    for _ in range(MOST_TRIES if frames else 0):
        content = made(frames)
        if len(content) <= MOST_BYTES:
            return content
        frames = list(_shrunk(frames, math.sqrt(MOST_BYTES / len(content)) * MARGIN))
    msg = "there is no frame" if not frames else f"it does not fit into {MOST_BYTES:,} bytes"
    raise ValueError(msg)


def _shrunk(frames: Sequence[Image.Image], shrink: float) -> Iterator[Image.Image]:
    size = _even(frames[0].width * shrink), _even(frames[0].height * shrink)
    return (frame.resize(size, Image.Resampling.BOX) for frame in frames)


def _webp(frames: Sequence[Image.Image], a_second: float) -> bytes:
    content = io.BytesIO()
    frames[0].save(
        content,
        "WEBP",
        save_all=True,
        append_images=frames[1:],
        duration=round(1000 / a_second),
        loop=0,
        quality=WEBP_QUALITY,
        method=2,
    )
    return content.getvalue()


def _even(pixels: float) -> int:
    return max(SHORTEST_SIDE_PX, round(pixels / 2) * 2)
