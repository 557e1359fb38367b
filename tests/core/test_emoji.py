from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.emoji import KEYCAPS, ReactionMeaning, meaning_of, normalise, number_of


@pytest.mark.parametrize(
    ("emoji", "canonical", "meaning", "number"),
    [
        ("✅", "✅", ReactionMeaning.APPROVE, 0),
        ("white_check_mark", "✅", ReactionMeaning.APPROVE, 0),
        (":white_check_mark:", "✅", ReactionMeaning.APPROVE, 0),
        ("heavy_check_mark", "✅", ReactionMeaning.APPROVE, 0),
        ("✔️", "✅", ReactionMeaning.APPROVE, 0),
        ("✔", "✅", ReactionMeaning.APPROVE, 0),
        ("❌", "❌", ReactionMeaning.REJECT, 0),
        ("x", "❌", ReactionMeaning.REJECT, 0),
        ("🔁", "🔁", ReactionMeaning.AGAIN, 0),
        ("repeat", "🔁", ReactionMeaning.AGAIN, 0),
        ("📌", "📌", ReactionMeaning.KEEP, 0),
        ("pushpin", "📌", ReactionMeaning.KEEP, 0),
        ("👍", "👍", ReactionMeaning.APPLAUSE, 0),
        ("👍🏽", "👍", ReactionMeaning.APPLAUSE, 0),
        ("+1", "👍", ReactionMeaning.APPLAUSE, 0),
        ("+1::skin-tone-3", "👍", ReactionMeaning.APPLAUSE, 0),
        ("thumbsup", "👍", ReactionMeaning.APPLAUSE, 0),
        ("1️⃣", "1️⃣", ReactionMeaning.PICK, 1),
        ("2⃣", "2️⃣", ReactionMeaning.PICK, 2),
        ("nine", "9️⃣", ReactionMeaning.PICK, 9),
        ("🔟", "🔟", ReactionMeaning.PICK, 10),
        ("keycap_ten", "🔟", ReactionMeaning.PICK, 10),
        ("🎉", "🎉", ReactionMeaning.NOTHING, 0),
        ("tada", "tada", ReactionMeaning.NOTHING, 0),
        ("👎", "👎", ReactionMeaning.NOTHING, 0),
        ("❤️", "❤", ReactionMeaning.NOTHING, 0),
        ("0️⃣", "0\u20e3", ReactionMeaning.NOTHING, 0),
        ("ten", "ten", ReactionMeaning.NOTHING, 0),
        ("", "", ReactionMeaning.NOTHING, 0),
    ],
)
def test_meaning(emoji: str, canonical: str, meaning: ReactionMeaning, number: int) -> None:
    """Every way of writing an emoji has one meaning, and what is not listed has none."""
    assert normalise(emoji) == canonical
    assert meaning_of(emoji) is meaning
    assert number_of(emoji) == number


def test_keycaps_count() -> None:
    """The ten keycaps are the numbers one to ten, in order."""
    assert [number_of(keycap) for keycap in KEYCAPS] == list(range(1, 11))


@given(st.text(max_size=30))
def test_normal_form_is_stable(text: str) -> None:
    """What was normalised twice means what it means when normalised once, and nothing raises."""
    assert meaning_of(normalise(text)) is meaning_of(text)
