"""Time and chance, passed in, so that tests move the one and know the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

T = TypeVar("T")


class Clock(Protocol):
    """Two clocks and a way to wait."""

    def now(self) -> int:
        """UTC milliseconds since 1970; due times and periods are computed from it."""
        ...

    def monotonic(self) -> float:
        """Seconds on a clock that never jumps and counts sleep; durations inside a process."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait; zero gives others a turn."""
        ...


class Ids(Protocol):
    """Where new ids and jitter come from."""

    def word(self, length: int) -> str:
        """A speakable id of ``length`` letters and digits, without 0 O 1 I L, holding at least one of each kind."""
        ...

    def unique(self) -> str:
        """An id that is never given twice, for attempts, events and nonces; 26 characters at most."""
        ...

    def between(self, low: float, high: float) -> float:
        """A number in [low, high), for jitter."""
        ...

    def one_of(self, items: Sequence[T]) -> T:
        """One of the items."""
        ...
