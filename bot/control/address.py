"""Where the control socket is, however long the path of DAILIES_HOME."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
from collections.abc import Iterator
from pathlib import Path

NAME = "control.sock"
#: A socket's address has so many bytes and a zero (unix(7)); some systems have four less.
LONGEST_ADDRESS_BYTES = 103
#: Links to what a process has open: a short way into a folder with a long path (proc(5)).
OPEN_FILES = Path("/proc/self/fd")
#: Nobody but us, from the moment that it is there.
UMASK = 0o177


class SocketTaken(Exception):
    """Another process listens there."""


def socket_path(home: Path) -> Path:
    """The control socket of a DAILIES_HOME."""
    return home / NAME


@contextlib.contextmanager
def _short(path: Path) -> Iterator[str]:
    """An address of the socket that is short enough.

    Raises:
        OSError: there is none.
    """
    if len(os.fsencode(path)) <= LONGEST_ADDRESS_BYTES:
        yield str(path)
        return
    if not OPEN_FILES.is_dir():
        remedy = "its path is too long for a socket; set DAILIES_HOME to a shorter one"
        raise OSError(errno.ENAMETOOLONG, remedy, str(path))
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield str(OPEN_FILES / str(folder) / path.name)
    finally:
        os.close(folder)


def connected(path: Path) -> socket.socket:
    """A connection, not blocking.

    Raises:
        OSError: nobody listens there; it is not ours.
    """
    opened = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        opened.settimeout(0)
        with _short(path) as address:
            opened.connect(address)
    except BaseException:
        opened.close()
        raise
    return opened


def bound(path: Path) -> socket.socket:
    """A socket that listens there for its owner alone; one that a dead process left is replaced.

    Raises:
        SocketTaken: a living process listens there.
        OSError: it cannot be made.
    """
    _remove_if_dead(path)
    opened = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        before = os.umask(UMASK)
        try:
            with _short(path) as address:
                opened.bind(address)
        finally:
            os.umask(before)
        opened.listen()
        opened.settimeout(0)
    except BaseException:
        opened.close()
        raise
    return opened


def _remove_if_dead(path: Path) -> None:
    if not path.is_socket():
        return
    try:
        connected(path).close()
    except ConnectionRefusedError:
        path.unlink(missing_ok=True)
    except BlockingIOError as error:
        raise SocketTaken(str(path)) from error  # its queue is full: it lives
    else:
        raise SocketTaken(str(path))
