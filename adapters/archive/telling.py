"""What the system says of a disk, as what can be done about it."""

from __future__ import annotations

import contextlib
import errno
from collections.abc import Iterator
from pathlib import Path

from bot.core.errors import ArchiveError
from bot.core.filenames import is_safe_path

#: What to do about it, for the errors that somebody can mend.
REMEDIES = {
    errno.ENOSPC: "its disk is full: free some space there, and it goes on by itself",
    errno.EDQUOT: "its quota is used up: free some space there, and it goes on by itself",
    errno.EFBIG: "its disk does not take a file of this size: put the archive on another one",
    errno.EROFS: "its disk is read-only: mount it for writing, or put the archive on another one",
    errno.EACCES: "this process may not write there: give its user the right to",
    errno.EPERM: "this process may not write there: give its user the right to",
    errno.ENOTDIR: "a part of that path is a file: name a folder",
    errno.EEXIST: "a part of that path is a file: name a folder",
    errno.EIO: "its disk does not answer as it should: look after it",
}


@contextlib.contextmanager
def told(what: str, root: Path, done: str) -> Iterator[None]:
    """Translate what the system says of a folder that cannot be ``done``: written, or read.

    Raises:
        ArchiveError
    """
    try:
        yield
    except OSError as error:
        why = REMEDIES.get(error.errno or 0, error.strerror or str(error))
        msg = f"{what} ({root}) cannot be {done}: {why}"
        raise ArchiveError(msg) from error


def require_safe(name: str) -> None:
    """Have a name that is safe on every disk, and leads nowhere else.

    Raises:
        ArchiveError: it is not.
    """
    if not is_safe_path(name):
        msg = f"{name!r} is not a name for the archive"
        raise ArchiveError(msg)
