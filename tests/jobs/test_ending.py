"""Work that is brought to its end."""

from __future__ import annotations

import asyncio
import logging

import pytest

from bot.jobs.ending import to_its_end


async def test_it_gives_what_the_work_gives() -> None:
    """As if it had been awaited."""

    async def work() -> int:
        return 7

    assert await to_its_end(work(), name="seven") == 7


async def test_it_raises_what_the_work_raises() -> None:
    """As if it had been awaited."""

    async def work() -> None:
        msg = "no"
        raise ValueError(msg)

    with pytest.raises(ValueError, match="no"):
        await to_its_end(work(), name="failing")


async def begun(work_ends: asyncio.Event, *, fails: bool = False) -> tuple[asyncio.Task[None], list[str]]:
    done: list[str] = []

    async def work() -> None:
        await work_ends.wait()
        if fails:
            msg = "it failed"
            raise ValueError(msg)
        done.append("ended")

    task = asyncio.create_task(to_its_end(work(), name="the work"))
    await asyncio.sleep(0)
    return task, done


async def test_a_cancellation_comes_when_the_work_has_ended() -> None:
    """However often the caller is cancelled; and it is not swallowed."""
    ends = asyncio.Event()
    task, done = await begun(ends)
    for _ in range(3):
        task.cancel()
        await asyncio.sleep(0)
    assert not task.done()
    ends.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert done == ["ended"]


async def test_a_failure_after_a_cancellation_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """The caller is cancelled; what went wrong is not lost."""
    ends = asyncio.Event()
    task, _ = await begun(ends, fails=True)
    task.cancel()
    await asyncio.sleep(0)
    ends.set()
    with caplog.at_level(logging.ERROR), pytest.raises(asyncio.CancelledError):
        await task
    assert "the work failed" in caplog.text


async def test_a_loop_that_ends_ends_the_work_too() -> None:
    """The second Ctrl-C cancels every task; nothing waits for what will never come."""
    ends = asyncio.Event()
    task, _ = await begun(ends)
    inner = next(each for each in asyncio.all_tasks() if each.get_name() == "the work")
    task.cancel()
    inner.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
