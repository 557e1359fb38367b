"""Discord's gateway on loopback, beside the wire: it says hello, takes who signs in, and tells what happens.

It keeps what a session was told, so that one that was cut off can be resumed; it breaks off, ends sessions and refuses
as a test wants it.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import WSMsgType, web

from tests.adapters.discord.asked import Asked, Json
from tests.adapters.discord.routes import BOT
from tests.adapters.discord.wire import Wire, wire

DISPATCH, HEARTBEAT, IDENTIFY, RESUME = 0, 1, 2, 6
RECONNECT, INVALID, HELLO, ACKNOWLEDGED = 7, 9, 10, 11
#: Long enough for a loaded machine.
PATIENCE_S = 20.0


@dataclass(slots=True)
class Gateway:
    """The gateway with everything that it was told."""

    wire: Wire
    url: str = ""
    #: Told to whoever signs in.
    guilds: list[Json] = field(default_factory=list)
    heartbeat_ms: int = 40_000
    #: A close code for the next who signs in or resumes.
    refuse: int = 0
    #: Whether the next who resumes has to sign in anew.
    forget: bool = False
    identified: list[Json] = field(default_factory=list)
    resumed: list[Json] = field(default_factory=list)
    heartbeats: int = 0
    _told: list[Json] = field(default_factory=list)
    _socket: web.WebSocketResponse | None = None
    _sessions: itertools.count[int] = field(default_factory=itertools.count)

    @property
    def is_open(self) -> bool:
        """Whether somebody listens."""
        return self._socket is not None and not self._socket.closed

    async def until(self, check: Any, within_s: float = PATIENCE_S) -> None:
        """Wait in real time until it holds."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + within_s
        while not check():
            if loop.time() > deadline:
                pytest.fail(f"never; the gateway was told {self.identified}, {self.resumed}")
            await asyncio.sleep(0.01)

    async def tell(self, event: str, data: Json) -> None:
        """Tell that something happened, now or once the session is resumed."""
        self._told.append({"op": DISPATCH, "t": event, "s": len(self._told) + 1, "d": data})
        if self.is_open and self._socket is not None:
            await self._socket.send_json(self._told[-1])

    async def drop(self, code: int = 4000) -> None:
        """Break off; whoever listened comes again."""
        assert self._socket is not None
        await self._socket.close(code=code)

    async def ask_back(self) -> None:
        """Ask whoever listens to connect anew, as Discord does every few hours."""
        assert self._socket is not None
        await self._socket.send_json({"op": RECONNECT, "d": None})

    async def listen(self, request: web.Request) -> web.WebSocketResponse:
        """One connection."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"op": HELLO, "d": {"heartbeat_interval": self.heartbeat_ms}})
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                await self._heard(socket, json.loads(message.data))
        return socket

    async def _heard(self, socket: web.WebSocketResponse, said: Json) -> None:
        if said["op"] == HEARTBEAT:
            self.heartbeats += 1
            await socket.send_json({"op": ACKNOWLEDGED})
            return
        (self.identified if said["op"] == IDENTIFY else self.resumed).append(said["d"])
        if self.refuse:
            code, self.refuse = self.refuse, 0
            await socket.close(code=code)
        elif said["op"] == IDENTIFY:
            await self._begin(socket, said["d"]["shard"])
        elif said["op"] == RESUME and self.forget:
            self.forget = False
            await socket.send_json({"op": INVALID, "d": False})
        else:
            await self._resume(socket, said["d"]["seq"])

    async def _begin(self, socket: web.WebSocketResponse, shard: list[int]) -> None:
        self._socket, self._told = socket, []
        ready = {
            "v": 10,
            "user": {"id": str(BOT), "username": "dailies", "discriminator": "0", "avatar": None, "bot": True},
            "guilds": [{"id": each["id"], "unavailable": True} for each in self.guilds],
            "shard": shard,
            "session_id": f"session-{next(self._sessions)}",
            "resume_gateway_url": self.url,
            "application": {"id": str(BOT), "flags": 0},
        }
        await self.tell("READY", ready)
        for each in self.guilds:
            await self.tell("GUILD_CREATE", each)

    async def _resume(self, socket: web.WebSocketResponse, seq: int) -> None:
        self._socket = socket
        for each in self._told[seq:]:
            await socket.send_json(each)
        await self.tell("RESUMED", {})


def guild(own: int, name: str, *channels: Json) -> Json:
    """A server as the gateway describes it, in which everybody may do what the bot was invited for."""
    everybody = {"id": str(own), "name": "@everyone", "permissions": "274878024768", "position": 0, "color": 0}
    me = {"user": {"id": str(BOT), "username": "dailies", "discriminator": "0", "avatar": None, "bot": True}}
    return {
        "id": str(own),
        "name": name,
        "icon": None,
        "owner_id": "1100000000000000009",
        "roles": [everybody | {"hoist": False, "managed": False, "mentionable": False}],
        "emojis": [],
        "features": [],
        "channels": list(channels),
        "threads": [],
        "members": [
            me | {"roles": [], "joined_at": "2026-11-01T00:00:00+00:00", "deaf": False, "mute": False, "flags": 0}
        ],
        "member_count": 3,
        "system_channel_id": channels[0]["id"] if channels else None,
        "premium_tier": 0,
        "preferred_locale": "en-US",
        "voice_states": [],
        "presences": [],
        "unavailable": False,
    }


def text_channel(own: int, name: str) -> Json:
    """A text channel as the gateway describes it."""
    return {"id": str(own), "type": 0, "name": name, "position": 0, "permission_overwrites": [], "topic": None}


@asynccontextmanager
async def gateway() -> AsyncIterator[Gateway]:
    """The wire with a gateway; whoever asks the one is sent to the other."""
    async with wire() as rest:
        made = Gateway(rest)
        app = web.Application()
        app.router.add_get("/", made.listen)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        made.url = f"ws://127.0.0.1:{runner.addresses[0][1]}/"

        def named(_wire: Wire, _asked: Asked) -> Json:
            limit = {"total": 1000, "remaining": 999, "reset_after": 1, "max_concurrency": 1}
            return {"url": made.url, "shards": 1, "session_start_limit": limit}

        rest.routes = (("GET", re.compile("/gateway/bot"), named), *rest.routes)
        try:
            yield made
        finally:
            await runner.cleanup()
