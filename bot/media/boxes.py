"""The outer structure of an MP4 file: a row of boxes that must end where the file ends.

A box is a length of 4 bytes, which counts itself, and a type of 4 characters; length 1 means that 8 bytes of
length follow, length 0 that the box goes on to the end of the file (ISO/IEC 14496-12, 4.2).
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from bot.core.errors import ClipDamaged

HEADER_BYTES = 8
LONG_HEADER_BYTES = 16
#: A clip of the provider has four; a file in fragments has two for each.
MOST_BOXES = 1_000
#: The kind of file, its index, its pictures and sound.
NEEDED = (b"ftyp", b"moov", b"mdat")
LONG = 1
TO_THE_END = 0


def require_whole(path: Path) -> int:
    """The file's size in bytes, if its boxes are whole and the needed ones are there.

    A cut clip opens, claims its full length and may decode to nothing without an error; here it is found out.

    Raises:
        ClipDamaged: empty, no MP4 at all, cut short, or without one of the needed boxes.
        OSError: cannot be read.
    """
    with path.open("rb") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode):
            msg = "it is not a file"
            raise ClipDamaged(msg)
        if not status.st_size:
            msg = "it is empty"
            raise ClipDamaged(msg)
        _require_needed(set(_types(file, status.st_size)))
        return status.st_size


def _require_needed(found: set[bytes]) -> None:
    for needed in NEEDED:
        if needed not in found:
            msg = f"its part “{needed.decode()}” is missing"
            raise ClipDamaged(msg)


def _types(file: BinaryIO, size: int) -> Iterator[bytes]:
    at = 0
    for _ in range(MOST_BOXES):
        file.seek(at)
        kind, length = _header(file.read(LONG_HEADER_BYTES), size - at)
        if at == 0 and kind != b"ftyp":
            msg = "it is not an MP4 file"
            raise ClipDamaged(msg)
        yield kind
        at += length
        if at == size:
            return
        if at > size:
            msg = "it is cut short"
            raise ClipDamaged(msg)
    msg = f"it has more than {MOST_BOXES:,} parts"
    raise ClipDamaged(msg)


def _header(start: bytes, left: int) -> tuple[bytes, int]:
    """A box's type and its whole length in bytes; ``left`` is what the file has from its start on."""
    kind, length, smallest = start[4:8], int.from_bytes(start[:4], "big"), HEADER_BYTES
    if length == LONG:
        length, smallest = int.from_bytes(start[8:16], "big"), LONG_HEADER_BYTES
    elif length == TO_THE_END:
        length = left
    if left < smallest or length < smallest:
        msg = "it is not an MP4 file, or cut short"
        raise ClipDamaged(msg)
    return kind, length
