"""A clip is encoded anew: what it is afterwards, and what it costs a clip to be hostile."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import pytest

from bot.core.errors import ClipDamaged
from bot.media import encoding, fit
from bot.media.facts import Measured
from bot.media.fitted import Fitted, Sound
from bot.media.probe import measure

#: Short and as hard to encode as can be, so that the cap decides.
NOISE: dict[str, Any] = {"noise": True, "seconds": Fraction(2)}


def fitted(file: Path, into: Path, limit: int | None, told: list[float] | None = None) -> Fitted:
    said = fit.run(
        {"clip": str(file), "into": str(into), "limit_bytes": limit}, (told if told is not None else []).append
    )
    return Fitted.read(said)


def sounds(path: Path) -> list[tuple[int | None, bytes]]:
    with av.open(str(path)) as container:
        return [(packet.pts, bytes(packet)) for packet in container.demux(audio=0) if packet.size]


@pytest.fixture
def into(tmp_path: Path) -> Path:
    return tmp_path / "copy.mp4"


@pytest.mark.parametrize("limit", [60_000, 120_000, 240_000])
def test_it_lands_below_its_limit(file: Path, into: Path, clips: Any, limit: int) -> None:
    """The first time, and not far below."""
    file.write_bytes(clips.make(**NOISE))
    found = fitted(file, into, limit)
    assert 0.7 * limit < into.stat().st_size == found.size_bytes <= limit
    assert (found.width, found.height, found.frames, found.sound) == (160, 90, 24, Sound.COPIED)


def test_what_it_is_afterwards(file: Path, into: Path, clips: Any) -> None:
    """A whole clip with its index in front, as long as before, its sound the same packets at the same times."""
    file.write_bytes(clips.make(**NOISE))
    told: list[float] = []
    fitted(file, into, 100_000, told)
    assert measure(into) == Measured(
        duration_ms=2000,
        width=160,
        height=90,
        frames=24,
        audio=True,
        audio_damaged=False,
        size_bytes=into.stat().st_size,
    )
    assert [kind for kind, _, _ in clips.boxes(into.read_bytes())][:2] == [b"ftyp", b"moov"]
    assert sounds(into) == sounds(file)
    assert told == sorted(told)
    assert told[-1] == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize(
    ("changes", "limit", "size"),
    [
        ({"width": 1280, "height": 720, "noise": True}, 60_000, (872, 490)),
        ({"width": 720, "height": 1280, "noise": True}, 60_000, (490, 872)),
        ({"width": 960, "height": 960, "noise": True}, 60_000, (654, 654)),
        ({"width": 1280, "height": 720, "noise": True}, 400_000, (1280, 720)),
        ({"width": 1280, "height": 720}, 30_000, (1280, 720)),
        ({"width": 162, "height": 90}, 9_000, (162, 90)),
    ],
)
def test_where_bits_are_few_the_picture_is_smaller(
    file: Path, into: Path, clips: Any, changes: dict[str, int], limit: int, size: tuple[int, int]
) -> None:
    """Down to 480p in its own shape, and no smaller than that; a clip that is simple stays as it is."""
    file.write_bytes(clips.make(**changes, seconds=Fraction(1, 4), audio=False))
    said = fit.run({"clip": str(file), "into": str(into), "limit_bytes": limit}, lambda _: None)
    found = Fitted.read(said)
    assert (found.width, found.height, found.sound) == (*size, Sound.NONE)


def test_a_limit_that_is_too_small_is_said(file: Path, into: Path, clips: Any) -> None:
    """Nothing is encoded for a picture that is not worth looking at."""
    file.write_bytes(clips.make())
    said = fit.run({"clip": str(file), "into": str(into), "limit_bytes": 7_000}, lambda _: None)
    assert said == {"cannot_fit": "7,000 bytes are too few for 4.0 s"}
    assert not into.exists()


def test_one_that_comes_out_too_large_is_made_once_more(
    file: Path, into: Path, clips: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With less to spend."""
    monkeypatch.setattr(fit, "AIM", 1.15)
    file.write_bytes(clips.make(**NOISE))
    told: list[float] = []
    assert fitted(file, into, 100_000, told).size_bytes <= 100_000
    assert told.count(max(told)) == 2


def test_one_that_comes_out_too_large_twice_is_given_up(
    file: Path, into: Path, clips: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No third try."""
    monkeypatch.setattr(fit, "AIM", 3.0)
    file.write_bytes(clips.make(**NOISE))
    said = fit.run({"clip": str(file), "into": str(into), "limit_bytes": 50_000}, lambda _: None)
    assert said == {"cannot_fit": "it comes out larger than 50,000 bytes"}


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"codec": "libx265"}, id="HEVC"),
        pytest.param({"codec": "mpeg4"}, id="MPEG-4"),
        pytest.param({"pixels": "yuv444p"}, id="full colour"),
        pytest.param({"pixels": "yuvj420p"}, id="full range"),
        pytest.param({"codec": "mpeg4", "width": 161, "height": 91}, id="odd size"),
        pytest.param({"fps": Fraction(24000, 1001), "seconds": Fraction(4004, 1000)}, id="film rate"),
        pytest.param({"audio": False}, id="silent"),
        pytest.param({"movflags": ""}, id="index last"),
    ],
)
def test_without_a_limit_it_only_becomes_playable(
    file: Path, into: Path, clips: Any, changes: dict[str, object]
) -> None:
    """Whatever it was, it is H.264 that every player takes, with all its frames."""
    file.write_bytes(clips.make(**changes))
    found = measure(into) if fitted(file, into, None) else None
    assert found is not None
    assert (found.width, found.height, found.audio) == (160, 90, "audio" not in changes)
    assert abs(found.duration_ms - 4000) < 10


@pytest.mark.parametrize("codec", ["ac3", "libmp3lame", "pcm_s16le"])
def test_other_sound_is_encoded(file: Path, into: Path, clips: Any, codec: str) -> None:
    """As AAC, and as long as it was."""
    file.write_bytes(clips.make(sound=codec))
    assert fitted(file, into, None).sound is Sound.ENCODED
    with av.open(str(into)) as container:
        track = container.streams.audio[0]
        assert track.codec_context.name == "aac"
        assert float((track.duration or 0) * (track.time_base or 0)) == pytest.approx(4.0, abs=0.1)


@pytest.mark.parametrize(("every", "sound"), [(1, Sound.DROPPED), (5, Sound.MENDED)])
def test_damaged_sound_is_left_out(file: Path, into: Path, clips: Any, every: int, sound: Sound) -> None:
    """The packets that cannot be decoded; where none can, the clip is silent."""
    file.write_bytes(clips.make())
    with av.open(str(file)) as container:
        packets = [(packet.pos, packet.size) for packet in container.demux(audio=0) if packet.pos and packet.size]
    clip = bytearray(file.read_bytes())
    for at, size in packets[::every]:
        clip[at : at + size] = b"\xff" * size
    file.write_bytes(clip)
    assert fitted(file, into, 100_000).sound is sound
    found = measure(into)
    assert (found.audio, found.audio_damaged) == (sound is Sound.MENDED, False)


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (lambda _: b"", "it is empty"),
        (lambda _: b"<html>AccessDenied</html>", "it is not an MP4 file"),
        (lambda clips: clips.make()[:-2000], "it is cut short"),
        (lambda clips: clips.make(video=False), "it has no picture"),
        (lambda clips: clips.resized((16_000, 16_000)), "beyond the limit"),
        (lambda clips: clips.growing((16_000, 16_000)), "it cannot be decoded"),
        (lambda clips: clips.growing((320, 176)), "its frame 13 is damaged"),
        (lambda clips: clips.make(movflags="frag_keyframe+empty_moov"), "it says that it has no frames"),
        (lambda clips: clips.make(seconds=Fraction(124), fps=Fraction(1, 2), audio=False), "62 frames in 124 s"),
    ],
)
def test_a_hostile_clip_is_refused_in_a_phrase(file: Path, into: Path, clips: Any, made: Any, why: str) -> None:
    """By the same rules by which clips are checked."""
    file.write_bytes(made(clips))
    with pytest.raises(ClipDamaged, match=why):
        fitted(file, into, 100_000)


def test_damaged_pictures_are_refused(file: Path, into: Path, clips: Any) -> None:
    """A copy of a damaged clip would pass for a whole one."""
    file.write_bytes(clips.make())
    with av.open(str(file)) as container:
        at, size = [(packet.pos or 0, packet.size) for packet in container.demux(video=0) if packet.size][20]
    clip = bytearray(file.read_bytes())
    clip[at + 4 : at + size] = bytes(size - 4)
    file.write_bytes(clip)
    with pytest.raises(ClipDamaged):
        fitted(file, into, 100_000)


def test_a_full_disk_is_not_the_clips_fault(file: Path, clips: Any) -> None:
    """A folder that is not there stands for every disk that does not take it."""
    file.write_bytes(clips.make())
    with pytest.raises(OSError, match="No such file"):
        fitted(file, file.parent / "none" / "copy.mp4", 100_000)


def test_a_copy_that_is_not_the_clip_is_a_defect(
    file: Path, into: Path, clips: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is decoded whole before anybody gets it."""
    file.write_bytes(clips.make())
    usual = encoding.encode

    def short(*given: Any) -> encoding.Made:
        made = usual(*given)
        return encoding.Made(frames=made.frames + 1, length_s=made.length_s)

    monkeypatch.setattr(fit, "encode", short)
    with pytest.raises(RuntimeError, match="not the old one"):
        fitted(file, into, None)
