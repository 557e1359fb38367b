"""What is measured of a clip, and how that differs from what was asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Self

#: A clip may be this much longer or shorter than asked, whichever is more.
LENGTH_TOLERANCE_PERCENT = 15
LENGTH_TOLERANCE_MS = 600
#: A shape may be off by this much: 864×496, the provider's own 16:9 at 480p, is off by 2.1 %.
SHAPE_TOLERANCE_PERCENT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a worker found in a playable clip."""

    duration_ms: int
    width: int
    height: int
    frames: int
    #: Some of its sound can be heard.
    audio: bool
    #: Some of its sound cannot be decoded.
    audio_damaged: bool
    size_bytes: int

    @classmethod
    def read(cls, said: Mapping[str, object]) -> Self:
        """Read a worker's answer.

        Raises:
            ValueError: a field is missing, superfluous, or not of its type.
        """
        kinds = {one.name: bool if one.name.startswith("audio") else int for one in fields(cls)}
        if {name: type(value) for name, value in said.items()} != kinds:
            msg = "not the facts of a clip"
            raise ValueError(msg)
        return cls(**said)  # type: ignore[arg-type]  # each field's type was compared


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the take was to be."""

    seconds: int
    #: ``(16, 9)``; ``None`` where any shape will do.
    width_over_height: tuple[int, int] | None
    audio: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ClipFacts:
    """A playable clip, as measured."""

    duration_ms: int
    width: int
    height: int
    frames: int
    audio: bool
    size_bytes: int
    #: Short phrases, each one thing that is not as it was asked: ``asked 10 s, got 8.2 s``.
    differences: tuple[str, ...]

    @classmethod
    def of(cls, clip: Measured, asked: Asked) -> Self:
        """Put what was measured beside what was asked."""
        return cls(
            duration_ms=clip.duration_ms,
            width=clip.width,
            height=clip.height,
            frames=clip.frames,
            audio=clip.audio,
            size_bytes=clip.size_bytes,
            differences=tuple(_differences(clip, asked)),
        )


def _differences(clip: Measured, asked: Asked) -> Iterator[str]:
    if not _lasts(clip.duration_ms, asked.seconds):
        yield f"asked {asked.seconds} s, got {clip.duration_ms / 1000:.1f} s"
    if asked.width_over_height and not _has_shape(clip, *asked.width_over_height):
        yield f"asked {asked.width_over_height[0]}:{asked.width_over_height[1]}, got {clip.width}×{clip.height}"
    if asked.audio and not clip.audio:
        yield "asked for sound, has none"
    if clip.audio and not asked.audio:
        yield "asked for no sound, has some"
    if clip.audio_damaged:
        yield "its sound is damaged"


def _lasts(duration_ms: int, seconds: int) -> bool:
    tolerance_ms = max(LENGTH_TOLERANCE_MS, seconds * 1000 * LENGTH_TOLERANCE_PERCENT // 100)
    return abs(duration_ms - seconds * 1000) <= tolerance_ms


def _has_shape(clip: Measured, wide: int, high: int) -> bool:
    off = abs(clip.width * high - clip.height * wide)
    return off * 100 <= clip.height * wide * SHAPE_TOLERANCE_PERCENT
