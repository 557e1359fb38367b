"""The archive that the settings name."""

from __future__ import annotations

import builtins
import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.archives import open_archive, place_of
from bot.core.errors import ArchiveError
from bot.settings import Secret, Settings
from bot.settings.buckets import BucketName

CLIP = b"clip"
NAME = "2026-11/launch/A7K.mp4"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path)


@pytest.fixture
def of_bucket(settings: Settings) -> Settings:
    return replace(
        settings,
        archive=BucketName("clips", "studio/"),
        s3_access_key_id=Secret("key-1"),
        s3_secret_access_key=Secret("hush"),
    )


async def kept(settings: Settings, folder: Path) -> str:
    """Keep a clip; where it is."""
    (folder / "clip.mp4").write_bytes(CLIP)
    async with open_archive(settings) as archive:
        stored = await archive.keep(folder / "clip.mp4", NAME, sha256=hashlib.sha256(CLIP).hexdigest())
        assert (await archive.open(stored)).read_bytes() == CLIP
        return str(archive)


async def test_a_folder(settings: Settings, tmp_path: Path) -> None:
    """Without a bucket clips are in a folder of the home."""
    assert await kept(settings, tmp_path) == str(tmp_path / "archive")
    assert (tmp_path / "archive" / NAME).read_bytes() == CLIP


async def test_a_bucket(of_bucket: Settings, s3_server: str, s3_bucket: str, tmp_path: Path) -> None:
    """With a bucket clips are there, with copies in the home; those of the folder from before are found."""
    await kept(replace(of_bucket, archive=None), tmp_path)
    settings = replace(of_bucket, archive=BucketName(s3_bucket), s3_endpoint=s3_server)
    async with open_archive(settings) as archive:
        assert await archive.size_of(NAME) == len(CLIP)
    assert await kept(settings, tmp_path) == f"s3://{s3_bucket}"
    assert [path.read_bytes() for path in (tmp_path / "archive-copies").glob("*.mp4")] == [CLIP]


async def test_a_bucket_without_its_library(of_bucket: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where what reaches buckets is not installed, it says how to install it."""
    really = builtins.__import__

    def importing(name: str, *rest: Any) -> Any:
        if name == "adapters.archive.s3":
            raise ModuleNotFoundError(name)
        return really(name, *rest)

    monkeypatch.setattr(builtins, "__import__", importing)
    with pytest.raises(ArchiveError, match="install it with: pip install 'aiobotocore'"):
        async with open_archive(of_bucket):
            pass


@pytest.mark.parametrize(
    ("endpoint", "public_url", "style", "addressing", "public"),
    [
        (None, None, "auto", "virtual", True),
        (None, None, "path", "path", True),
        ("https://s3.example", None, "auto", "path", True),
        ("https://s3.example", None, "host", "virtual", True),
        ("http://127.0.0.1:9000", None, "auto", "path", False),
        ("http://localhost:9000", None, "auto", "path", False),
        ("http://127.0.0.1:9000", "https://clips.example", "auto", "path", True),
    ],
)
def test_how_it_is_reached(
    of_bucket: Settings,
    endpoint: str | None,
    public_url: str | None,
    style: str,
    addressing: str,
    public: bool,  # noqa: FBT001  # a table's column
) -> None:
    """A server's bucket stands in the path, Amazon's in the host; one of this machine has no public address."""
    place = place_of(replace(of_bucket, s3_endpoint=endpoint, archive_public_url=public_url, s3_style=style))
    assert place is not None
    assert (place.addressing, place.has_public_address) == (addressing, public)
    assert (place.key_id, place.secret, str(place)) == ("key-1", "hush", "s3://clips/studio")
