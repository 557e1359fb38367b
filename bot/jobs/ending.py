"""Work that is brought to its end, whatever is cancelled around it: an order that was begun, a post under way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")
log = logging.getLogger(__name__)


async def to_its_end(work: Coroutine[Any, Any, T], *, name: str) -> T:
    """Run ``work`` as a task that no cancellation of the caller reaches; the caller's own comes once it has ended."""
    task = asyncio.create_task(work, name=name)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError as stop:
            cancelled = stop
    if cancelled is None:
        return task.result()
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("%s failed while the bot was stopping", name, exc_info=error)
    raise cancelled
