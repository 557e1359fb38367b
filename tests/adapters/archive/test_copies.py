"""Copies on this machine's disk: bounded in time and size, and never the only ones."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from pathlib import Path

import pytest

from adapters.archive import disk
from adapters.archive.copies import Copies
from bot.core.errors import ArchiveError
from bot.core.ports import Stored

NOW_S = int(time.time())
NOW = NOW_S * 1000
HOUR_S, DAY_S = 3600, 24 * 3600


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "copies"


def copied(folder: Path, name: str, *, age_s: int) -> Path:
    """A copy that was last asked for so long ago."""
    folder.mkdir(exist_ok=True)
    path = folder / disk.flat(name)
    path.write_bytes(b"x" * 100)
    os.utime(path, (NOW_S - age_s, NOW_S - age_s))
    return path


async def test_found_while_it_is_whole(folder: Path) -> None:
    """A copy is found by name, size and checksum, and counts as asked for; another one is not."""
    copies, content = Copies(folder), b"x" * 100
    path = copied(folder, "2026-11/a.mp4", age_s=DAY_S)
    stored = Stored(name="2026-11/a.mp4", size=100, sha256=hashlib.sha256(content).hexdigest())
    assert await copies.find(stored) == path
    assert path.stat().st_mtime > NOW_S - DAY_S
    assert await copies.find(Stored(name="2026-12/a.mp4", size=100, sha256=stored.sha256)) is None
    await copies.drop("2026-11/a.mp4")
    await copies.drop("2026-11/a.mp4")
    assert await copies.find(stored) is None


async def test_old_ones_go(folder: Path) -> None:
    """What nobody has asked for in a week goes, and what a download left behind goes after two days."""
    copies = Copies(folder)
    assert await copies.tidy(NOW) == 0
    old = copied(folder, "2026-11/old.mp4", age_s=8 * DAY_S)
    young = copied(folder, "2026-11/young.mp4", age_s=6 * DAY_S)
    for name, age_s in (("left.mp4", 3 * DAY_S), ("going.mp4", DAY_S)):
        copies.working_file(name).touch()
        os.utime(copies.working_file(name), (NOW_S - age_s, NOW_S - age_s))
    assert await copies.tidy(NOW) == 2
    assert (old.exists(), young.exists()) == (False, True)
    assert (copies.working_file("left.mp4").exists(), copies.working_file("going.mp4").exists()) == (False, True)


async def test_too_many_go(folder: Path) -> None:
    """Over the limit the oldest go, but none that somebody may still be reading."""
    copies = Copies(folder, most_bytes=250)
    ages = {"a": 60, "b": 120, "c": HOUR_S, "d": 2 * HOUR_S}
    paths = {name: copied(folder, f"2026-11/{name}.mp4", age_s=age_s) for name, age_s in ages.items()}
    assert await copies.tidy(NOW) == 2
    assert [name for name, path in paths.items() if path.exists()] == ["a", "b"]
    assert await Copies(folder, most_bytes=1).tidy(NOW) == 0


async def test_a_new_one_makes_room(folder: Path) -> None:
    """The limit holds between two tidyings too."""
    copies = Copies(folder, most_bytes=250)
    old = [copied(folder, f"2026-11/{number}.mp4", age_s=DAY_S * number) for number in (3, 2, 1)]
    working = copies.working_file("2026-11/new.mp4")
    working.write_bytes(b"x" * 100)
    assert (await copies.take(working, "2026-11/new.mp4")).exists()
    assert [path.exists() for path in old] == [False, False, True]


async def test_from_another_disk(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A download that cannot be renamed into place is copied, and goes when that is done."""
    copies, source = Copies(folder), tmp_path / "download.mp4"
    source.write_bytes(b"clip")
    renamed = Path.replace

    def replace(path: Path, target: Path) -> Path:
        if path == source:
            raise OSError(18, "another disk")
        return renamed(path, target)

    monkeypatch.setattr(Path, "replace", replace)
    assert (await copies.take(source, "2026-11/a.mp4")).read_bytes() == b"clip"
    assert not source.exists()
    source.write_bytes(b"clip")

    def full(*_paths: object) -> None:
        raise OSError(28, "full")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(ArchiveError, match=r"local copies .* cannot be written: its disk is full"):
        await copies.take(source, "2026-11/b.mp4")
    assert source.read_bytes() == b"clip"


async def test_free_bytes(folder: Path) -> None:
    """The room on the disk is known, whether the folder is there or not."""
    assert await Copies(folder).free_bytes() > 0
    assert folder.is_dir()
