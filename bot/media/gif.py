"""Animated GIFs through FFmpeg, which makes one palette for all of a clip; Pillow's own writer shows bands."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from fractions import Fraction

import av
from av.filter import Graph
from av.filter.context import FilterContext
from av.video.format import VideoFormat
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image

#: A GIF counts time in hundredths of a second.
TICKS = 100
TICK = Fraction(1, TICKS)
PALETTE = "stats_mode=full"
#: An ordered pattern, which does not shimmer from frame to frame; only what has moved is written anew.
USE = "dither=bayer:bayer_scale=3:diff_mode=rectangle"


def encoded(frames: Sequence[Image.Image], a_second: float) -> bytes:
    """The file of frames of one size, so many of them in a second; it plays for ever."""
    pictures = list(_timed(frames, a_second))
    content = io.BytesIO()
    with av.open(content, "w", format="gif") as container:
        stream = container.add_stream("gif", rate=TICKS)
        assert isinstance(stream, VideoStream)  # noqa: S101  # a GIF has no other
        stream.width, stream.height, stream.pix_fmt = frames[0].width, frames[0].height, "pal8"
        for picture in _reduced(pictures, _palette(pictures)):
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return content.getvalue()


def _timed(frames: Sequence[Image.Image], a_second: float) -> Iterator[VideoFrame]:
    for number, frame in enumerate(frames):
        picture = VideoFrame.from_image(frame)  # type: ignore[no-untyped-call]
        picture.pts, picture.time_base = round(number * TICKS / a_second), TICK
        yield picture


def _palette(pictures: Sequence[VideoFrame]) -> VideoFrame:
    """The 256 colours that all of the pictures together need most."""
    graph = Graph()
    source, end = _source(graph, pictures[0]), graph.add("buffersink")
    palette = graph.add("palettegen", PALETTE)
    source.link_to(palette)
    palette.link_to(end)
    graph.configure()
    for picture in [*pictures, None]:
        source.push(picture)
    found = end.pull()
    assert isinstance(found, VideoFrame)  # noqa: S101  # so it is
    found.pts = 0
    return found


def _reduced(pictures: Sequence[VideoFrame], palette: VideoFrame) -> Iterator[VideoFrame]:
    """The pictures in the palette's colours."""
    graph = Graph()
    source, colours, end = _source(graph, pictures[0]), _source(graph, palette), graph.add("buffersink")
    use = graph.add("paletteuse", USE)
    source.link_to(use, 0, 0)
    colours.link_to(use, 0, 1)
    use.link_to(end)
    graph.configure()
    for one in (palette, None):
        colours.push(one)
    for picture in [*pictures, None]:
        source.push(picture)
        yield from _ready(end)


def _source(graph: Graph, like: VideoFrame) -> FilterContext:
    return graph.add_buffer(width=like.width, height=like.height, format=VideoFormat(like.format.name), time_base=TICK)


def _ready(end: FilterContext) -> Iterator[VideoFrame]:
    """What has come out by now."""
    while True:
        try:
            picture = end.pull()
        except (av.BlockingIOError, av.EOFError):
            return
        assert isinstance(picture, VideoFrame)  # noqa: S101  # so it is
        picture.time_base = TICK
        yield picture
