"""A provider on loopback that says what a test tells it to, over real sockets."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from adapters.muapi.client import MuapiClient
from bot.core.ports import Order

KEY = "mk-secret-0123456789"
ORDER = Order(endpoint="seedance-2-mini-text-to-video", payload={"prompt": "a fox — in “snow”", "duration": 5})


@dataclass(frozen=True)
class Seen:
    """A request as it arrived."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> object:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass
class Provider:
    """Answers each request with the next of ``answers``; the last one again and again."""

    answers: list[web.Response] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    url: str = ""

    def says(
        self,
        body: object = None,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        text: str | None = None,
    ) -> None:
        """Add an answer: JSON, or ``text`` as it is."""
        content = text if text is not None else json.dumps(body)
        kind = "text/html" if text is not None else "application/json"
        self.answers.append(web.Response(status=status, text=content, content_type=kind, headers=headers))

    @staticmethod
    def bytes_answer(body: bytes, headers: Mapping[str, str], status: int = 200) -> web.Response:
        """An answer of bytes as they are."""
        return web.Response(status=status, body=body, headers=headers)

    async def answer(self, request: web.Request) -> web.Response:
        """Note the request, and answer it."""
        self.seen.append(
            Seen(
                method=request.method,
                path=request.path,
                query=dict(request.query),
                headers=dict(request.headers),
                body=await request.read(),
            )
        )
        prepared = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return web.Response(status=prepared.status, body=prepared.body, headers=prepared.headers)


MakeClient = Callable[..., MuapiClient]
Script = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
Sockets = Callable[[Script], Awaitable[str]]


@asynccontextmanager
async def listening(script: Script) -> AsyncIterator[str]:
    """A server that does with each connection what the script says; its base URL."""
    serving: set[asyncio.Task[None]] = set()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if (task := asyncio.current_task()) is not None:
            serving.add(task)
        try:
            await script(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/api/v1"
        for task in serving:
            task.cancel()
        await asyncio.gather(*serving, return_exceptions=True)
