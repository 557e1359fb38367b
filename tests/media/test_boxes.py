from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.errors import ClipDamaged
from bot.media.boxes import MOST_BOXES, require_whole

FTYP = b"\0\0\0\x10ftypisom\0\0\0\0"
MOOV = b"\0\0\0\x08moov"
MDAT = b"\0\0\0\x0cmdatdata"


@pytest.mark.parametrize(
    "content",
    [
        FTYP + MOOV + MDAT,
        FTYP + MDAT + MOOV,
        FTYP + b"\0\0\0\x08free" + MOOV + MDAT,
        pytest.param(FTYP + MOOV + b"\0\0\0\x01mdat" + (20).to_bytes(8, "big") + b"data", id="64-bit length"),
        pytest.param(FTYP + MOOV + b"\0\0\0\0mdat" + b"data", id="length to the end"),
        pytest.param(FTYP + MOOV + MDAT + b"\0\0\0\x08free" * (MOST_BOXES - 3), id="as many boxes as may be"),
    ],
)
def test_whole(file: Path, content: bytes) -> None:
    """Boxes that end where the file ends, the needed ones among them, are a whole file of that size."""
    file.write_bytes(content)
    assert require_whole(file) == len(content)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "it is empty"),
        (b"<!DOCTYPE html><html><body>Not found</body></html>", "it is not an MP4 file"),
        (b'{"detail": "AccessDenied"}', "it is not an MP4 file"),
        (b"#EXTM3U\nhttp://192.168.0.1/a.ts\n", "it is not an MP4 file"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF" + bytes(40), "it is not an MP4 file"),
        (bytes(range(7, 256)) * 10, "it is not an MP4 file"),
        (bytes(64), "it is not an MP4 file"),
        (b"\0\0", "it is not an MP4 file"),
        (MOOV + FTYP + MDAT, "it is not an MP4 file"),
        (FTYP, "its part “moov” is missing"),
        (FTYP + MOOV, "its part “mdat” is missing"),
        (FTYP + MDAT, "its part “moov” is missing"),
        (FTYP + MOOV + MDAT[:-1], "it is cut short"),
        (FTYP + MOOV + MDAT + b"more", "cut short"),
        (FTYP + MOOV + MDAT + b"\0\0\0\x07free", "cut short"),
        (FTYP + MOOV + b"\0\0\0\x01mdat" + (8).to_bytes(8, "big"), "cut short"),
        (FTYP + MOOV + b"\0\0\0\x01mdat" + (1 << 63).to_bytes(8, "big"), "it is cut short"),
        (FTYP + MOOV + MDAT + b"\0\0\0\x08free" * (MOST_BOXES - 2), "it has more than 1,000 parts"),
    ],
)
def test_not_whole(file: Path, content: bytes, why: str) -> None:
    """Anything else is refused with what it lacks."""
    file.write_bytes(content)
    with pytest.raises(ClipDamaged, match=why):
        require_whole(file)


def test_no_file(tmp_path: Path) -> None:
    """A file that is not there is no damaged clip, but an error of the system."""
    with pytest.raises(FileNotFoundError):
        require_whole(tmp_path / "none.mp4")


def test_device() -> None:
    """Something that has no end to read to is refused before it is read."""
    with pytest.raises(ClipDamaged, match="it is not a file"):
        require_whole(Path("/dev/zero"))
