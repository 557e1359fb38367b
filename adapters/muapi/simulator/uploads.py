"""``POST {base}/upload_file``: reference pictures and videos, by multipart field ``file``."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from pathlib import Path

from aiohttp import BodyPartReader, web

from adapters.muapi.simulator.shelf import MOST_UPLOAD_BYTES, MOST_UPLOADS, tidy
from adapters.muapi.simulator.validation import Problem
from adapters.muapi.simulator.world import World
from bot.core.money import ZERO

MOST_IMAGE_BYTES = 10 * 1024 * 1024
MOST_VIDEO_BYTES = 50 * 1024 * 1024
#: Any body, whatever its kind.
MOST_BODY_BYTES = 60 * 1024 * 1024
CHUNK_BYTES = 256 * 1024
MEDIA_TYPES = {
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".mp4": "video/mp4",
    ".mov": "video/quicktime",
    ".mp3": "audio/mpeg",
    ".wav": "audio/wav",
}


class TooLarge(Exception):
    """The file is larger than its kind may be."""


class UploadDesk:
    """Takes files and gives them an address."""

    def __init__(self, world: World) -> None:
        """Serve that world."""
        self._world = world

    def routes(self) -> list[web.RouteDef]:
        """The path."""
        return [web.post(f"{self._world.plan.base}/upload_file", self.upload)]

    async def upload(self, request: web.Request) -> web.Response:
        """Keep the file under a name that follows from its content; free, but not with an empty wallet."""
        world = self._world
        if refused := self._refused(request):
            return refused
        part = await _file_part(request)
        if part is None:
            problem = Problem(field="file", text="Field required", type="missing")
            return world.refuse(world.wire.invalid([problem]))
        suffix = Path(part.filename or "").suffix.lower()
        if suffix not in MEDIA_TYPES:
            return world.error(415, f"Unsupported file type {suffix or 'without a name'}")
        try:
            name = await self._keep(part, suffix)
        except TooLarge as error:
            return world.error(413, str(error))
        world.counts["uploads"] += 1
        return world.answer({"url": f"{request.url.origin()}/files/uploads/{name}"})

    def _refused(self, request: web.Request) -> web.Response | None:
        world = self._world
        if not world.knows_key(request):
            return world.error(401, "Invalid API key")
        if world.wallet.balance <= ZERO:
            return world.error(402, "File uploads require a balance greater than 0")
        if (request.content_length or 0) > MOST_BODY_BYTES:
            return world.error(413, f"The body is larger than {MOST_BODY_BYTES} bytes")
        return None

    async def _keep(self, part: BodyPartReader, suffix: str) -> str:
        folder = self._world.uploads
        most = MOST_VIDEO_BYTES if MEDIA_TYPES[suffix].startswith("video/") else MOST_IMAGE_BYTES
        partial = folder / f"{secrets.token_hex(8)}.part"
        try:
            digest = await _write(part, partial, most)
            name = f"{digest}{suffix}"
            await asyncio.to_thread(partial.replace, folder / name)
        finally:
            partial.unlink(missing_ok=True)
        await asyncio.to_thread(tidy, folder, "*.*", most_bytes=MOST_UPLOAD_BYTES, most_files=MOST_UPLOADS)
        return name


async def _write(part: BodyPartReader, path: Path, most: int) -> str:
    """The digest of what was written.

    Raises:
        TooLarge: more than ``most`` bytes came.
    """
    digest, size = hashlib.sha256(), 0
    handle = await asyncio.to_thread(path.open, "wb")
    with handle:
        while chunk := await part.read_chunk(CHUNK_BYTES):
            size += len(chunk)
            if size > most:
                msg = f"The file is larger than {most} bytes"
                raise TooLarge(msg)
            digest.update(chunk)
            await asyncio.to_thread(handle.write, chunk)
    return digest.hexdigest()[:32]


async def _file_part(request: web.Request) -> BodyPartReader | None:
    if not request.content_type.startswith("multipart/"):
        return None
    reader = await request.multipart()
    while part := await reader.next():
        if isinstance(part, BodyPartReader) and part.name == "file":
            return part
    return None
