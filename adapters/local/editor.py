"""The line that is being typed, while everything around it is drawn anew."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Mapping

from adapters.local.lines import LONGEST_LINE_CHARACTERS

MOST_REMEMBERED_LINES = 500
#: A key that a terminal sends as several characters; anything of that form that is not known does nothing.
_SEQUENCE = re.compile(r"\x1b(?:\[[0-9;?]*[@-~]|O[@-~])")
_UNFINISHED = re.compile(r"\x1b(?:\[[0-9;?]*|O)?\Z")


class LineEditor:
    """Text, a cursor, and the lines before; it draws nothing."""

    def __init__(self) -> None:
        """An empty line."""
        self.text = ""
        #: Characters before the cursor.
        self.cursor = 0
        #: Ctrl-D on an empty line.
        self.ended = False
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._unread = ""
        self._before: list[str] = []
        self._back = 0
        self._keys: Mapping[str, Callable[[], None]] = {
            "\x7f": lambda: self._delete(self.cursor - 1, self.cursor),
            "\b": lambda: self._delete(self.cursor - 1, self.cursor),
            "\x1b[3~": lambda: self._delete(self.cursor, self.cursor + 1),
            "\x15": lambda: self._delete(0, self.cursor),
            "\x0b": lambda: self._delete(self.cursor, len(self.text)),
            "\x17": lambda: self._delete(self._word_start(), self.cursor),
            "\x04": self._end,
            **dict.fromkeys(("\x01", "\x1b[H", "\x1bOH", "\x1b[1~"), lambda: self._go(0)),
            **dict.fromkeys(("\x05", "\x1b[F", "\x1bOF", "\x1b[4~"), lambda: self._go(len(self.text))),
            **dict.fromkeys(("\x1b[D", "\x1bOD"), lambda: self._go(self.cursor - 1)),
            **dict.fromkeys(("\x1b[C", "\x1bOC"), lambda: self._go(self.cursor + 1)),
            **dict.fromkeys(("\x1b[A", "\x1bOA"), lambda: self._recall(self._back + 1)),
            **dict.fromkeys(("\x1b[B", "\x1bOB"), lambda: self._recall(self._back - 1)),
        }

    def feed(self, typed: bytes) -> list[str]:
        """Take in what the terminal sent; gives the lines that were finished by it."""
        text, self._unread = self._unread + self._decoder.decode(typed), ""
        lines: list[str] = []
        place = 0
        while place < len(text) and not self.ended:
            if _UNFINISHED.match(text, place):
                self._unread = text[place:]
                break
            sequence = _SEQUENCE.match(text, place)
            key = sequence[0] if sequence else text[place]
            place += len(key)
            if key in "\r\n":
                lines.append(self._finish())
            else:
                self._press(key)
        return lines

    def _press(self, key: str) -> None:
        if key in self._keys:
            self._keys[key]()
        elif (key.isprintable() or key == "\u200d") and len(self.text) <= LONGEST_LINE_CHARACTERS:
            self.text = self.text[: self.cursor] + key + self.text[self.cursor :]
            self.cursor += 1

    def _finish(self) -> str:
        line = self.text
        if line.strip() and line not in self._before[-1:]:
            self._before = [*self._before, line][-MOST_REMEMBERED_LINES:]
        self._set("")
        self._back = 0
        return line

    def _recall(self, back: int) -> None:
        """The line that was typed ``back`` lines ago; 0 is an empty one."""
        if 0 <= back <= len(self._before):
            self._back = back
            self._set(self._before[-back] if back else "")

    def _set(self, text: str) -> None:
        self.text, self.cursor = text, len(text)

    def _go(self, place: int) -> None:
        self.cursor = min(max(0, place), len(self.text))

    def _delete(self, start: int, end: int) -> None:
        start = max(0, start)
        self.text = self.text[:start] + self.text[end:]
        self.cursor = start

    def _word_start(self) -> int:
        return len(self.text[: self.cursor].rstrip().rpartition(" ")[0]) + (" " in self.text[: self.cursor].rstrip())

    def _end(self) -> None:
        self.ended = not self.text
