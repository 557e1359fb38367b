from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.chat.parts import Cut, join, width
from adapters.chat.parts import split as split_at
from adapters.slack.views import MOST_PARTS, PART_CHARACTERS


def split(text: str) -> Cut:
    """As Slack's fields take it."""
    return split_at(text, PART_CHARACTERS)


WORDS = "a ceramic mug on oak, steam rising "
ARABIC = "ثعلب في الثلج عند الفجر "
FAMILY = "👩‍👩‍👧"
#: What people write: how it begins, and how often.
LONG = [
    ("a fox", 1),
    ("", 0),
    (WORDS, 571),
    (ARABIC, 800),
    ("x", 20_000),
    ("🦊", 10_000),
    (f"{FAMILY} ", 2_000),
    ("e\u0301", 10_000),
    ("a line\n\n", 2_400),
    ("\u202bيمين\u202c left ", 1_100),
    (f"{'x' * 2_999} ", 6),
    (f"{'x' * 3_000}\n", 6),
    (f"x{' ' * 40}", 480),
    (" ", 9_000),
]


@pytest.mark.parametrize(("piece", "times"), LONG, ids=map(str, range(len(LONG))))
def test_a_text_comes_back_as_it_was(piece: str, times: int) -> None:
    """Whatever the script, every part fits a field however its characters are counted."""
    text = piece * times
    cut = split(text)
    assert join(cut.texts, cut.joints) == text
    assert all(width(part) <= PART_CHARACTERS for part in cut.texts)


@pytest.mark.parametrize("text", [WORDS * 571, ARABIC * 800, "x" * 20_000, ("y" * 2_868 + " ") * 6 + "y" * 2_000])
def test_twenty_thousand_characters_fit_seven_parts(text: str) -> None:
    """However the words fall; only texts of many emoji need more."""
    assert len(split(text[:20_000]).texts) <= MOST_PARTS


def test_parts_end_between_words() -> None:
    """The blank belongs to neither, so that a field may lose it."""
    first, second = split(WORDS * 90).texts
    assert (first, second) == (first.strip(), second.lstrip())
    assert first.endswith(("a", "ceramic", "mug", "on", "oak,", "steam", "rising"))
    assert second.startswith(("a ", "ceramic", "mug", "on", "oak,", "steam", "rising"))


def test_no_emoji_and_no_accent_is_torn() -> None:
    """Where there is no blank, a part ends before what belongs together."""
    assert all(part.startswith("👩") for part in split(FAMILY * 1_000).texts)
    assert all(part.startswith("e") for part in split("xe\u0301" + "e\u0301" * 3_000).texts[1:])


@settings(max_examples=20, deadline=None)
@given(chance=st.randoms(use_true_random=True), length=st.integers(2_900, 9_500))
def test_any_text_comes_back(chance: Random, length: int) -> None:
    """Joined as it was split."""
    text = "".join(chance.choices("ab \n\u0301\u200d🦊ع", k=length))
    cut = split(text)
    assert join(cut.texts, cut.joints) == text


@pytest.mark.parametrize(
    ("texts", "joints", "whole"),
    [
        (("a fox", "in snow"), (), "a fox in snow"),
        (("a fox\n", "in snow"), (), "a fox\nin snow"),
        (("a fox", " in snow"), (), "a fox in snow"),
        (("a fox", "", "in snow"), (), "a fox in snow"),
        (("", "in snow"), ("\n",), "in snow"),
        (("a fox", "", "in snow"), ("\n", ""), "a foxin snow"),
        (("a fox", "in", "snow"), ("\n\n",), "a fox\n\nin snow"),
        ((), (), ""),
    ],
)
def test_what_was_edited_is_joined_too(texts: tuple[str, ...], joints: tuple[str, ...], whole: str) -> None:
    """What was written on behind the last part has a blank before it; emptied parts are left out."""
    assert join(texts, joints) == whole
