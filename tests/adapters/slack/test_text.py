"""Hostile text stays text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.slack import text
from bot.core.moments import marked

#: All that mrkdwn reads as markup of ours; nothing of it may come from what somebody wrote.
MARKUP = re.compile("<[^>]*>")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("a fox in snow", "a fox in snow"),
        ("<!channel> hello", "&lt;!channel&gt; hello"),
        ("<@U024BE7LH>, <#C1>", "&lt;@U024BE7LH&gt;, &lt;#C1&gt;"),
        ("<!subteam^S1|@team>", "&lt;!subteam^S1|@team&gt;"),
        ("<https://evil.example|here>", "&lt;https://evil.example|here&gt;"),
        ("&amp;lt; & &lt;", "&amp;amp;lt; &amp; &amp;lt;"),
        ("@here @Channel @everyone @mina", "@\u2060here @\u2060Channel @\u2060everyone @mina"),
        ("*bold* _it_ ~no~ `code`", "\u2217bold\u2217 \u02cdit\u02cd \u223cno\u223c \u02cbcode\u02cb"),
        ("```\nblock", "\u02cb\u02cb\u02cb\nblock"),
        ("hero_shot 2*3 a~b", "hero_shot 2*3 a~b"),
        (":tada: :+1: :-1: :100: at 12:30:45", ":\u2060tada: :\u2060+1: :\u2060-1: :\u2060100: at 12:30:45"),
        ("> not a quote\n>>> nor this", "\u2060&gt; not a quote\n\u2060&gt;&gt;&gt; nor this"),
        ("\u202edrawkcab\u202c \u2067x\u2069", "drawkcab x"),
        ("a\x00b\x1b[31m\ud800", "ab[31m"),
        ("—seconds 5 “a \u2018fox’”…", "—seconds 5 “a \u2018fox’”…"),
        ("https://evil.example/a", "https://evil.example/a"),
    ],
)
def test_literal(written: str, shown: str) -> None:
    """What somebody wrote is shown as it was written: no mention, no link, no format, no emoji, no turned direction."""
    assert text.literal(written) == shown


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("It is at https://a.example/x_/y?a=1&b=2.", "It is at <https://a.example/x_/y?a=1&amp;b=2>."),
        ("(https://a.example)", "(<https://a.example>)"),
        ("javascript:alert(1) ftp://a", "javascript:alert(1) ftp://a"),
        ("<https://a.example|b>", "&lt;<https://a.example>|b&gt;"),
    ],
)
def test_linking(said: str, shown: str) -> None:
    """In a sentence of ours an address can be followed; it shows itself and nothing else."""
    assert text.linking(said) == shown


def test_moment() -> None:
    """A moment in a sentence of ours is a date of Slack's, in each reader's own zone; in what somebody wrote, words."""
    said = f"paused on {marked(1_795_680_000_000, '26 Nov, <08:00>')}."
    token = "<!date^1795680000^{date_short_pretty}, {time}|26 Nov, &lt;08:00&gt;>"
    assert text.linking(said) == f"paused on {token}."
    assert text.bold(said) == f"*paused on {token}.*"
    assert text.literal(said) == "paused on 26 Nov, &lt;08:00&gt;."
    pieces = [text.linking(piece) for piece in text.pieces(said * 9, 100)]
    assert "".join(pieces).count(token) == 9


def test_quoted() -> None:
    """Each line of a quote is one of the block quote's, and keeps its direction to itself."""
    assert text.quoted("אבג <b>\n> x") == "> \u2068אבג &lt;b&gt;\u2069\n> \u2068\u2060&gt; x\u2069"


def test_mentions() -> None:
    """People are mentioned once, by ids that are Slack's."""
    assert text.mentions(("U1", "W22", "U1", "!channel", "U1> <!here", "mina", "")) == "<@U1> <@W22>"
    assert text.bold("  A7K ·  4 *drafts* ") == "*A7K · 4 \u2217drafts\u2217*"
    assert text.bold(" ") == ""


@given(st.text(alphabet="<>&@!*_~`:ab \n/.httpsU1|^\u202e\u05d0", max_size=200))
def test_nothing_gets_out(written: str) -> None:
    """Whatever was written, no markup comes of it but a link to an address that is seen."""
    assert not MARKUP.search(text.literal(written))
    assert all(found.startswith("<http") for found in MARKUP.findall(text.linking(written)))
    assert "`" not in text.literal(written)


@given(st.text(alphabet="<>&:@a b\nhttps://x.yé", max_size=300), st.integers(min_value=20, max_value=120))
def test_pieces(written: str, characters: int) -> None:
    """Parts of a long text each fit, lose nothing but blanks at their edges, and part no entity."""
    pieces = list(text.pieces(written, characters))
    assert all(len(text.linking(piece)) <= max(characters, _longest_word(written)) for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(written.split())


def _longest_word(written: str) -> int:
    """An address is never parted."""
    return max((len(text.linking(word)) for word in written.split()), default=0) + 2


@given(st.text(alphabet="<>&:@a b", max_size=300), st.integers(min_value=20, max_value=120))
def test_cut(written: str, characters: int) -> None:
    """What is cut fits with its ellipsis; what fits is not cut."""
    cut = text.cut(written, characters)
    assert len(text.linking(cut)) <= characters
    assert (cut == written) is (len(text.linking(written)) <= characters) or cut.endswith("…")


def test_long() -> None:
    """Forty thousand ampersands are parted between entities."""
    pieces = [text.linking(piece) for piece in text.pieces("&" * 40_000)]
    assert {len(piece) for piece in pieces} == {3_000, 40_000 * 5 % 3_000 or 3_000}
    assert all(piece.replace("&amp;", "") == "" for piece in pieces)
