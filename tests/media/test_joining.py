"""Arabic where nothing shapes it."""

from __future__ import annotations

import pytest

from bot.media.joining import joined, turned


@pytest.mark.parametrize(
    ("spelt", "forms"),
    [
        ("كوب", "\ufedb\ufeee\ufe8f"),  # initial, final, isolated: waw joins to nothing behind it
        ("بيت", "\ufe91\ufef4\ufe96"),
        ("بِيت", "\ufe91\u0650\ufef4\ufe96"),  # a mark between two letters does not part them
        ("سلام", "\ufeb3\ufefc\ufee1"),  # lam and alef are one
        ("لا", "\ufefb"),
        ("ب ب", "\ufe8f \ufe8f"),
        ("abc 12", "abc 12"),
        ("", ""),
    ],
)
def test_letters_take_the_form_that_their_neighbours_ask_for(spelt: str, forms: str) -> None:
    """At the beginning, in the middle, at the end, and alone."""
    assert joined(spelt) == forms


def test_brackets_are_turned_with_their_text() -> None:
    """What opened closes; letters stay as they are."""
    assert turned("a(b«c", list) == "c»b)a"
    assert turned("∈a", list) == "a∈"
