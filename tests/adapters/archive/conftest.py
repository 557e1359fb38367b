"""Finished downloads, ready to be kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

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
