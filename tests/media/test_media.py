from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.core.errors import ClipDamaged
from bot.media.errors import MediaUnavailable
from bot.media.facts import ClipFacts
from bot.media.media import Media
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
