from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.parsing.markup import plain


@pytest.mark.parametrize(
    ("delivered", "typed"),
    [
        ("a &amp; b &lt;c&gt;", "a & b <c>"),
        ("&amp;amp;", "&amp;"),
        ("&amp;lt;", "&lt;"),
        ("&lt;https://x.com&gt;", "<https://x.com>"),
        ("<https://x.com/a.png>", "https://x.com/a.png"),
        ("<https://x.com/a.png|a label>", "https://x.com/a.png"),
        ("<https://x.com/?a=1&amp;b=2>", "https://x.com/?a=1&b=2"),
        ("<http://x.com|x.com>", "x.com"),
        ("<http://x.com/|http://x.com>", "http://x.com/"),
        ("<mailto:a@x.com|a@x.com>", "a@x.com"),
        ("<mailto:a@x.com>", "a@x.com"),
        ("<@U123|jo> in <#C1|launch>", "<@U123|jo> in <#C1|launch>"),
        ("a <b> c &copy; &", "a <b> c &copy; &"),
    ],
)
def test_undone_once(delivered: str, typed: str) -> None:
    """The platform's escapes and links become what was typed, once; everything else stays."""
    assert plain(delivered) == typed


@given(st.text())
def test_escaping_is_undone(typed: str) -> None:
    """Whatever a person types comes back exactly from the form in which Slack delivers it."""
    delivered = typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert plain(delivered) == typed
