"""``/files``: the output host. It knows no key, and its URLs expire."""

from __future__ import annotations

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from aiohttp import hdrs, web

from adapters.muapi.simulator.clips import Clip
from adapters.muapi.simulator.faults import Fault, without_marks
from adapters.muapi.simulator.jobs import Job, Stage
from adapters.muapi.simulator.models import frame_size
from adapters.muapi.simulator.picture import Scene
from adapters.muapi.simulator.uploads import MEDIA_TYPES
from adapters.muapi.simulator.world import PAGE, World

CHUNK_BYTES = 256 * 1024
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
    """The first reference, where it was uploaded here; others are not fetched: the simulator opens no connection."""
    pictures = job.payload.get("images_list")
    first = job.payload.get("image_url") or (pictures[0] if isinstance(pictures, list) and pictures else None)
    if not isinstance(first, str):
        return None
    name = urlsplit(first).path.rpartition("/files/uploads/")[2]
    path = uploads / Path(name).name
    return path if path.is_file() else None


async def serve(request: web.Request, served: Served) -> web.StreamResponse:
    """A file by GET or HEAD, whole or one range of it, with a strong ETag; ``If-Range`` is heeded."""
    size = (await asyncio.to_thread(served.path.stat)).st_size
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
    response.content_length = len(wanted)
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
        handle.seek(wanted.start)
        at = wanted.start
        while at < stop and (chunk := await asyncio.to_thread(handle.read, min(CHUNK_BYTES, stop - at))):
            await response.write(chunk)
            at += len(chunk)
    finally:
        handle.close()
    if served.cut and request.transport is not None:
        # Closed, not aborted: what was written arrives, then the end comes too early.
        request.transport.close()


def _xml(status: int, text: str) -> web.Response:
    return web.Response(status=status, text=text, content_type="application/xml")
