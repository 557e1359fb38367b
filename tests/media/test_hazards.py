"""Every file that was tried against the reading of clips costs one clear sentence, and leaves nothing on the disk."""

from __future__ import annotations

import io
import random
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from tests.media.conftest import Clips
from tests.media.fuzzing import Reader

CLIPS = Clips()
#: It ends with a full stop on the card.
SENTENCE = re.compile(r"[a-z][^\n.]*[^.\s]")
SECRET = "the password"


def _jpeg() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (64, 64)).save(content, "JPEG")
    return content.getvalue()


def _cut(share: float) -> bytes:
    """A clip with its index in front whose pictures end early, as of a download that broke off."""
    clip = CLIPS.make(audio=False)
    return clip[: round(len(clip) * share)]


def _cut_and_mended() -> bytes:
    """The same with boxes that were made to fit: it claims its whole length still."""
    clip = CLIPS.make(audio=False)
    kind, start, _ = CLIPS.boxes(clip)[-1]
    return clip[:start] + (12).to_bytes(4, "big") + kind + bytes(4)


def _without_index() -> bytes:
    clip = CLIPS.make()
    return b"".join(clip[start:end] for kind, start, end in CLIPS.boxes(clip) if kind != b"moov")


def _flipped() -> bytes:
    clip = bytearray(CLIPS.make())
    _, start, _ = CLIPS.boxes(bytes(clip))[-1]
    for at in range(start + 700, start + 760):
        clip[at] ^= 0x55
    return bytes(clip)


def _tiny_frames() -> bytes:
    """Thousands of frames in a few bytes each."""
    return CLIPS.make(seconds=Fraction(1, 12), repeats=7201, audio=False)


def _playlist(folder: Path) -> bytes:
    """Names another file of this machine, whose bytes must not come out as a picture."""
    other = folder / "other.txt"
    other.write_text(SECRET, encoding="utf-8")
    return f"#EXTM3U\n#EXTINF:4,\n{other.as_uri()}\n#EXT-X-ENDLIST\n".encode()


def _other_file() -> bytes:
    """An index that says that the pictures are in another file."""
    clip = bytearray(CLIPS.make(audio=False))
    at = clip.index(b"url ") + 4
    clip[at : at + 4] = bytes(4)
    return bytes(clip)


#: What it is; its bytes, by its folder where they name it; what is said of it.
HAZARDS: list[tuple[str, Any, str]] = [
    ("empty", b"", "it is empty"),
    ("page", b"<!doctype html><title>403</title><p>Access denied", "it is not an MP4 file"),
    ("json", b'{"error": {"code": "AccessDenied"}}', "it is not an MP4 file"),
    ("noise", random.Random(1).randbytes(20_000), "it is not an MP4 file"),
    ("no index", _without_index, "its part “moov” is missing"),
    ("cut in its head", lambda: _cut(0.01), "it is cut short"),
    ("cut", lambda: _cut(0.6), "it is cut short"),
    ("cut and mended", _cut_and_mended, "none of its pictures can be decoded"),
    ("flipped bytes", _flipped, "its frame 1 is damaged"),
    ("enormous picture", lambda: CLIPS.resized((16_000, 16_000)), "its picture of 16000×16000 is beyond the limit"),
    ("enormous midway", lambda: CLIPS.growing((16_000, 16_000)), "it cannot be decoded"),
    ("thousands of frames", _tiny_frames, "its 7,201 frames in 600 s are beyond the limit of 7,200 in 120 s"),
    (
        "two minutes",
        lambda: CLIPS.make(seconds=Fraction(124), fps=Fraction(1, 2), audio=False),
        "its 62 frames in 124 s",
    ),
    ("playlist", _playlist, "it is not an MP4 file"),
    ("concatenation", b"ffconcat version 1.0\nfile clip.mp4\n", "it is not an MP4 file"),
    ("still picture", _jpeg, "it is not an MP4 file"),
    ("webm", lambda: CLIPS.make(codec="libvpx", format="webm", movflags="", audio=False), "it is not an MP4 file"),
    ("sound only", lambda: CLIPS.make(video=False), "it has no picture"),
    (
        "no frames in its index",
        lambda: CLIPS.make(movflags="frag_keyframe+empty_moov"),
        "it says that it has no frames",
    ),
]


@pytest.fixture(scope="module")
def reader() -> Iterator[Reader]:
    """One worker process for all of them: none of them ends it."""
    with Reader() as started:
        yield started


@pytest.mark.parametrize(("content", "why"), [each[1:] for each in HAZARDS], ids=[each[0] for each in HAZARDS])
def test_one_clear_sentence(reader: Reader, tmp_path: Path, content: Any, why: str) -> None:
    """It is refused, in few words and without an error's name, a path or another file's content."""
    if not isinstance(content, bytes):
        content = content(tmp_path) if content is _playlist else content()
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(content)
    answer = reader.ask({"task": "look", "clip": str(clip), "into": str(tmp_path / "clip")})
    assert answer is not None, "the process ended"
    said = answer["damaged"]
    assert said.startswith(why)
    assert SENTENCE.fullmatch(said)
    assert len(said) < 120
    assert not {str(tmp_path), SECRET, "Error"} & set(said.split(" "))
    assert {path.name for path in tmp_path.iterdir()} <= {"clip.mp4", "other.txt"}


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(
            lambda: CLIPS.make(title="TITLETITLE").replace(b"TITLETITLE", b"\xff\xfe\xc3TITLE\x80\xc3"),
            id="odd metadata",
        ),
        pytest.param(_other_file, id="pictures said to be elsewhere"),
    ],
)
def test_what_does_no_harm_is_played(reader: Reader, tmp_path: Path, content: Any) -> None:
    """What players take is taken, with its pictures."""
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(content())
    answer = reader.ask({"task": "look", "clip": str(clip), "into": str(tmp_path / "clip")})
    assert answer is not None
    assert (answer["facts"]["measured"]["frames"], len(answer["facts"]["pictures"])) == (48, 4)
