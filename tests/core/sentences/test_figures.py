"""Figures, lists, and what others wrote."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.money import ZERO, Money
from bot.core.ports import Button, CardView
from bot.core.sentences.numbers import count, joined, left, listed, spaced, span, time_left
from bot.core.sentences.plain import TITLE_CHARACTERS, capital, plain, plain_view, reason, sentence


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (-30, "any moment now"),
        (4.9, "any moment now"),
        (5, "about 5 s left"),
        (12.6, "about 15 s left"),
        (19.9, "about 20 s left"),
        (24, "about 20 s left"),
        (110, "about 110 s left"),
        (119, "about 120 s left"),
        (120, "about 2 min left"),
        (400, "about 7 min left"),
    ],
)
def test_the_time_left_does_not_pretend_to_know_better(seconds: float, said: str) -> None:
    """Rounded to five seconds, ten seconds, minutes, the further off the coarser."""
    assert time_left(round(seconds * 1000)) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(0, "0 s"), (25, "25 s"), (119, "119 s"), (120, "2 min"), (7_199, "119 min"), (7_200, "2 h"), (259_200, "72 h")],
)
def test_a_length_of_time_is_in_seconds_minutes_or_hours(seconds: int, said: str) -> None:
    """The unit grows with the time."""
    assert span(seconds * 1000) == said


@pytest.mark.parametrize(
    ("amount", "over", "said"),
    [
        (None, ZERO, ""),
        (Money.usd("36.40"), ZERO, "$36.40 left"),
        (ZERO, Money.usd(3), "$0.00 left, $3.00 over the cap"),
    ],
)
def test_what_is_left_names_the_excess(amount: Money | None, over: Money, said: str) -> None:
    """Nothing is said without a cap; a cap below what is used shows zero and the excess."""
    assert left(amount, over) == said


def test_numbers_and_lists_read_as_people_say_them() -> None:
    """One draft, two drafts; parts that say nothing leave no dot and no blank."""
    assert [count(1, "draft"), count(2, "draft")] == ["1 draft", "2 drafts"]
    assert joined("A7K", "", "$0.32") == "A7K · $0.32"
    assert spaced("2", "", "oak") == "2 oak"
    assert [listed([]), listed("a"), listed("ab"), listed("abc")] == ["", "a", "a and b", "a, b and c"]


@pytest.mark.parametrize(
    ("clause", "said"),
    [
        ("refused by the provider", "Refused by the provider."),
        ("refused by the provider.", "Refused by the provider."),
        ("ended..", "Ended."),
        ("why?", "Why?"),
        ("no!", "No!"),
        ("cut off…", "Cut off…"),
        (" ", ""),
        ("", ""),
    ],
)
def test_a_clause_becomes_a_sentence_with_one_full_stop(clause: str, said: str) -> None:
    """A capital letter in front, one full stop behind, and nothing out of nothing."""
    assert sentence(clause) == said


def test_only_the_first_letter_is_made_a_capital() -> None:
    """Names inside a text stay as they are."""
    assert [capital("the iPhone"), capital("")] == ["The iPhone", ""]


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("oak", "oak"),
        ("two\nlines\tand  blanks", "two lines and blanks"),
        ("<!channel> <@U1> <https://x|y>", "\u2039!channel\u203a \u2039@U1\u203a \u2039https:\u200b//x|y\u203a"),
        ("@everyone @HERE @channel @jo", "@\u200beveryone @\u200bHERE @\u200bchannel @jo"),
        ("\x00\x1b[31mred\u202e", "[31mred"),
        ("x" * 50, "x" * 39 + "…"),
    ],
)
def test_what_others_wrote_is_made_harmless(written: str, shown: str) -> None:
    """One line, no control characters, nothing that mentions, links or calls everybody; shortened."""
    assert plain(written, 40) == shown


@given(st.text(max_size=300))
def test_what_is_harmless_stays_as_it_is(written: str) -> None:
    """Making a text harmless twice changes nothing more, and it is never too long."""
    once = plain(written, 60)
    assert plain(once, 60) == once
    assert len(once) <= 60


def test_a_reason_is_short_and_ends_without_a_full_stop() -> None:
    """It is to stand inside a sentence."""
    assert reason("The prompt names\na protected character.") == "The prompt names a protected character"
    assert len(reason("why " * 100)) <= 120


def test_a_view_is_made_harmless_but_for_its_quote() -> None:
    """Titles, lines and money are; empty lines go; prompt, buttons and mentions are the renderer's."""
    button = Button(label="Undo", action="undo:A7K-F")
    view = CardView(
        title="<!channel> " + "x" * 300,
        quote="<b>",
        lines=("", "a\nb"),
        footer="<x>",
        buttons=(button,),
        mentions=("U1",),
    )
    shown = plain_view(view)
    assert shown == CardView(
        title=shown.title, quote="<b>", lines=("a b",), footer="\u2039x\u203a", buttons=(button,), mentions=("U1",)
    )
    assert (shown.title[:10], len(shown.title)) == ("\u2039!channel\u203a", TITLE_CHARACTERS)
