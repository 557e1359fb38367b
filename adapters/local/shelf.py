"""The folder of what is posted: clips, documents and pictures, each whole and under a name of its own."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Callable, Iterable
from itertools import count
from pathlib import Path

from adapters.local import disk
from adapters.local.entries import Entry
from bot.core.filenames import safe_name
from bot.core.notices import Document
from bot.core.ports import CardView, Picture

log = logging.getLogger(__name__)

#: Files of one name in the folder: ``A7K.mp4``, ``A7K (2).mp4``, …
MOST_OF_A_NAME = 1_000


class Shelf:
    """Copies into the folder, and removes from it what no message shows any more.

    Every method blocks. Whoever calls them sees to it that one is called at a time, and no message changes meanwhile.
    """

    def __init__(self, folder: Path, entries: Callable[[], Iterable[Entry]]) -> None:
        """``entries`` are the messages that stand in all channels; the folder is made when it is needed."""
        self._folder = folder
        self._entries = entries

    def save(self, source: Path, nonce: str, name: str) -> str:
        """Copy a file, under a name that no other message's file and no other bytes have; the copy's path.

        Raises:
            OSError
        """
        return self.named(self.copy(source, nonce), name)

    def copy(self, source: Path, nonce: str) -> Path:
        """The bytes in the folder, not yet under their name.

        Raises:
            OSError
        """
        disk.make_folder(self._folder)
        copied = self._folder / f".{safe_name(nonce)}.part"
        disk.copy(source, copied)
        return copied

    def named(self, copied: Path, name: str) -> str:
        """Give a copy its name; its path.

        Raises:
            OSError
        """
        taken = {path for entry in self._entries() for path in (entry.file, entry.picture)}
        return self._named(copied, name, taken)

    def hang(self, picture: Picture) -> str:
        """The path of a picture's copy: one for all messages that show it, made where it is not there.

        Raises:
            OSError
        """
        own = (entry for entry in self._entries() if entry.view.picture and entry.view.picture.name == picture.name)
        for path in {entry.picture for entry in own if entry.picture}:
            if Path(path).is_file():
                return path
        copied = self.copy(picture.path, picture.name)
        return self._named(copied, picture.name, {entry.file for entry in self._entries()})

    def hung(self, view: CardView) -> str | None:
        """The same for a message, which is shown all the same where its picture cannot be copied."""
        try:
            return self.hang(view.picture) if view.picture else None
        except OSError:
            log.warning("a picture could not be saved in %s", self._folder, exc_info=True)
            return None

    def document(self, document: Document | None, nonce: str) -> tuple[str | None, str]:
        """The path of an answer's document, if it has one; or none, and what the answer then says."""
        if document is None:
            return None, ""
        try:
            return self.save(document.path, nonce, document.name), ""
        except OSError as error:
            return None, self._not_saved(document.name, error)

    def picture(self, picture: Picture | None) -> tuple[str | None, str]:
        """The same for its picture."""
        if picture is None:
            return None, ""
        try:
            return self.hang(picture), ""
        except OSError as error:
            return None, self._not_saved(picture.name, error)

    def _not_saved(self, name: str, error: OSError) -> str:
        return f"\n{name} could not be saved in {self._folder}: {error.strerror or error}."

    def take_off(self, before: Entry | None) -> None:
        """Remove the picture's copy that a message had, unless one shows it; what stays is in nobody's way."""
        path = before.picture if before else None
        if path is not None and all(entry.picture != path for entry in self._entries()):
            with contextlib.suppress(OSError):
                Path(path).unlink(missing_ok=True)

    def _named(self, copied: Path, name: str, taken: set[str | None]) -> str:
        safe = safe_name(name)
        stem, dot, extension = safe.rpartition(".")
        names = (safe if number == 1 else f"{stem} ({number}){dot}{extension}" for number in count(1))
        for candidate, _ in zip(names, range(MOST_OF_A_NAME), strict=False):
            path = self._folder / candidate
            if str(path) not in taken and disk.name_it(copied, path):
                return str(path)
        msg = f"there are {MOST_OF_A_NAME} other files named {safe} in {self._folder}"
        raise OSError(msg)
