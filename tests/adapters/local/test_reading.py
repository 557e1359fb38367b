from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.local.reading import lines


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    ends = os.pipe()
    yield ends
    for end in ends:
        try:
            os.close(end)
        except OSError:
            continue  # The test has closed it.


async def collected(descriptor: int) -> list[str]:
    return [line async for line in lines(descriptor)]


async def test_pipe(pipe: tuple[int, int]) -> None:
    """Lines come from a pipe as they come, letters that were cut in two included, while others go on."""
    read, write = pipe
    task = asyncio.create_task(collected(read))
    for piece in (b"one\r\ntw", b"o \xf0\x9f", b"\x8e\xac\n\nlast"):
        os.write(write, piece)
        await asyncio.sleep(0)
    os.close(write)
    assert await task == ["one", "two 🎬", "", "last"]


async def test_nothing_yet(pipe: tuple[int, int]) -> None:
    """Waiting for a line holds up nothing, and can be given up."""
    task = asyncio.create_task(collected(pipe[0]))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert asyncio.get_running_loop().remove_reader(pipe[0]) is False


async def test_file(tmp_path: Path) -> None:
    """A regular file is read to its end, whatever its size."""
    path = tmp_path / "lines.txt"
    path.write_text("".join(f"line {number}\n" for number in range(50_000)))
    with path.open("rb") as file:
        read = await collected(file.fileno())
    assert (len(read), read[-1]) == (50_000, "line 49999")


async def test_no_input() -> None:
    """Where there is no input there are no lines."""
    descriptor = os.open(os.devnull, os.O_RDONLY)
    assert await collected(descriptor) == []
    os.close(descriptor)


async def test_endless_line(tmp_path: Path) -> None:
    """Of a line without end only so much is kept that it can be refused; the next one is read."""
    path = tmp_path / "lines.txt"
    path.write_text("x" * 400_000 + "\nshort\n")
    with path.open("rb") as file:
        long, short = await collected(file.fileno())
    assert (65_536 < len(long) < 200_000, short) == (True, "short")
