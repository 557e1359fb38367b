"""Steps on a file system that are whole, or did not happen, also when the power goes. All of them block."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import stat
from pathlib import Path, PurePosixPath

#: Read at a time; a clip is never held whole in memory.
CHUNK_BYTES = 1 << 20
FINGERPRINT_LETTERS = 16
#: What a file system says that knows no hard links: FAT, some network and container ones.
NO_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})


def is_file(path: Path) -> bool:
    """Whether a file, and no link to one, has that name."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except (FileNotFoundError, NotADirectoryError):
        return False


def sha256_of(path: Path) -> str:
    """The checksum of a file's bytes, as hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def flat(name: str) -> str:
    """One file name for an archive's name with folders; no other name has it."""
    fingerprint = hashlib.sha256(name.encode()).hexdigest()[:FINGERPRINT_LETTERS]
    return f"{fingerprint}-{PurePosixPath(name).name}"


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, each durable."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync(folder.parent)


def sync(path: Path) -> None:
    """Bring a file's bytes, or a folder's names, to the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def move(source: Path, target: Path, *, by_way_of: Path) -> None:
    """Give the file ``source`` the name ``target``, durable before the old name goes; nothing is overwritten.

    From another disk it is first copied to ``by_way_of``, a name on the target's disk.

    Raises:
        FileExistsError: the target has a file already.
        OSError: it did not happen; ``source`` is as it was.
    """
    sync(source)
    try:
        _link(source, target)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        _copy(source, by_way_of)
        _link(by_way_of, target)
        by_way_of.unlink(missing_ok=True)
    sync(target.parent)
    source.unlink(missing_ok=True)


def _link(source: Path, target: Path) -> None:
    """A second name, which unlike a rename never replaces a file; a rename where there are no links."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError as error:
        if error.errno not in NO_LINKS:
            raise
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from error
        source.replace(target)


def _copy(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    try:
        with source.open("rb") as old, target.open("xb") as new:
            shutil.copyfileobj(old, new, CHUNK_BYTES)
            new.flush()
            os.fsync(new.fileno())
    except OSError:
        target.unlink(missing_ok=True)
        raise
