"""The lock file beside a database: one process at a time, for as long as it lives.

The kernel lets go of the lock when the process ends, however it ends; the file itself stays, since removing
it would let two processes lock two files of the same name.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
from pathlib import Path

from bot.core.errors import StoreError

PID_BYTES = 20


class LockFile:
    """A lock that is held until ``release`` or the end of the process."""

    def __init__(self, path: Path) -> None:
        """Take the lock and write our process id into the file.

        Raises:
            StoreError: another process has it, or the file cannot be made.
        """
        #: Never set: only the end of the process takes the lock away.
        self.lost = asyncio.Event()
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            msg = f"The lock file {path} cannot be made: {error.strerror}. Its folder must be there and be writable."
            raise StoreError(msg) from error
        try:
            self._take(path)
        except BaseException:
            os.close(self._file)
            raise

    def _take(self, path: Path) -> None:
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            pid = os.pread(self._file, PID_BYTES, 0).decode("ascii", "replace").strip()
            msg = (
                f"Another Dailies (process {pid or 'unknown'}) is using this database: it holds {path}. "
                f"Stop that one first, or set DAILIES_HOME to another folder."
            )
            raise StoreError(msg) from error
        try:
            os.ftruncate(self._file, 0)
            os.pwrite(self._file, f"{os.getpid()}\n".encode("ascii"), 0)
        except OSError as error:
            msg = f"The lock file {path} cannot be written: {error.strerror}."
            raise StoreError(msg) from error

    def release(self) -> None:
        """Let others in; again is not an error."""
        if self._file >= 0:
            os.close(self._file)
            self._file = -1

    def require(self) -> None:
        """Nothing to refuse: it cannot be lost."""

    async def let_go(self) -> None:
        """Let others in; again is not an error."""
        self.release()
