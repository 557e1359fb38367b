from __future__ import annotations

import itertools

import pytest

from bot.media.shapes import FRAMES, STRIP_PX, columns_of, frames_of, shape_of, strip_height


@pytest.mark.parametrize(
    ("size", "shape"),
    [
        ((1120, 480), (21, 9)),
        ((864, 496), (16, 9)),
        ((1280, 720), (16, 9)),
        ((640, 480), (4, 3)),
        ((512, 512), (1, 1)),
        ((480, 640), (3, 4)),
        ((496, 864), (9, 16)),
        ((10_000, 1), (21, 9)),
        ((1, 10_000), (9, 16)),
    ],
)
def test_shape(size: tuple[int, int], shape: tuple[int, int]) -> None:
    """A picture's shape is the nearest of those that are sold, however odd it is."""
    assert (shape_of(*size), frames_of(*size)) == (shape, FRAMES[shape])


@pytest.mark.parametrize("frames", FRAMES.values())
def test_columns(frames: int) -> None:
    """The frames of a strip stand without gaps, are as wide as each other but for a pixel, and fill it."""
    columns = columns_of(frames)
    widths = {right - left for left, right in itertools.pairwise(columns)}
    assert (len(columns), columns[0], columns[-1]) == (frames + 1, 0, STRIP_PX)
    assert max(widths) - min(widths) <= 1


def test_height() -> None:
    """A strip is as high as one of its frames; never nothing."""
    assert (strip_height(1280, 720), strip_height(496, 864), strip_height(10_000, 1)) == (225, 279, 1)
