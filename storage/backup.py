"""A whole copy of a database file while it is used: consistent, synced, under its name only when it is complete."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import fcntl
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from bot.core.errors import StoreError
from storage.translation import PRIMARY_CODE

#: What stands beside a database and belongs to it.
COMPANIONS = ("", "-wal", "-shm", "-journal", ".lock")
#: SQLite's primary result codes as they are met while a copy is written: all are about the copy.
SENTENCES = {
    8: "its folder or its disk is read-only",
    10: "its disk failed to take it: look at the space and the quota left there",
    13: "its disk is full: free some space there, or name a file on another disk",
    14: "it cannot be made there: the folder must be there and be writable",
}


async def copy_database(source: Path, target: Path, *, overwrite: bool) -> int:
    """Write what is committed in ``source`` to ``target``; its size in bytes.

    A second connection reads: nothing that is written meanwhile waits for it, or is in it. Cancelled or failed,
    nothing is left at ``target``, and a file that was there is as it was.

    Raises:
        StoreError: it cannot be written there, in one sentence.
    """
    _refuse_itself(source, target)
    _refuse_taken(target, overwrite=overwrite)
    part = target.with_name(f"{target.name}.part")
    with _explained(target), _reserved(part, target):
        await _vacuum(source, part)
        _refuse_taken(target, overwrite=overwrite)
        return await asyncio.to_thread(_finish, part, target)


def _refuse_itself(source: Path, target: Path) -> None:
    own = {Path(os.path.realpath(f"{source}{companion}")) for companion in COMPANIONS}
    if Path(os.path.realpath(target)) in own:
        msg = f"{target} is the database itself, or belongs to it; name another file."
        raise StoreError(msg)


def _refuse_taken(target: Path, *, overwrite: bool) -> None:
    if target.is_dir():
        msg = f"{target} is a folder; name a file in it."
        raise StoreError(msg)
    if not overwrite and os.path.lexists(target):
        msg = f"{target} is there already; name another file, or replace it with --force."
        raise StoreError(msg)


@contextlib.contextmanager
def _reserved(part: Path, target: Path) -> Iterator[None]:
    """Keep the unfinished file to ourselves, and remove it whatever happens; one that a crash left is taken over."""
    opened = os.open(part, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
    try:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
            ours = os.fstat(opened).st_ino == part.stat().st_ino
        except OSError:
            ours = False
        if not ours:
            msg = f"Another backup is being written to {target}; wait for it, or name another file."
            raise StoreError(msg)
        os.ftruncate(opened, 0)
        os.fchmod(opened, 0o600)
        try:
            yield
        finally:
            for rest in (part, part.with_name(f"{part.name}-journal")):
                rest.unlink(missing_ok=True)
    finally:
        os.close(opened)


@contextlib.contextmanager
def _explained(target: Path) -> Iterator[None]:
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", None)
        why = SENTENCES.get(-1 if code is None else code & PRIMARY_CODE, str(error))
        msg = f"The backup {target} was not written: {why}."
        raise StoreError(msg) from error
    except OSError as error:
        full = error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
        why = SENTENCES[13] if full else error.strerror or str(error)
        msg = f"The backup {target} was not written: {why}."
        raise StoreError(msg) from error


async def _vacuum(source: Path, part: Path) -> None:
    """VACUUM INTO, outside of any transaction; cancelled, it is interrupted and waited for."""
    connection = sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True, isolation_level=None, check_same_thread=False)
    try:
        work = asyncio.ensure_future(asyncio.to_thread(connection.execute, "VACUUM INTO ?", (str(part),)))
        try:
            await asyncio.shield(work)
        except asyncio.CancelledError:
            connection.interrupt()
            await asyncio.wait({work})
            work.exception()
            raise
    finally:
        connection.close()


def _finish(part: Path, target: Path) -> int:
    """Sync the bytes, give them their name, sync the folder."""
    _sync(part)
    size = part.stat().st_size
    part.replace(target)
    _sync(target.parent)
    return size


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
