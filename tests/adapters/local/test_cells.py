from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.local.cells import fold, harmless, width_of

FOLDED = [
    ("", 10, "", [""]),
    ("a fox in snow", 20, "", ["a fox in snow"]),
    ("a fox in snow", 8, "", ["a fox in", "snow"]),
    ("a fox in snow", 8, "  ", ["a fox in", "  snow"]),
    ("line one\nline two", 20, "", ["line one", "line two"]),
    ("  A7K · draft · delivered", 16, "", ["  A7K · draft ·", "  delivered"]),
    ("1 marble waiting · 2 oak waiting", 20, "", ["1 marble waiting ·", "2 oak waiting"]),
    ("one · two three four five six", 12, "", ["one · two", "three four", "five six"]),
    ("incomprehensibilities", 10, "", ["incomprehe", "nsibilitie", "s"]),
    ("日本語日本語", 6, "", ["日本語", "日本語"]),
    ("🎬🎬🎬", 4, "", ["🎬🎬", "🎬"]),
]


@pytest.mark.parametrize(("text", "width", "hang", "lines"), FOLDED)
def test_folded(text: str, width: int, hang: str, lines: list[str]) -> None:
    """Text is folded by its width on the terminal, at dots first, then between words, then inside of them."""
    assert fold(text, width, hang=hang) == lines


HARMLESS = [
    ("a\x1b[31mred\x1b[0m", "a␛[31mred␛[0m"),
    ("ring\x07 back\x08", "ring␇ back␈"),
    ("a\rb\r\nc", "a␍b\nc"),
    ("tab\tand\u2028separator", "tab and separator"),
    ("c1\x9b31m del\x7f", "c1�31m del�"),
    ("turned \u202eevil", "turned �evil"),
    ("lone \udc80", "lone �"),
    ("👩‍👧 ✅️ é e\u0301", "👩‍👧 ✅️ é e\u0301"),
]


@pytest.mark.parametrize(("text", "shown"), HARMLESS)
def test_harmless(text: str, shown: str) -> None:
    """What a terminal would obey is shown as what it is; what people write in their scripts stays."""
    assert harmless(text) == shown


@given(text=st.text(st.characters(), max_size=200), width=st.integers(4, 60))
def test_nothing_is_obeyed_or_too_wide(text: str, width: int) -> None:
    """No text whatever makes a line that is too wide or that a terminal obeys."""
    for line in fold(text, width, hang="  "):
        assert width_of(line) <= width
        assert not any(unicodedata.category(one) in {"Cc", "Cs"} for one in line)


@given(text=st.text("ab ·日\n", max_size=120), width=st.integers(4, 40))
def test_nothing_is_lost(text: str, width: int) -> None:
    """Folding adds and drops nothing but blanks and line breaks."""
    assert "".join("".join(fold(text, width)).split()) == "".join(text.split())
