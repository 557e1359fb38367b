"""Downloading a clip: whole, bounded, synced, and from nowhere that it should not come from."""

from __future__ import annotations

import asyncio
import errno
import os
from pathlib import Path

import pytest

from adapters.muapi.client import MuapiClient
from adapters.muapi.download import Downloader
from bot.core.errors import ArchiveError, ClipDamaged, Gone, Transient
from tests.adapters.muapi.client.clip_host import CLIP, HALF, LIMIT, WHOLE, Host, content, fetch, files


async def test_a_clip_arrives_whole_and_alone(local: MuapiClient, host: Host, into: Path) -> None:
    """The bytes are there under their name, hashed, with nothing left beside them, and no key was shown to the host."""
    assert await fetch(local, host, into) == WHOLE

    assert content(into) == CLIP
    assert files(into) == ["A7K.mp4"]
    (seen,) = host.seen
    assert seen["Accept-Encoding"] == "identity"
    assert not {"authorization", "x-api-key", "x-test", "range"} & {name.lower() for name in seen}


@pytest.mark.parametrize("status", [401, 403, 404, 410])
async def test_an_address_that_has_ended_is_gone(local: MuapiClient, host: Host, into: Path, status: int) -> None:
    """401, 403, 404 and 410 mean that the URL has expired or never was."""
    host.status = status

    with pytest.raises(Gone) as caught:
        await fetch(local, host, into)

    assert caught.value.status == status


@pytest.mark.parametrize("status", [204, 206, 304, 400, 416, 429, 500, 503])
async def test_any_other_answer_is_transient(local: MuapiClient, host: Host, into: Path, status: int) -> None:
    """Everything else is tried again until the URL ends."""
    host.status = status

    with pytest.raises(Transient) as caught:
        await fetch(local, host, into)

    assert caught.value.status == status


async def test_a_clip_that_is_announced_too_large_is_not_read(local: MuapiClient, host: Host, into: Path) -> None:
    """The declared size is judged before the first byte."""
    with pytest.raises(ClipDamaged, match="has 1,024,000 bytes; at most 1,000 are taken"):
        await fetch(local, host, into, limit=1_000)

    assert not into.parent.exists()


async def test_a_clip_that_grows_too_large_is_stopped(local: MuapiClient, host: Host, into: Path) -> None:
    """Bytes are counted, whatever was declared."""
    host.declares = False
    with pytest.raises(ClipDamaged, match="more than 300,000 bytes"):
        await fetch(local, host, into, limit=300_000)

    assert files(into) == []


async def test_a_clip_of_exactly_the_limit_is_taken(local: MuapiClient, host: Host, into: Path) -> None:
    """The limit itself is allowed."""
    assert await fetch(local, host, into, limit=len(CLIP)) == WHOLE


async def test_the_whole_time_is_bounded(local: MuapiClient, host: Host, into: Path) -> None:
    """A host that stops in mid-clip is left, and what came can be resumed."""
    host.cut, host.stall = HALF, asyncio.Event()

    with pytest.raises(Transient, match=r"took longer than 0\.2 s"):
        await local.download(host.url, into, limit_bytes=LIMIT, timeout_s=0.2)
    host.stall.set()

    assert files(into) == ["A7K.mp4.part", "A7K.mp4.part.etag"]


async def test_a_host_that_is_down_is_transient(local: MuapiClient, into: Path) -> None:
    """A connection that fails is tried again."""
    with pytest.raises(Transient, match="broke off"):
        await local.download("http://127.0.0.1:1/clip.mp4", into, limit_bytes=1, timeout_s=5)


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("ftp://cdn.example/clip.mp4", "only http and https"),
        ("https://10.0.0.5/clip.mp4", "private network"),
        ("https://169.254.169.254/latest/meta-data", "private network"),
        ("nonsense", "only http and https"),
    ],
)
async def test_an_address_that_is_not_fetched_is_no_clip(
    local: MuapiClient, into: Path, url: str, problem: str
) -> None:
    """Only public https hosts, or this machine for the simulator."""
    with pytest.raises(ClipDamaged, match=problem):
        await local.download(url, into, limit_bytes=1, timeout_s=1)


async def test_a_public_provider_cannot_send_us_to_this_machine(host: Host, into: Path) -> None:
    """Loopback is fetched only when the provider itself is there."""
    with pytest.raises(ClipDamaged, match="private network"):
        await Downloader().fetch(host.url, into, limit_bytes=LIMIT, timeout_s=1)

    assert host.seen == []


async def test_a_redirect_into_a_private_network_is_not_followed(local: MuapiClient, host: Host, into: Path) -> None:
    """Every hop is judged."""
    host.status, host.headers = 302, {"Location": "http://192.168.1.1/clip.mp4"}

    with pytest.raises(ClipDamaged, match="private network"):
        await fetch(local, host, into)


async def test_a_full_disk_is_said(local: MuapiClient, host: Host, into: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk that is full in the end is the archive's failure, not the provider's."""

    def full(_handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ArchiveError, match="the clip cannot be written: No space left on device"):
        await fetch(local, host, into)


async def test_a_folder_that_cannot_be_made_is_said(local: MuapiClient, host: Host, tmp_path: Path) -> None:
    """A file where the folder should be is a failure of the disk."""
    (tmp_path / "archive").write_text("in the way")

    with pytest.raises(ArchiveError, match="the clip cannot be written"):
        await fetch(local, host, tmp_path / "archive" / "A7K.mp4")
