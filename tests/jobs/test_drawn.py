"""What is drawn when it is needed, and kept for a while."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

import pytest

from bot.jobs.drawn import KEPT_IN_ANY_CASE_MS, KEPT_MS, Drawn


class Pen:
    """Writes its text, and counts how often."""

    def __init__(self, text: str = "a sheet") -> None:
        self.text, self.times = text, 0

    async def __call__(self, path: Path) -> None:
        self.times += 1
        await asyncio.sleep(0)
        path.write_text(self.text, encoding="utf-8")


async def test_a_file_is_made_once_however_many_ask_for_it(tmp_path: Path) -> None:
    """Those who ask at once wait for the one who makes it; later ones find it."""
    drawn, pen = Drawn(tmp_path / "drawn"), Pen()
    first, second = await asyncio.gather(drawn.get("a.jpg", pen), drawn.get("a.jpg", pen))
    assert first == second == await drawn.get("a.jpg", pen) == tmp_path / "drawn" / "a.jpg"
    assert (first.read_text(encoding="utf-8"), pen.times) == ("a sheet", 1)


async def test_one_makes_a_file_at_a_time(tmp_path: Path) -> None:
    """Whoever comes while another takes over from one who has failed waits too."""
    drawn, begun, go_on = Drawn(tmp_path), asyncio.Event(), asyncio.Event()

    async def fail(_path: Path) -> None:
        raise OSError

    async def slow(path: Path) -> None:
        begun.set()
        await go_on.wait()
        path.write_text("a sheet", encoding="utf-8")

    first, second = asyncio.create_task(drawn.get("a.jpg", fail)), asyncio.create_task(drawn.get("a.jpg", slow))
    await begun.wait()
    late = Pen()
    third = asyncio.create_task(drawn.get("a.jpg", late))
    await asyncio.sleep(0.05)
    go_on.set()
    with pytest.raises(OSError, match=r"^$"):
        await first
    assert await second == await third
    assert late.times == 0


async def test_nothing_is_left_of_what_could_not_be_made(tmp_path: Path) -> None:
    """A half-written file never has the name of a whole one, and the next who asks has it made."""
    drawn = Drawn(tmp_path)

    async def fail(path: Path) -> None:
        path.write_text("half", encoding="utf-8")
        raise OSError

    with pytest.raises(OSError, match=r"^$"):
        await drawn.get("a.jpg", fail)
    assert list(tmp_path.iterdir()) == []
    assert (await drawn.get("a.jpg", Pen())).read_text(encoding="utf-8") == "a sheet"


async def test_what_a_kill_left_half_written_is_written_anew(tmp_path: Path) -> None:
    """The rest of an earlier process is in nobody's way."""
    (tmp_path / ".a.part.jpg").write_text("half", encoding="utf-8")
    path = await Drawn(tmp_path).get("a.jpg", Pen())
    assert [path] == list(tmp_path.iterdir())


async def test_what_nobody_asks_for_is_removed(tmp_path: Path) -> None:
    """A week after it was last asked for; when there is too much, after a day."""
    now = round(time.time() * 1000)
    for name, age_ms in {"week": KEPT_MS + 1000, "days": KEPT_IN_ANY_CASE_MS + 1000, "new": 0, "newer": 0}.items():
        (tmp_path / name).write_text("12345", encoding="utf-8")
        os.utime(tmp_path / name, (now / 1000 - age_ms / 1000,) * 2)
    assert await Drawn(tmp_path).tidy(now) == 1
    assert await Drawn(tmp_path, most_bytes=6).tidy(now) == 1
    assert {path.name for path in tmp_path.iterdir()} == {"new", "newer"}
    assert await Drawn(tmp_path / "none").tidy(now) == 0
