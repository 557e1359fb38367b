from __future__ import annotations

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.errors import Refusal
from bot.core.prompts import MOST_AT_ONCE, Variant, variants


@pytest.mark.parametrize(
    ("template", "made"),
    [
        ("a fox", [("a fox", "")]),
        ("a mug on {marble|oak}", [("a mug on marble", "marble"), ("a mug on oak", "oak")]),
        ("{ red | blue } mug", [("red mug", "red"), ("blue mug", "blue")]),
        (
            "{a|b} on {c|d}",
            [("a on c", "a, c"), ("a on d", "a, d"), ("b on c", "b, c"), ("b on d", "b, d")],
        ),
        ("{oak|oak}", [("oak", "")]),
        ("a {single} brace", [("a {single} brace", "")]),
        ("an {} empty one", [("an {} empty one", "")]),
        ("a | b", [("a | b", "")]),
        (":-{ sad", [(":-{ sad", "")]),
        ("sad }-:", [("sad }-:", "")]),
        (r"\{a\|b\}", [("{a|b}", "")]),
        (r"{a\|b|c}", [("a|b", "a|b"), ("c", "c")]),
        (r"back\slash", [(r"back\slash", "")]),
        ('{"a": {"b": 1}, "x": "{p|q}"}', [('{"a": {"b": 1}, "x": "p"}', "p"), ('{"a": {"b": 1}, "x": "q"}', "q")]),
        ("{ {p|q}", [("{ p", "p"), ("{ q", "q")]),
        ("{first\nline|second}", [("first\nline", "first line"), ("second", "second")]),
    ],
)
def test_made(template: str, made: list[tuple[str, str]]) -> None:
    """Every group multiplies the prompts; braces without a bar and escaped ones are plain text."""
    assert variants(template) == tuple(Variant(prompt=prompt, label=label) for prompt, label in made)


@pytest.mark.parametrize(
    ("template", "count", "sentence"),
    [
        ("{a|b|c|d|e|f}", 2, "That makes 12 takes; at most 10 are ordered at once"),
        ("a fox", 11, "That makes 11 takes"),
        ("{a|b}" * 4, 1, "That makes 16 takes"),
        ("{a|b}" * 100, 1, "That makes more than 1,000,000 takes"),
        ("{a|b}" * 4000, 1, "That makes more than 1,000,000 takes"),
        ("{red|}", 1, r"\{red\|\} has an empty variant; write something on each side of every bar"),
        ("{a||b}", 1, "has an empty variant"),
        ("{a|{b|c}}", 1, "Variants cannot stand inside variants"),
        ("{a|{b}}", 1, "Variants cannot stand inside variants"),
        ("a mug on {marble|oak", 1, "A { with variants is not closed"),
    ],
)
def test_refused(template: str, count: int, sentence: str) -> None:
    """Too many takes are refused with their number, and variants that nobody can have meant with the remedy."""
    with pytest.raises(Refusal, match=sentence):
        variants(template, count=count)


@pytest.mark.parametrize(("template", "count"), [("{a|b|c|d|e}", 2), ("a fox", 10), ("{a|b}{c|d|e}", 1)])
def test_ten_at_once(template: str, count: int) -> None:
    """Ten takes are the most that one order has, however they are multiplied."""
    assert len(variants(template, count=count)) * count <= MOST_AT_ONCE


@pytest.mark.parametrize(
    "template", ["{" * 20_000, "{" * 9_999 + "}" * 9_999, "{}" * 9_999, "\\" * 20_000], ids=range(4)
)
def test_hostile_braces(template: str) -> None:
    """Thousands of braces without a bar are one prompt, at once."""
    began = time.process_time()
    assert len(variants(template)) == 1
    assert time.process_time() - began < 1


def test_long_labels_are_cut() -> None:
    """A label is short enough for the sheet."""
    assert max(len(variant.label) for variant in variants(f"{{{'x' * 99}|b}}")) == 60


@given(st.text(alphabet="ab|{}\\ \n", max_size=40))
def test_only_refusals(template: str) -> None:
    """Any braces are made into one to ten prompts or refused."""
    with suppress(Refusal):
        assert 1 <= len(variants(template)) <= MOST_AT_ONCE


@given(st.text(alphabet=st.characters(exclude_characters="{}|\\"), max_size=60))
def test_plain_text_stays(template: str) -> None:
    """Text without braces is one prompt, unchanged and without a label."""
    assert variants(template) == (Variant(prompt=template, label=""),)
