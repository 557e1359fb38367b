"""The copies that are being made now."""

from __future__ import annotations

import asyncio

import pytest

from bot.jobs.copies import Copies, Stopped
from bot.media.workers import OnProgress


class Encoder:
    """Tells what it is asked to, and ends when it may; knows whether it was ended before."""

    def __init__(self) -> None:
        self.begun, self.may_end = asyncio.Event(), asyncio.Event()
        self.ended = False

    async def __call__(self, tell: OnProgress) -> str:
        tell(0.404)
        self.begun.set()
        try:
            await self.may_end.wait()
        finally:
            await asyncio.sleep(0)
            self.ended = True
        return "copy.mp4"


async def test_a_copy_says_how_much_of_it_is_made() -> None:
    """While it is made, and no longer."""
    copies, encoder = Copies(), Encoder()
    making = asyncio.create_task(copies.make("A7K", encoder))
    await encoder.begun.wait()
    assert (copies.percent("A7K"), copies.percent("B2C"), copies.under_way) == (40, None, 1)
    encoder.may_end.set()
    assert await making == "copy.mp4"
    assert (copies.percent("A7K"), copies.under_way) == (None, 0)


async def test_a_copy_that_nobody_wants_is_stopped() -> None:
    """Its work has ended by then; stopping what is not made does nothing."""
    copies, encoder = Copies(), Encoder()
    making = asyncio.create_task(copies.make("A7K", encoder))
    await encoder.begun.wait()
    copies.stop("B2C")
    copies.stop("A7K")
    with pytest.raises(Stopped):
        await making
    assert (encoder.ended, copies.percent("A7K")) == (True, None)


async def test_a_cancel_waits_for_the_end_of_the_work() -> None:
    """A worker is gone, and its file, before the cancel is through."""
    copies, encoder = Copies(), Encoder()
    making = asyncio.create_task(copies.make("A7K", encoder))
    await encoder.begun.wait()
    making.cancel()
    with pytest.raises(asyncio.CancelledError):
        await making
    assert encoder.ended


async def test_what_goes_wrong_is_told() -> None:
    """The copy's own error, and nothing is under way then."""

    async def fail(tell: OnProgress) -> None:
        del tell
        raise OSError

    copies = Copies()
    with pytest.raises(OSError, match=r"^$"):
        await copies.make("A7K", fail)
    assert copies.percent("A7K") is None
