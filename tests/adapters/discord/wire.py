"""Discord's REST on loopback: discord.py's own requests as bytes, multipart forms, refusals and rate limits among them.

What simcord cannot show is seen here: the forms that files travel in, 413, 429, 5xx and broken connections. It keeps
messages, so that they can be read, edited and found again; files are counted and hashed, never kept.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Any

import discord
from aiohttp import BodyPartReader, web

from tests.adapters.discord.asked import Asked, Json, Refused, Sent, Trouble
from tests.adapters.discord.routes import ROUTES, Route
from tests.adapters.discord.server import plain_client

API = "/api/v10"
TOKEN = "MTAwMDAwMDAwMDAwMDAwMDAwMA.wire.token"
#: Ids of what is made here follow it.
FIRST_ID = 1_300_000_000_000_000_000
CHUNK_BYTES = 64 * 1024
#: What Discord says with a code, so far as a test reads it.
SAID = {
    40005: "Request entity too large",
    40060: "Interaction has already been acknowledged.",
    10003: "Unknown Channel",
    10008: "Unknown Message",
    10015: "Unknown Webhook",
    10062: "Unknown interaction",
    50001: "Missing Access",
    50013: "Missing Permissions",
    50027: "Invalid Webhook Token",
    50083: "Thread is archived",
}


@dataclass(slots=True)
class Wire:
    """The server; every request is in ``asked``."""

    base_url: str = ""
    asked: list[Asked] = field(default_factory=list)
    #: By channel, in the order they were said.
    messages: dict[int, list[Json]] = field(default_factory=dict)
    #: What is answered to which path; a test's own come first.
    routes: tuple[Route, ...] = ROUTES
    #: In which channel each interaction is, so far as its answer is to stand there.
    places: dict[int, int] = field(default_factory=dict)
    #: The largest file that is taken.
    largest_bytes: int = 10 * 1024 * 1024
    _troubles: list[Trouble] = field(default_factory=list)
    #: Ids follow it; they say when something was made, and of what is older than an hour Discord takes few edits.
    last_id: int = FIRST_ID

    def trouble(self, method: str, path: str, status: int, code: int = 0, **more: Any) -> Trouble:
        """Answer the next requests to these paths (a regular expression) so; ``times`` is how many."""
        trouble = Trouble(method=method, path=re.compile(path), status=status, code=code, **more)
        self._troubles.append(trouble)
        return trouble

    def requests(self, method: str, path: str = "") -> list[Asked]:
        """Those of a method to paths in which the expression is found."""
        return [each for each in self.asked if each.method == method and re.search(path, each.path)]

    def said(self, channel: int) -> list[Json]:
        """What stands in a channel."""
        return self.messages.setdefault(channel, [])

    def next_id(self) -> int:
        self.last_id += 1
        return self.last_id

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """One request: recorded, then troubled or answered."""
        asked = await self._read(request)
        self.asked.append(asked)
        trouble = self._trouble_for(asked)
        if trouble is not None and not trouble.after:
            return self._troubled(request, trouble)
        try:
            found = self._found(asked)
        except Refused as refused:
            return _error(refused.status, refused.code)
        if trouble is not None:
            return self._troubled(request, trouble)
        return web.Response(status=204) if found is None else _json(found)

    async def _read(self, request: web.Request) -> Asked:
        body, files = None, []
        if request.content_type == "multipart/form-data":
            async for part in await request.multipart():
                assert isinstance(part, BodyPartReader)
                if part.name == "payload_json":
                    body = json.loads(await part.text())
                else:
                    files.append(await _file(part))
        elif raw := await request.read():
            body = json.loads(raw)
        return Asked(
            method=request.method,
            path=request.path.removeprefix(API),
            query=dict(request.query),
            body=body,
            files=tuple(files),
            content_type=request.headers.get("Content-Type", ""),
            at=asyncio.get_running_loop().time(),
            by_bot=request.headers.get("Authorization") == f"Bot {TOKEN}",
        )

    def _trouble_for(self, asked: Asked) -> Trouble | None:
        for trouble in self._troubles:
            if trouble.method in (asked.method, "*") and trouble.path.search(asked.path) and trouble.times:
                trouble.times -= 1
                return trouble
        return None

    def _troubled(self, request: web.Request, trouble: Trouble) -> web.Response:
        if trouble.cut:
            assert request.transport is not None
            request.transport.abort()
        if trouble.status != 429:
            return _error(trouble.status, trouble.code)
        limited = {
            "message": "You are being rate limited.",
            "retry_after": trouble.retry_after_s,
            "global": trouble.everywhere,
        }
        return _json(limited, status=429, headers={"Via": "1.1 loopback"} if trouble.via else {})

    def _found(self, asked: Asked) -> Any:
        for method, pattern, answer in self.routes:
            if method == asked.method and (match := pattern.fullmatch(asked.path)):
                if any(each.size > self.largest_bytes for each in asked.files):
                    raise Refused(413, 40005)
                return answer(self, asked, *match.groups())
        raise Refused(404, 0)

    def message(self, channel: int, own: int) -> Json:
        """A message that stands.

        Raises:
            Refused: it does not.
        """
        for each in self.said(channel):
            if int(each["id"]) == own:
                return each
        raise Refused(404, 10008)

    def attachments(self, asked: Asked, before: list[Json]) -> list[Json]:
        """What hangs at a message afterwards: what is listed of what hung there, and the files that came."""
        body = asked.body or {}
        files = {re.sub(r"\D", "", each.field): each for each in asked.files}
        kept = {each["id"]: each for each in before}
        listed = body.get("attachments")
        if listed is None:
            listed = [*({"id": each} for each in kept), *({"id": number} for number in files)]
        found = []
        for each in listed:
            name = str(each["id"])
            if name in kept:
                found.append(kept[name])
            elif name in files:
                found.append(self._attachment(files[name], each))
            else:
                raise Refused(400, 50035)
        return found

    def _attachment(self, file: Sent, listed: Json) -> Json:
        own, name = str(self.next_id()), listed.get("filename") or file.name
        url = f"{self.base_url}/attachments/{own}/{name}"
        more = {"description": listed["description"]} if listed.get("description") else {}
        return {"id": own, "filename": name, "size": file.size, "url": url, "proxy_url": url} | more


async def _file(part: BodyPartReader) -> Sent:
    size, digest = 0, hashlib.sha256()
    while chunk := await part.read_chunk(CHUNK_BYTES):
        size += len(chunk)
        digest.update(chunk)
    return Sent(field=part.name or "", name=part.filename or "", size=size, sha256=digest.hexdigest())


def _json(body: Any, *, status: int = 200, headers: dict[str, str] | None = None) -> web.Response:
    """With the very content type by which discord.py takes it for JSON."""
    kind = {"Content-Type": "application/json"}
    return web.Response(body=json.dumps(body).encode(), status=status, headers=kind | (headers or {}))


def _error(status: int, code: int) -> web.Response:
    if status >= 500:
        return web.Response(text="upstream request timeout", status=status)
    return _json({"message": SAID.get(code, "Not now"), "code": code}, status=status)


@contextmanager
def _pointed_at(base_url: str) -> Iterator[None]:
    before = discord.http.Route.BASE
    discord.http.Route.BASE = base_url
    try:
        yield
    finally:
        discord.http.Route.BASE = before


@asynccontextmanager
async def wire() -> AsyncIterator[Wire]:
    """The server; while it stands, every client of this process talks to it and to nobody else."""
    made = Wire()
    app = web.Application(client_max_size=64 * 1024 * 1024)
    app.router.add_route("*", API + "/{rest:.*}", made.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        with _pointed_at(made.base_url + API):
            yield made
    finally:
        await runner.cleanup()


@asynccontextmanager
async def signed_in(client: discord.Client | None = None) -> AsyncIterator[discord.Client]:
    """A client that can ask and is heard, without a gateway; what its sign-in asked stands in the wire."""
    async with client or plain_client() as signed:
        await signed.login(TOKEN)
        yield signed
