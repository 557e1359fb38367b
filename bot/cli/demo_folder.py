"""The folder that a demo fills: what an earlier one made goes, everything else stays."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from adapters.local.book import Book, BookDamaged
from bot.cli.local import LOCAL_FOLDER
from bot.settings.table import DATABASE_NAME
from storage.lock_file import LockFile

CLIPS, TRANSCRIPT, REPORT = "clips", "transcript.txt", "report.json"
#: Rows and messages; hidden, so that a person sees the three above.
STATE = ".dailies"
#: In the state's folder: it says that the next demo may remove what is around it.
MARK = "made-by-dailies-demo"


class FolderTaken(Exception):
    """Something of these names is there that no demo made; ``str()`` says what, and what to do."""


def start_afresh(folder: Path) -> None:
    """Remove what an earlier demo made there, and nothing else; make what this one needs. Blocks.

    Raises:
        FolderTaken
        StoreError: another demo is playing there.
        OSError: it cannot be written.
    """
    state = folder / STATE
    if (state / MARK).is_file():
        lock = LockFile(state / f"{DATABASE_NAME}.lock")
        try:
            _remove_earlier(folder)
        finally:
            lock.release()
    elif taken := next(
        (path for name in (STATE, CLIPS, TRANSCRIPT, REPORT) if _is_something(path := folder / name)), None
    ):
        msg = f"{taken} is in the way: no demo made it. Move it, or name another folder: dailies demo --folder DIR"
        raise FolderTaken(msg)
    state.mkdir(parents=True, exist_ok=True)
    (state / MARK).touch()
    (folder / CLIPS).mkdir(exist_ok=True)


def _remove_earlier(folder: Path) -> None:
    """The mark goes last of all, so that a removal that was broken off is taken up again."""
    for name in _posted(folder / STATE / LOCAL_FOLDER):
        (folder / CLIPS / name).unlink(missing_ok=True)
    for unfinished in (folder / CLIPS).glob(".*.part"):
        unfinished.unlink(missing_ok=True)
    for name in (TRANSCRIPT, REPORT):
        (folder / name).unlink(missing_ok=True)
    for path in (folder / STATE).iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name != MARK:
            path.unlink()


def _posted(messages: Path) -> list[str]:
    """The names of the clips and pictures that the earlier demo's channels have."""
    names: list[str] = []
    for path in messages.glob("*.jsonl"):
        try:
            names += [name for entry in Book(path, path.stem) for name in entry.file_names]
        except BookDamaged:
            continue  # Its clips stay; what is not known to be a demo's is not removed.
    return names


def _is_something(path: Path) -> bool:
    """Whether anything but an empty folder has that name."""
    return os.path.lexists(path) and not (path.is_dir() and not path.is_symlink() and not any(path.iterdir()))
