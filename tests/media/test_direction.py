"""The direction in which text runs."""

from __future__ import annotations

import pytest

from bot.media.direction import in_order, levels, runs_left


def seen(text: str) -> str:
    """The characters from left to right."""
    return "".join(text[place] for place in in_order(levels(text)))


@pytest.mark.parametrize(
    ("text", "left_to_right"),
    [
        ("", ""),
        ("a fox, 3 s", "a fox, 3 s"),
        ("אבג", "גבא"),
        ("a אבג b", "a גבא b"),
        ("a אב גד, b", "a דג בא, b"),
        ("אב a fox גד", "דג a fox בא"),
        ("אב 12 גד", "דג 12 בא"),
        ("אב 1,234.5 גד", "דג 1,234.5 בא"),
        ("אב 12, 34", "34 ,12 בא"),
        ("אב -5% גד", "דג 5%- בא"),
        ("אב $5", "$5 בא"),
        ("ابج 12:30", "12:30 جبا"),
        ("ابج 1-2", "2-1 جبا"),
        ("אב (גד)", ")דג( בא"),
        ("A7K (אב) x", "A7K (בא) x"),
        ("12 אב", "בא 12"),
        ("a 12 אב 3", "a 12 3 בא"),
        ("אב 🦊 a", "a 🦊 בא"),
        ("aא\u05b0", "a\u05b0א"),
        ("...אב!", "!בא..."),
    ],
)
def test_text_is_seen_in_its_order(text: str, left_to_right: str) -> None:
    """As the algorithm of Unicode has it: words turned, numbers and foreign words not."""
    assert seen(text) == left_to_right


@pytest.mark.parametrize(("text", "left"), [("", False), ("12 !", False), ("12 אב a", True), ("a אב", False)])
def test_the_first_letter_decides(text: str, left: bool) -> None:  # noqa: FBT001  # what is expected
    """Numbers and signs have no say."""
    assert runs_left(text) is left
