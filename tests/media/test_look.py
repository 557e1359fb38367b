"""The pictures that are made of a clip while it is checked."""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageDraw

from bot.core.rows import PictureKind
from bot.media import preview
from bot.media.facts import Measured
from bot.media.look import run
from bot.media.poster import Poster
from bot.media.preview import MOST_BYTES, MOST_FRAMES, Plan, Preview
from bot.media.probe import measure
from bot.media.shapes import FRAMES, columns_of
from bot.media.strip import Strip
from bot.media.taken_in import ENDINGS, MadePicture

SIZE = (320, 180)
BLACK = Image.new("RGB", SIZE)
GREY = Image.new("RGB", SIZE, (120, 120, 120))


def scene(colour: tuple[int, int, int], *, lines: int = 12) -> Image.Image:
    """A picture of one colour, with so many lines."""
    picture = Image.new("RGB", SIZE, colour)
    pen = ImageDraw.Draw(picture)
    for number in range(lines):
        pen.line((number * 26, 0, number * 26, 180), fill=(255, 255, 255), width=3)
    return picture


RED, GREEN, BLUE = scene((200, 30, 30)), scene((30, 160, 30)), scene((30, 30, 200))


@pytest.fixture
def looked(file: Path, clips: Any) -> Iterator[Callable[..., dict[str, Image.Image]]]:
    """The pictures of a film, by their kind."""
    opened = contextlib.ExitStack()

    def look_at(pictures: list[Image.Image], fps: int = 10) -> dict[str, Image.Image]:
        file.write_bytes(clips.film(pictures, fps=fps))
        made = run({"task": "look", "clip": str(file), "into": str(file.with_suffix(""))})["pictures"]
        assert isinstance(made, dict)
        paths = {kind: file.with_suffix(ENDINGS[PictureKind(kind)]) for kind in made}
        return {kind: opened.enter_context(Image.open(path)) for kind, path in paths.items()}

    with opened:
        yield look_at


def colour(picture: Image.Image, at: tuple[int, int]) -> str:
    """Which of the scenes a picture shows at a point that no line goes through."""
    found = picture.convert("RGB").getpixel(at)
    assert isinstance(found, tuple)
    return ["red", "green", "blue"][found.index(max(found))] if max(found) > 2 * min(found) else "none"


def test_a_pass_measures_and_makes_every_picture(file: Path, clips: Any) -> None:
    """What was measured is what the check alone finds, and each picture's size and checksum are those on the disk."""
    file.write_bytes(clips.make())
    found: dict[str, Any] = run({"task": "look", "clip": str(file), "into": str(file.with_suffix(""))})
    assert Measured.read(found["measured"]) == measure(file)
    assert list(found["pictures"]) == [kind.value for kind in PictureKind]
    for kind in PictureKind:
        path = file.with_suffix(ENDINGS[kind])
        content, said = path.read_bytes(), MadePicture.read(path, found["pictures"][kind.value])
        assert (said.size, said.sha256) == (len(content), hashlib.sha256(content).hexdigest())


@pytest.mark.parametrize("said", [{}, None, {"size": "1", "sha256": "a"}, {"size": 1, "sha256": "a", "more": 1}])
def test_what_is_no_picture_is_not_taken_for_one(file: Path, said: object) -> None:
    """A worker's answer is read field by field."""
    with pytest.raises(ValueError, match="not the facts of a picture"):
        MadePicture.read(file, said)


@pytest.mark.parametrize(
    ("before", "at_half", "after", "shown"),
    [
        pytest.param([RED] * 5, [GREEN], [BLUE] * 14, "green", id="the frame after half a second"),
        pytest.param([BLACK] * 5, [BLACK], [BLUE] * 14, "blue", id="not a black one"),
        pytest.param([GREY] * 5, [GREY], [BLUE] * 14, "blue", id="not a flat one"),
        pytest.param([RED] * 5, [BLACK], [BLACK] * 14, "red", id="an earlier one if it must be"),
        pytest.param([RED] * 2, [], [], "red", id="whatever a short one has"),
    ],
)
def test_poster(looked: Any, before: Any, at_half: Any, after: Any, shown: str) -> None:
    """The poster is the frame half a second in, unless it is black or flat; and as large as the clip."""
    made = looked([*before, *at_half, *after])
    assert (colour(made["poster"], (13, 90)), made["poster"].size) == (shown, SIZE)


def test_the_poster_of_a_clip_with_nothing_to_see_has_most_detail(looked: Any) -> None:
    """Where no frame is good, the one with the most edges is taken."""
    dim = Image.new("RGB", SIZE, (20, 0, 0))
    ImageDraw.Draw(dim).rectangle((100, 50, 180, 120), fill=(30, 0, 0))
    made = looked([*[BLACK] * 10, *[dim] * 5, *[BLACK] * 10])
    assert made["poster"].convert("L").getextrema()[1] > 3


def test_a_dark_scene_with_a_light_is_no_black_frame(looked: Any) -> None:
    """Night is not nothing."""
    night = BLACK.copy()
    ImageDraw.Draw(night).ellipse((40, 40, 80, 80), fill=(200, 160, 60))
    made = looked([*[night] * 8, *[RED] * 12])
    assert colour(made["poster"], (13, 90)) == "none"


def test_strip(looked: Any) -> None:
    """Four frames of a 16:9 clip stand side by side: each from the middle of a quarter of its time."""
    strip = looked([*[RED] * 5, *[GREEN] * 5, *[BLUE] * 5, *[RED] * 5])["strip"]
    assert strip.size == (1600, 225)
    assert [colour(strip, (left + 16, 112)) for left in columns_of(4)[:-1]] == ["red", "green", "blue", "red"]


@pytest.mark.parametrize("shape", FRAMES)
def test_a_strip_of_every_shape(file: Path, clips: Any, shape: tuple[int, int]) -> None:
    """As many frames as the shape has; its last column is filled like its first."""
    width, height = (round(side * 160 / max(shape) / 2) * 2 for side in shape)
    file.write_bytes(clips.make(width=width, height=height, audio=False))
    run({"clip": str(file), "into": str(file.with_suffix(""))})
    with Image.open(file.with_suffix(".strip.jpg")) as strip:
        assert (strip.width, abs(strip.height - 1600 / FRAMES[shape] * height / width) < 1) == (1600, True)
        ends = [strip.convert("L").crop((x, 0, x + 1, strip.height)).tobytes() for x in (5, 1595)]
    assert min(max(column) for column in ends) > 80


def test_a_clip_that_is_shorter_than_it_said_fills_its_strip() -> None:
    """The last frame stands for those that never came."""
    from av.video.frame import VideoFrame  # noqa: PLC0415  # only here

    strip = Strip(width=320, height=180, seconds=100.0)
    strip.see(VideoFrame.from_image(RED), 0.0)  # type: ignore[no-untyped-call]
    assert len(strip.jpeg()) > 5_000


@pytest.mark.parametrize("made", [Poster(), Strip(width=16, height=9, seconds=1.0)], ids=["poster", "strip"])
def test_without_a_frame_there_is_no_picture(made: Poster | Strip) -> None:
    """It is said so, and no empty file is written."""
    with pytest.raises(ValueError, match="there is no frame"):
        made.jpeg()


@pytest.mark.parametrize("kind", ["gif", "webp"])
def test_previews_move_at_the_clips_pace(looked: Any, kind: str) -> None:
    """Ten frames a second, for ever; they show the scenes in their order and take as long as the clip."""
    made = looked([*[RED] * 10, *[GREEN] * 10])[kind]
    assert (made.size, made.info["loop"]) == (SIZE, 0)
    shown, took = [], 0
    for number in range(made.n_frames):
        made.seek(number)
        shown.append(colour(made, (13, 90)))
        took += made.info["duration"]
    assert [one for one, _ in itertools.groupby(shown)] == ["red", "green"]
    assert abs(took - 2000) <= 100


@pytest.mark.parametrize(
    ("size", "seconds", "planned"),
    [
        ((864, 496), 4.0, (320, 184, 10.0)),
        ((496, 864), 4.0, (184, 320, 10.0)),
        ((1280, 720), 15.0, (288, 162, 5.0)),
        ((160, 90), 4.0, (160, 90, 10.0)),
        ((640, 640), 120.0, (216, 216, 0.625)),
    ],
)
def test_plan(size: tuple[int, int], seconds: float, planned: tuple[int, int, float]) -> None:
    """Long clips have fewer and smaller frames; none is larger than the clip's own."""
    plan = Plan.of(width=size[0], height=size[1], seconds=seconds)
    assert (plan.width, plan.height, plan.a_second) == planned


def test_a_preview_that_is_too_large_is_made_smaller(monkeypatch: pytest.MonkeyPatch, looked: Any) -> None:
    """Noise packs badly: both files end below the limit, and show the same."""
    monkeypatch.setattr(preview, "MOST_BYTES", 60_000)
    chance = random.Random(1)
    noise = [Image.frombytes("RGB", SIZE, chance.randbytes(SIZE[0] * SIZE[1] * 3)) for _ in range(6)]
    made = looked(noise)
    assert made["gif"].width < SIZE[0]
    for kind in ("gif", "webp"):
        assert Path(made[kind].filename).stat().st_size <= 60_000


def test_a_preview_that_cannot_be_small_enough_is_left_out(monkeypatch: pytest.MonkeyPatch, looked: Any) -> None:
    """The other pictures are there."""
    monkeypatch.setattr(preview, "MOST_BYTES", 10)
    assert set(looked([RED] * 5)) == {"poster", "strip"}


def test_a_preview_of_a_clip_without_end_has_an_end() -> None:
    """A clip that claims to be short is followed for so many frames only."""
    from av.video.frame import VideoFrame  # noqa: PLC0415  # only here

    frame = VideoFrame.from_image(RED.resize((32, 18)))  # type: ignore[no-untyped-call]
    made = Preview(width=32, height=18, seconds=0.01)
    for number in range(MOST_FRAMES * 2):
        made.see(frame, number * 0.1)
    assert len(made.webp()) < MOST_BYTES
    assert len(made._frames) == MOST_FRAMES  # noqa: SLF001


@pytest.mark.parametrize("error", [RuntimeError("a slip of ours"), MemoryError()])
def test_who_fails_to_draw_leaves_its_picture_out(
    monkeypatch: pytest.MonkeyPatch, looked: Any, error: Exception
) -> None:
    """While frames are shown, when it begins, or when its file is written: the clip is measured all the same."""

    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(Poster, "see", fail)
    monkeypatch.setattr(Strip, "__init__", fail)
    monkeypatch.setattr(Preview, "gif", fail)
    assert set(looked([RED] * 5)) == {"webp"}


def test_nothing_is_left_of_a_picture_that_a_full_disk_cut(
    monkeypatch: pytest.MonkeyPatch, file: Path, clips: Any
) -> None:
    """Half a file is removed; what still fits is kept."""
    file.write_bytes(clips.make())
    written = Path.write_bytes

    def full(path: Path, content: bytes) -> int:
        if path.suffix == ".jpg":
            written(path, content[:100])
            raise OSError(28, "No space left on device")
        return written(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    assert set(run({"clip": str(file), "into": str(file.with_suffix(""))})["pictures"]) == {"gif", "webp"}  # type: ignore[call-overload]
    assert {path.name for path in file.parent.iterdir()} == {"clip.mp4", "clip.gif", "clip.webp"}
