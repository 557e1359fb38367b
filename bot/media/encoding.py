"""One pass over a clip: its pictures are decoded and encoded as H.264, its sound goes along."""

from __future__ import annotations

import errno
import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, cast

import av
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.video.frame import PictureType, VideoFrame
from av.video.stream import VideoStream

from bot.core.errors import ClipDamaged
from bot.media.probe import (
    MOST_FRAMES,
    MOST_PIXELS,
    MOST_SECONDS,
    OPTIONS,
    READING_ERRORS,
    require_length,
    require_size,
)
from bot.media.sound import Heard, Way, way

ENCODER = "libx264"
PRESET = "veryfast"
#: What it looks like where there is room; the cap is for where there is not.
CRF = 19
#: Each thread keeps pictures of its own, and the machine has other things to do.
THREADS = 2
#: In which a picture is encoded, and the one other form that stays as it is.
PIXELS, FULL_RANGE_PIXELS = "yuv420p", "yuvj420p"
FALLBACK_RATE = Fraction(24)
#: That the disk does not take it says nothing about the clip.
OF_THE_DISK = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS, errno.EACCES, errno.ENOENT})
#: What is meant to be shown is encoded, so what is cut off by an edit list is not: sound and pictures stay together.
READING = {name: value for name, value in OPTIONS.items() if name != "ignore_editlist"}

Tell = Callable[[float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What is to be made."""

    width: int
    height: int
    #: The most that its pictures may take, in bits a second and as a whole in advance; ``None``: whatever it takes.
    most_bps: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What was written."""

    frames: int
    #: From the first frame to the end of the last.
    length_s: float


@contextmanager
def reading(clip: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    """An MP4 file within the limits of a clip, and its pictures, whichever way they are encoded.

    Raises:
        ClipDamaged: it is none, or cannot be decoded.
        OSError: the disk does not give or take something.
        MemoryError: it needs more memory than there is.
    """
    try:
        with av.open(str(clip.absolute()), format="mp4", options=READING, metadata_errors="replace") as container:
            yield container, _pictures(container)
    except MemoryError:
        raise
    except READING_ERRORS as error:
        if getattr(error, "errno", None) in OF_THE_DISK:
            raise OSError(*error.args[:2]) from error
        msg = "it cannot be decoded"
        raise ClipDamaged(msg) from error


def encode(clip: Path, into: Path, target: Target, heard: Heard, tell: Tell) -> Made:
    """Write the clip anew; ``tell`` hears which part of it is done, from 0 to 1.

    Raises:
        ClipDamaged, OSError, MemoryError: as in ``reading``.
    """
    with reading(clip) as (source, video), _writing(into) as container:
        return _Pass(source, video, container, target, heard).run(tell)


@contextmanager
def _writing(into: Path) -> Iterator[OutputContainer]:
    """A new MP4 file with its index in front, so that it plays before all of it has come."""
    with av.open(str(into.absolute()), "w", format="mp4", options={"movflags": "faststart"}) as container:
        yield container


def _pictures(container: InputContainer) -> VideoStream:
    if not container.streams.video:
        msg = "it has no picture"
        raise ClipDamaged(msg)
    video = container.streams.video[0]
    codec = video.codec_context
    if codec is None or video.time_base is None:
        msg = "its picture is of an unknown kind"
        raise ClipDamaged(msg)
    require_size(codec.width, codec.height)
    require_length(video.frames, (container.duration or 0) // av.time_base)
    codec.options = {"max_pixels": str(MOST_PIXELS)}
    codec.thread_count = 1
    return video


class _Pass:
    """The state of one pass."""

    def __init__(
        self, source: InputContainer, video: VideoStream, container: OutputContainer, target: Target, heard: Heard
    ) -> None:
        self._source, self._video, self._container, self._target = source, video, container, target
        self._pixels = FULL_RANGE_PIXELS if video.codec_context.pix_fmt == FULL_RANGE_PIXELS else PIXELS
        self._stream = self._announced()
        # All tracks are announced before the first packet, which writes the head.
        self._way: Way | None = None
        if heard.end_s > 0:
            self._way = way(heard, source.streams.audio[0], container, container.mux)
        self._length_s = max(heard.end_s, float((video.duration or 0) * (video.time_base or 0))) or 1.0
        self._frames, self._shown = 0, 0
        self._start_s, self._end_s = math.inf, 0.0
        self._last: int | None = None

    def run(self, tell: Tell) -> Made:
        """Encode all of it."""
        tracks = [self._video, *(self._source.streams.audio[:1] if self._way else ())]
        for packet in self._source.demux(tracks):
            if packet.stream.type == "video":
                self._take(cast("Packet[VideoStream]", packet))
                tell(min(1.0, self._end_s / self._length_s))
            elif self._way and packet.size:
                self._way.take(cast("Packet[AudioStream]", packet))
        self._mux(self._stream.encode(None))
        if self._way:
            self._way.end()
        self._require_all()
        return Made(frames=self._frames, length_s=self._end_s - self._start_s)

    def _take(self, packet: Packet[VideoStream]) -> None:
        """The next packet of pictures; the last one is empty and asks the decoder for what is left."""
        self._shown += packet.size > 0 and not packet.is_discard
        for frame in packet.decode():
            self._encode(frame)

    def _announced(self) -> VideoStream:
        """The new track, with the old one's times and colours."""
        target, old = self._target, self._video.codec_context
        stream = cast(
            "VideoStream", self._container.add_stream(ENCODER, rate=self._video.average_rate or FALLBACK_RATE)
        )
        stream.width, stream.height, stream.pix_fmt = target.width, target.height, self._pixels
        new = stream.codec_context
        new.time_base = self._video.time_base or 1 / FALLBACK_RATE
        new.thread_count = THREADS
        for name in ("color_range", "color_primaries", "color_trc", "colorspace", "sample_aspect_ratio"):
            if (value := getattr(old, name)) is not None:
                setattr(new, name, value)
        stream.options = {"preset": PRESET, "crf": str(CRF)}
        if target.most_bps is not None:
            stream.options |= {"maxrate": str(target.most_bps), "bufsize": str(target.most_bps)}
        return stream

    def _encode(self, frame: VideoFrame) -> None:
        self._count(frame)
        require_size(frame.width, frame.height)
        if (frame.width, frame.height, frame.format.name) != (self._target.width, self._target.height, self._pixels):
            frame = frame.reformat(self._target.width, self._target.height, self._pixels, interpolation="BICUBIC")
        # Which frames can be jumped to is the encoder's own choice.
        frame.pict_type = PictureType.NONE
        self._mux(self._stream.encode(frame))

    def _count(self, frame: VideoFrame) -> None:
        """Note when it is shown, if it is whole and in its place."""
        if frame.is_corrupt:
            msg = f"its frame {self._frames + 1} is damaged"
            raise ClipDamaged(msg)
        if frame.pts is None or (self._last is not None and frame.pts <= self._last):
            msg = "its frames are out of order"
            raise ClipDamaged(msg)
        self._frames, self._last = self._frames + 1, frame.pts
        unit_s = frame.time_base or Fraction(0)
        self._start_s = min(self._start_s, float(frame.pts * unit_s))
        self._end_s = float((frame.pts + (frame.duration or 0)) * unit_s)
        if self._frames > MOST_FRAMES or self._end_s - self._start_s > MOST_SECONDS:
            msg = f"it has more than {MOST_FRAMES:,} frames or {MOST_SECONDS} s"
            raise ClipDamaged(msg)

    def _mux(self, packets: list[Packet[Any]]) -> None:
        for packet in packets:
            self._container.mux(packet)

    def _require_all(self) -> None:
        if self._frames != self._shown or not self._frames:
            msg = f"only {self._frames} of its {self._shown} frames can be decoded"
            raise ClipDamaged(msg)
