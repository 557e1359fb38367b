from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.core.errors import ClipDamaged
from bot.core.rows import PictureKind
from bot.media.errors import MediaUnavailable
from bot.media.facts import ClipFacts
from bot.media.media import Media
from bot.media.probe import measure
from bot.media.taken_in import ENDINGS
from bot.media.workers import Workers


@pytest.fixture
def whole(file: Path, clips: Any) -> Path:
    file.write_bytes(clips.make())
    return file


@pytest.fixture
def silent(file: Path, clips: Any) -> Path:
    file.write_bytes(clips.make(audio=False))
    return file


@pytest.fixture
def other(file: Path, request: pytest.FixtureRequest) -> Path:
    file.write_bytes(request.param)
    return file


async def test_checked(whole: Path) -> None:
    """A clip is decoded in a process of its own, and measured beside what was asked."""
    facts = await Media().check_clip(whole, seconds=4, width_over_height=(16, 9), audio=True)
    assert facts == ClipFacts(
        duration_ms=4000, width=160, height=90, frames=48, audio=True, size_bytes=facts.size_bytes, differences=()
    )
    assert facts.size_bytes > 10_000


async def test_differences(silent: Path) -> None:
    """What is not as asked is said in short phrases."""
    facts = await Media(workers=1).check_clip(silent, seconds=10, width_over_height=(1, 1), audio=True)
    assert facts.differences == ("asked 10 s, got 4.0 s", "asked 1:1, got 160×90", "asked for sound, has none")


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (b"", "it is empty"),
        (b"<html>AccessDenied</html>", "it is not an MP4 file"),
        (bytes(range(256)) * 40, "it is not an MP4 file"),
    ],
    indirect=["other"],
)
async def test_damaged(other: Path, why: str) -> None:
    """What is no clip is refused in one phrase."""
    with pytest.raises(ClipDamaged, match=why):
        await Media().check_clip(other, seconds=4, width_over_height=None, audio=False)


async def test_missing(file: Path) -> None:
    """A file that is not there is not a damaged clip."""
    with pytest.raises(MediaUnavailable, match="FileNotFoundError"):
        await Media().check_clip(file, seconds=4, width_over_height=None, audio=False)


async def test_rubbish(file: Path) -> None:
    """Facts that are none do not pass for a clip's."""
    workers = Workers(program=("/bin/sh", "-c", """echo '{"ready": true}'; echo '{"facts": {"frames": -1}}'"""))
    with pytest.raises(MediaUnavailable, match="not the facts of a clip"):
        await Media(workers=workers).check_clip(file, seconds=4, width_over_height=None, audio=False)


async def test_taken_in(whole: Path) -> None:
    """A clip is measured and drawn in one process; its pictures lie beside it, as they are said to."""
    taken = await Media().take_in(whole, seconds=4, width_over_height=(16, 9), audio=True, into=whole.with_suffix(""))
    assert (taken.facts.frames, taken.facts.differences, set(taken.pictures)) == (48, (), set(PictureKind))
    for kind, made in taken.pictures.items():
        assert made.path == whole.with_suffix(ENDINGS[kind])
        assert hashlib.sha256(made.path.read_bytes()).hexdigest() == made.sha256


@pytest.mark.parametrize(
    ("changes", "note"),
    [
        ({"codec": "libx265"}, "came as HEVC, encoded as H.264"),
        ({"pixels": "yuv422p", "audio": False}, "came as yuv422p, encoded as yuv420p"),
    ],
    ids=["hevc", "silent 422"],
)
async def test_a_clip_of_another_form_is_encoded(file: Path, clips: Any, changes: dict[str, Any], note: str) -> None:
    """It was paid for: the same frames and sound as H.264 at 8 bits are what is taken in, and it is said."""
    sound = changes.get("audio", True)
    file.write_bytes(clips.make(**changes))
    taken = await Media().take_in(file, seconds=4, width_over_height=(16, 9), audio=sound, into=file.with_suffix(""))
    assert taken.facts.differences == (note,)
    assert taken.encoded == file.with_suffix(".encoded.mp4")
    found = measure(taken.encoded)
    assert (found.frames, found.audio, found.audio_damaged, len(taken.pictures)) == (48, sound, False, 4)


async def test_a_damaged_clip_of_another_form(file: Path, clips: Any) -> None:
    """Encoding it finds out: nothing is left of it."""
    clip = bytearray(clips.make(codec="libx265", audio=False))
    _, start, end = clips.boxes(bytes(clip))[-1]
    clip[(start + end) // 2 : end] = bytes(end - (start + end) // 2)
    file.write_bytes(clip)
    with pytest.raises(ClipDamaged):
        await Media().take_in(file, seconds=4, width_over_height=None, audio=True, into=file.with_suffix(""))
    assert list(file.parent.iterdir()) == [file]


#: Encodes, and does not make it better.
NO_BETTER = """
import json, sys
request = json.loads(sys.stdin.readline())
print('{"ready": true}', flush=True)
if request["task"] == "look":
    print(json.dumps({"facts": {"other_form": "came as HEVC, encoded as H.264"}}))
else:
    open(request["into"], "w").write("1234")
    facts = {"size_bytes": 4, "width": 1, "height": 1, "duration_ms": 1, "frames": 1, "sound": "none"}
    print(json.dumps({"facts": facts}))
"""


async def test_a_clip_that_no_encoding_helps(file: Path) -> None:
    """It is not encoded for ever."""
    file.write_bytes(b"a clip")
    media = Media(workers=Workers(program=(sys.executable, "-c", NO_BETTER)))
    with pytest.raises(MediaUnavailable, match="the clip was encoded and is not what it should be"):
        await media.take_in(file, seconds=4, width_over_height=None, audio=True, into=file.with_suffix(""))
    assert list(file.parent.iterdir()) == [file]


#: A worker that looks and does not come back as it should, leaving half a picture; it checks as the real one does.
BADLY = """
import json, os, runpy, sys
line = sys.stdin.readline()
request = json.loads(line)
if request["task"] == "look":
    open(request["into"] + ".poster.jpg", "w").write("half")
    print('{"ready": true}', flush=True)
    %s
    sys.exit()
import io
sys.stdin = io.StringIO(line)
runpy.run_module("bot.media.worker", run_name="__main__", alter_sys=False)
"""


@pytest.mark.parametrize(
    "end",
    [
        pytest.param("os.kill(os.getpid(), 9)", id="killed"),
        pytest.param("os.kill(os.getpid(), 11)", id="crashed"),
        pytest.param("print(json.dumps({'damaged': 'it needs more memory than a clip may'}))", id="no memory"),
        pytest.param("print(json.dumps({'facts': {'measured': {}}}))", id="no facts"),
    ],
)
async def test_a_clip_is_judged_without_its_pictures(whole: Path, end: str) -> None:
    """Whatever becomes of who draws, the check alone decides, and nothing half is left."""
    media = Media(workers=Workers(program=(sys.executable, "-c", BADLY % end)))
    taken = await media.take_in(whole, seconds=4, width_over_height=None, audio=True, into=whole.with_suffix(""))
    assert (taken.facts.frames, taken.pictures, list(whole.parent.iterdir())) == (48, {}, [whole])


async def test_what_is_no_clip_is_not_taken_in(file: Path) -> None:
    """It is refused in the check's own words, and leaves nothing."""
    file.write_bytes(b"<html>AccessDenied</html>")
    with pytest.raises(ClipDamaged, match="it is not an MP4 file"):
        await Media().take_in(file, seconds=4, width_over_height=None, audio=False, into=file.with_suffix(""))
    assert list(file.parent.iterdir()) == [file]
