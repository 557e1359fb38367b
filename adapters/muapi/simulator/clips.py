"""Real MP4 files: H.264 4:2:0 at 24 fps, AAC when asked for, the index in front."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import av
from av.container import OutputContainer
from av.video.stream import VideoStream

from adapters.muapi.simulator import sound
from adapters.muapi.simulator.motion import PIXELS, Footage
from adapters.muapi.simulator.picture import Scene

FPS = 24
#: Frames that are encoded; a longer clip repeats them, packet by packet.
LOOP_FRAMES = 96
LOOP_FRAMES_LARGE = 49
LARGE_PIXELS = 600_000
QUALITY = "24"
QUALITY_HIGH_BITRATE = "12"
#: Fixed, so that a machine with more cores makes the same bytes.
THREADS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """Everything that decides the bytes of a clip."""

    scene: Scene
    #: Whole seconds, exact to the frame.
    seconds: int
    audio: bool
    high_bitrate: bool


def make(clip: Clip, path: Path) -> None:
    """Write the clip, whole or not at all; the same clip gives the same bytes. Takes 0.2 to 1 s of a core.

    Raises:
        OSError: the folder cannot be written.
    """
    part = path.with_suffix(".part")
    try:
        with av.open(str(part), "w", format="mp4", options={"movflags": "+faststart"}) as container:
            _write(container, clip)
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


def _write(container: OutputContainer, clip: Clip) -> None:
    total = clip.seconds * FPS
    loop = min(total, LOOP_FRAMES_LARGE if clip.scene.width * clip.scene.height > LARGE_PIXELS else LOOP_FRAMES)
    video = _video_stream(container, clip, loop)
    packets = list(_repeated(video, _encoded(video, Footage(clip.scene), loop), total))
    if clip.audio:
        audio = container.add_stream("aac", rate=sound.RATE_HZ)
        audio.layout = sound.LAYOUT
        for frame in sound.frames(clip.scene.prompt, clip.seconds):
            packets += audio.encode(frame)
        packets += audio.encode(None)
    for packet in sorted(packets, key=_moment):
        container.mux(packet)


def _video_stream(container: OutputContainer, clip: Clip, loop: int) -> VideoStream:
    # No B-frames and one closed group per loop: its packets can be repeated and cut anywhere.
    options = {
        "preset": "veryfast",
        "crf": QUALITY_HIGH_BITRATE if clip.high_bitrate else QUALITY,
        "bf": "0",
        "g": str(loop),
        "sc_threshold": "0",
    }
    stream = container.add_stream("libx264", rate=FPS, options=options)
    stream.width, stream.height, stream.pix_fmt = clip.scene.width, clip.scene.height, PIXELS
    stream.codec_context.thread_count = THREADS
    return stream


def _encoded(stream: VideoStream, footage: Footage, loop: int) -> list[av.Packet[Any]]:
    packets = [packet for frame in footage.frames(loop) for packet in stream.encode(frame)]
    return [*packets, *stream.encode(None)]


def _repeated(stream: VideoStream, packets: list[av.Packet[Any]], total: int) -> Iterator[av.Packet[Any]]:
    for index in range(total):
        original = packets[index % len(packets)]
        packet = av.Packet(bytes(original))
        packet.stream, packet.time_base = stream, original.time_base
        packet.pts = packet.dts = index
        packet.duration = 1
        packet.is_keyframe = original.is_keyframe
        yield packet


def _moment(packet: av.Packet[Any]) -> float:
    return float((packet.dts or 0) * (packet.time_base or 0))
