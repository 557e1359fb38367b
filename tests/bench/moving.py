"""Clips as hard to encode as real ones: detail that moves, and grain; and how near one is to another."""

from __future__ import annotations

import math
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.audio.frame import AudioFrame
from av.container import OutputContainer
from av.filter import Graph
from av.video.frame import VideoFrame
from PIL import Image, ImageFilter

FPS = 24
SOUND_HZ = 44_100
SOUND_FRAME = 1_024
#: How much grain there is; more takes more bits.
GRAIN = 14
#: Different pictures of grain, in turn.
GRAINS = 7


def make(path: Path, *, width: int, height: int, seconds: int, bits_per_second: int) -> Path:
    """A clip with sound, of about so many bits a second."""
    with av.open(str(path), "w", format="mp4", options={"movflags": "faststart"}) as container:
        stream = container.add_stream("libx264", rate=FPS)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.bit_rate = bits_per_second
        stream.options = {"preset": "ultrafast", "nal-hrd": "none", "minrate": str(bits_per_second)}
        sound = container.add_stream("aac", rate=SOUND_HZ, layout="stereo")
        for number, picture in enumerate(_pictures(width, height, seconds * FPS)):
            frame = VideoFrame.from_image(picture)  # type: ignore[no-untyped-call]
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
        _sound(container, sound, seconds * SOUND_HZ)
    return path


def _pictures(width: int, height: int, number: int) -> Iterator[Image.Image]:
    """A camera that pans over soft shapes with hard edges, in grain."""
    wide, high = width * 2, height * 2
    soft = Image.effect_noise((wide // 8, high // 8), 120).resize((wide, high)).filter(ImageFilter.GaussianBlur(9))
    hard = Image.effect_noise((wide // 40, high // 40), 120).resize((wide, high), Image.Resampling.NEAREST)
    scene = Image.merge("RGB", (soft, Image.blend(soft, hard, 0.4), hard))
    grains = [Image.effect_noise((width, height), GRAIN).convert("RGB") for _ in range(GRAINS)]
    for at in range(number):
        turn = 2 * math.pi * at / number
        left, top = round((1 + math.cos(turn)) * width / 2), round((1 + math.sin(turn)) * height / 2)
        yield Image.blend(scene.crop((left, top, left + width, top + height)), grains[at % GRAINS], 0.25)


def _sound(container: OutputContainer, stream: Any, length: int) -> None:
    silence = bytes(4 * SOUND_FRAME)
    for start in range(0, length, SOUND_FRAME):
        frame = AudioFrame("fltp", "stereo", SOUND_FRAME)
        frame.sample_rate, frame.pts, frame.time_base = SOUND_HZ, start, Fraction(1, SOUND_HZ)
        for plane in frame.planes:
            plane.update(silence)
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def psnr(one: Path, other: Path) -> float:
    """How near the pictures of two clips are, in dB, the smaller one scaled up; the mean over the frames."""
    with av.open(str(one)) as first, av.open(str(other)) as second:
        video, copy = first.streams.video[0], second.streams.video[0]
        graph = Graph()
        a, b = graph.add_buffer(template=video), graph.add_buffer(template=copy)
        scale = graph.add("scale", f"{video.width}:{video.height}:flags=bicubic")
        compare, sink = graph.add("psnr"), graph.add("buffersink")
        a.link_to(compare, 0, 0)
        b.link_to(scale)
        scale.link_to(compare, 0, 1)
        compare.link_to(sink)
        graph.configure()
        found = []
        for left, right in zip(first.decode(video), second.decode(copy), strict=True):
            a.push(left)
            b.push(right)
            found.append(float(graph.pull().metadata["lavfi.psnr.psnr_avg"]))
    return sum(found) / len(found)
