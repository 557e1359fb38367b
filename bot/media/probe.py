"""The task *check*: decode all of a clip and measure it. Runs in a worker only, because clips are untrusted.

What else wants the frames of a clip watches: so it is decoded once, and held to the same rules.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Protocol

import av
from av.audio.frame import AudioFrame
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from bot.core.errors import ClipDamaged
from bot.media.boxes import require_whole
from bot.media.facts import Measured

#: In one picture; 4K in any of the shapes that are sold has fewer.
MOST_PIXELS = 4096 * 4096
MOST_SECONDS = 120
MOST_FRAMES = MOST_SECONDS * 60
#: H.264 at 8 bits, the one form that both chats and every phone play.
CODEC = "h264"
#: The second is the first with its full range of brightness.
PIXELS = ("yuv420p", "yuvj420p")
#: What PyAV raises on hostile bytes, its own tree aside: seen were EOFError, IndexError and UnicodeDecodeError.
READING_ERRORS = (av.FFmpegError, ArithmeticError, EOFError, LookupError, ValueError)

OPTIONS = {
    # Counted at open too: looking for the streams' facts decodes some frames.
    "max_pixels": str(MOST_PIXELS),
    # Every frame of the file is wanted, whatever part of it is meant to be shown.
    "ignore_editlist": "1",
    "enable_drefs": "0",
    "protocol_whitelist": "file",
}


#: How forms of pictures are called; others by the decoder's own name.
NAMES = {"hevc": "HEVC", "av1": "AV1", "vp9": "VP9", "mpeg4": "MPEG-4"}


class OtherForm(ClipDamaged):
    """It may well be whole, and not every player takes it: its pictures have to be encoded anew."""

    def __init__(self, why: str, *, came_as: str, becomes: str) -> None:
        """``came_as`` and ``becomes`` are what it is and what it has to be, in a name each."""
        super().__init__(why)
        self.note = f"came as {came_as}, encoded as {becomes}"


class Watcher(Protocol):
    """Is shown all of a clip while it is decoded; what it keeps of it counts against the worker's memory."""

    def begin(self, video: VideoStream) -> None:
        """The clip is of a usable form; this is its picture track, which belongs to the decoder."""
        ...

    def see(self, frame: VideoFrame, at_s: float) -> None:
        """The next whole frame, and when it is shown, in seconds after the first."""
        ...

    def hear(self, packet: Packet[Any]) -> None:
        """The next piece of its sound, as it came."""
        ...


class Nobody:
    """Watches nothing."""

    def begin(self, video: VideoStream) -> None:
        """See ``Watcher``."""

    def see(self, frame: VideoFrame, at_s: float) -> None:
        """See ``Watcher``."""

    def hear(self, packet: Packet[Any]) -> None:
        """See ``Watcher``."""


@dataclass(slots=True)
class _Seen:
    """What was decoded so far."""

    frames: int = 0
    #: In seconds.
    start: Fraction | None = None
    end: Fraction = Fraction(0)
    audio_frames: int = 0
    audio_damaged: bool = False


def run(request: Mapping[str, object]) -> dict[str, object]:
    """Carry out the task for the file that ``request`` names as ``clip``."""
    return asdict(measure(Path(str(request["clip"]))))


def measure(path: Path, watcher: Watcher | None = None) -> Measured:
    """Decode every frame of a clip, and show each to the watcher; 15 s at 720p take about a second.

    Raises:
        ClipDamaged: not a whole, playable H.264 clip within the limits.
        OSError: the file cannot be opened.
        MemoryError: it needs more memory than there is.
    """
    size = require_whole(path)
    try:
        # MP4 and nothing else: left to guess, it opens playlists, which name other files, and pictures.
        with av.open(str(path.absolute()), format="mp4", options=OPTIONS, metadata_errors="replace") as container:
            return _measure(container, size, watcher or Nobody())
    except READING_ERRORS as error:
        msg = "it cannot be decoded"
        raise ClipDamaged(msg) from error


def _measure(container: InputContainer, size: int, watcher: Watcher) -> Measured:
    """Decode it; everything is copied out, because values read after the container is closed are garbage."""
    video = _require_usable(container)
    watcher.begin(video)
    seen = _decode(container, video, watcher)
    if seen.frames != video.frames:
        msg = f"only {seen.frames} of its {video.frames} frames can be decoded"
        raise ClipDamaged(msg)
    return Measured(
        duration_ms=round((seen.end - (seen.start or 0)) * 1000),
        width=video.codec_context.width,
        height=video.codec_context.height,
        frames=seen.frames,
        audio=seen.audio_frames > 0,
        audio_damaged=seen.audio_damaged,
        size_bytes=size,
    )


def _require_usable(container: InputContainer) -> VideoStream:
    """The clip's one picture track, of the right form and within the limits; nothing of it is decoded yet."""
    if not container.streams.video:
        msg = "it has no picture"
        raise ClipDamaged(msg)
    video = container.streams.video[0]
    codec = video.codec_context
    if codec is None:
        msg = "its picture is of an unknown kind, not H.264"
        raise ClipDamaged(msg)
    if codec.name != CODEC:
        msg = f"its picture is {codec.name}, not H.264"
        raise OtherForm(msg, came_as=NAMES.get(codec.name, codec.name), becomes="H.264")
    require_size(codec.width, codec.height)
    require_length(video.frames, (container.duration or 0) // av.time_base)
    if codec.pix_fmt is None:
        # At open some frames are decoded to find out; so not one of them could be.
        msg = "none of its pictures can be decoded"
        raise ClipDamaged(msg)
    if codec.pix_fmt not in PIXELS:
        msg = f"its picture is {codec.pix_fmt}, not {PIXELS[0]}"
        raise OtherForm(msg, came_as=codec.pix_fmt, becomes=PIXELS[0])
    return video


def require_size(width: int, height: int) -> None:
    """A picture is not larger than a clip's may be.

    Raises:
        ClipDamaged: it is.
    """
    if not 0 < width * height <= MOST_PIXELS:
        msg = f"its picture of {width}×{height} is beyond the limit of {MOST_PIXELS:,} pixels"
        raise ClipDamaged(msg)


def require_length(frames: int, seconds: int) -> None:
    """A clip says that it has frames, and no more of them and no more seconds than a clip may.

    Raises:
        ClipDamaged: it says something else.
    """
    if not frames:
        msg = "it says that it has no frames"
        raise ClipDamaged(msg)
    if frames > MOST_FRAMES or seconds > MOST_SECONDS:
        msg = f"its {frames:,} frames in {seconds} s are beyond the limit of {MOST_FRAMES:,} in {MOST_SECONDS} s"
        raise ClipDamaged(msg)


def _decode(container: InputContainer, video: VideoStream, watcher: Watcher) -> _Seen:
    """Decode pictures and sound in the order of the file."""
    video.codec_context.options = {"max_pixels": str(MOST_PIXELS)}
    # Each thread keeps frames of its own, and the memory is limited.
    video.codec_context.thread_count = 1
    seen = _Seen()
    for packet in container.demux(video, *container.streams.audio[:1]):
        if packet.stream.type == "audio":
            watcher.hear(packet)
        for frame in _frames(packet, seen):
            if isinstance(frame, VideoFrame):
                watcher.see(frame, _see(frame, seen))
            else:
                seen.audio_frames += 1
    return seen


def _frames(packet: Packet[Any], seen: _Seen) -> Sequence[VideoFrame | AudioFrame]:
    """What a packet holds; sound that cannot be decoded is no reason to refuse the pictures."""
    try:
        frames: Sequence[VideoFrame | AudioFrame] = packet.decode()
    except READING_ERRORS:
        if packet.stream.type != "audio":
            raise
        seen.audio_damaged = True
        return []
    return frames


def _see(frame: VideoFrame, seen: _Seen) -> float:
    """Count a frame; when it is shown, in seconds after the first."""
    if frame.is_corrupt:
        msg = f"its frame {seen.frames + 1} is damaged"
        raise ClipDamaged(msg)
    seen.frames += 1
    unit_s = frame.time_base or Fraction(0)
    start = (frame.pts or 0) * unit_s
    seen.start = start if seen.start is None else min(seen.start, start)
    seen.end = max(seen.end, start + (frame.duration or 0) * unit_s)
    return float(start - seen.start)
