"""The output host: ranges, expiry, and files that are not what they seem."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import av
import httpx
import pytest

from adapters.muapi.simulator import Simulator
from adapters.muapi.simulator.files import read_range

Ask = Callable[..., Awaitable[httpx.Response]]
Finish = Callable[..., Awaitable[dict[str, Any]]]

pytestmark = pytest.mark.usefixtures("short_loops")


async def test_download(finish: Finish, http: httpx.AsyncClient, simulator: Simulator) -> None:
    """A clip is an MP4 with its index in front, the right length declared, and a strong ETag."""
    url = (await finish())["output"]
    async with httpx.AsyncClient(trust_env=False, verify=False) as nobody:
        answer = await nobody.get(url)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "video/mp4"
    assert int(answer.headers["Content-Length"]) == len(answer.content)
    assert answer.content[4:8] == b"ftyp"
    assert answer.content.index(b"moov") < answer.content.index(b"mdat")
    head = await http.head(url)
    assert head.content == b""
    assert head.headers["Content-Length"] == answer.headers["Content-Length"]
    assert head.headers["ETag"] == answer.headers["ETag"]
    assert not answer.headers["ETag"].startswith("W/")
    assert simulator.report().downloads == 1


async def test_ranges(finish: Finish, http: httpx.AsyncClient) -> None:
    """A download may be resumed: the parts together are the whole."""
    url = (await finish())["output"]
    whole = await http.get(url)
    size, etag = len(whole.content), whole.headers["ETag"]
    first = await http.get(url, headers={"Range": "bytes=0-999"})
    rest = await http.get(url, headers={"Range": "bytes=1000-", "If-Range": etag})
    assert (first.status_code, rest.status_code) == (206, 206)
    assert rest.headers["Content-Range"] == f"bytes 1000-{size - 1}/{size}"
    assert first.content + rest.content == whole.content
    changed = await http.get(url, headers={"Range": "bytes=1000-", "If-Range": '"another"'})
    assert (changed.status_code, len(changed.content)) == (200, size)
    beyond = await http.get(url, headers={"Range": f"bytes={size}-"})
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{size}")
    assert (await http.get(url, headers={"If-None-Match": etag})).status_code == 304


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("", range(10)),
        ("bytes=2-4", range(2, 5)),
        ("bytes=2-", range(2, 10)),
        ("bytes=2-99", range(2, 10)),
        ("bytes=-3", range(7, 10)),
        ("bytes=-30", range(10)),
        ("bytes=-", range(10)),
        ("bytes=1-2,4-5", range(10)),
        ("lines=1-2", range(10)),
        ("bytes=10-", None),
        ("bytes=-0", None),
        ("bytes=5-3", None),
    ],
)
def test_read_range(header: str, wanted: range | None) -> None:
    """One plain range is understood, anything else means the whole, and beyond the end is refused."""
    assert read_range(header, 10) == wanted


@pytest.mark.parametrize("options", [{"scale": 0.5}])
async def test_expiry(order: Ask, poll: Ask, http: httpx.AsyncClient, clock: Any) -> None:
    """The URL works for 24 provider hours after the end, then it is 403 AccessDenied as XML."""
    job = (await order("a fox [[latency=10]]")).json()["id"]
    clock.seconds += 5
    url = (await poll(job)).json()["output"]
    clock.seconds += 12 * 3_600 - 1
    assert (await http.get(url)).status_code == 200
    clock.seconds += 1
    late = await http.get(url)
    assert late.status_code == 403
    assert "<Code>AccessDenied</Code>" in late.text
    assert (await poll(job)).json()["output"] == url


async def test_expired_at_once(finish: Finish, http: httpx.AsyncClient) -> None:
    """A URL may have expired before anybody could use it."""
    result = await finish("a fox [[expired]]")
    assert result["status"] == "succeeded"
    assert (await http.get(result["output"])).status_code == 403


async def test_no_such_file(order: Ask, http: httpx.AsyncClient, simulator: Simulator) -> None:
    """Nothing is served for a job that is not done, or that never was, or for an upload that never came."""
    job = (await order()).json()["id"]
    for name in (f"{job}.mp4", "job_none.mp4", "uploads/none.png", "uploads/none.exe", "uploads/..%2fx.png"):
        assert (await http.get(f"{simulator.origin}/files/{name}")).status_code == 404


async def test_html_named_mp4(finish: Finish, http: httpx.AsyncClient) -> None:
    """An HTML page may stand where the clip should be."""
    url = (await finish("a fox [[html]]"))["output"]
    assert url.endswith(".mp4")
    answer = await http.get(url)
    assert (answer.status_code, answer.text[:9]) == (200, "<!doctype")


async def test_cut_download(finish: Finish, http: httpx.AsyncClient) -> None:
    """A download may break off half-way as often as asked, although its full length was declared."""
    url = (await finish("a fox [[cut=2]]"))["output"]
    size = int((await http.head(url)).headers["Content-Length"])
    for _ in range(2):
        came = 0
        with pytest.raises(httpx.RemoteProtocolError):  # noqa: PT012 - the bytes before the break count
            async with http.stream("GET", url) as answer:
                async for chunk in answer.aiter_bytes():
                    came += len(chunk)
        assert 0 < came <= size // 2
    assert len((await http.get(url)).content) == size


async def test_no_ranges(finish: Finish, http: httpx.AsyncClient) -> None:
    """A server without ranges sends the whole, whatever is asked."""
    url = (await finish("a fox [[no-range]]"))["output"]
    answer = await http.get(url, headers={"Range": "bytes=5-9"})
    assert answer.status_code == 200
    assert "Accept-Ranges" not in answer.headers


async def test_length_too_long(finish: Finish, http: httpx.AsyncClient) -> None:
    """A length may be declared that never comes."""
    url, came = (await finish("a fox [[length]]"))["output"], b""
    with pytest.raises(httpx.RemoteProtocolError):  # noqa: PT012 - the bytes before the break count
        async with http.stream("GET", url) as answer:
            async for chunk in answer.aiter_bytes():
                came += chunk
    assert int(answer.headers["Content-Length"]) == len(came) + 1_000


async def test_length_too_short(finish: Finish, http: httpx.AsyncClient, tmp_path: Path) -> None:
    """A length that is too short cuts the clip without a word; HEAD tells the same lie."""
    url = (await finish("a fox [[length=short]]"))["output"]
    answer = await http.get(url)
    assert len(answer.content) == int((await http.head(url)).headers["Content-Length"])
    (file,) = (tmp_path / "clips").glob("*.mp4")
    assert len(answer.content) == file.stat().st_size // 2


async def test_very_large(finish: Finish, http: httpx.AsyncClient, tmp_path: Path) -> None:
    """A file may be as large as asked, is made while it is sent, can be resumed, and plays."""
    url = (await finish("a fox [[large=3]]"))["output"]
    whole = await http.get(url)
    assert len(whole.content) == int(whole.headers["Content-Length"]) == 3_000_000
    for begin in (2_000_000, len(whole.content) - 1):
        rest = await http.get(url, headers={"Range": f"bytes={begin}-"})
        assert rest.content == whole.content[begin:]
    size = len((await http.get((await finish())["output"])).content)
    across = await http.get(url, headers={"Range": f"bytes={size - 2_000}-{size + 2_000}"})
    assert across.content == whole.content[size - 2_000 : size + 2_001]
    (tmp_path / "large.mp4").write_bytes(whole.content)
    with av.open(str(tmp_path / "large.mp4")) as container:
        assert sum(1 for _ in container.decode(video=0)) == 4 * 24


async def test_as_large_as_can_be(finish: Finish, http: httpx.AsyncClient) -> None:
    """Nobody needs a large file on the disk to say how large it is."""
    url = (await finish("a fox [[large=999999]]"))["output"]
    assert (await http.head(url)).headers["Content-Length"] == "20000000000"
    tail = await http.get(url, headers={"Range": "bytes=-5"})
    assert (tail.content, tail.headers["Content-Range"]) == (bytes(5), "bytes 19999999995-19999999999/20000000000")
