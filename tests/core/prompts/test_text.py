from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import Refusal
from bot.core.prompts import PROMPT_LIMIT, check, shorten


@pytest.mark.parametrize(
    ("prompt", "checked"),
    [
        ("  a fox \n", "a fox"),
        ("a\x00 fox\x1b[31m", "a fox[31m"),
        ("a fox\r\nin snow\rat dusk", "a fox\nin snow\nat dusk"),
        ("a\tfox\u2028in snow", "a\tfox\nin snow"),
        ("a \u202efox\ud83d", "a fox"),
        ("👩\u200d🚀 on the moon", "👩\u200d🚀 on the moon"),
    ],
)
def test_check(prompt: str, checked: str) -> None:
    """A prompt is trimmed and loses its control characters; line breaks and joined emoji stay."""
    assert check(prompt) == checked


@pytest.mark.parametrize("prompt", ["", "  \n ", "\x00\u202e"])
def test_empty(prompt: str) -> None:
    """A prompt without anything to see is refused with an example."""
    with pytest.raises(Refusal, match="The prompt is empty; write what the clip shows, as in: a fox in snow"):
        check(prompt)


def test_longest() -> None:
    """Twenty thousand characters fit; one more is refused with both numbers."""
    assert len(check("x" * PROMPT_LIMIT)) == PROMPT_LIMIT
    with pytest.raises(Refusal, match="The prompt has 20,001 characters; at most 20,000 fit"):
        check("x" * (PROMPT_LIMIT + 1))


@pytest.mark.parametrize(
    ("prompt", "characters", "short"),
    [
        ("a fox", 200, "a fox"),
        ("a\n fox\tin  snow", 200, "a fox in snow"),
        ("a fox in the deep snow of winter", 30, "a fox in the deep snow of…"),
        ("abcdefgh", 5, "abcd…"),
        ("x" * 40, 30, "x" * 29 + "…"),
        ("abc👩\u200d🚀def", 6, "abc…"),
        ("abc👍🏽def", 5, "abc…"),
        ("abce\u0301def", 5, "abc…"),
        ("e" + "\u0301" * 9, 5, "e\u0301\u0301\u0301…"),
        ("ab cdef", 4, "ab…"),
    ],
)
def test_shorten(prompt: str, characters: int, short: str) -> None:
    """A card shows one line, cut at a word where one is near, never inside an emoji or before an accent."""
    assert shorten(prompt, characters) == short


@given(st.text(max_size=300), st.integers(2, 250))
def test_short_enough(prompt: str, characters: int) -> None:
    """Whatever is shortened is one line and within the limit."""
    short = shorten(prompt, characters)
    assert len(short) <= characters
    assert "\n" not in short
