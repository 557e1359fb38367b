"""What a clip that was encoded anew has become."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import Enum
from typing import Self


class Sound(Enum):
    """What became of a clip's sound when it was encoded anew."""

    #: It has none.
    NONE = "none"
    #: As it came, packet by packet.
    COPIED = "copied"
    #: As it came, without the packets that cannot be decoded.
    MENDED = "mended"
    #: Encoded anew as AAC, because it was something else.
    ENCODED = "encoded"
    #: Left out: none of it can be decoded.
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A clip that was encoded anew, measured by its own frames: H.264 with its index in front, and AAC."""

    size_bytes: int
    width: int
    height: int
    duration_ms: int
    frames: int
    sound: Sound

    @classmethod
    def read(cls, said: Mapping[str, object]) -> Self:
        """Read a worker's answer.

        Raises:
            ValueError: a field is missing, superfluous, or not of its type.
        """
        kinds = {one.name: str if one.name == "sound" else int for one in fields(cls)}
        if {name: type(value) for name, value in said.items()} != kinds:
            msg = "not the facts of a clip"
            raise ValueError(msg)
        return cls(**(dict(said) | {"sound": Sound(said["sound"])}))  # type: ignore[arg-type]  # each was compared
