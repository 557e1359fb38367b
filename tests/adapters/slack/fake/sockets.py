"""Socket Mode: the websockets of the app, the envelopes sent over them, and their acknowledgements."""

from __future__ import annotations

import asyncio
import json
import secrets
import uuid
from dataclasses import dataclass, field

from aiohttp import WSMsgType, web

from tests.adapters.slack.fake.values import Json
from tests.adapters.slack.fake.world import World

#: Slack sends the eleventh away.
MOST_SOCKETS = 10


@dataclass(slots=True)
class Sockets:
    """The open connections; each envelope goes to one of them, in turn."""

    world: World
    tickets: set[str] = field(default_factory=set)
    open: dict[web.WebSocketResponse, tuple[int, web.Request]] = field(default_factory=dict)
    waiting: dict[str, tuple[asyncio.Future[Json | None], web.WebSocketResponse]] = field(default_factory=dict)
    some_open: asyncio.Event = field(default_factory=asyncio.Event)
    sent: list[int] = field(default_factory=list)
    turn: int = 0

    def url(self) -> str:
        """An address for one connection."""
        ticket = secrets.token_hex(8)
        self.tickets.add(ticket)
        return f"{self.world.origin.replace('http', 'ws', 1)}/link/?ticket={ticket}&app_id={self.world.app_id}"

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Greet the app, and hear its acknowledgements until it goes."""
        if request.query.get("ticket") not in self.tickets:
            return web.Response(status=403)
        self.tickets.discard(request.query["ticket"])
        socket = web.WebSocketResponse(heartbeat=10)
        await socket.prepare(request)
        if len(self.open) >= MOST_SOCKETS:
            await socket.send_json({"type": "disconnect", "reason": "too_many_websockets"})
            return socket
        self.open[socket] = (len(self.sent), request)
        self.sent.append(0)
        self.some_open.set()
        try:
            await socket.send_json(self._hello())
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._acknowledged(json.loads(message.data))
        finally:
            self._gone(socket)
        return socket

    async def send(self, kind: str, payload: Json, attempt: int) -> Json | None:
        """Send in an envelope; the payload of its acknowledgement, or None where none came in time."""
        try:
            async with asyncio.timeout(self.world.patience_s):
                socket = await self._next()
                envelope = str(uuid.uuid4())
                answer: asyncio.Future[Json | None] = asyncio.get_running_loop().create_future()
                self.waiting[envelope] = (answer, socket)
                self.sent[self.open[socket][0]] += 1
                try:
                    await socket.send_json(self._envelope(envelope, kind, payload, attempt))
                    return await answer
                finally:
                    del self.waiting[envelope]
        except (TimeoutError, ConnectionError):
            return None

    async def drop(self, *, abruptly: bool = False) -> None:
        """Lose every connection: with a closing frame, or without a word."""
        for socket, (_, request) in list(self.open.items()):
            if abruptly and request.transport is not None:
                request.transport.abort()
            else:
                await socket.close()
            self._gone(socket)

    async def refresh(self) -> None:
        """Ask the app to open new connections, as Slack does every few hours."""
        for socket in list(self.open):
            self._forget(socket)
            await socket.send_json({"type": "disconnect", "reason": "refresh_requested", "debug_info": {}})

    async def _next(self) -> web.WebSocketResponse:
        await self.some_open.wait()
        self.turn += 1
        return list(self.open)[self.turn % len(self.open)]

    def _envelope(self, envelope: str, kind: str, payload: Json, attempt: int) -> Json:
        event = kind == "events_api"
        whole = {"envelope_id": envelope, "type": kind, "payload": payload, "accepts_response_payload": not event}
        return whole | ({"retry_attempt": attempt, "retry_reason": "timeout" if attempt else ""} if event else {})

    def _acknowledged(self, said: Json) -> None:
        answer = self.waiting.get(said.get("envelope_id", ""))
        if answer is not None and not answer[0].done():
            answer[0].set_result(said.get("payload") or {})

    def _gone(self, socket: web.WebSocketResponse) -> None:
        self._forget(socket)
        for answer, through in self.waiting.values():
            if through is socket and not answer.done():
                answer.set_result(None)

    def _forget(self, socket: web.WebSocketResponse) -> None:
        self.open.pop(socket, None)
        if not self.open:
            self.some_open.clear()

    def _hello(self) -> Json:
        return {
            "type": "hello",
            "num_connections": len(self.open),
            "debug_info": {"host": "applink-1", "build_number": 1, "approximate_connection_time": 18060},
            "connection_info": {"app_id": self.world.app_id},
        }
