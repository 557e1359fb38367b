"""Calls to webhooks: only to this machine, again where nobody takes them, and not for ever."""

from __future__ import annotations

import asyncio
import contextlib
import json
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import aiohttp

from adapters.muapi.simulator.validation import is_loopback
from bot.core.ports.clock import Clock

#: A call that is not taken with a 2xx comes again, after so many provider seconds, doubled each time.
TRIES = 5
FIRST_PAUSE_S = 5.0
#: A call may take so long, in real seconds.
CALL_S = 10.0
MOST_UNDER_WAY = 1_000
MOST_REMEMBERED = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call as it was made."""

    job: str
    url: str
    #: The job's status in the body.
    said: str
    #: What was answered; ``None`` where nobody answered, or the address is not of this machine and was not called.
    status: int | None


class Caller:
    """Makes the calls, beside whatever else happens."""

    def __init__(self, clock: Clock, scale: float) -> None:
        """``scale`` is real seconds per provider second."""
        self._clock = clock
        self._scale = scale
        self._under_way: set[asyncio.Task[None]] = set()
        #: The latest calls, oldest first.
        self.made: deque[Call] = deque(maxlen=MOST_REMEMBERED)

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Have something done meanwhile; beyond 1,000 at once it is left out, as a queue that overflows does."""
        if len(self._under_way) >= MOST_UNDER_WAY:
            work.close()
            return
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def call(self, job: str, url: str, body: dict[str, object]) -> None:
        """Call, and again until it is taken, five times at most; an address of another machine is never called."""
        for tried in range(TRIES):
            if tried:
                await self._clock.sleep(FIRST_PAUSE_S * 2 ** (tried - 1) * self._scale)
            status = await _post(url, body) if is_loopback(url) else None
            self.made.append(Call(job=job, url=url, said=_said(body), status=status))
            taken = status is not None and HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES
            if taken or not is_loopback(url):
                return

    async def close(self) -> None:
        """Give up what is under way."""
        under_way = list(self._under_way)
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)


async def _post(url: str, body: dict[str, object]) -> int | None:
    """Unsigned, on a connection of its own, without following anybody anywhere."""
    headers = {"Content-Type": "application/json", "Connection": "close"}
    timeout = aiohttp.ClientTimeout(total=CALL_S)
    with contextlib.suppress(aiohttp.ClientError, TimeoutError, OSError):
        async with aiohttp.ClientSession(timeout=timeout, trust_env=False) as session:
            call = session.post(url, data=json.dumps(body).encode(), headers=headers, allow_redirects=False)
            async with call as answer:
                return answer.status
    return None


def _said(body: dict[str, object]) -> str:
    inner = body.get("data")
    return str((inner if isinstance(inner, dict) else body).get("status", ""))
