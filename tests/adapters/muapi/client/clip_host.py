"""A host of clips on loopback that cuts, forgets and refuses as a test tells it to."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

from adapters.muapi.client import MuapiClient
from bot.core.ports import Downloaded

CLIP = bytes(range(256)) * 4_000
HALF = len(CLIP) // 2
LIMIT = 2 * len(CLIP)
WHOLE = Downloaded(size=len(CLIP), sha256=hashlib.sha256(CLIP).hexdigest())


@dataclass
class Host:
    """Where clips are; cuts an answer after ``cut`` bytes."""

    etag: str = '"v1"'
    clip: bytes = CLIP
    cut: int | None = None
    ranges: bool = True
    #: Sent instead of a 206's own.
    content_range: str | None = None
    status: int = 200
    #: After the cut, wait for this instead of breaking the connection.
    stall: asyncio.Event | None = None
    #: Whether the size is declared.
    declares: bool = True
    headers: dict[str, str] = field(default_factory=dict)
    seen: list[dict[str, str]] = field(default_factory=list)
    url: str = ""

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Send the clip, or the part of it that is asked for."""
        self.seen.append(dict(request.headers))
        if self.status != 200:
            return web.Response(status=self.status, headers=self.headers)
        start = self._start(request)
        if start is not None and start >= len(self.clip):
            return web.Response(status=416, headers={"Content-Range": f"bytes */{len(self.clip)}"})
        content = self.clip[start or 0 :]
        response = web.StreamResponse(status=200 if start is None else 206, headers={"ETag": self.etag} | self.headers)
        if self.declares:
            response.content_length = len(content)
        if start is not None:
            span = f"bytes {start}-{len(self.clip) - 1}/{len(self.clip)}"
            response.headers["Content-Range"] = self.content_range or span
        await response.prepare(request)
        await response.write(content[: self.cut])
        if self.stall is not None:
            await self.stall.wait()
        elif self.cut is not None and request.transport is not None:
            await asyncio.sleep(0.01)  # so that the bytes leave before the connection breaks
            request.transport.close()
        return response

    def _start(self, request: web.Request) -> int | None:
        asked = request.headers.get("Range", "")
        if not self.ranges or not asked or request.headers.get("If-Range") != self.etag:
            return None
        return int(asked.removeprefix("bytes=").removesuffix("-"))


async def fetch(client: MuapiClient, host: Host, into: Path, *, limit: int = LIMIT) -> Downloaded:
    """Download the host's clip."""
    return await client.download(host.url, into, limit_bytes=limit, timeout_s=5)


def files(into: Path) -> list[str]:
    """What is in the clip's folder."""
    return sorted(path.name for path in into.parent.iterdir())


def content(path: Path) -> bytes:
    """What is in a file."""
    return path.read_bytes()
