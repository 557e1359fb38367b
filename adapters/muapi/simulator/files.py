"""``/files``: the output host. It knows no key, and its URLs expire."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from aiohttp import hdrs, web

from adapters.muapi.simulator.clips import Clip
from adapters.muapi.simulator.faults import Fault, without_marks
from adapters.muapi.simulator.jobs import Job, Stage
from adapters.muapi.simulator.models import frame_size
from adapters.muapi.simulator.picture import Scene
from adapters.muapi.simulator.references import start_picture
from adapters.muapi.simulator.uploads import MEDIA_TYPES
from adapters.muapi.simulator.world import PAGE, World

CHUNK_BYTES = 256 * 1024
LARGE_MB = 600
LARGEST_MB = 20_000
#: The head of the box that fills a large file.
SMALLEST_PADDING = 16
#: A wrong Content-Length promises so many bytes too much.
EXCESS_BYTES = 1_000
DENIED = """<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"""
NO_SUCH_KEY = """<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.</Message></Error>"""
NO_ROOM = """<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>InternalError</Code><Message>The simulator's folder cannot be written.</Message></Error>"""
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A file and how it is handed out."""

    path: Path
    media_type: str
    #: A strong one: it names the content.
    etag: str
    ranges: bool = True
    #: Break off half-way.
    cut: bool = False
    #: Bytes behind the file's own that players skip.
    padding: int = 0
    #: What is declared of each answer's length in place of the truth.
    declared: Callable[[int], int] | None = None


class FileDesk:
    """Hands out clips and uploads."""

    def __init__(self, world: World) -> None:
        """Serve that world."""
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """The paths; each answers HEAD too."""
        return [
            web.get("/files/uploads/{name}", self.upload),
            web.get("/files/{job}.mp4", self.clip),
        ]

    async def clip(self, request: web.Request) -> web.StreamResponse:
        """A job's output, for as long as its URL works."""
        world = self._world
        job = world.book.find(request.match_info["job"])
        now = world.clock.monotonic()
        if job is None or job.stage(now) is not Stage.COMPLETED:
            return _xml(404, NO_SUCH_KEY)
        if now >= job.expires_at:
            return _xml(403, DENIED)
        world.counts["downloads"] += request.method == hdrs.METH_GET
        if Fault.HTML in job.marks:
            return web.Response(text=PAGE, content_type="text/html")
        clip = describe(job, world.uploads)
        try:
            path = await world.shelf.fetch(clip)
        except OSError:
            return _xml(503, NO_ROOM)
        served = Served(
            path=path,
            media_type="video/mp4",
            etag=f'"{world.shelf.name(clip)}"',
            ranges=Fault.NO_RANGE not in job.marks,
            cut=request.method == hdrs.METH_GET and self._cuts(job),
            padding=await _padding(job, path),
            declared=_declared(job),
        )
        return await serve(request, served)

    def _cuts(self, job: Job) -> bool:
        mark = job.marks.get(Fault.CUT)
        return mark is not None and self._world.armory.count("download", job.id) < mark.number(1)

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """A picture that was handed over."""
        path = self._world.uploads / request.match_info["name"]
        if path.suffix not in MEDIA_TYPES or not await asyncio.to_thread(path.is_file):
            return _xml(404, NO_SUCH_KEY)
        return await serve(request, Served(path=path, media_type=MEDIA_TYPES[path.suffix], etag=f'"{path.stem}"'))


async def _padding(job: Job, path: Path) -> int:
    mark = job.marks.get(Fault.LARGE)
    if mark is None:
        return 0
    wanted = round(min(mark.number(LARGE_MB), LARGEST_MB) * 1_000_000)
    return max(SMALLEST_PADDING, wanted - (await asyncio.to_thread(path.stat)).st_size)


def _declared(job: Job) -> Callable[[int], int] | None:
    mark = job.marks.get(Fault.LENGTH)
    if mark is None:
        return None
    return (lambda size: size // 2) if mark.value == "short" else (lambda size: size + EXCESS_BYTES)


def describe(job: Job, uploads: Path) -> Clip:
    """What the job's clip shows."""
    payload, model = job.payload, job.model
    resolution, ratio, seconds = model.resolution(payload), model.ratio(payload), model.duration(payload)
    width, height = frame_size(resolution, ratio)
    scene = Scene(
        width=width,
        height=height,
        prompt=without_marks(str(payload["prompt"])),
        title=f"{model.title} · {resolution} · {seconds} s · {ratio}",
        job=job.id,
        reference=_reference(job, uploads),
    )
    return Clip(
        scene=scene,
        seconds=seconds,
        audio=payload.get("generate_audio") is True,
        high_bitrate=payload.get("high_bitrate") is True,
    )


def _reference(job: Job, uploads: Path) -> Path | None:
    """The picture that the clip starts from, where it was uploaded here.

    Others are not fetched: the simulator opens no connection.
    """
    name = urlsplit(start_picture(job.payload)).path.rpartition("/files/uploads/")[2]
    path = uploads / Path(name).name
    return path if path.is_file() else None


async def serve(request: web.Request, served: Served) -> web.StreamResponse:
    """A file by GET or HEAD, whole or one range of it, with a strong ETag; ``If-Range`` is heeded."""
    size = (await asyncio.to_thread(served.path.stat)).st_size + served.padding
    headers = {hdrs.ETAG: served.etag, hdrs.CONTENT_TYPE: served.media_type}
    if served.ranges:
        headers[hdrs.ACCEPT_RANGES] = "bytes"
    if served.etag in request.headers.get(hdrs.IF_NONE_MATCH, ""):
        return web.Response(status=304, headers={hdrs.ETAG: served.etag})
    wanted = range(size)
    if served.ranges and request.headers.get(hdrs.IF_RANGE, served.etag) == served.etag:
        asked = read_range(request.headers.get(hdrs.RANGE, ""), size)
        if asked is None:
            return web.Response(status=416, headers={hdrs.CONTENT_RANGE: f"bytes */{size}"})
        wanted = asked
    partial = wanted != range(size)
    if partial:
        headers[hdrs.CONTENT_RANGE] = f"bytes {wanted.start}-{wanted.stop - 1}/{size}"
    response = web.StreamResponse(status=206 if partial else 200, headers=headers)
    response.content_length = served.declared(len(wanted)) if served.declared else len(wanted)
    await response.prepare(request)
    if request.method == hdrs.METH_GET:
        await _send(request, response, served, wanted)
    return response


def read_range(header: str, size: int) -> range | None:
    """The bytes that are asked for; everything where the header is not one plain range, ``None`` beyond the end."""
    found = _RANGE.fullmatch(header.replace(" ", ""))
    if found is None or not any(found.groups()):
        return range(size)
    first, last = found.groups()
    if not first:
        return range(max(0, size - int(last)), size) if int(last) else None
    start, stop = int(first), min(size, int(last) + 1 if last else size)
    return range(start, stop) if start < stop else None


async def _send(request: web.Request, response: web.StreamResponse, served: Served, wanted: range) -> None:
    stop = wanted.start + len(wanted) // 2 if served.cut else wanted.stop
    handle = await asyncio.to_thread(served.path.open, "rb")
    try:
        at = wanted.start
        while at < stop and (chunk := await asyncio.to_thread(_piece, handle, served.padding, range(at, stop))):
            await response.write(chunk)
            at += len(chunk)
    finally:
        handle.close()
    if (served.cut or served.declared) and request.transport is not None:
        # Closed, not aborted: what was written arrives, then the end comes too early.
        request.transport.close()


def _piece(handle: BinaryIO, padding: int, wanted: range) -> bytes:
    """The next bytes of a file and what is behind it: a box of the kind ``free``, which every player skips."""
    size = handle.seek(0, os.SEEK_END)
    count = min(CHUNK_BYTES, len(wanted))
    if wanted.start < size:
        handle.seek(wanted.start)
        return handle.read(min(count, size - wanted.start))
    box = b"\0\0\0\1free" + padding.to_bytes(8)
    begun = box[wanted.start - size :][:count]
    return begun + bytes(count - len(begun))


def _xml(status: int, text: str) -> web.Response:
    return web.Response(status=status, text=text, content_type="application/xml")
