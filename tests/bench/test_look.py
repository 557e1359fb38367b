"""Taking a clip in: how long checking it and making its pictures takes, and what this process feels of it."""

from __future__ import annotations

import asyncio
import json
import random
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import psutil  # type: ignore[import-untyped]
import pytest
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image, ImageChops

from adapters.muapi.simulator.clips import Clip, make
from adapters.muapi.simulator.picture import Scene
from bot.media.media import Media

ROUNDS = 3
AT_ONCE = 4
MIB = 1 << 20
SAMPLE_S = 0.005
IDLE_S = 3.0
#: How far the noise strays, of 255: about as much as that of a camera indoors.
NOISE = 4
#: Each frame takes its noise from another place of one large picture of it.
PLACES = 99_991


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A clip to take in, and what it may take by the specification."""

    name: str
    width: int
    height: int
    seconds: int
    target_s: float


CASES = (
    Case(name="5 s 480p", width=864, height=496, seconds=5, target_s=0.6),
    Case(name="15 s 720p", width=1280, height=720, seconds=15, target_s=2.8),
)
#: Carries tasks out in one interpreter, so that its start is not counted; gives the seconds that each part took.
PARTS = """
import json, sys, time
from pathlib import Path
from bot.media import look, preview, probe
from bot.media.poster import Poster
from bot.media.strip import Strip

class Stills(look.Looker):
    def begin(self, video):
        super().begin(video)
        self._at_work = [one for one in self._at_work if isinstance(one, (Poster, Strip))]

def timed(work):
    begun = time.process_time()
    work()
    return time.process_time() - begun

def stills(path, into):
    looker = Stills()
    probe.measure(path, looker)
    dict(look._written(looker, into))

path, into = Path(sys.argv[1]), sys.argv[2]
look.run({"clip": path, "into": into})
print(json.dumps([
    timed(lambda: probe.measure(path)),
    timed(lambda: stills(path, into)),
    timed(lambda: look.run({"clip": path, "into": into})),
]))
"""


def made(case: Case, folder: Path) -> Path:
    """A simulated clip with sound and a camera's noise: a smooth one packs, decodes and draws too easily."""
    plain, path = folder / f"plain {case.seconds}.mp4", folder / f"clip {case.seconds}.mp4"
    scene = Scene(width=case.width, height=case.height, prompt="a fox in snow", title=case.name, job="j1")
    make(Clip(scene=scene, seconds=case.seconds, audio=True, high_bitrate=False), plain)
    with av.open(str(plain)) as source, av.open(str(path), "w", options={"movflags": "+faststart"}) as target:
        video, sound = source.streams.video[0], source.streams.audio[0]
        stream = target.add_stream("libx264", rate=24, options={"preset": "veryfast", "crf": "20"})
        assert isinstance(stream, VideoStream)
        stream.width, stream.height, stream.pix_fmt = case.width, case.height, "yuv420p"
        copied = target.add_stream_from_template(sound)
        noise = _noise(case.width * case.height + PLACES)
        number = 0
        for packet in source.demux(video, sound):
            if packet.stream.type == "audio":
                if packet.dts is not None:
                    packet.stream = copied
                    target.mux(packet)
                continue
            for frame in packet.decode():
                target.mux(stream.encode(_noisy(frame, noise, number)))
                number += 1
        target.mux(stream.encode(None))
    return path


def _noise(length: int) -> bytes:
    chance = random.Random(1)
    return bytes(max(0, min(255, round(128 + chance.gauss(0, NOISE)))) for _ in range(length))


def _noisy(frame: Any, noise: bytes, number: int) -> VideoFrame:
    """A copy of the frame with noise in its brightness: the frame itself the decoder needs for those that follow."""
    made = VideoFrame(frame.width, frame.height, "yuv420p")
    for place, (plane, old) in enumerate(zip(made.planes, frame.planes, strict=True)):
        content = Image.frombytes("L", (old.line_size, old.height), bytes(old)).crop((0, 0, old.width, old.height))
        if place == 0:
            start = number * 7919 % PLACES
            grain = Image.frombytes("L", content.size, noise[start : start + old.width * old.height])
            content = ImageChops.add(content, grain, 1, -128)
        wide = Image.new("L", (plane.line_size, plane.height))
        wide.paste(content)
        plane.update(wide.tobytes())
    made.pts, made.time_base = number, Fraction(1, 24)
    return made


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("clips")
    return {case.name: made(case, folder) for case in CASES}


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
async def test_taking_a_clip_in(clips: dict[str, Path], tmp_path: Path, case: Case) -> None:
    """The whole of it by the clock, with its process; and what of it is computed for each part."""
    path, whole, sizes = clips[case.name], list[float](), ""
    media = Media()
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        taken = await media.take_in(
            path, seconds=case.seconds, width_over_height=(16, 9), audio=True, into=tmp_path / "taken"
        )
        whole.append(time.perf_counter() - begun)
        assert len(taken.pictures) == 4
        sizes = ", ".join(f"{kind.value} {one.size / 1000:,.0f} KB" for kind, one in taken.pictures.items())
    rounds = [_parts(path, tmp_path) for _ in range(ROUNDS)]
    check, stills, everything = (statistics.median(each) for each in zip(*rounds, strict=True))
    print(
        f"\n{case.name} ({path.stat().st_size / 1e6:.1f} MB): {statistics.median(whole):.2f} s with its process "
        f"(worst {max(whole):.2f}; the specification has {case.target_s} s); computed: check {check:.2f} s, with "
        f"poster and strip {stills:.2f} s, with previews {everything:.2f} s\n{sizes}"
    )


def _parts(path: Path, folder: Path) -> list[float]:
    said = subprocess.run(
        [sys.executable, "-c", PARTS, str(path), str(folder / "parts")], capture_output=True, text=True, check=True
    )
    found: list[float] = json.loads(said.stdout)
    return found


async def test_what_this_process_feels_of_four_at_once(clips: dict[str, Path], tmp_path: Path) -> None:
    """How late the event loop wakes while four clips are taken in, beside how late it wakes when idle; and memory."""
    media, path = Media(), clips["5 s 480p"]

    async def taken(number: int) -> None:
        into = tmp_path / f"{number}"
        await media.take_in(path, seconds=5, width_over_height=(16, 9), audio=True, into=into)

    await taken(0)
    before, highest, ratios, lags = psutil.Process().memory_info().rss, 0, [], []
    for _ in range(ROUNDS):
        idle, _ = await _lateness(asyncio.sleep(IDLE_S))
        busy, rss = await _lateness(asyncio.gather(*(taken(number) for number in range(AT_ONCE))))
        highest = max(highest, rss)
        ratios.append(_p99(busy) / _p99(idle))
        lags.append((statistics.median(idle), _p99(idle), statistics.median(busy), _p99(busy)))
    middle = sorted(zip(ratios, lags, strict=True))[ROUNDS // 2]
    print(
        f"\nfour clips at once: the loop is late by {middle[1][2]:.2f} ms median, {middle[1][3]:.2f} ms p99; idle "
        f"{middle[1][0]:.2f} and {middle[1][1]:.2f} ms; ratio of p99 {middle[0]:.2f} (worst {max(ratios):.2f}); this "
        f"process grows by {(highest - before) / MIB:.1f} MiB"
    )


async def _lateness(work: Any) -> tuple[list[float], int]:
    """How late a sleeper wakes until the work is done, each in milliseconds; and the most memory meanwhile."""
    running, late, highest, process = asyncio.ensure_future(work), list[float](), 0, psutil.Process()
    while not running.done():
        due = time.perf_counter() + SAMPLE_S
        await asyncio.sleep(SAMPLE_S)
        late.append((time.perf_counter() - due) * 1000)
        highest = max(highest, process.memory_info().rss)
    await running
    return late, highest


def _p99(late: list[float]) -> float:
    return sorted(late)[len(late) * 99 // 100]
