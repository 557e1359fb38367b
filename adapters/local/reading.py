"""Lines from a file, a pipe or a terminal, without holding up anything else."""

from __future__ import annotations

import asyncio
import codecs
import os
from collections.abc import AsyncIterator

from adapters.local.lines import LONGEST_LINE_CHARACTERS

READ_BYTES = 65_536


async def chunks(descriptor: int) -> AsyncIterator[bytes]:
    """What comes, as it comes, to the end; a regular file and ``/dev/null`` never make anybody wait."""
    while True:
        await _readable(descriptor)
        chunk = os.read(descriptor, READ_BYTES)
        if not chunk:
            return
        yield chunk


async def _readable(descriptor: int) -> None:
    """Until there is something to read, or the end; watched only meanwhile, for an end stays readable for ever."""
    loop, ready = asyncio.get_running_loop(), asyncio.Event()
    try:
        loop.add_reader(descriptor, ready.set)
    except PermissionError:
        # The kernel watches pipes and terminals only; reading anything else returns at once.
        return
    try:
        await ready.wait()
    finally:
        loop.remove_reader(descriptor)


async def lines(descriptor: int) -> AsyncIterator[str]:
    """Each line without its end; of one that is far too long only the start, enough for it to be refused."""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    kept = ""
    async for chunk in chunks(descriptor):
        *whole, rest = (kept + decoder.decode(chunk)).split("\n")
        for line in whole:
            yield line.rstrip("\r")
        kept = rest[: LONGEST_LINE_CHARACTERS + 1]
    if kept:
        yield kept
