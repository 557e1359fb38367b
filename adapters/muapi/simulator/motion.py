"""What moves in a simulated clip: an orb that wanders behind the writing, on a path that closes on itself."""

from __future__ import annotations

import math
from collections.abc import Iterator

import av
from av.video.reformatter import VideoReformatter
from PIL import Image, ImageOps

from adapters.muapi.simulator.picture import Colour, Scene, draw, palette

PIXELS = "yuv420p"
ORB_SHARE = 0.24
#: The glow's opacity in its middle, the level of the gradient at which it begins, and how fast it grows.
STRONGEST, EDGE, STEEPNESS = 190, 128, 3
REACH_X, REACH_Y = 0.36, 0.2
CENTRE_Y = 0.56

#: The bytes of each plane, with its bytes per row.
Planes = tuple[tuple[bytes, int], ...]


class Footage:
    """The frames of one loop; only the orb's surroundings are drawn for each."""

    def __init__(self, scene: Scene) -> None:
        """Draw the still and the orb once."""
        self._width, self._height = scene.width, scene.height
        self._set, self._written = draw(scene)
        unit = min(scene.width, scene.height)
        self._side = round(unit * ORB_SHARE / 2) * 2
        self._orb = _orb(self._side, palette(scene).orb)
        self._reformatter = VideoReformatter()
        still = self._set.copy()
        still.paste(self._written, mask=self._written)
        self._still = _planes(self._yuv(still))

    def frames(self, count: int) -> Iterator[av.VideoFrame]:
        """``count`` frames, after which the first could follow again."""
        for index in range(count):
            angle = 2 * math.pi * index / count
            x = self._width / 2 + self._width * REACH_X * math.sin(angle)
            y = self._height * CENTRE_Y + self._height * REACH_Y * math.sin(2 * angle)
            frame = self._frame(_even(x - self._side / 2), _even(y - self._side / 2))
            frame.pts = index
            yield frame

    def _frame(self, left: int, top: int) -> av.VideoFrame:
        box = (left, top, left + self._side, top + self._side)
        piece = self._set.crop(box)
        piece.paste(self._orb, mask=self._orb)
        written = self._written.crop(box)
        piece.paste(written, mask=written)
        frame = av.VideoFrame(self._width, self._height, PIXELS)
        patch = _planes(self._yuv(piece))
        for number, plane in enumerate(frame.planes):
            shrink = 1 if number == 0 else 2
            filled = bytearray(self._still[number][0])
            _lay(filled, plane.line_size, patch[number], (left // shrink, top // shrink), self._side // shrink)
            plane.update(bytes(filled))
        return frame

    def _yuv(self, picture: Image.Image) -> av.VideoFrame:
        return self._reformatter.reformat(av.VideoFrame.from_image(picture), format=PIXELS)  # type: ignore[no-untyped-call]


def _lay(target: bytearray, pitch: int, patch: tuple[bytes, int], at: tuple[int, int], side: int) -> None:
    data, width = patch
    left, top = at
    for row in range(side):
        begin = (top + row) * pitch + left
        target[begin : begin + side] = data[row * width : row * width + side]


def _planes(frame: av.VideoFrame) -> Planes:
    return tuple((bytes(plane), plane.line_size) for plane in frame.planes)


def _even(number: float) -> int:
    # Colour has half the resolution, so a patch begins on an even row and column.
    return round(number / 2) * 2


def _orb(side: int, colour: Colour) -> Image.Image:
    # The gradient grows from the middle to the corners; its inner circle, turned round, is the glow.
    falling = ImageOps.invert(Image.radial_gradient("L").crop((38, 38, 218, 218))).resize((side, side))
    mask = falling.point([min(STRONGEST, max(0, (level - EDGE) * STEEPNESS)) for level in range(256)])
    orb = Image.new("RGBA", (side, side), colour)
    orb.putalpha(mask)
    return orb
