"""Clips, made by an encoder or by hand."""

from __future__ import annotations

import functools
import random
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest
from av.audio.frame import AudioFrame
from av.audio.layout import AudioLayout
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image

SOUND_HZ = 44_100
SOUND_FRAME = 1_024
KEY_FRAME_EVERY = 12
#: Bits of a sequence parameter set before its sizes: ids 0, order of frames type 2, one reference (H.264, 7.3.2.1.1).
SPS_HEAD = bytes([0x67, 66, 0xC0, 51])
#: The picture parameter set of the encoder that is used here, and what stands before each unit.
PPS = b"\x68\xce\x0f\xc8"
START = b"\0\0\0\1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """A clip to make; small enough to take some milliseconds."""

    width: int = 160
    height: int = 90
    seconds: Fraction = Fraction(4)
    fps: Fraction = Fraction(12)
    audio: bool = True
    video: bool = True
    codec: str = "libx264"
    pixels: str = "yuv420p"
    format: str = "mp4"
    movflags: str = "faststart"
    sound: str = "aac"
    #: Pictures that no encoder makes small.
    noise: bool = False
    #: Title, in the file's own words.
    title: str = ""
    #: Put before the second key frame, in the encoder's own form.
    injected: bytes = b""
    #: Each packet is written this often, at its own time.
    repeats: int = 1


class Clips:
    """Makes clips, and takes them apart."""

    def make(self, **changes: Any) -> bytes:
        """Give the bytes of a clip that differs from the usual recipe in this."""
        return _encode(Recipe(**changes))

    def film(self, pictures: Sequence[Image.Image], *, fps: int = 10) -> bytes:
        """Give a silent clip of pictures of one size, each as it is but for the encoder."""
        return _film(pictures, fps)

    def resized(self, size: tuple[int, int]) -> bytes:
        """Give a clip that claims another size of its pictures, multiples of 16."""
        return _resized(self.make(movflags="", audio=False), *size)

    def growing(self, size: tuple[int, int]) -> bytes:
        """Give a clip that claims another size of its pictures midway."""
        return self.make(injected=START + _sps(*size) + START + PPS)

    def boxes(self, clip: bytes) -> list[tuple[bytes, int, int]]:
        """Type, start and end of each outer box."""
        found, at = [], 0
        while at < len(clip):
            end = at + int.from_bytes(clip[at : at + 4], "big")
            found.append((clip[at + 4 : at + 8], at, end))
            at = end
        return found


@pytest.fixture(scope="session")
def clips() -> Clips:
    return Clips()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "clip.mp4"


@functools.cache
def _encode(recipe: Recipe) -> bytes:
    options = {"movflags": recipe.movflags} if recipe.movflags else {}
    # To move the index to the front, the writer reads the file again, by its name.
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "clip")
        with av.open(str(path), "w", format=recipe.format, options=options) as container:
            _fill(container, recipe)
        return path.read_bytes()


def _film(pictures: Sequence[Image.Image], fps: int) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "clip")
        with av.open(str(path), "w", format="mp4") as container:
            stream = container.add_stream("libx264", rate=fps, options={"preset": "ultrafast", "crf": "10"})
            assert isinstance(stream, VideoStream)
            stream.width, stream.height, stream.pix_fmt = *pictures[0].size, "yuv420p"
            for picture in pictures:
                container.mux(stream.encode(VideoFrame.from_image(picture)))  # type: ignore[no-untyped-call]
            container.mux(stream.encode(None))
        return path.read_bytes()


def _fill(container: OutputContainer, recipe: Recipe) -> None:
    container.metadata["title"] = recipe.title
    pictures = _pictures(container, recipe) if recipe.video else None
    # Both are announced before the first packet, which writes the head.
    sound = _sound(container, recipe.sound) if recipe.audio else None
    if pictures:
        _draw(container, pictures, recipe)
    if sound:
        _hum(container, sound, round(recipe.seconds * SOUND_HZ))


def _pictures(container: OutputContainer, recipe: Recipe) -> VideoStream:
    stream = container.add_stream(recipe.codec, rate=recipe.fps)
    assert isinstance(stream, VideoStream)
    stream.width, stream.height, stream.pix_fmt = recipe.width, recipe.height, recipe.pixels
    stream.options = {"preset": "ultrafast", "threads": "1", "x265-params": "log-level=none:pools=none"}
    stream.gop_size = KEY_FRAME_EVERY
    return stream


def _sound(container: OutputContainer, codec: str) -> AudioStream:
    stream = container.add_stream(codec, rate=SOUND_HZ)
    assert isinstance(stream, AudioStream)
    stream.layout = AudioLayout("mono")
    return stream


def _draw(container: OutputContainer, stream: VideoStream, recipe: Recipe) -> None:
    at = 0
    for number in range(round(recipe.seconds * recipe.fps)):
        frame = VideoFrame(recipe.width, recipe.height, recipe.pixels)
        frame.pts, frame.time_base = number, 1 / recipe.fps
        (_sprinkle if recipe.noise else _paint)(frame, number)
        at = _write(container, stream, frame, recipe, at)
    _write(container, stream, None, recipe, at)


def _paint(frame: VideoFrame, number: int) -> None:
    """Grey, with a stripe that moves."""
    for plane in frame.planes:
        content = bytearray(b"\x80") * plane.buffer_size
        start = number * 37 * plane.line_size % (plane.buffer_size - 50)
        content[start : start + 50] = range(100, 150)
        plane.update(bytes(content))


def _sprinkle(frame: VideoFrame, number: int) -> None:
    """Noise, the same in each run."""
    chance = random.Random(number)
    for plane in frame.planes:
        plane.update(chance.randbytes(plane.buffer_size))


def _write(container: OutputContainer, stream: VideoStream, frame: VideoFrame | None, recipe: Recipe, at: int) -> int:
    for encoded in stream.encode(frame):
        for _ in range(recipe.repeats):
            packet = av.Packet((recipe.injected if at == KEY_FRAME_EVERY else b"") + bytes(encoded))
            packet.stream, packet.time_base = stream, encoded.time_base
            packet.pts = encoded.pts if recipe.repeats == 1 else at
            packet.dts = encoded.dts if recipe.repeats == 1 else at
            packet.duration, packet.is_keyframe = encoded.duration, encoded.is_keyframe
            container.mux(packet)
            at += 1
    return at


def _hum(container: OutputContainer, stream: AudioStream, length: int) -> None:
    """Silence, for the length in samples."""
    for start in range(0, length, SOUND_FRAME):
        frame = AudioFrame("fltp", "mono", min(SOUND_FRAME, length - start))
        frame.sample_rate, frame.pts, frame.time_base = SOUND_HZ, start, Fraction(1, SOUND_HZ)
        frame.planes[0].update(bytes(frame.planes[0].buffer_size))
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def _resized(clip: bytes, width: int, height: int) -> bytes:
    """Put another size into a clip's index, which has to stand last, so that what it points to does not move."""
    at = clip.index(b"avcC") - 4
    end = at + int.from_bytes(clip[at : at + 4], "big")
    old = clip[at + 8 : end]
    rest = 8 + int.from_bytes(old[6:8], "big")
    parameters = _sps(width, height)
    new = old[:6] + len(parameters).to_bytes(2, "big") + parameters + old[rest:]
    grown = bytearray(clip[:at] + (8 + len(new)).to_bytes(4, "big") + b"avcC" + new + clip[end:])
    for kind in (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd", b"avc1"):
        start = grown.rindex(kind, 0, at) - 4
        size = int.from_bytes(grown[start : start + 4], "big") + len(new) - len(old)
        grown[start : start + 4] = size.to_bytes(4, "big")
    return bytes(grown)


def _sps(width: int, height: int) -> bytes:
    """What tells an H.264 decoder the size of the pictures that follow."""
    numbers = "".join(map(_golomb, (0, 0, 2, 1))) + "0" + _golomb(width // 16 - 1) + _golomb(height // 16 - 1)
    bits = numbers + "1100" + "1"
    bits += "0" * (-len(bits) % 8)
    return SPS_HEAD + int(bits, 2).to_bytes(len(bits) // 8, "big")


def _golomb(number: int) -> str:
    """An unsigned Exp-Golomb code (H.264, 9.1)."""
    binary = f"{number + 1:b}"
    return "0" * (len(binary) - 1) + binary
