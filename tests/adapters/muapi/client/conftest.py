"""What the client's tests share."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from aiohttp import web

from adapters.muapi.client import MuapiClient
from adapters.muapi.settings import Auth, Timeouts
from bot.core.fakes.clock import FakeClock
from tests.adapters.muapi.client.clip_host import Host
from tests.adapters.muapi.client.wire import KEY, MakeClient, Provider, Script, Sockets, listening


@pytest.fixture
async def provider() -> AsyncIterator[Provider]:
    """The provider, listening."""
    fake = Provider()
    app = web.Application(client_max_size=32 * 1024 * 1024)
    app.router.add_route("*", "/{path:.*}", fake.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/v1"
    yield fake
    await runner.cleanup()


@pytest.fixture
async def make_client() -> AsyncIterator[MakeClient]:
    """Makes clients, and closes them at the end."""
    made: list[MuapiClient] = []

    def make(base_url: str, *, auth: Auth = Auth.BOTH, timeouts: Timeouts | None = None, key: str = KEY) -> MuapiClient:
        client = MuapiClient(
            key=key,
            clock=FakeClock(),
            base_url=base_url,
            auth=auth,
            timeouts=timeouts,
            headers={"X-Test": "1"},
        )
        made.append(client)
        return client

    yield make
    for client in made:
        await client.close()


@pytest.fixture
def client(provider: Provider, make_client: MakeClient) -> MuapiClient:
    """A client of the provider."""
    return make_client(provider.url)


@pytest.fixture
async def sockets() -> AsyncIterator[Sockets]:
    """Starts servers from scripts."""
    async with AsyncExitStack() as stack:

        async def start(script: Script) -> str:
            return await stack.enter_async_context(listening(script))

        yield start


@pytest.fixture
async def host() -> AsyncIterator[Host]:
    """A host of clips, listening."""
    fake = Host()
    app = web.Application()
    app.router.add_get("/clip.mp4", fake.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}/clip.mp4"
    yield fake
    await runner.cleanup()


@pytest.fixture
def into(tmp_path: Path) -> Path:
    """Where a clip goes; the folder is not there yet."""
    return tmp_path / "archive" / "A7K.mp4"


@pytest.fixture
def local(make_client: MakeClient) -> MuapiClient:
    """A client whose provider is on this machine, so that its clips may be too."""
    return make_client("http://127.0.0.1:9/api/v1")
