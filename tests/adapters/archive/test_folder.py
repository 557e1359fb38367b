from __future__ import annotations

import asyncio
import errno
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters.archive.folder import FolderArchive
from bot.core.errors import ArchiveError
from bot.core.ports import Stored

NAME = "2026-11/launch/A7K-2.mp4"
DAY_MS = 24 * 60 * 60 * 1000

Write = Callable[..., Path]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "some" / "archive"


@pytest.fixture
def archive(root: Path) -> FolderArchive:
    return FolderArchive(root)


def files(root: Path) -> list[str]:
    """Every file of the archive, by its path in it."""
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if not path.is_dir())


def failing(number: int) -> Callable[..., None]:
    """A step of the system that fails."""

    def fail(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    return fail


def failing_once(number: int, then: Callable[..., object]) -> Callable[..., object]:
    """A step of the system that fails at first."""
    tries = iter([failing(number)])

    def step(*arguments: object, **options: object) -> object:
        return next(tries, then)(*arguments, **options)

    return step


async def test_browsable(archive: FolderArchive, root: Path, download: Path, sha256: str) -> None:
    """A person finds the file under its name, and nothing else."""
    await archive.keep(download, NAME, sha256=sha256)
    assert files(root) == [NAME]


async def test_same_file(archive: FolderArchive, root: Path, download: Path, sha256: str) -> None:
    """On one disk the bytes are not copied: it is the same file under another name, and only that one."""
    before = os.stat(download)  # noqa: PTH116
    await archive.keep(download, NAME, sha256=sha256)
    after = os.stat(root / NAME)  # noqa: PTH116
    assert (after.st_ino, after.st_nlink) == (before.st_ino, 1)


async def test_synced(
    archive: FolderArchive, root: Path, download: Path, sha256: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The bytes, the name, and every folder that was made are on the disk before the old name goes."""
    synced: list[str] = []

    def fsync(handle: int) -> None:
        assert download.exists()
        synced.append(os.path.relpath(Path(f"/proc/self/fd/{handle}").readlink(), root))

    monkeypatch.setattr(os, "fsync", fsync)
    await archive.keep(download, NAME, sha256=sha256)
    assert {"../../download.mp4", "../..", "..", ".", "2026-11", "2026-11/launch"} == set(synced)
    assert synced[-1] == "2026-11/launch"


async def test_other_disk(
    archive: FolderArchive, root: Path, download: Path, sha256: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From another disk the bytes are copied beside it first, and get their name when they are whole."""
    monkeypatch.setattr(os, "link", failing_once(errno.EXDEV, os.link))
    stored = await archive.keep(download, NAME, sha256=sha256)
    assert await archive.open(stored)
    assert (files(root), await asyncio.to_thread(download.exists)) == ([NAME], False)


async def test_other_disk_full(
    archive: FolderArchive, root: Path, download: Path, sha256: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A copy for which there is no room leaves nothing behind, and the download stays."""
    monkeypatch.setattr(os, "link", failing(errno.EXDEV))
    monkeypatch.setattr(shutil, "copyfileobj", failing(errno.ENOSPC))
    with pytest.raises(ArchiveError, match="its disk is full"):
        await archive.keep(download, NAME, sha256=sha256)
    assert (files(root), await asyncio.to_thread(download.exists)) == ([], True)


async def test_no_links(
    archive: FolderArchive, root: Path, download: Path, sha256: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a disk without hard links the file is renamed."""
    monkeypatch.setattr(os, "link", failing(errno.EPERM))
    await archive.keep(download, NAME, sha256=sha256)
    assert (files(root), await asyncio.to_thread(download.exists)) == ([NAME], False)


async def test_no_links_at_once(
    archive: FolderArchive, write: Write, tmp_path: Path, sha256: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is anything overwritten there when many keep one name at once."""
    monkeypatch.setattr(os, "link", failing(errno.ENOTSUP))
    downloads = [write(tmp_path / str(number)) for number in range(8)]
    results = await asyncio.gather(*(archive.keep(one, NAME, sha256=sha256) for one in downloads))
    assert set(results) == {Stored(name=NAME, size=19_000, sha256=sha256)}


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (errno.ENOSPC, "its disk is full: free some space there, and it goes on by itself"),
        (errno.EDQUOT, "its quota is used up: free some space there, and it goes on by itself"),
        (errno.EFBIG, "its disk does not take a file of this size: put the archive on another one"),
        (errno.EROFS, "its disk is read-only: mount it for writing, or put the archive on another one"),
        (errno.EACCES, "this process may not write there: give its user the right to"),
        (errno.EIO, "its disk does not answer as it should: look after it"),
        (errno.ENAMETOOLONG, "File name too long"),
    ],
)
async def test_cannot_write(
    archive: FolderArchive,
    root: Path,
    download: Path,
    sha256: str,
    monkeypatch: pytest.MonkeyPatch,
    *,
    number: int,
    remedy: str,
) -> None:
    """A disk that refuses is named by its purpose, with what to do about it; nothing is lost."""
    with monkeypatch.context() as patched:
        patched.setattr(os, "link", failing(number))
        with pytest.raises(ArchiveError) as caught:
            await archive.keep(download, NAME, sha256=sha256)
    assert str(caught.value) == f"The archive of finished clips ({root}) cannot be written: {remedy}"
    assert await archive.keep(download, NAME, sha256=sha256)


def test_working_folder_is_a_file(archive: FolderArchive, root: Path, write: Write) -> None:
    """So is the place of the working files, when a file has its name."""
    root.mkdir(parents=True)
    write(root / ".unfinished")
    with pytest.raises(ArchiveError, match="a part of that path is a file"):
        archive.working_file(NAME)


async def test_root_is_a_file(archive: FolderArchive, root: Path, download: Path, sha256: str, write: Write) -> None:
    """A folder that is a file is said to be one, by each method that needs it."""
    write(root.parent)
    with pytest.raises(ArchiveError, match="a part of that path is a file: name a folder"):
        await archive.keep(download, NAME, sha256=sha256)
    with pytest.raises(ArchiveError, match="a part of that path is a file: name a folder"):
        archive.working_file(NAME)
    with pytest.raises(ArchiveError, match="a part of that path is a file: name a folder"):
        await archive.free_bytes()


async def test_rot(archive: FolderArchive, root: Path, download: Path, sha256: str, write: Write) -> None:
    """A single byte that changed on the disk is found when the file is opened."""
    stored = await archive.keep(download, NAME, sha256=sha256)
    content = bytearray((await archive.open(stored)).read_bytes())
    content[9_000] ^= 1
    write(root / NAME, bytes(content))
    with pytest.raises(ArchiveError, match="is damaged: its bytes are not those that were kept"):
        await archive.open(stored)


@pytest.fixture
def outside(root: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A folder to which a part of the name is a link."""
    folder = tmp_path / "outside"
    folder.mkdir()
    part = root / request.param
    part.parent.mkdir(parents=True)
    part.symlink_to(folder)
    return folder


@pytest.mark.parametrize("outside", ["2026-11", "2026-11/launch", NAME], indirect=True)
async def test_link_out(archive: FolderArchive, download: Path, sha256: str, outside: Path) -> None:
    """A link inside the archive is not followed, to read, to write or to delete."""
    with pytest.raises(ArchiveError, match="by a link"):
        await archive.keep(download, NAME, sha256=sha256)
    with pytest.raises(ArchiveError, match="by a link"):
        await archive.open(Stored(name=NAME, size=1, sha256=sha256))
    with pytest.raises(ArchiveError, match="by a link"):
        await archive.delete(NAME)
    assert not files(outside)


def test_working_link_out(archive: FolderArchive, root: Path, tmp_path: Path) -> None:
    """Nor is one in the place of the working files."""
    root.mkdir(parents=True)
    (root / ".unfinished").symlink_to(tmp_path)
    with pytest.raises(ArchiveError, match="by a link"):
        archive.working_file(NAME)


@pytest.fixture
def link(root: Path, tmp_path: Path) -> Path:
    root.mkdir(parents=True)
    path = tmp_path / "link"
    path.symlink_to(root)
    return path


async def test_root_is_a_link(root: Path, link: Path, download: Path, sha256: str) -> None:
    """The archive's own folder may be a link: that is the operator's choice."""
    await FolderArchive(link).keep(download, NAME, sha256=sha256)
    assert files(root) == [NAME]


async def test_folder_in_its_place(archive: FolderArchive, root: Path, download: Path, sha256: str) -> None:
    """A folder that has the file's name is not replaced."""
    (root / NAME).mkdir(parents=True)
    with pytest.raises(ArchiveError, match="holds something else under this name"):
        await archive.keep(download, NAME, sha256=sha256)
    with pytest.raises(ArchiveError, match="is not in the archive"):
        await archive.open(Stored(name=NAME, size=1, sha256=sha256))


async def test_free_bytes(archive: FolderArchive, root: Path) -> None:
    """The room on its disk is known before the first clip."""
    assert 0 < await archive.free_bytes() <= shutil.disk_usage(root).total


async def test_tidy(archive: FolderArchive, root: Path, download: Path, sha256: str, write: Write) -> None:
    """What is unfinished for over two days is removed at the start; what is younger, and every clip, stays."""
    await archive.keep(download, NAME, sha256=sha256)
    old = write(archive.working_file("old.mp4").with_suffix(".part"))
    young = write(archive.working_file("young.mp4").with_suffix(".part"))
    now = 1_800_000_000_000
    for path, age_ms in ((old, 2 * DAY_MS + 1000), (young, 2 * DAY_MS - 1000), (root / NAME, 90 * DAY_MS)):
        os.utime(path, ((now - age_ms) / 1000,) * 2)
    assert await archive.tidy(now) == 1
    assert files(root) == [f".unfinished/{young.name}", NAME]


async def test_tidy_nothing(archive: FolderArchive) -> None:
    """An archive that is not there yet has nothing to tidy."""
    assert await archive.tidy(1_800_000_000_000) == 0


async def test_files_are_set_aside(archive: FolderArchive, root: Path, write: Write) -> None:
    """What is not wanted under its name is moved, under the same name, into a folder of its own, once."""
    for name in ("2026-11/launch/A7K.mp4", "2026-11/launch/B8M.mp4", ".unfinished/x-C9N.mp4"):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        write(root / name)
    for moved in (1, 0):
        assert await archive.set_aside("today", unless=lambda name: "A7K" in name) == moved
    kept = sorted(path.relative_to(root).as_posix() for path in root.rglob("*.mp4"))
    assert kept == [".unfinished/x-C9N.mp4", "2026-11/launch/A7K.mp4", "aside-today/2026-11/launch/B8M.mp4"]
