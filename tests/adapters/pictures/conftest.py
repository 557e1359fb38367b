"""Pictures, and a host that serves them."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from aiohttp import web
from PIL import Image

from adapters.pictures import PictureStore


def picture(kind: str, size: tuple[int, int] = (64, 48)) -> bytes:
    """A real picture."""
    out = io.BytesIO()
    Image.new("RGB", size, (200, 120, 40)).save(out, kind)
    return out.getvalue()


@dataclass
class Host:
    """Serves what ``pages`` has; a text is where it redirects to."""

    pages: dict[str, bytes | str] = field(default_factory=dict)
    url: str = ""

    async def answer(self, request: web.Request) -> web.Response:
        """Serve a page."""
        page = self.pages.get(request.path)
        if page is None:
            return web.Response(status=404)
        if isinstance(page, str):
            return web.Response(status=302, headers={"Location": page})
        return web.Response(body=page)


@pytest.fixture
async def host() -> AsyncIterator[Host]:
    """The host, listening."""
    fake = Host()
    app = web.Application()
    app.router.add_get("/{path:.*}", fake.answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    fake.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield fake
    await runner.cleanup()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where pictures are kept; not there yet."""
    return tmp_path / "pictures"


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """Where a chat adapter puts what it has downloaded."""
    path = tmp_path / "inbox"
    path.mkdir()
    return path


@pytest.fixture
def store(folder: Path, inbox: Path) -> PictureStore:
    """A store that may fetch from this machine."""
    return PictureStore(folder, allow_loopback=True, files_from=inbox)
