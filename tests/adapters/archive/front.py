"""A bucket to test with, and a server before the S3 server that can be gone, slow, in the way, or watch."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import ClientSession, web
from aiohttp.test_utils import unused_port

from adapters.archive.copies import Copies
from adapters.archive.folder import FolderArchive
from adapters.archive.place import BucketPlace
from adapters.archive.s3 import S3Archive

KEY, SECRET = "key-id-4711", "secret-key-0815"
#: Headers that are of one connection only.
OWN = frozenset({"host", "connection", "content-length", "transfer-encoding", "expect"})

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


def place_at(url: str, bucket: str, *, public_url: str | None = None) -> BucketPlace:
    """The bucket, with a prefix."""
    return BucketPlace(
        bucket=bucket, prefix="studio/dailies/", key_id=KEY, secret=SECRET, endpoint=url, public_url=public_url
    )


def archive_at(url: str, bucket: str, folder: Path, *, public_url: str | None = None) -> S3Archive:
    """An archive in the bucket, with its copies and the folder of the time before beside each other."""
    place = place_at(url, bucket, public_url=public_url)
    return S3Archive(place, copies=Copies(folder / "copies"), before=FolderArchive(folder / "before"))


@dataclass(frozen=True, slots=True)
class Seen:
    """A request that came by."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def checksum(self) -> str:
        """What ``x-amz-checksum-sha256`` has to be."""
        return base64.b64encode(hashlib.sha256(self.body).digest()).decode()


@dataclass
class Front:
    """Hands every request on to ``server``, but those that an answer was added for."""

    server: str
    seen: list[Seen] = field(default_factory=list)
    answers: list[Answer | None] = field(default_factory=list)
    port: int = field(default_factory=unused_port)
    _runner: web.AppRunner | None = None
    _session: ClientSession | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def up(self) -> None:
        app = web.Application(client_max_size=1 << 30)
        app.router.add_route("*", "/{path:.*}", self.handle)
        self._session = ClientSession(auto_decompress=False)
        self._runner = web.AppRunner(app, shutdown_timeout=0)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True).start()

    async def down(self) -> None:
        if self._runner and self._session:
            await self._runner.cleanup()
            await self._session.close()
            self._runner = None

    async def handle(self, request: web.Request) -> web.StreamResponse:
        answer = self.answers.pop(0) if self.answers else None
        if answer is not None:
            return await answer(request)
        body = await request.read()
        self.seen.append(Seen(request.method, request.path, dict(request.headers), body))
        headers = {name: value for name, value in request.headers.items() if name.lower() not in OWN}
        assert self._session is not None
        async with self._session.request(
            request.method, f"{self.server}{request.rel_url}", headers=headers, data=body
        ) as got:
            rest = {name: value for name, value in got.headers.items() if name.lower() not in OWN}
            if request.method == "HEAD":
                rest["Content-Length"] = got.headers.get("Content-Length", "0")
            return web.Response(status=got.status, headers=rest, body=await got.read())
