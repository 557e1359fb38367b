"""Moments in sentences: words for every reader, and behind them the time itself.

A chat that shows times in each reader's own zone puts its own token there; any other shows the words. What a person
wrote could hold such a mark too: it then shows as a date, or as its words, and does nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable

#: For private use by Unicode's own rule: no font draws them and nobody types them.
_BEGIN, _END = "\ue000", "\ue001"
_MARK = re.compile(f"{_BEGIN}([0-9]{{10,14}})\\|([^{_BEGIN}{_END}]{{1,40}}){_END}")
#: What is left of one where a text was cut.
_REST = re.compile(f"{_BEGIN}(?:[0-9]{{0,14}}\\|?)|{_END}")


def marked(at: int, words: str) -> str:
    """The words for a moment, in UTC milliseconds, so that a chat finds it again."""
    return f"{_BEGIN}{at}|{words}{_END}"


def worded(text: str) -> str:
    """The text with the words alone."""
    return _REST.sub("", _MARK.sub(r"\2", text))


def parted(text: str, plain: Callable[[str], str], token: Callable[[int, str], str]) -> str:
    """The text with each moment as the chat's ``token`` of time and words, and all between them as it has ``plain``."""
    shown, at = [], 0
    for found in _MARK.finditer(text):
        shown += [plain(_REST.sub("", text[at : found.start()])), token(int(found[1]), found[2])]
        at = found.end()
    return "".join([*shown, plain(_REST.sub("", text[at:]))])
