"""Names on charts, in any script."""

from __future__ import annotations

import pytest

from bot.media.charting.letters import drawable, families


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("mina", "mina"),
        ("", ""),
        ("Ольга محمد", "Ольга محمد"),
        ("大介 지민 प्रिया สมชาย", "大介 지민 प्रिया สมชาย"),
        ("dana 🎬", "dana 🎬"),
        ("\U00013000\U00013001 x", "• x"),
    ],
)
def test_what_no_font_has(text: str, shown: str) -> None:
    """Every script that is written today is; a run of other letters becomes one dot, and a name is never empty."""
    assert drawable(text) == shown


def test_fonts_are_asked_in_their_order() -> None:
    """Matplotlib's own first, then those of the sheets."""
    assert families()[:2] == ("DejaVu Sans", "Noto Sans")
    assert "Noto Sans CJK JP" in families()
