from __future__ import annotations

import pytest

from bot.core.moments import marked, parted, worded
from bot.core.periods import moment_name, native_moment
from bot.core.prompts import shorten
from bot.core.sentences.plain import NAME_CHARACTERS, plain

AT = 1_795_680_000_000
MARKED = marked(AT, "26 Nov, 08:00")


def parts(text: str) -> str:
    return parted(text, lambda plain: f"({plain})", lambda at, words: f"[{at}|{words}]")


@pytest.mark.parametrize(
    ("text", "words", "shown"),
    [
        (f"since {MARKED}.", "since 26 Nov, 08:00.", f"(since )[{AT}|26 Nov, 08:00](.)"),
        (MARKED * 2, "26 Nov, 08:0026 Nov, 08:00", f"()[{AT}|26 Nov, 08:00]()[{AT}|26 Nov, 08:00]()"),
        ("no time", "no time", "(no time)"),
        (f"since {MARKED[:-3]}…", "since 26 Nov, 08:…", "(since 26 Nov, 08:…)"),
        (f"since {MARKED[:6]}…", "since …", "(since …)"),
        ("\ue000x|y\ue001", "x|y", "(x|y)"),
        ("", "", "()"),
    ],
)
def test_moments(text: str, words: str, shown: str) -> None:
    """A moment is words to whoever wants words, and a time where a chat has a token; one that was cut leaves words."""
    assert (worded(text), parts(text)) == (words, shown)


def test_in_a_sentence() -> None:
    """A moment goes through everything that makes a sentence harmless."""
    written = native_moment(AT, "Europe/Berlin")
    assert worded(written) == moment_name(AT, "Europe/Berlin") == "26 Nov, 09:00"
    assert worded(plain(written, NAME_CHARACTERS)) == worded(shorten(written, NAME_CHARACTERS)) == "26 Nov, 09:00"
    assert parts(plain(written, NAME_CHARACTERS)).startswith(f"()[{AT}|")
