"""Downloading a finished clip: streamed to disk, hashed on the way, bounded, resumed where that is safe.

The bytes are in ``<name>.part`` until they are whole and synced. Beside it ``<name>.part.etag`` says what they are
the beginning of: an address and the strong ETag that its server gave. Without both, a second try starts again.
"""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TypeVar

import httpx

from adapters.muapi.part import PartFile
from adapters.web.fetch import Fetcher
from adapters.web.guard import AddressRefused, Resolve, system_resolve
from bot.core.errors import ClipDamaged, Gone, Transient
from bot.core.ports.provider import Downloaded

#: Bytes that are collected before they are written: few visits to the disk, little memory.
WRITE_BYTES = 262_144
MOST_DIGITS = 18
T = TypeVar("T")
GONE = frozenset({401, 403, 404, 410})
WHOLE, PARTIAL, UNSATISFIABLE = 200, 206, 416


class Downloader:
    """Fetches clips from wherever the provider put them; hosts vary, so every public https host is one."""

    def __init__(
        self, *, allow_loopback: bool = False, tls: ssl.SSLContext | None = None, resolve: Resolve = system_resolve
    ) -> None:
        """``allow_loopback`` is for a provider on this machine, the simulator."""
        self._fetcher = Fetcher(allow_loopback=allow_loopback, tls=tls, resolve=resolve)

    async def fetch(self, url: str, into: Path, *, limit_bytes: int, timeout_s: float) -> Downloaded:
        """Download to ``into``; what came before a failure stays for the next try, where it can be resumed.

        Raises:
            Transient: try again.
            Gone: 401, 403, 404, 410.
            ClipDamaged: larger than ``limit_bytes``, or not an address that may be fetched.
            ArchiveError: the disk is full or cannot be written.
        """
        part = PartFile(into, url, limit_bytes=limit_bytes)
        try:
            async with asyncio.timeout(timeout_s):
                return await self._fetch(url, part)
        except TimeoutError as error:
            text = f"the download took longer than {timeout_s:g} s"
            raise Transient(text) from error
        except AddressRefused as error:
            text = f"the clip's address is not fetched: {error}"
            raise ClipDamaged(text) from error
        except (httpx.HTTPError, httpx.StreamError) as error:
            text = f"the download broke off ({type(error).__name__})"
            raise Transient(text) from error
        finally:
            part.close()

    async def _fetch(self, url: str, part: PartFile) -> Downloaded:
        have, etag = await settled(part.resumable)
        headers = {"Range": f"bytes={have}-", "If-Range": etag} if have else {}
        async with self._fetcher.open(url, headers) as response:
            if response.status_code == UNSATISFIABLE and have and ranged(response)[1] == have:
                # The ETag matched and nothing is missing: the last try broke off after the last byte.
                return await settled(part.finish)
            await settled(partial(begin, part, response, have=have, etag=etag))
            await receive(part, response)
        return await settled(part.finish)


def begin(part: PartFile, response: httpx.Response, *, have: int, etag: str) -> None:
    """Make the file ready for the bytes that come: more of what is there, or all of it anew.

    Raises:
        Gone, Transient, ClipDamaged, ArchiveError
    """
    status = response.status_code
    if status in GONE:
        text = f"the clip's address no longer works (HTTP {status})"
        raise Gone(text, status=status)
    if status == PARTIAL and have:
        start, whole = ranged(response)
        if start == have and response.headers.get("etag", etag) == etag:
            part.allow(whole)
            part.resume()
            return
    if status in {PARTIAL, UNSATISFIABLE}:
        part.forget()
    if status != WHOLE:
        text = f"the clip's host answers with HTTP {status}"
        raise Transient(text, status=status)
    part.allow(declared(response))
    part.restart(response.headers.get("etag", ""))


async def receive(part: PartFile, response: httpx.Response) -> None:
    """Write what comes, in large pieces, off the event loop; a broken answer leaves what came."""
    buffer = bytearray()
    try:
        async for chunk in response.aiter_raw():
            buffer += chunk
            if len(buffer) >= WRITE_BYTES:
                block = bytes(buffer)
                buffer.clear()
                await settled(partial(part.write, block))
    except httpx.HTTPError:
        await settled(partial(part.write, bytes(buffer)))
        raise
    await settled(partial(part.write, bytes(buffer)))


async def settled(work: Callable[[], T]) -> T:
    """Work on the disk in a thread, and its end even when the caller is cancelled: no two threads share a file."""
    task = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait({task})
        raise


def declared(response: httpx.Response) -> int | None:
    """The size that the answer promises, in bytes, if it does."""
    return number(response.headers.get("content-length", "").strip())


def ranged(response: httpx.Response) -> tuple[int | None, int | None]:
    """Where a partial answer starts, and the size of the whole: ``bytes 5-9/10``, ``bytes */10``."""
    unit, _, rest = response.headers.get("content-range", "").strip().partition(" ")
    span, _, whole = rest.partition("/")
    start = span.partition("-")[0]
    if unit.lower() != "bytes":
        return None, None
    return (number(start), number(whole))


def number(text: str) -> int | None:
    """A whole number in a header, if it is one; no file's size has more digits."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= MOST_DIGITS else None
