"""What every archive does: the folder, the bucket, and the one in memory."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from adapters.archive.folder import FolderArchive
from bot.core.errors import ArchiveError
from bot.core.fakes.archive import MemoryArchive
from bot.core.ports import Archive, Stored
from tests.adapters.archive.front import archive_at

NAME = "2026-11/launch/A7K-2.mp4"
OTHER = b"other bytes"
UNSAFE = [
    "",
    "/etc/passwd",
    "../outside.mp4",
    "2026-11/../../outside.mp4",
    "2026-11/./A7K.mp4",
    "2026-11//A7K.mp4",
    "2026-11/A7K.mp4/",
    "2026-11\\A7K.mp4",
    "C:A7K.mp4",
    ".unfinished/A7K.mp4",
    "2026-11/con.mp4",
    "2026-11/a\0b.mp4",
    "2026-11/" + "a" * 81,
    "a/b/c/d/e/f/g/h/i.mp4",
]

Write = Callable[..., Path]


@pytest.fixture(params=["folder", "bucket", "memory"])
async def archive(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Archive]:
    folder = tmp_path / "archive"
    folder.mkdir()
    if request.param == "bucket":
        made = archive_at(request.getfixturevalue("s3_server"), request.getfixturevalue("s3_bucket"), tmp_path)
        yield made
        await made.close()
    else:
        yield FolderArchive(folder) if request.param == "folder" else MemoryArchive(folder)


@pytest.fixture
async def stored(archive: Archive, download: Path, sha256: str) -> Stored:
    return await archive.keep(download, NAME, sha256=sha256)


async def content(archive: Archive, stored: Stored) -> bytes:
    return await asyncio.to_thread((await archive.open(stored)).read_bytes)


async def test_kept(archive: Archive, stored: Stored, download: Path, sha256: str) -> None:
    """What is kept has its name, size and checksum, comes back whole, and is gone from where it was."""
    assert stored == Stored(name=NAME, size=19_000, sha256=sha256)
    assert hashlib.sha256(await content(archive, stored)).hexdigest() == sha256
    assert not await asyncio.to_thread(download.exists)


async def test_kept_from_working_file(archive: Archive, write: Write, sha256: str) -> None:
    """A download into the archive's own working file is kept the same way, and its place is empty again."""
    working = write(archive.working_file(NAME))
    stored = await archive.keep(working, NAME, sha256=sha256)
    assert await content(archive, stored)
    assert not await asyncio.to_thread(working.exists)


async def test_working_files(archive: Archive) -> None:
    """A name has one working file, always the same, and no other name has it."""
    names = [NAME, "2026-11/launch/A7K-3.mp4", "2026-12/launch/A7K-2.mp4", "A7K-2.mp4"]
    assert archive.working_file(NAME) == archive.working_file(NAME)
    assert len({archive.working_file(name) for name in names}) == len(names)


async def test_kept_again(archive: Archive, stored: Stored, write: Write, download: Path, sha256: str) -> None:
    """The same bytes under the same name again are no error, and the second copy goes."""
    write(download)
    assert await archive.keep(download, NAME, sha256=sha256) == stored
    assert not await asyncio.to_thread(download.exists)


async def test_kept_before_a_crash(archive: Archive, stored: Stored, download: Path, sha256: str) -> None:
    """What was kept already is kept, when the download is no longer there."""
    assert await archive.keep(download, NAME, sha256=sha256) == stored


async def test_kept_path(archive: Archive, stored: Stored, sha256: str) -> None:
    """Keeping the archived file itself leaves it where it is."""
    await archive.keep(await archive.open(stored), NAME, sha256=sha256)
    assert await content(archive, stored)


async def test_other_bytes(archive: Archive, stored: Stored, write: Write, download: Path) -> None:
    """A name that holds other bytes is never overwritten, and the download stays."""
    write(download, OTHER)
    with pytest.raises(ArchiveError, match="holds something else"):
        await archive.keep(download, NAME, sha256=hashlib.sha256(OTHER).hexdigest())
    assert await content(archive, stored) != OTHER
    assert await asyncio.to_thread(download.read_bytes) == OTHER


async def test_wrong_checksum(archive: Archive, download: Path) -> None:
    """A download whose checksum is not that which was counted is not kept, and stays."""
    wrong = hashlib.sha256(OTHER).hexdigest()
    with pytest.raises(ArchiveError, match="its bytes are not those that were downloaded"):
        await archive.keep(download, NAME, sha256=wrong)
    assert await asyncio.to_thread(download.exists)
    with pytest.raises(ArchiveError, match="is not in the archive"):
        await archive.open(Stored(name=NAME, size=19_000, sha256=wrong))


async def test_no_download(archive: Archive, download: Path, sha256: str) -> None:
    """A download that is not there is not kept."""
    await asyncio.to_thread(download.unlink)
    with pytest.raises(ArchiveError, match="its download is not there"):
        await archive.keep(download, NAME, sha256=sha256)


@pytest.mark.parametrize("field", ["size", "sha256"])
async def test_damaged(archive: Archive, stored: Stored, field: str) -> None:
    """Bytes that are not those that were kept are not handed out."""
    size = stored.size + (field == "size")
    sha256 = "0" * 64 if field == "sha256" else stored.sha256
    with pytest.raises(ArchiveError, match=r"A7K-2\.mp4 .*damaged"):
        await archive.open(Stored(name=NAME, size=size, sha256=sha256))


async def test_deleted(archive: Archive, stored: Stored, write: Write, download: Path) -> None:
    """A deleted file is gone; its name may be used again, and deleting it twice is no error."""
    await archive.delete(NAME)
    with pytest.raises(ArchiveError, match="is not in the archive"):
        await archive.open(stored)
    await archive.delete(NAME)
    write(download, OTHER)
    again = await archive.keep(download, NAME, sha256=hashlib.sha256(OTHER).hexdigest())
    assert await content(archive, again) == OTHER


async def test_at_once(archive: Archive, write: Write, tmp_path: Path, sha256: str) -> None:
    """Of many that keep one name at once, those with the same bytes agree, and the others are told."""
    same = [write(tmp_path / f"same-{number}") for number in range(5)]
    other = [write(tmp_path / f"other-{number}", OTHER) for number in range(5)]
    other_sha256 = hashlib.sha256(OTHER).hexdigest()
    results = await asyncio.gather(
        *(archive.keep(one, NAME, sha256=sha256) for one in same),
        *(archive.keep(one, NAME, sha256=other_sha256) for one in other),
        return_exceptions=True,
    )
    kept = {one for one in results if isinstance(one, Stored)}
    assert len(kept) == 1
    assert sum(isinstance(one, ArchiveError) for one in results) == 5
    assert await content(archive, kept.pop())


@pytest.mark.parametrize("name", UNSAFE)
async def test_unsafe_name(archive: Archive, download: Path, sha256: str, name: str) -> None:
    """A name that is absolute, leads elsewhere or is not safe on every disk is refused by every method."""
    with pytest.raises(ArchiveError, match="is not a name for the archive"):
        await archive.keep(download, name, sha256=sha256)
    with pytest.raises(ArchiveError, match="is not a name for the archive"):
        await archive.open(Stored(name=name, size=1, sha256=sha256))
    with pytest.raises(ArchiveError, match="is not a name for the archive"):
        await archive.delete(name)
    with pytest.raises(ArchiveError, match="is not a name for the archive"):
        archive.working_file(name)


async def test_tidied(archive: Archive, stored: Stored) -> None:
    """Tidying removes nothing that is kept."""
    assert await archive.tidy(0) == 0
    assert await content(archive, stored)


async def test_the_size_of_what_is_kept(archive: Archive, stored: Stored) -> None:
    """The size of a file is known by its name; of a name that holds nothing there is none."""
    assert await archive.size_of(NAME) == stored.size
    assert await archive.size_of("2026-11/launch/Z9Z.mp4") is None
    with pytest.raises(ArchiveError):
        await archive.size_of("../outside.mp4")
