"""Files that people give on Discord: fetched from its own hosts alone, and removed afterwards."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import discord
import pytest
from aiohttp import web
from PIL import Image

from adapters.discord.attachments import CDN, HELD_S, LEFT_S, MOST_BYTES, Attachments
from adapters.pictures.store import PictureStore
from bot.core.errors import PictureRefused
from bot.core.fakes import FakeClock
from tests.adapters.discord.wire import signed_in, wire


class Shelf:
    """A host of files, and a client that fetches from it."""

    def __init__(self, client: discord.Client, folder: Path, base_url: str) -> None:
        self.client = client
        self.folder = folder
        self.base_url = base_url
        #: What is answered, by the path; a number is a status.
        self.files: dict[str, bytes | int] = {}
        self.fetched: list[str] = []
        self.clock = FakeClock()
        self.attachments = Attachments(folder / "incoming", self.clock, doors=(base_url,))

    def given(self, name: str = "fox.png", content: bytes | int = b"a picture", **facts: Any) -> discord.Attachment:
        """An attachment as an interaction brings it; ``content`` may be the status that fetching it has."""
        own = str(len(self.files) + 1)
        self.files[f"/{own}/{name}"] = content
        url = f"{self.base_url}/{own}/{name}"
        kind = "video/mp4" if name.endswith("mp4") else "image/png"
        data = {"id": own, "filename": name, "size": 9, "url": url, "proxy_url": url, "content_type": kind} | facts
        return discord.Attachment(data=data, state=self.client._connection)  # type: ignore[arg-type]  # noqa: SLF001

    async def answer(self, request: web.Request) -> web.Response:
        self.fetched.append(request.path)
        content = self.files[request.path]
        return web.Response(status=content) if isinstance(content, int) else web.Response(body=content)

    def left(self) -> list[Path]:
        return sorted((self.folder / "incoming").glob("*"))


@asynccontextmanager
async def shelf(folder: Path) -> AsyncIterator[Shelf]:
    app = web.Application()
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    async with wire(), signed_in() as client:
        made = Shelf(client, folder, "")
        app.router.add_get("/{rest:.*}", made.answer)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        made.base_url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        made.attachments = Attachments(folder / "incoming", made.clock, doors=(made.base_url,))
        try:
            yield made
        finally:
            await runner.cleanup()


async def test_fetched(tmp_path: Path) -> None:
    """Pictures come as paths that an order takes, in their order, and are removed when it was given."""
    async with shelf(tmp_path) as at:
        files = [at.given(content=content) for content in (b"one", b"two")]
        async with at.attachments.pictures(files) as paths:
            assert [Path(path.removeprefix("file:")).read_bytes() for path in paths] == [b"one", b"two"]
        assert not at.left()


async def test_kept_by_the_store(tmp_path: Path) -> None:
    """The pictures' store takes a picture from there, and looks at what it is."""
    async with shelf(tmp_path) as at:
        Image.new("RGB", (400, 400)).save(tmp_path / "real.png")
        store = PictureStore(tmp_path / "kept", files_from=tmp_path / "incoming")
        async with at.attachments.pictures([at.given(content=(tmp_path / "real.png").read_bytes())]) as (path,):
            assert (await store.take(path)).endswith(".png")
        async with at.attachments.pictures([at.given(content=b"no picture at all")]) as (path,):
            with pytest.raises(PictureRefused):
                await store.take(path)


@pytest.mark.parametrize(
    ("name", "content", "facts", "sentence"),
    [
        ("fox.mp4", b"a clip", {}, "not a picture"),
        ("fox.png", b"x", {"size": MOST_BYTES + 1}, "larger than 10 MB"),
        ("fox.png", bytes(MOST_BYTES + 1), {}, "larger than 10 MB"),
        ("fox.png", 404, {}, "was deleted"),
        ("fox.png", 403, {}, "was deleted"),
        ("fox.png", 500, {}, "could not be fetched"),
    ],
)
async def test_refused(tmp_path: Path, name: str, content: bytes | int, facts: dict[str, Any], sentence: str) -> None:
    """A file that cannot be used is refused with its name, and nothing of it stays."""
    async with shelf(tmp_path) as at:
        with pytest.raises(PictureRefused, match=sentence) as refused:
            async with at.attachments.pictures([at.given(), at.given(name, content, **facts)]):
                pass
        assert name in refused.value.sentence
        assert not at.left()


async def test_too_many(tmp_path: Path) -> None:
    """More pictures than an order takes are refused before one is fetched, with a window or without."""
    async with shelf(tmp_path) as at:
        files = [at.given()] * 10
        with pytest.raises(PictureRefused, match="At most 9"):
            async with at.attachments.pictures(files):
                pass
        with pytest.raises(PictureRefused, match="At most 9"):
            at.attachments.hold(files)
        assert not at.fetched


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:1/fox.png", "https://example.invalid/fox.png", "http://mina@127.0.0.1/x", "http://[", "ftp:x"],
)
async def test_other_hosts_are_not_asked(tmp_path: Path, url: str) -> None:
    """A file that is not where Discord keeps files is not fetched."""
    async with shelf(tmp_path) as at:
        with pytest.raises(PictureRefused):
            async with at.attachments.pictures([at.given(url=url)]):
                pass
        assert not at.fetched
    assert all(door.startswith("https://") for door in CDN)


async def test_a_disk_that_is_full(tmp_path: Path) -> None:
    """A picture that cannot be kept is refused, and the reason is the operator's."""
    async with shelf(tmp_path) as at:
        (tmp_path / "incoming").write_bytes(b"")
        with pytest.raises(PictureRefused, match="cannot be kept"):
            async with at.attachments.pictures([at.given()]):
                pass


async def test_a_text(tmp_path: Path) -> None:
    """The text of a list is read, also where it is no good UTF-8; one that is too large is refused unread."""
    async with shelf(tmp_path) as at:
        list_ = at.given("list.csv", b"\xef\xbb\xbfhero | a fox\xff", content_type="text/csv")
        assert await at.attachments.document(list_) == "hero | a fox�"
        with pytest.raises(PictureRefused):
            await at.attachments.document(at.given("list.csv", b"x", size=MOST_BYTES + 1))


async def test_held_for_a_window(tmp_path: Path) -> None:
    """A picture of a window is fetched once, waited for, and known by its name after a restart."""
    async with shelf(tmp_path) as at:
        file = at.given()
        names = at.attachments.hold([file])
        assert at.attachments.hold([file]) == names
        (path,) = await at.attachments.held(names)
        assert Path(path.removeprefix("file:")).read_bytes() == b"a picture"
        assert len(at.fetched) == 1
        again = Attachments(tmp_path / "incoming", at.clock)
        assert await again.held((*names, "https://example.com/a.png")) == (path, "https://example.com/a.png")


async def test_held_in_vain(tmp_path: Path) -> None:
    """A window's picture that was not to be had, or is not kept any more, is said to be so."""
    async with shelf(tmp_path) as at:
        gone = at.attachments.hold([at.given(content=404)])
        with pytest.raises(PictureRefused, match="was deleted"):
            await at.attachments.held(gone)
        await at.attachments.finish()
        for name in (*gone, "discord-picture:../../etc/passwd"):
            with pytest.raises(PictureRefused):
                await at.attachments.held((name,))
        with pytest.raises(PictureRefused, match="not a picture"):
            at.attachments.hold([at.given("fox.mp4")])


async def test_tidied(tmp_path: Path) -> None:
    """What a kill left behind goes after an hour, a window's picture after a day, and other files never."""
    async with shelf(tmp_path) as at:
        folder = tmp_path / "incoming"
        folder.mkdir()
        now_s = at.clock.now() / 1000
        ages = {"a.picture": LEFT_S + 1, "held-1.picture": LEFT_S + 1, "held-2.picture": HELD_S + 1, "notes": 10**7}
        for name, age_s in ages.items():
            (folder / name).write_bytes(b"x")
            os.utime(folder / name, (now_s - age_s, now_s - age_s))
        at.attachments.tidy()
        assert [path.name for path in at.left()] == ["held-1.picture", "notes"]
