"""A host on loopback, with TLS and without, whose certificate is for ``clips.example``."""

from __future__ import annotations

import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web

PEM = Path(__file__).with_name("clips.example.pem")


async def answer(request: web.Request) -> web.Response:
    """Redirect where ``to`` says, else tell what was asked for."""
    if to := request.query.get("to"):
        return web.Response(status=302, headers={"Location": to})
    told = {"host": request.host, "path": request.path, "headers": dict(request.headers)}
    return web.json_response(told)


async def listen(tls: ssl.SSLContext | None) -> tuple[web.AppRunner, int]:
    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls).start()
    return runner, int(runner.addresses[0][1])


@pytest.fixture
async def port() -> AsyncIterator[int]:
    """A host in the clear."""
    runner, port = await listen(None)
    yield port
    await runner.cleanup()


@pytest.fixture
async def tls_port() -> AsyncIterator[int]:
    """A host with a certificate for ``clips.example``."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(PEM)
    runner, port = await listen(context)
    yield port
    await runner.cleanup()


@pytest.fixture
def trust() -> ssl.SSLContext:
    """Trusts the certificate, and nothing else."""
    return ssl.create_default_context(cafile=str(PEM))
