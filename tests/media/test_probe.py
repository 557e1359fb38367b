"""What was tried against the reading of clips, and what catches it; each file is made here."""

from __future__ import annotations

import io
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest
from PIL import Image

from bot.core.errors import ClipDamaged
from bot.media import look
from bot.media.facts import Measured
from bot.media.probe import OtherForm, measure, run


def test_measured(file: Path, clips: Any) -> None:
    """A playable clip is measured by its own frames."""
    file.write_bytes(clips.make())
    assert measure(file) == Measured(
        duration_ms=4000,
        width=160,
        height=90,
        frames=48,
        audio=True,
        audio_damaged=False,
        size_bytes=file.stat().st_size,
    )


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"movflags": ""}, id="index last"),
        pytest.param({"pixels": "yuvj420p"}, id="full range"),
        pytest.param({"audio": False}, id="silent"),
        pytest.param({"fps": Fraction(24000, 1001), "seconds": Fraction(4004, 1000)}, id="film rate"),
    ],
)
def test_played(file: Path, clips: Any, changes: dict[str, object]) -> None:
    """Other forms that every player takes are taken too."""
    file.write_bytes(clips.make(**changes))
    found = measure(file)
    assert (abs(found.duration_ms - 4000) < 10, found.audio) == (True, "audio" not in changes)


def test_task(file: Path, clips: Any) -> None:
    """The task takes the file's name, and gives what was measured as plain values."""
    file.write_bytes(clips.make())
    assert Measured.read(run({"task": "check", "clip": str(file)})) == measure(file)


def test_odd_metadata(file: Path, clips: Any) -> None:
    """A title that is no UTF-8 does not matter."""
    file.write_bytes(clips.make(title="TITLETITLE").replace(b"TITLETITLE", b"\xff\xfe\xc3TITLE\x80\xc3"))
    assert b"\xff\xfe\xc3TITLE" in file.read_bytes()
    assert measure(file).frames == 48


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"codec": "libx265"}, "its picture is hevc, not H.264"),
        ({"codec": "mpeg4"}, "its picture is mpeg4, not H.264"),
        ({"pixels": "yuv444p"}, "its picture is yuv444p, not yuv420p"),
        ({"video": False}, "it has no picture"),
        ({"codec": "libvpx", "format": "webm", "movflags": "", "audio": False}, "it is not an MP4 file"),
        ({"movflags": "frag_keyframe+empty_moov"}, "it says that it has no frames"),
        (
            {"seconds": Fraction(1, 12), "repeats": 7201, "audio": False},
            "its 7,201 frames in 600 s are beyond the limit",
        ),
        ({"seconds": Fraction(124), "fps": Fraction(1, 2), "audio": False}, "its 62 frames in 124 s are beyond"),
    ],
)
def test_other_forms(file: Path, clips: Any, changes: dict[str, object], why: str) -> None:
    """What is no H.264 clip of a sensible length is refused by name, however it is called."""
    file.write_bytes(clips.make(**changes))
    with pytest.raises(ClipDamaged, match=why):
        measure(file)


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({"codec": "libx265"}, "came as HEVC, encoded as H.264"),
        ({"codec": "mpeg4"}, "came as MPEG-4, encoded as H.264"),
        ({"pixels": "yuv444p"}, "came as yuv444p, encoded as yuv420p"),
    ],
)
def test_what_can_be_encoded_anew(file: Path, clips: Any, changes: dict[str, object], note: str) -> None:
    """An MP4 whose pictures are of another form is told apart from what is damaged, with what will be said of it."""
    file.write_bytes(clips.make(**changes))
    with pytest.raises(OtherForm) as caught:
        measure(file)
    assert caught.value.note == note
    assert look.run({"clip": str(file), "into": str(file)}) == {"other_form": note}


@pytest.mark.parametrize(("kind", "size"), [("JPEG", (64, 64)), ("PNG", (64, 64)), ("GIF", (64, 64))])
def test_picture(file: Path, kind: str, size: tuple[int, int]) -> None:
    """A picture named .mp4 is not opened as one."""
    content = io.BytesIO()
    Image.new("RGB", size).save(content, kind)
    file.write_bytes(content.getvalue())
    with pytest.raises(ClipDamaged, match="it is not an MP4 file"):
        measure(file)


@pytest.mark.parametrize("size", [(16_000, 16_000), (4112, 4096)])
def test_huge_at_open(file: Path, clips: Any, size: tuple[int, int]) -> None:
    """A few kilobytes that claim an enormous picture are refused before one is decoded."""
    file.write_bytes(clips.resized(size))
    with pytest.raises(ClipDamaged, match=f"its picture of {size[0]}×{size[1]} is beyond the limit"):
        measure(file)


@pytest.mark.parametrize("size", [(16_000, 16_000), (4112, 4096)])
def test_huge_midway(file: Path, clips: Any, size: tuple[int, int]) -> None:
    """Nor does the decoder follow a clip whose pictures become enormous midway."""
    file.write_bytes(clips.growing(size))
    with pytest.raises(ClipDamaged, match="it cannot be decoded"):
        measure(file)


def test_cut_at_every_box(file: Path, clips: Any) -> None:
    """A clip that ends with any of its boxes but the last, or one byte beside it, is refused."""
    for movflags in ("faststart", ""):
        clip = clips.make(movflags=movflags)
        ends = [end for _, _, end in clips.boxes(clip)]
        assert ends[-1] == len(clip)
        for cut in {0, *ends[:-1]} | {end - 1 for end in ends} | {end + 1 for end in ends[:-1]}:
            file.write_bytes(clip[:cut])
            with pytest.raises(ClipDamaged):
                measure(file)


@pytest.mark.parametrize("share", [0.01, 0.25, 0.5, 0.75, 0.99])
def test_cut_and_mended(file: Path, clips: Any, share: float) -> None:
    """A cut clip whose boxes were made to fit claims its full length still, and is found out by its frames."""
    clip = clips.make(audio=False)
    kind, start, end = clips.boxes(clip)[-1]
    size = 8 + round((end - start - 8) * share)
    file.write_bytes(clip[:start] + size.to_bytes(4, "big") + kind + clip[start + 8 : start + size])
    with pytest.raises(ClipDamaged):
        measure(file)


def test_cut_between_frames(file: Path, clips: Any) -> None:
    """A clip that ends with a whole frame decodes without an error, and is found out by its count."""
    clip = clips.make(audio=False)
    file.write_bytes(clip)
    with av.open(str(file)) as container:
        ends = [packet.pos for packet in container.demux(video=0) if packet.pos]
    kind, start, _ = clips.boxes(clip)[-1]
    file.write_bytes(clip[:start] + (ends[20] - start).to_bytes(4, "big") + kind + clip[start + 8 : ends[20]])
    with pytest.raises(ClipDamaged, match="only 20 of its 48 frames can be decoded"):
        measure(file)


def test_edited(file: Path, clips: Any) -> None:
    """A clip whose edit list leaves frames out is whole: all of its frames are counted."""
    clip = bytearray(clips.make())
    at = clip.index(b"elst") + 4
    # Version and flags, one entry, its duration; then where it starts, in the track's own units.
    assert clip[at : at + 8] == bytes(4) + (1).to_bytes(4, "big")
    clip[at + 12 : at + 16] = (12_288 * 2).to_bytes(4, "big")
    file.write_bytes(clip)
    assert measure(file).frames == 48


def test_hollow(file: Path, clips: Any) -> None:
    """A clip whose pictures are zeros is refused."""
    clip = clips.make()
    _, start, end = clips.boxes(clip)[-1]
    file.write_bytes(clip[: start + 8] + bytes(end - start - 8))
    with pytest.raises(ClipDamaged):
        measure(file)


def test_flipped(file: Path, clips: Any) -> None:
    """Flipped bytes in the pictures raise nothing in the decoder, which marks the frame; that is enough."""
    clip = bytearray(clips.make())
    _, start, _ = clips.boxes(bytes(clip))[-1]
    for at in range(start + 700, start + 760):
        clip[at] ^= 0x55
    file.write_bytes(clip)
    with pytest.raises(ClipDamaged, match=r"its frame \d+ is damaged"):
        measure(file)


def test_damaged_sound(file: Path, clips: Any) -> None:
    """Sound that cannot be decoded is told, and is no reason to refuse the pictures."""
    file.write_bytes(clips.make())
    with av.open(str(file)) as container:
        sounds = [(packet.pos, packet.size) for packet in container.demux(audio=0) if packet.pos and packet.size]
    clip = bytearray(file.read_bytes())
    for at, size in sounds:
        clip[at : at + size] = b"\xff" * size
    file.write_bytes(clip)
    found = measure(file)
    assert (found.frames, found.audio, found.audio_damaged) == (48, False, True)


def test_fewer_frames(file: Path, clips: Any) -> None:
    """A clip that says it has more frames than there are is refused."""
    clip = bytearray(clips.make(audio=False, movflags=""))
    at = clip.rindex(b"stsz") + 4
    # Version and flags, one size for all (none), and how many.
    assert clip[at : at + 12] == bytes(8) + (48).to_bytes(4, "big")
    clip[at + 4 : at + 12] = (20).to_bytes(4, "big") + (600).to_bytes(4, "big")
    file.write_bytes(clip)
    with pytest.raises(ClipDamaged):
        measure(file)


def test_no_file(tmp_path: Path) -> None:
    """A file that cannot be opened is no damaged clip."""
    with pytest.raises(FileNotFoundError):
        measure(tmp_path / "none.mp4")
