"""The MP4 files, decoded again."""

from __future__ import annotations

import array
import asyncio
import io
from collections.abc import Awaitable, Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import httpx
import pytest
from PIL import Image, ImageChops

from adapters.muapi.simulator.clips import Clip, make
from adapters.muapi.simulator.models import ALL_RATIOS, frame_size
from adapters.muapi.simulator.picture import Scene
from adapters.muapi.simulator.shelf import Shelf, tidy

Finish = Callable[..., Awaitable[dict[str, Any]]]
SMALL = Scene(width=320, height=180, prompt="a fox in snow", title="Mini", job="job_1")
CLIP = Clip(scene=SMALL, seconds=2, audio=False, high_bitrate=False)


def pictures(data: bytes) -> list[Image.Image]:
    with av.open(io.BytesIO(data), "r", format="mp4") as container:
        frames = container.decode(container.streams.video[0])
        return [frame.to_image() for frame in frames]  # type: ignore[no-untyped-call]


def samples(frame: av.AudioFrame) -> array.array[float]:
    return array.array("f", bytes(frame.planes[0]))


def made(clip: Clip, folder: Path) -> bytes:
    path = folder / "clip.mp4"
    make(clip, path)
    return path.read_bytes()


@pytest.mark.parametrize(
    ("resolution", "sizes"),
    [
        ("480p", [(864, 496), (496, 864), (640, 640), (560, 752), (752, 560), (992, 432)]),
        ("720p", [(1280, 720), (720, 1280), (960, 960), (834, 1112), (1112, 834), (1470, 630)]),
        ("1080p", [(1920, 1080), (1080, 1920), (1440, 1440), (1252, 1668), (1668, 1252), (2204, 944)]),
    ],
)
def test_frame_sizes(resolution: str, sizes: list[tuple[int, int]]) -> None:
    """Every ratio has the frame size that was seen for it, and every size is even."""
    assert [frame_size(resolution, ratio) for ratio in ALL_RATIOS] == sizes
    assert all(side % 2 == 0 for size in sizes for side in size)


@pytest.mark.parametrize(
    ("fields", "size", "seconds", "audio"),
    [
        ({}, (864, 496), 4, False),
        ({"aspect_ratio": "9:16", "generate_audio": True}, (496, 864), 4, True),
        ({"aspect_ratio": "3:4", "resolution": "720p", "generate_audio": True}, (834, 1112), 4, True),
        ({"resolution": "720p", "duration": 15, "generate_audio": True}, (1280, 720), 15, True),
        ({"resolution": "720p", "aspect_ratio": "21:9", "duration": 5}, (1470, 630), 5, False),
    ],
)
async def test_clip_is_what_was_ordered(
    finish: Finish, http: httpx.AsyncClient, fields: dict[str, Any], size: tuple[int, int], seconds: int, *, audio: bool
) -> None:
    """A downloaded clip is H.264 4:2:0 at 24 fps of exactly the size, length and sound that were ordered."""
    data = (await http.get((await finish(**fields))["output"])).content
    with av.open(io.BytesIO(data), "r", format="mp4") as container:
        video = container.streams.video[0]
        assert (video.codec_context.name, video.codec_context.pix_fmt) == ("h264", "yuv420p")
        assert (video.width, video.height) == size
        assert video.average_rate == 24
        assert container.duration == seconds * 1_000_000
        assert [stream.codec_context.name for stream in container.streams.audio] == (["aac"] if audio else [])
        frames = [frame.is_corrupt for frame in container.decode(video)]
    assert frames == [False] * (seconds * 24)


def test_sound_is_heard(tmp_path: Path) -> None:
    """The sound lasts as long as the picture and is not silence."""
    data = made(replace(CLIP, audio=True), tmp_path)
    with av.open(io.BytesIO(data), "r", format="mp4") as container:
        stream = container.streams.audio[0]
        assert stream.duration is not None
        assert float(stream.duration * (stream.time_base or 0)) == 2.0
        loudest = max(sample for frame in container.decode(stream) for sample in samples(frame))
    assert loudest > 0.05


def test_frames_differ(tmp_path: Path) -> None:
    """Something moves from each frame to the next."""
    frames = pictures(made(CLIP, tmp_path))
    assert len(frames) == 48
    for before, after in pairwise(frames):
        assert max(ImageChops.difference(before, after).tobytes()) > 8


def test_long_clips_repeat(tmp_path: Path) -> None:
    """A long clip repeats what was encoded once, seamlessly."""
    frames = pictures(made(replace(CLIP, seconds=9), tmp_path))
    assert len(frames) == 216
    assert frames[0].tobytes() == frames[96].tobytes()


def test_same_order_same_bytes(tmp_path: Path) -> None:
    """The same clip is the same bytes each time."""
    assert made(replace(CLIP, audio=True), tmp_path) == made(replace(CLIP, audio=True), tmp_path)


def test_takes_look_different(tmp_path: Path) -> None:
    """Another prompt changes the colour of the whole picture, another job of the same prompt changes it less."""
    base = pictures(made(CLIP, tmp_path))[0]
    prompt = pictures(made(replace(CLIP, scene=replace(SMALL, prompt="a hare at night")), tmp_path))[0]
    job = pictures(made(replace(CLIP, scene=replace(SMALL, job="job_2")), tmp_path))[0]
    assert base.tobytes() != job.tobytes()
    assert _colour_gap(base, prompt) > _colour_gap(base, job)


def _colour_gap(one: Image.Image, other: Image.Image) -> int:
    pair = [picture.resize((1, 1)).getpixel((0, 0)) for picture in (one, other)]
    first, second = (pixel if isinstance(pixel, tuple) else () for pixel in pair)
    return sum(abs(a - b) for a, b in zip(first, second, strict=True))


def test_high_bitrate_is_larger(tmp_path: Path) -> None:
    """The high bitrate makes a larger file of the same length."""
    normal, high = made(CLIP, tmp_path), made(replace(CLIP, high_bitrate=True), tmp_path)
    assert len(high) > 1.3 * len(normal)
    assert len(pictures(high)) == 48


async def test_shelf_makes_each_once(tmp_path: Path) -> None:
    """A clip is made once, found again, and made anew with the same bytes when it was removed."""
    shelf = Shelf(tmp_path)
    path = await shelf.fetch(CLIP)
    data, made_at = path.read_bytes(), path.stat().st_ino
    assert (await shelf.fetch(CLIP)).stat().st_ino == made_at
    path.unlink()
    assert (await shelf.fetch(CLIP)).read_bytes() == data
    await shelf.close()


async def test_downloads_at_once_share_a_clip(tmp_path: Path) -> None:
    """Two downloads of one clip wait for the same making of it, and one that hangs up does not spoil the other."""
    shelf = Shelf(tmp_path)
    first, second = (asyncio.create_task(shelf.fetch(CLIP)) for _ in range(2))
    await asyncio.sleep(0)
    first.cancel()
    assert len(pictures((await second).read_bytes())) == 48
    assert not list(tmp_path.glob("*.part"))


async def test_shelf_is_bounded(tmp_path: Path) -> None:
    """When the shelf is full the clip that was used longest ago goes, the newest never."""
    shelf = Shelf(tmp_path, most_bytes=1)
    first = await shelf.fetch(CLIP)
    second = await shelf.fetch(replace(CLIP, seconds=3))
    assert not first.exists()
    assert second.exists()


def test_tidy_counts_files(tmp_path: Path) -> None:
    """A folder keeps at most so many files, the newest ones."""
    for number in range(5):
        (tmp_path / f"{number}.mp4").write_bytes(b"x")
    tidy(tmp_path, "*.mp4", most_bytes=100, most_files=2)
    assert len(list(tmp_path.iterdir())) == 2


async def test_folder_that_cannot_be_written(tmp_path: Path) -> None:
    """A folder that is gone is an error of the shelf."""
    with pytest.raises(OSError, match="No such file"):
        await Shelf(tmp_path / "gone").fetch(CLIP)


async def test_download_without_room(finish: Finish, http: httpx.AsyncClient, tmp_path: Path) -> None:
    """A download whose clip cannot be written is 503, and works when there is room again."""
    url = (await finish())["output"]
    folder = tmp_path / "clips"
    folder.rename(tmp_path / "away")
    assert (await http.get(url)).status_code == 503
    (tmp_path / "away").rename(folder)
    assert (await http.get(url)).status_code == 200
