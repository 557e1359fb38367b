"""Fitting as the rest of the product asks for it: in a process of its own, one at a time, and nothing half made."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.core.errors import ClipDamaged
from bot.media import media as place
from bot.media.errors import CannotFit, MediaUnavailable
from bot.media.fitted import Fitted, Sound
from bot.media.media import Media
from bot.media.workers import Workers

READY = "print('{\"ready\": true}', flush=True); "
FACTS = {"size_bytes": 4, "width": 160, "height": 90, "duration_ms": 2000, "frames": 24, "sound": "copied"}


@pytest.fixture
def into(tmp_path: Path) -> Path:
    return tmp_path / "copy.mp4"


def saying(answer: object, *, then: str = "") -> Media:
    """Media whose worker writes four bytes and answers this."""
    program = (
        READY
        + "import json, os, sys, time; into = json.loads(sys.stdin.readline())['into']; "
        + f"open(into, 'w').write('half'); {then or f'print({json.dumps(answer)!r}, flush=True)'}"
    )
    return Media(workers=Workers(program=(sys.executable, "-c", program)))


async def test_fitted(file: Path, into: Path, clips: Any) -> None:
    """The file is there, as large as is said, and it was told how far it was."""
    file.write_bytes(clips.make())
    told: list[float] = []
    found = await Media().fit(file, into, limit_bytes=15_000, on_progress=told.append)
    assert found == Fitted(
        size_bytes=into.stat().st_size, width=160, height=90, duration_ms=4000, frames=48, sound=Sound.COPIED
    )
    assert found.size_bytes <= 15_000
    assert (len(told) > 5, told == sorted(told)) == (True, True)


async def test_too_small(file: Path, into: Path, clips: Any) -> None:
    """A limit that no picture fits is no damage, and no trouble."""
    file.write_bytes(clips.make())
    with pytest.raises(CannotFit, match="5,000 bytes are too few"):
        await Media().fit(file, into, limit_bytes=5_000)
    assert not into.exists()


async def test_hostile(file: Path, into: Path, clips: Any) -> None:
    """A clip that cannot be decoded is refused in one phrase."""
    file.write_bytes(clips.resized((16_000, 16_000)))
    with pytest.raises(ClipDamaged, match="beyond the limit"):
        await Media().fit(file, into, limit_bytes=None)
    assert not into.exists()


async def test_full(file: Path, into: Path, clips: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that the system does not let grow says nothing about the clip; nothing of it is left."""
    monkeypatch.setattr(place, "MOST_ENCODED_BYTES", 5_000)
    file.write_bytes(clips.make())
    with pytest.raises(MediaUnavailable, match="OSError"):
        await Media().fit(file, into, limit_bytes=None)
    assert not into.exists()


@pytest.mark.parametrize(
    ("answer", "then", "why"),
    [
        (FACTS | {"frames": "24"}, "", "not the facts"),
        (FACTS | {"sound": "loud"}, "", "not a valid Sound"),
        (FACTS | {"size_bytes": 5}, "", "not what it said"),
        (FACTS | {"size_bytes": 3}, "", "not what it said"),
        (FACTS, "os.remove(into); print(json.dumps(" + repr(FACTS) + "))", "not one"),
        ({}, "os.kill(os.getpid(), 9)", "ended with -9"),
    ],
)
async def test_unavailable(into: Path, answer: dict[str, object], then: str, why: str) -> None:
    """A worker that is killed, or whose file is not what it says, leaves nothing."""
    with pytest.raises(MediaUnavailable, match=why):
        await saying({"facts": answer}, then=then).fit(into, into, limit_bytes=100)
    assert not into.exists()


async def test_over(into: Path) -> None:
    """A file that is over its limit does not pass, whatever is said of it."""
    with pytest.raises(MediaUnavailable, match="not what it said"):
        await saying({"facts": FACTS}).fit(into, into, limit_bytes=3)
    assert not into.exists()


async def test_cancelled(into: Path) -> None:
    """The worker is gone before the cancel is through, and its file with it."""
    begun = asyncio.Event()
    then = "print('{\"progress\": 0.5}', flush=True); time.sleep(600)"
    fitting = asyncio.create_task(
        saying({}, then=then).fit(into, into, limit_bytes=100, on_progress=lambda _: begun.set())
    )
    await begun.wait()
    assert into.exists()
    fitting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await fitting
    assert not into.exists()


async def test_one_at_a_time(file: Path, tmp_path: Path) -> None:
    """Two copies are made one after the other, and a check does not wait for either."""
    program = READY + (
        "import json, os, sys, time\n"
        "request = json.loads(sys.stdin.readline())\n"
        "if request['task'] == 'check':\n"
        "    print(json.dumps({'damaged': 'checked'})); sys.exit()\n"
        "print(json.dumps({'progress': 0.5}), flush=True)\n"
        "while not os.path.exists(request['clip']): time.sleep(0.01)\n"
        "open(request['into'], 'w').write('half')\n"
        f"print(json.dumps({{'facts': {FACTS!r}}}))\n"
    )
    media = Media(workers=Workers(program=(sys.executable, "-c", program)))
    begun: list[str] = []
    first_begun = asyncio.Event()

    def tell(name: str) -> None:
        begun.append(name)
        first_begun.set()

    first, second = (
        asyncio.create_task(
            media.fit(file, tmp_path / name, limit_bytes=9, on_progress=lambda _, name=name: tell(name))  # type: ignore[misc]
        )
        for name in ("first", "second")
    )
    await first_begun.wait()
    with pytest.raises(ClipDamaged, match="checked"):
        await media.check_clip(file, seconds=4, width_over_height=None, audio=False)
    assert begun == ["first"]
    file.write_bytes(b"go on")
    assert await first == await second
    assert begun == ["first", "second"]
