"""Where the bytes of files go, and come from."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from aiohttp import BodyPartReader, hdrs, web

from tests.adapters.slack.fake.files import FakeFile
from tests.adapters.slack.fake.trouble import Trouble
from tests.adapters.slack.fake.world import World

PIECE = 1 << 16


@dataclass(slots=True)
class FileRoutes:
    """The addresses for uploads, once each, and for downloads with the bot's token."""

    world: World
    trouble: Trouble

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/upload/v1/{file}", self.upload),
            web.get("/files-pri/{team}-{file}/{name}", self.download),
            web.get("/signin", self.sign_in),
        ]

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """Take the bytes, raw or as the one part of a form, piece by piece."""
        file = self.world.files.get(request.match_info["file"])
        if file is None or file.uploaded:
            return web.Response(status=404, text="file not found")
        if request.content_length is None:
            return web.Response(status=411, text="length required")
        fault = self.trouble.next("upload")
        if fault is not None and fault.error != "lost":
            return web.Response(status=500, text=fault.error)
        form = request.content_type.startswith("multipart/")
        received = await _received(file, _part(request) if form else request.content.iter_any())
        if received != file.length:
            return web.Response(status=400, text=f"{received} bytes where {file.length} were announced")
        file.uploaded = True
        if fault is not None and request.transport is not None:
            request.transport.abort()
        return web.Response(text=f"OK - {received}")

    async def download(self, request: web.Request) -> web.StreamResponse:
        """Give the bytes to who has the bot's token, and to anybody else the page to sign in on."""
        if fault := self.trouble.next("download"):
            return web.Response(status=500, text=fault.error)
        file = self.world.files.get(request.match_info["file"])
        team = self.world.teams.get(request.match_info["team"])
        bearer = request.headers.get(hdrs.AUTHORIZATION, "").removeprefix("Bearer ")
        if file is None or team is None or file.deleted or file.team != team.id:
            return web.Response(status=404)
        if bearer != team.bot_token or not team.installed or "files:read" not in team.scopes:
            return web.Response(status=302, headers={hdrs.LOCATION: "/signin"})
        return web.FileResponse(file.path, headers={hdrs.CONTENT_TYPE: "application/octet-stream"})

    async def sign_in(self, request: web.Request) -> web.StreamResponse:
        """What people see instead of a file that is not theirs: a page, and no error."""
        return web.Response(text="<html><title>Sign in</title></html>", content_type="text/html")


async def _received(file: FakeFile, pieces: AsyncIterator[bytes]) -> int:
    received = 0
    with file.path.open("wb") as into:
        async for piece in pieces:
            into.write(piece)
            received += len(piece)
            file.pieces += 1
            file.largest_piece = max(file.largest_piece, len(piece))
    return received


async def _part(request: web.Request) -> AsyncIterator[bytes]:
    parts = await request.multipart()
    part = await parts.next()
    if isinstance(part, BodyPartReader):
        while piece := await part.read_chunk(PIECE):
            yield piece
