"""The folder of exported files: whole ones, few, for a day."""

from __future__ import annotations

import os
import stat
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.core.errors import Refusal
from bot.jobs.spending.files import KEPT_MS, Exports


async def pieces(*given: bytes) -> AsyncIterator[bytes]:
    for piece in given:
        yield piece


async def failing() -> AsyncIterator[bytes]:
    yield b"a"
    msg = "the rows cannot be read"
    raise ValueError(msg)


async def test_a_file_is_whole_and_private(tmp_path: Path) -> None:
    """Its pieces in their order, readable for the bot's own user alone."""
    path = await Exports(tmp_path / "exports").write("x.csv", pieces(b"a", b"b"))
    assert path == tmp_path / "exports" / "x.csv"
    assert path.read_bytes() == b"ab"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


async def test_nothing_is_left_of_a_failure(tmp_path: Path) -> None:
    """Whatever goes wrong while it is written."""
    with pytest.raises(ValueError, match="cannot be read"):
        await Exports(tmp_path).write("x.csv", failing())
    with pytest.raises(Refusal, match="more than 0 MB"):
        await Exports(tmp_path, most_bytes=1).write("x.csv", pieces(b"a", b"b"))
    assert list(tmp_path.iterdir()) == []


async def test_only_so_many_files_are_kept(tmp_path: Path) -> None:
    """What is over them is refused until the oldest are swept."""
    exports = Exports(tmp_path, most_files=2)
    for name in ("1", "2"):
        await exports.write(name, pieces(b"a"))
    with pytest.raises(Refusal, match="2 exported files are kept already"):
        await exports.write("3", pieces(b"a"))
    old = tmp_path / "1"
    os.utime(old, (0, 0))
    assert await exports.tidy(KEPT_MS + 1) == 1
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2"]
    await exports.write("3", pieces(b"a"))


async def test_a_disk_that_takes_nothing(tmp_path: Path) -> None:
    """The sentence says why, and where the figures are all the same."""
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(Refusal, match=r"could not be written: .*\. /dailies spend report has the same figures"):
        await Exports(tmp_path / "file").write("x.csv", pieces(b"a"))


async def test_a_folder_that_is_not_there_is_tidy(tmp_path: Path) -> None:
    """Nothing was exported yet."""
    assert await Exports(tmp_path / "none").tidy(0) == 0
