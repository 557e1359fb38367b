"""Pictures that people give on Slack: fetched with the token from Slack alone, and removed afterwards."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from PIL import Image

from adapters.pictures.store import PictureStore
from adapters.slack.client import Clients
from adapters.slack.fetching import MOST_BYTES, Fetching, is_slacks
from bot.core.errors import PictureRefused
from tests.adapters.slack.desk import Desk, desk
from tests.adapters.slack.fake.values import FileStub
from tests.adapters.slack.workspace import SwiftClock


@pytest.fixture
async def at(tmp_path: Path) -> AsyncIterator[Desk]:
    async with desk(tmp_path, SwiftClock()) as made:
        yield made


def fetching(at: Desk) -> Fetching:
    return Fetching(at.clients, at.folder / "incoming", at.clock)


def given(at: Desk, *, name: str = "fox.png", content: bytes | None = None) -> str:
    kind = "video/mp4" if name.endswith(".mp4") else "image/png"
    stub = FileStub(name=name, content=content or b"a picture", mimetype=kind)
    return at.slack.kit.files.picked("U1", stub).id


def left(at: Desk) -> list[Path]:
    return list((at.folder / "incoming").glob("*"))


async def test_fetched(at: Desk) -> None:
    """Pictures come as paths that an order takes, in their order, and are removed when it was given."""
    files = [given(at, content=content) for content in (b"one", b"two")]
    async with fetching(at).pictures(files, team="T1") as paths:
        assert [Path(path.removeprefix("file:")).read_bytes() for path in paths] == [b"one", b"two"]
        assert all(path.startswith("file:/") for path in paths)
    assert not left(at)


async def test_kept_by_the_store(at: Desk) -> None:
    """The pictures' store takes a picture from there, and from nowhere else."""
    Image.new("RGB", (400, 400)).save(at.folder / "real.png")
    file = given(at, content=(at.folder / "real.png").read_bytes())
    store = PictureStore(at.folder / "kept", files_from=at.folder / "incoming")
    async with fetching(at).pictures([file], team="T1") as (path,):
        assert (await store.take(path)).endswith(".png")
    with pytest.raises(PictureRefused):
        await store.take(f"file:{at.folder / 'real.png'}")


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("fox.png", bytes(MOST_BYTES + 1), r"fox\.png is larger than 10 MB"),
        ("fox.mp4", None, r"fox\.mp4 is not a picture"),
    ],
)
async def test_no_picture_for_an_order(at: Desk, name: str, content: bytes | None, sentence: str) -> None:
    """What is too large, or no picture by what Slack says, is refused before a byte is fetched."""
    with pytest.raises(PictureRefused, match=sentence):
        async with fetching(at).pictures([given(at, name=name, content=content)], team="T1"):
            pass
    assert not left(at)


async def test_larger_than_slack_said(at: Desk) -> None:
    """Nothing larger than the limit is written to the disk, whatever Slack said of its size."""
    file = given(at)
    at.slack.files[file].path.write_bytes(bytes(MOST_BYTES + 1))
    with pytest.raises(PictureRefused, match="larger"):
        async with fetching(at).pictures([given(at), file], team="T1"):
            pass
    assert not left(at)


async def test_gone(at: Desk) -> None:
    """A file that was deleted, or that is not for the bot to see, is said to be so."""
    deleted, foreign, hidden = given(at), given(at), given(at)
    at.slack.kit.files.deleted(at.slack.files[deleted])
    at.slack.files[foreign].team = "T9"
    at.slack.files[hidden].path.unlink()
    for file in (deleted, foreign, hidden):
        with pytest.raises(PictureRefused, match="was deleted, or I cannot see it"):
            async with fetching(at).pictures([file], team="T1"):
                pass


@pytest.mark.parametrize(("fault", "sentence"), [("ratelimited", "in a minute"), ("token_revoked", "cannot see it")])
async def test_slack_does_not_say(at: Desk, fault: str, sentence: str) -> None:
    """Slack that cannot be asked now is told apart from Slack that does not let us see."""
    at.slack.fail("files.info", fault)
    with pytest.raises(PictureRefused, match=sentence):
        async with fetching(at).pictures([given(at)], team="T1"):
            pass


async def test_a_picture_that_breaks_off(at: Desk) -> None:
    """A picture whose bytes do not come is told apart from one that is gone."""
    file = given(at)

    async def break_off(request: web.BaseRequest) -> web.StreamResponse:
        assert request.transport is not None
        answer = web.StreamResponse(headers={"Content-Length": "1000"})
        await answer.prepare(request)
        await answer.write(b"some")
        request.transport.abort()
        return answer

    runner = web.ServerRunner(web.Server(break_off))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    clients = Clients(base_url=f"http://127.0.0.1:{runner.addresses[0][1]}/api/", tokens={"T1": at.slack.bot_token})
    client = clients("T1")
    path = at.folder / "incoming"
    with pytest.raises(PictureRefused, match="in a minute"):
        await Fetching(clients, path, at.clock).download(client, f"{client.base_url}{file}", "fox.png", [])
    await clients.close()
    await runner.cleanup()


async def test_sign_in(at: Desk) -> None:
    """Where Slack leads to its page to sign in, nobody follows."""
    file = given(at)
    at.slack.teams["T1"].scopes.remove("files:read")
    at.slack.fail("files.info", "hang", retry_after_s=0)
    with pytest.raises(PictureRefused, match="cannot see it"):
        async with fetching(at).pictures([file], team="T1"):
            pass


async def test_too_many(at: Desk) -> None:
    """More than nine are refused at once."""
    with pytest.raises(PictureRefused, match="At most 9"):
        async with fetching(at).pictures(["F1"] * 10, team="T1"):
            pass
    assert not at.slack.calls()


async def test_a_disk_that_is_full(at: Desk) -> None:
    """What the disk does not take is refused, and not the chat's fault."""
    (at.folder / "incoming").write_text("no folder")
    with pytest.raises(PictureRefused, match="cannot be kept"):
        async with fetching(at).pictures([given(at)], team="T1"):
            pass


async def test_tidy(at: Desk) -> None:
    """What a kill left behind is removed once it is an hour old; nothing else is touched."""
    folder = at.folder / "incoming"
    folder.mkdir()
    (folder / "old.picture").touch()
    (folder / "other.txt").touch()
    fetching(at).tidy()
    assert len(left(at)) == 2
    os.utime(folder / "old.picture", (0, 0))
    os.utime(folder / "other.txt", (0, 0))
    fetching(at).tidy()
    assert [path.name for path in left(at)] == ["other.txt"]


@pytest.mark.parametrize(
    ("address", "slacks"),
    [
        ("https://files.slack.com/files-pri/T1-F1/fox.png", True),
        ("https://slack.com/files-pri/T1-F1/fox.png", True),
        ("http://files.slack.com/fox.png", False),
        ("https://files.slack.com:8443/fox.png", False),
        ("https://files.slack.com:no/fox.png", False),
        ("https://evilslack.com/fox.png", False),
        ("https://slack.com.evil.com/fox.png", False),
        ("https://slack.com@evil.com/fox.png", False),
        ("https://files.slack.com@slack.com/fox.png", False),
        ("", False),
    ],
)
def test_the_token_goes_to_slack_alone(address: str, *, slacks: bool) -> None:
    """Only an address at the API's own host, or below it, is ever asked with the token."""
    assert is_slacks(address, "https://slack.com/api/") is slacks


async def test_the_token_never_follows(at: Desk) -> None:
    """A picture whose address is at another host is not fetched, and that host hears nothing."""
    heard: list[web.BaseRequest] = []

    async def hear(request: web.BaseRequest) -> web.Response:
        heard.append(request)
        return web.Response(body=b"x")

    runner = web.ServerRunner(web.Server(hear))
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    file, home = given(at), at.slack.origin
    at.slack.origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
    with pytest.raises(PictureRefused, match="cannot see it"):
        async with fetching(at).pictures([file], team="T1"):
            pass
    at.slack.origin = home
    await runner.cleanup()
    assert not heard
