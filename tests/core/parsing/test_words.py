from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.parsing.words import Given, nearest, scan

NAMES = {"count": "count", "n": "count", "ratio": "ratio", "draft-seconds": "draft-seconds", "no": "no"}


@pytest.mark.parametrize(
    ("text", "rest", "values"),
    [
        ("a fox --count 4", "a fox", {"count": "4"}),
        ("--count 4 a fox", "a fox", {"count": "4"}),
        ("a fox --count=4 in snow", "a fox in snow", {"count": "4"}),
        ("a fox --count= 4", "a fox", {"count": "4"}),
        ("a fox --COUNT 4", "a fox", {"count": "4"}),
        ("a fox --n 4", "a fox", {"count": "4"}),
        ("a fox --draft_seconds 4", "a fox", {"draft-seconds": "4"}),
        ("a fox \u2014count 4", "a fox", {"count": "4"}),
        ("a fox \u2013ratio 9:16 \u2014-count 3", "a fox", {"ratio": "9:16", "count": "3"}),
        ("a fox --count 2 --count 3", "a fox", {"count": "3"}),
        ('a --ratio "9:16" b', "a b", {"ratio": "9:16"}),
        ("a --ratio \u201c9:16\u201d b", "a b", {"ratio": "9:16"}),
        ("a --ratio='9:16' b", "a b", {"ratio": "9:16"}),
        ("a --ratio \u20189:16\u2019 b", "a b", {"ratio": "9:16"}),
        ('a --ratio "" b', "a b", {"ratio": ""}),
        ("a --count", "a", {"count": ""}),
        ("a --count --ratio 1:1", "a", {"count": "", "ratio": "1:1"}),
        ("a --count\nb", "a\nb", {"count": ""}),
        ("a\n--count 4\nb", "a\n\nb", {"count": "4"}),
        ("a --count 4, b", "a b", {"count": "4,"}),
        ('a --ratio "1:1", b', "a, b", {"ratio": "1:1"}),
        ("a --no motion blur --count 2", "a", {"no": "motion blur", "count": "2"}),
        ("a --no motion blur\nb", "a\nb", {"no": "motion blur"}),
        ('a --no "motion blur" b', "a b", {"no": "motion blur"}),
        ("a --no", "a", {"no": ""}),
        ("a --no don't blur", "a", {"no": "don't blur"}),
        ("a--count 4", "a--count 4", {}),
        ("a -- count 4", "a -- count 4", {}),
        ("a fox\u2014count the days", "a fox\u2014count the days", {}),
        ("a \u2014 no, wait", "a \u2014 no, wait", {}),
        ("a  b\n\n c", "a  b\n\n c", {}),
        ("", "", {}),
    ],
)
def test_scan(text: str, rest: str, values: dict[str, str]) -> None:
    """Options leave the text with their values, wherever they stand; what is left keeps its shape."""
    found = scan(text, NAMES, wordy=("no",))
    assert found.text == rest
    assert {name: given_.value for name, given_ in found.given.items()} == values


@pytest.mark.parametrize(
    ("text", "strangers"),
    [
        ("--fast cars", ("fast",)),
        ("a fox --cuont 4", ("cuont",)),
        ("a fox \u2014cuont 4", ("cuont",)),
        ("a fox \u2014wait for it", ()),
        ("--count --fast", ()),
    ],
)
def test_strangers(text: str, strangers: tuple[str, ...]) -> None:
    """Words after two hyphens that are no options are named; after a dash only when they are like one."""
    assert scan(text, NAMES).strangers == strangers


def test_an_option_keeps_its_alias() -> None:
    """An answer can call an option as it was typed."""
    assert scan("a \u2014n 4", NAMES).given == {"count": Given(typed="--n", value="4")}


@pytest.mark.parametrize(
    ("word", "meant"), [("cuont", "count"), ("RATOI", "ratio"), ("fast", None), ("m", None), ("", None)]
)
def test_nearest(word: str, meant: str | None) -> None:
    """A slip of one or two letters finds the name that was meant."""
    assert nearest(word, NAMES) == meant


@given(st.text())
def test_text_without_options_is_untouched(text: str) -> None:
    """Text in which no option stands comes out as it went in."""
    found = scan(text, {})
    assert found.text == text
    assert not found.given


@given(
    st.lists(
        st.sampled_from(["--count", "--no", "\u2014ratio", "=", '"', "'", "\u201c", "4", "fox", "\n", " ", ","]),
        max_size=20,
    )
)
def test_options_never_stay(pieces: list[str]) -> None:
    """However options and quotes fall, the scan ends and no value holds an option that stands alone."""
    found = scan("".join(pieces), NAMES, wordy=("no",))
    assert set(found.given) <= set(NAMES.values())
