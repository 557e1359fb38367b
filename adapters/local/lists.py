"""A list for ``batch``, read from a file of this machine: what an attachment is on other chats."""

from __future__ import annotations

from pathlib import Path

from bot.core.errors import Refusal
from bot.core.parsing.batch import MOST_CHARACTERS

#: No character of UTF-8 takes more.
MOST_BYTES = 4 * MOST_CHARACTERS


def read_list_file(path: str) -> str:
    """The text of a file; it blocks while the disk does.

    Raises:
        Refusal: no such file, unreadable, far too large, or no text in UTF-8.
    """
    content = _start_of(path)
    if len(content) > MOST_BYTES:
        sentence = f"{path} is larger than {MOST_BYTES // 1_000_000} MB; a list has at most 200 lines."
        raise Refusal(sentence)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        sentence = f"{path} is no text in UTF-8; save it as “CSV UTF-8” or as plain text."
        raise Refusal(sentence) from error


def _start_of(path: str) -> bytes:
    """As much of it as a list may have, and one byte more."""
    try:
        real = Path(path).expanduser()
        if not real.is_file():  # opening a pipe would wait for whoever writes it
            sentence = f"There is no file {path} on this machine."
            raise Refusal(sentence)
        with real.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except (OSError, ValueError, RuntimeError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        sentence = f"{path} cannot be read: {why}."
        raise Refusal(sentence) from error
