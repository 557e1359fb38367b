"""A clip's sound on its way into another file: copied where it can be, encoded or left out where it cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Protocol

from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.packet import Packet

from bot.core.errors import ClipDamaged
from bot.media.fitted import Sound
from bot.media.probe import READING_ERRORS

#: What players expect in an MP4 file.
COPIED_CODEC = "aac"
ENCODED_HZ = 48_000
ENCODED_BPS = 128_000
#: Samples of one AAC packet.
ENCODED_FRAME = 1_024

Mux = Callable[["Packet[AudioStream]"], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What is known of a clip's sound, all of which was decoded."""

    sound: Sound
    #: Where it ends, in seconds.
    end_s: float = 0.0
    #: What it takes in the new file, in bits and in packets.
    bits: int = 0
    packets: int = 0
    #: The places of the packets that cannot be decoded.
    damaged: frozenset[int] = frozenset()


class Way(Protocol):
    """How sound gets into the new file."""

    def take(self, packet: Packet[AudioStream]) -> None:
        """The next packet of the old file."""
        ...

    def end(self) -> None:
        """There are no more."""
        ...


def listen(container: InputContainer) -> Heard:
    """Decode a clip's first sound track; one that cannot be decoded at all is none that anybody would hear."""
    if not container.streams.audio:
        return Heard(sound=Sound.NONE)
    track = container.streams.audio[0]
    if track.codec_context is None:
        return Heard(sound=Sound.DROPPED)
    damaged, bits, end_s, packets = set[int](), 0, 0.0, 0
    for at, packet in enumerate(_packets(container, track)):
        packets += 1
        if _decoded(packet) is None or packet.dts is None:
            damaged.add(at)
            continue
        bits += packet.size * 8
        end_s = max(end_s, float(((packet.pts or 0) + (packet.duration or 0)) * (packet.time_base or 0)))
    if len(damaged) == packets:
        return Heard(sound=Sound.DROPPED if packets else Sound.NONE)
    if track.codec_context.name != COPIED_CODEC:
        frames = round(end_s * ENCODED_HZ / ENCODED_FRAME)
        return Heard(sound=Sound.ENCODED, end_s=end_s, bits=round(end_s * ENCODED_BPS), packets=frames)
    sound = Sound.MENDED if damaged else Sound.COPIED
    return Heard(sound=sound, end_s=end_s, bits=bits, packets=packets - len(damaged), damaged=frozenset(damaged))


def way(heard: Heard, track: AudioStream, target: OutputContainer, mux: Mux) -> Way:
    """How this sound gets into ``target``, whose tracks are all announced before its first packet."""
    if heard.sound is Sound.ENCODED:
        return _Encoded(track, target, mux)
    return _Copied(heard, track, target, mux)


class _Copied:
    """Packet by packet, without those that are damaged."""

    def __init__(self, heard: Heard, track: AudioStream, target: OutputContainer, mux: Mux) -> None:
        self._damaged, self._at, self._mux = heard.damaged, 0, mux
        self._stream = target.add_stream_from_template(track)
        self._last: int | None = None

    def take(self, packet: Packet[AudioStream]) -> None:
        at, self._at = self._at, self._at + 1
        if at in self._damaged or packet.dts is None:
            return
        if self._last is not None and packet.dts <= self._last:
            msg = "its sound is out of order"
            raise ClipDamaged(msg)
        self._last = packet.dts
        packet.stream = self._stream
        self._mux(packet)

    def end(self) -> None:
        """Nothing is left."""


class _Encoded:
    """Decoded and encoded as AAC."""

    def __init__(self, track: AudioStream, target: OutputContainer, mux: Mux) -> None:
        self._mux = mux
        layout = "mono" if track.codec_context.channels == 1 else "stereo"
        self._stream = target.add_stream("aac", rate=ENCODED_HZ, layout=layout)
        self._stream.bit_rate = ENCODED_BPS
        self._resampler = AudioResampler("fltp", layout, ENCODED_HZ, frame_size=ENCODED_FRAME)

    def take(self, packet: Packet[AudioStream]) -> None:
        for frame in _decoded(packet) or []:
            self._encode(self._resampler.resample(frame))

    def end(self) -> None:
        self._encode(self._resampler.resample(None))
        for packet in self._stream.encode(None):
            self._mux(packet)

    def _encode(self, frames: Iterable[AudioFrame]) -> None:
        for frame in frames:
            for packet in self._stream.encode(frame):
                self._mux(packet)


def _packets(container: InputContainer, track: AudioStream) -> Iterable[Packet[AudioStream]]:
    """Its packets without the empty one at the end, which only asks the decoder for what is left."""
    return (packet for packet in container.demux(track) if packet.size)


def _decoded(packet: Packet[AudioStream]) -> list[AudioFrame] | None:
    """What a packet holds; ``None`` when it cannot be decoded."""
    try:
        return packet.decode()
    except MemoryError:
        raise
    except READING_ERRORS:
        return None
