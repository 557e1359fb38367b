"""Resuming a download: only where the host promises the same bytes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.muapi.client import MuapiClient
from bot.core.errors import Transient
from tests.adapters.muapi.client.clip_host import CLIP, HALF, WHOLE, Host, content, fetch, files


async def until(happened: Callable[[], bool]) -> None:
    """Give the others turns until something has happened."""
    for _ in range(100_000):
        if happened():
            return
        await asyncio.sleep(0)
    pytest.fail("it never happened")


async def test_a_cut_download_is_resumed(local: MuapiClient, host: Host, into: Path) -> None:
    """With a strong ETag a second try asks only for what is missing."""
    host.cut = HALF
    with pytest.raises(Transient):
        await fetch(local, host, into)
    assert files(into) == ["A7K.mp4.part", "A7K.mp4.part.etag"]

    host.cut = None
    assert await fetch(local, host, into) == WHOLE

    assert content(into) == CLIP
    assert (host.seen[1]["Range"], host.seen[1]["If-Range"]) == (f"bytes={HALF}-", '"v1"')
    assert files(into) == ["A7K.mp4"]


@pytest.mark.parametrize("etag", ['W/"v1"', "v1", '""'])
async def test_without_a_strong_etag_a_download_starts_again(
    local: MuapiClient, host: Host, into: Path, etag: str
) -> None:
    """A weak or missing ETag does not promise the same bytes."""
    host.etag, host.cut = etag, HALF
    with pytest.raises(Transient):
        await fetch(local, host, into)

    host.cut = None
    assert await fetch(local, host, into) == WHOLE
    assert "Range" not in host.seen[1]


async def test_another_address_starts_again(local: MuapiClient, host: Host, into: Path) -> None:
    """What came from one address is not continued from another."""
    host.cut = HALF
    with pytest.raises(Transient):
        await fetch(local, host, into)

    host.cut = None
    host.url += "?sig=2"
    assert await fetch(local, host, into) == WHOLE
    assert "Range" not in host.seen[1]


async def test_changed_bytes_start_again(local: MuapiClient, host: Host, into: Path) -> None:
    """A 200 to a range means that the clip is another one: what was there is thrown away."""
    host.cut = HALF
    with pytest.raises(Transient):
        await fetch(local, host, into)

    host.cut, host.etag, host.clip = None, '"v2"', CLIP[::-1]
    assert (await fetch(local, host, into)).size == len(CLIP)
    assert content(into) == CLIP[::-1]


@pytest.mark.parametrize(
    "change",
    [{"content_range": "bytes 0-9/10"}, {"content_range": "pages 1-2/3"}, {"headers": {"ETag": '"v9"'}}],
)
async def test_a_part_that_does_not_fit_is_thrown_away(
    local: MuapiClient, host: Host, into: Path, change: dict[str, object]
) -> None:
    """A partial answer that starts elsewhere, or is of other bytes, is not appended."""
    host.cut = HALF
    with pytest.raises(Transient):
        await fetch(local, host, into)

    host.cut = None
    for name, value in change.items():
        setattr(host, name, value)
    with pytest.raises(Transient):
        await fetch(local, host, into)
    assert files(into) == []

    assert await fetch(local, host, into) == WHOLE


async def test_a_download_that_broke_off_after_the_last_byte_is_finished(
    local: MuapiClient, host: Host, into: Path
) -> None:
    """When nothing is missing, the bytes that are there are the clip."""
    host.cut = HALF
    with pytest.raises(Transient):
        await fetch(local, host, into)
    part = into.with_name("A7K.mp4.part")
    part.write_bytes(CLIP)

    assert await fetch(local, host, into) == WHOLE
    assert len(host.seen) == 2


async def test_too_many_bytes_on_the_disk_start_again(local: MuapiClient, host: Host, into: Path) -> None:
    """A part that is longer than the clip is of no use."""
    host.cut = HALF
    with pytest.raises(Transient):
        await fetch(local, host, into)
    into.with_name("A7K.mp4.part").write_bytes(CLIP + b"more")

    host.cut = None
    with pytest.raises(Transient):
        await fetch(local, host, into)
    assert await fetch(local, host, into) == WHOLE


async def test_a_cancelled_download_can_be_resumed(local: MuapiClient, host: Host, into: Path) -> None:
    """A cancel leaves whole pieces in order, never a piece twice."""
    host.clip = CLIP * 20
    task = asyncio.ensure_future(fetch(local, host, into, limit=len(host.clip)))
    part = into.with_name("A7K.mp4.part")
    await until(lambda: part.exists() and part.stat().st_size > 0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task

    assert host.clip.startswith(content(part))
    assert (await fetch(local, host, into, limit=len(host.clip))).size == len(host.clip)
    assert content(into) == host.clip
