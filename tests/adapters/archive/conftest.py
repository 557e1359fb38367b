"""Finished downloads, ready to be kept."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from adapters.archive.s3 import S3Archive
from tests.adapters.archive.front import Front, archive_at

CLIP = b"the bytes of a clip" * 1_000


@pytest.fixture
def sha256() -> str:
    return hashlib.sha256(CLIP).hexdigest()


@pytest.fixture
def write() -> Callable[[Path], Path]:
    """Puts a finished download at a path."""

    def put(path: Path, content: bytes = CLIP) -> Path:
        path.write_bytes(content)
        return path

    return put


@pytest.fixture
def download(tmp_path: Path, write: Callable[[Path], Path]) -> Path:
    """A finished download outside of the archive, on the same disk."""
    return write(tmp_path / "download.mp4")


@pytest.fixture
async def front(s3_server: str) -> AsyncIterator[Front]:
    """A server before the S3 server."""
    made = Front(s3_server)
    await made.up()
    yield made
    await made.down()


@pytest.fixture
async def bucket(front: Front, s3_bucket: str, tmp_path: Path) -> AsyncIterator[S3Archive]:
    """An archive in a bucket that is reached through ``front``."""
    made = archive_at(front.url, s3_bucket, tmp_path)
    yield made
    await made.close()
