"""The one way from a process to the outside: here it is killed or frozen, at any call of a port."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import TypeVar

T = TypeVar("T")


class Life(Enum):
    """What a process does."""

    RUNNING = "running"
    FROZEN = "frozen"
    DEAD = "dead"


@dataclass(frozen=True, slots=True)
class Strike:
    """What befalls a process at one of its next calls."""

    life: Life
    #: The calls until then.
    calls: int
    #: Before the call has its effect; else after it, and its answer is not heard.
    before: bool


class Gate:
    """Every call of a port goes through it. Nothing of a process that is not running comes out of here."""

    def __init__(self) -> None:
        self.life = Life.RUNNING
        self.closing = False
        self._strike: Strike | None = None
        self._go = asyncio.Event()

    def strike_at(self, strike: Strike | None) -> None:
        """Plan what happens, or that nothing does."""
        self._strike = strike

    def become(self, life: Life) -> None:
        """Stop the process, or let a frozen one go on."""
        if self.life is Life.DEAD:
            return
        self.life, self._strike = life, None
        (self._go.set if life is Life.RUNNING else self._go.clear)()

    def close(self) -> None:
        """The drill is over: whoever waits here may be cancelled now."""
        self.become(Life.DEAD)
        self.closing = True
        self._go.set()

    async def hold(self) -> None:
        """Wait for as long as the process does not run; a time limit that runs out meanwhile is told afterwards."""
        cancelled: asyncio.CancelledError | None = None
        while self.life is not Life.RUNNING:
            if self.closing:
                raise cancelled or asyncio.CancelledError
            try:
                await self._go.wait()
            except asyncio.CancelledError as stop:
                cancelled = stop
        if cancelled is not None:
            raise cancelled

    async def call(self, deed: Callable[[], Awaitable[T]]) -> T:
        """Do it, unless the process ends or freezes before."""
        await self.hold()
        strike = self._next()
        if strike is not None and strike.before:
            self.become(strike.life)
            await self.hold()
        try:
            return await deed()
        finally:
            if strike is not None and not strike.before:
                self.become(strike.life)
            await self.hold()

    def _next(self) -> Strike | None:
        """Count the call; the strike, if this is its call."""
        strike = self._strike
        if strike is None:
            return None
        if strike.calls > 0:
            self._strike = Strike(strike.life, strike.calls - 1, strike.before)
            return None
        self._strike = None
        return strike
