"""Steps on the disk that are whole, or did not happen, also when the power goes. All of them block."""

from __future__ import annotations

import filecmp
import os
import shutil
from collections.abc import Iterable
from pathlib import Path

#: Copied at a time; a clip is never held whole in memory.
CHUNK_BYTES = 1 << 20


def make_folder(folder: Path) -> None:
    """Make a folder and those above it, each durable."""
    if folder.is_dir():
        return
    make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    sync_folder(folder.parent)


def closed(*folders: Path) -> str:
    """The first that we may not write; empty: there is none."""
    return next((str(folder) for folder in folders if not os.access(folder, os.W_OK)), "")


def sync_folder(folder: Path) -> None:
    """Make a folder's names durable."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def append(path: Path, line: bytes, *, behind: int) -> int:
    """Write a line behind the first ``behind`` bytes, which are whole; what stands after them is an unfinished line.

    Returns how many bytes are whole now.
    """
    new = not path.exists()
    with path.open("wb" if new else "r+b") as file:
        file.truncate(behind)
        file.seek(behind)
        file.write(line)
        file.flush()
        os.fsync(file.fileno())
    if new:
        sync_folder(path.parent)
    return behind + len(line)


def replace(path: Path, lines: Iterable[bytes]) -> int:
    """Give a file other lines, all or none of them; returns its size in bytes."""
    unfinished = path.with_name(f".{path.name}.part")
    with unfinished.open("wb") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())
        size = file.tell()
    unfinished.replace(path)
    sync_folder(path.parent)
    return size


def copy(source: Path, target: Path) -> None:
    """Copy a file's bytes, durable; an unfinished copy of the same name is begun anew."""
    with source.open("rb") as old, target.open("wb") as new:
        shutil.copyfileobj(old, new, CHUNK_BYTES)
        new.flush()
        os.fsync(new.fileno())


def name_it(copied: Path, target: Path) -> bool:
    """Give a finished copy its name, unless a file with other bytes has it; one with the same bytes is it already."""
    if not _link(copied, target) and not filecmp.cmp(copied, target, shallow=False):
        return False
    copied.unlink(missing_ok=True)
    sync_folder(target.parent)
    return True


def _link(copied: Path, target: Path) -> bool:
    """A second name, which unlike a rename never replaces a file; a rename where the disk knows no links."""
    try:
        os.link(copied, target)
    except FileExistsError:
        return False
    except OSError:
        if os.path.lexists(target):
            return False
        copied.rename(target)
    return True
