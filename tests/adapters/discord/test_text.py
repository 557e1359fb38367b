"""Hostile text stays text."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.chat.parts import width
from adapters.discord import text
from bot.core.moments import marked

#: What Discord reads as a mention, an emoji, a command or a time; nothing of it may come from what somebody wrote.
MARKUP = re.compile(r"(?<!\\)<[^>\\]*>|@(?:everyone|here)")
#: What formats where no backslash stands before it.
FORMATS = re.compile(r"(?<!\\)(?:\\\\)*[*_~`]|(?<!\\)(?:\\\\)*\|\|")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("a fox in snow", "a fox in snow"),
        ("<@1> <@!1> <@&2> <#3>", r"\<@1\> \<@!1\> \<@&2\> \<#3\>"),
        ("@everyone @HERE @mina", "@\u2060everyone @\u2060HERE @mina"),
        ("</draft:4> <t:1:R> <id:guide>", r"\</draft:4\> \<t:1:R\> \<id:guide\>"),
        ("<:fox:5> <a:fox:5> :fox: :+1: at 12:30:45", r"\<\:fox:5\> \<a\:fox:5\> \:fox: \:+1: at 12:30:45"),
        ("[here](https://evil.example)", "[here]\\(https:\u2060//evil.example)"),
        ("https://a.example discord.gg/x", "https:\u2060//a.example discord\u2060.gg/x"),
        ("**b** __u__ ~~s~~ `c` ||s||", r"\*\*b\*\* \_\_u\_\_ \~\~s\~\~ \`c\` \|\|s\|\|"),
        ("```\nblock", "\\`\\`\\`\nblock"),
        ("a {marble|oak} mug", "a {marble|oak} mug"),
        ("# big\n-# small\n- a\n+ b\n12. c\n> d", "\\# big\n\\-# small\n\\- a\n\\+ b\n12\\. c\n\\> d"),
        ("  ## big\n#launch -3 1.5", "  \\## big\n#launch -3 1.5"),
        ("back\\slash \\*x\\*", r"back\\slash \\\*x\\\*"),
        ("&amp;lt; & &lt;", "&amp;lt; & &lt;"),
        ("\u202edrawkcab\u202c \u2067x\u2069", "drawkcab x"),
        ("a\x00b\x1b[31m\ud800", "ab[31m"),
    ],
)
def test_literal(written: str, shown: str) -> None:
    """What somebody wrote is shown as it was written: no mention, link, format, emoji, time or turned direction."""
    assert text.literal(written) == shown


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("It is at https://a.example/x_/y?a=1&b=2.", "It is at <https://a.example/x_/y?a=1&b=2>."),
        ("(https://a.example)", "(<https://a.example>)"),
        ("[x](https://a.example)", r"[x]\(<https://a.example>)"),
        ("javascript:alert(1)", "javascript:alert(1)"),
    ],
)
def test_linking(said: str, shown: str) -> None:
    """In a sentence of ours an address can be followed; it shows itself, and nothing is unfolded below it."""
    assert text.linking(said) == shown


def test_moment() -> None:
    """A moment in a sentence of ours is each reader's own time; in what somebody wrote it is words."""
    said = f"paused on {marked(1_795_680_000_000, '26 Nov, 08:00')}."
    assert text.linking(said) == "paused on <t:1795680000:f>."
    assert text.bold(said) == "**paused on <t:1795680000:f>.**"
    assert text.small(said) == "-# paused on <t:1795680000:f>."
    assert text.literal(said) == "paused on 26 Nov, 08:00."


def test_quoted() -> None:
    """Each line of a quote is one of the block quote's, and keeps its direction to itself."""
    assert text.quoted("אבג *b*\n# x") == "> \u2068אבג \\*b\\*\u2069\n> \u2068\\# x\u2069"


def test_table() -> None:
    """A table keeps its columns and cannot end before its end."""
    assert text.table("a  1\n```b``` <@1>") == "```\na  1\n\u02cb\u02cb\u02cbb\u02cb\u02cb\u02cb <@1>\n```"


def test_mentions() -> None:
    """People are mentioned once, by ids that are Discord's."""
    assert text.mentions(("12", "345", "12", "@everyone", "&12", "mina", "")) == "<@12> <@345>"
    assert text.bold("  A7K ·  4 *drafts* ") == r"**A7K · 4 \*drafts\***"
    assert (text.bold(" "), text.small("\n")) == ("", "")


@given(st.text(alphabet="<>&@!#*_~`|:a \n/.()[]\\-1t\u202e\u05d0", max_size=200))
def test_nothing_gets_out(written: str) -> None:
    """Whatever was written, no markup comes of it but a link to an address that is seen."""
    assert not MARKUP.search(text.literal(written))
    assert not FORMATS.search(text.literal(written))
    assert "](" not in text.literal(written)
    assert all(found.startswith("<http") for found in MARKUP.findall(text.linking(written)))


@given(st.text(alphabet="<>&*:@a b\nhttps://x.yé🎬", max_size=300), st.integers(min_value=20, max_value=120))
def test_pieces(written: str, most: int) -> None:
    """Parts of a long text each fit, and lose nothing but blanks at their edges."""
    pieces = list(text.pieces(written, most))
    longest = max((width(text.linking(word)) for word in written.split()), default=0) + 2
    assert all(width(text.linking(piece)) <= max(most, longest) for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(written.split())


@given(st.text(alphabet="<>*|:@a b\nhttps://x.y🎬", max_size=300), st.integers(min_value=2, max_value=120))
def test_cut(written: str, most: int) -> None:
    """What is cut fits, with an ellipsis; what fits is not cut."""
    for draw in (text.literal, text.linking, text.quoted):
        cut = text.cut(written, most, draw)
        assert width(cut) <= most
        assert (cut == draw(written)) is (width(draw(written)) <= most) or cut == "" or "…" in cut


def test_cut_before_an_address() -> None:
    """Half an address would lead elsewhere."""
    assert text.cut("see https://a.example/long", 20, text.linking) == "see…"
