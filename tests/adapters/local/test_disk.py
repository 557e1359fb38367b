from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from adapters.local import disk


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    path = tmp_path / ".p1.part"
    path.write_bytes(b"a fox")
    return path


def no_links(*_: object) -> None:
    raise OSError(errno.EPERM, "this disk knows no links")


@pytest.mark.parametrize("links", [True, False])
def test_named(copied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, links: bool) -> None:
    """A finished copy gets its name, on a disk without links too."""
    if not links:
        monkeypatch.setattr(os, "link", no_links)
    target = tmp_path / "A7K.mp4"
    assert disk.name_it(copied, target)
    assert (target.read_bytes(), copied.exists()) == (b"a fox", False)


@pytest.mark.parametrize("links", [True, False])
@pytest.mark.parametrize(("content", "named"), [(b"a fox", True), (b"other", False)])
def test_name_is_taken(
    copied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, links: bool, content: bytes, named: bool
) -> None:
    """A file that has the name is never replaced; with the same bytes it is the copy already."""
    if not links:
        monkeypatch.setattr(os, "link", no_links)
    target = tmp_path / "A7K.mp4"
    target.write_bytes(content)
    assert disk.name_it(copied, target) is named
    assert (target.read_bytes(), copied.exists()) == (content, not named)


def test_replaced(tmp_path: Path) -> None:
    """A file's lines are replaced as a whole, and nothing unfinished is left beside it."""
    path = tmp_path / "launch.jsonl"
    path.write_bytes(b"old\n")
    assert disk.replace(path, [b"new\n", b"lines\n"]) == 10
    assert path.read_bytes() == b"new\nlines\n"
    assert list(tmp_path.iterdir()) == [path]
