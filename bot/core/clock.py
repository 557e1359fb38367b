"""The real clocks, and real chance."""

from __future__ import annotations

import asyncio
import random
import secrets
import time
from collections.abc import Sequence
from typing import TypeVar

from bot.core.ids import draw

T = TypeVar("T")


class SystemClock:
    """The machine's clocks; the monotonic one goes on while the machine sleeps, where there is such a clock."""

    def now(self) -> int:
        """UTC milliseconds."""
        return time.time_ns() // 1_000_000

    def monotonic(self) -> float:
        """Seconds since some moment."""
        return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)


class SystemIds:
    """Ids that nobody can guess, and jitter."""

    def word(self, length: int) -> str:
        """A speakable id."""
        return draw(length, secrets.randbelow)

    def unique(self) -> str:
        """Milliseconds and 48 random bits, so that ids sort by age."""
        return f"{time.time_ns() // 1_000_000:012x}{secrets.token_hex(6)}"

    def between(self, low: float, high: float) -> float:
        """A number in [low, high)."""
        return random.uniform(low, high)  # noqa: S311 - jitter, not a secret

    def one_of(self, items: Sequence[T]) -> T:
        """One of the items."""
        return items[secrets.randbelow(len(items))]
