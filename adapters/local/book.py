"""What stands in one channel: a file of JSON lines, of which the last about a message counts.

Every method blocks, may be called from any thread, and has its effect on the disk before it is seen here.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from adapters.local import disk
from adapters.local.entries import Entry, Kind, gone_line, read_line, to_line
from adapters.local.names import channel_name
from bot.core.errors import MessageGone
from bot.core.filenames import is_safe
from bot.core.moments import worded
from bot.core.ports import CardView, Reaction

#: The file is written anew when so many of its lines no longer count.
MOST_STALE_LINES = 2_000
#: Older messages are forgotten when the file is written anew.
MOST_MESSAGES = 10_000


class BookDamaged(Exception):
    """A line that a crash cannot have left; ``str()`` names the file and the line."""


class Book:
    """The messages of a channel, the one that changed last at the end."""

    def __init__(self, path: Path, name: str) -> None:
        """Read the file, if there is one; ``name`` begins every message's id.

        Raises:
            BookDamaged
            OSError
        """
        self._path = path
        self._name = name
        self._lock = threading.RLock()
        self._entries: dict[str, Entry] = {}
        self._by_nonce: dict[str, str] = {}
        self._given = 0
        self._lines = 0
        self._whole_bytes = 0
        self._load()

    def __iter__(self) -> Iterator[Entry]:
        """Every message that stands; the one that changed last comes first."""
        return reversed(list(self._entries.values()))

    def get(self, message: str) -> Entry | None:
        """The message, while it stands."""
        return self._entries.get(message)

    def with_nonce(self, nonce: str) -> Entry | None:
        """The message that was posted so, while it stands."""
        return self._entries.get(self._by_nonce.get(nonce, ""))

    def post(
        self,
        kind: Kind,
        view: CardView,
        *,
        nonce: str,
        to: str | None = None,
        thread: str | None = None,
        file: str | None = None,
        picture: str | None = None,
    ) -> tuple[Entry, bool]:
        """Add a message; the one with this nonce, and ``False``, where there is one."""
        with self._lock:
            if before := self.with_nonce(nonce):
                return before, False
            entry = Entry(
                id=f"{self._name}/{self._given + 1}",
                nonce=nonce,
                kind=kind,
                view=_in_words(view),
                to=to,
                thread=thread,
                file=file,
                picture=picture,
            )
            self._put(entry)
            return entry, True

    def edit(self, message: str, view: CardView, *, picture: str | None = None) -> tuple[Entry, bool]:
        """Let a message show something else, with its picture's copy; ``False`` where it shows that already.

        Raises:
            MessageGone
        """
        view = _in_words(view)
        with self._lock:
            entry = self._standing(message)
            if (entry.view, entry.picture) == (view, picture):
                return entry, False
            entry = replace(entry, view=view, picture=picture)
            self._put(entry)
            return entry, True

    def react(self, message: str, reaction: Reaction, *, stands: bool) -> bool:
        """Add or remove a person's reaction; ``False`` where that is so already.

        Raises:
            MessageGone
        """
        with self._lock:
            entry = self._standing(message)
            others = tuple(each for each in entry.reactions if not _same(each, reaction))
            if stands == (len(others) < len(entry.reactions)):
                return False
            self._put(replace(entry, reactions=(*others, reaction) if stands else others))
            return True

    def remove(self, message: str) -> Entry | None:
        """Take a message down; nothing where there is none."""
        with self._lock:
            entry = self._entries.get(message)
            if entry is not None:
                self._write(gone_line(message))
                self._take(message)
            return entry

    def _standing(self, message: str) -> Entry:
        entry = self._entries.get(message)
        if entry is None:
            msg = f"{message} was deleted"
            raise MessageGone(msg)
        return entry

    def _put(self, entry: Entry) -> None:
        self._write(to_line(entry))
        self._take(entry)

    def _write(self, line: bytes) -> None:
        if self._lines > len(self._entries) + MOST_STALE_LINES:
            self._rewrite()
        self._whole_bytes = disk.append(self._path, line, behind=self._whole_bytes)
        self._lines += 1

    def _rewrite(self) -> None:
        """Write only what stands; the first line keeps the count of ids, so that none is given twice."""
        for old in list(self._entries.values())[:-MOST_MESSAGES]:
            self._take(old.id)
        lines = [gone_line(f"{self._name}/{self._given}"), *map(to_line, self._entries.values())]
        self._whole_bytes = disk.replace(self._path, lines)
        self._lines = len(lines)

    def _take(self, said: Entry | str) -> None:
        """Remember what a line says."""
        message = said if isinstance(said, str) else said.id
        self._given = max(self._given, int(message.rpartition("/")[2]))
        before = self._entries.pop(message, None)
        if isinstance(said, Entry):
            self._entries[message] = said
            self._by_nonce[said.nonce] = message
        elif before is not None:
            del self._by_nonce[before.nonce]

    def _load(self) -> None:
        lines = self._path.read_bytes().splitlines(keepends=True) if self._path.exists() else []
        for number, line in enumerate(lines, start=1):
            try:
                said = read_line(line)
            except ValueError as error:
                if number < len(lines):
                    msg = f"{self._path}, line {number}, is damaged: {error}"
                    raise BookDamaged(msg) from error
                return  # A crash came while the last line was written: it did not happen.
            if not line.endswith(b"\n"):
                return
            self._take(said)
            self._whole_bytes += len(line)
            self._lines += 1


def _same(one: Reaction, other: Reaction) -> bool:
    return (one.person, one.emoji) == (other.person, other.emoji)


def _in_words(view: CardView) -> CardView:
    """A terminal shows moments as words, in the zone that they were written for."""
    lines = tuple(worded(line) for line in view.lines)
    return replace(view, title=worded(view.title), lines=lines, footer=worded(view.footer))


class Books:
    """The books of all channels, each opened when it is asked for first."""

    def __init__(self, home: Path) -> None:
        """``home`` is the folder that they lie in; it is made when needed."""
        self._home = home
        self._opening = threading.Lock()
        self._opened: dict[str, Book] = {}

    @property
    def opened(self) -> tuple[Book, ...]:
        """Those that were asked for."""
        return tuple(self._opened.values())

    def of(self, channel: str) -> Book:
        """The channel's book.

        Raises:
            BookDamaged: there cannot be one, or it cannot be read.
            OSError
        """
        with self._opening:
            if channel not in self._opened:
                name = channel_name(channel)
                if not is_safe(name):
                    msg = f"{channel!r} is no channel here"
                    raise BookDamaged(msg)
                disk.make_folder(self._home)
                self._opened[channel] = Book(self._home / f"{name}.jsonl", name)
            return self._opened[channel]
