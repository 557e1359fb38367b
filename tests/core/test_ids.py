from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core.ids import (
    ALPHABET,
    DIGITS,
    LETTERS,
    Subject,
    draw,
    final_id,
    looks_like_id,
    matches,
    normal,
    readings,
    take_id,
    word_length,
    words,
)


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (take_id("A7K", 0), "A7K"),
        (take_id("A7K", 2), "A7K-2"),
        (take_id("A7K", 10), "A7K-10"),
        (final_id("A7K-2", 1), "A7K-2F"),
        (final_id("A7K-2", 2), "A7K-2F2"),
        (final_id("A7K", 1), "A7K-F"),
        (final_id("A7K", 12), "A7K-F12"),
        (str(Subject("B7K")), "B7K"),
        (str(Subject("A7K", 2, 3)), "A7K-2F3"),
        (str(Subject("B7K", 0, 1)), "B7K-F"),
    ],
)
def test_made(made: str, expected: str) -> None:
    """Takes and finals are named after their slate or draft."""
    assert made == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("A7K", ["A7K"]),
        (" a7k ", ["A7K"]),
        ("a7k-2", ["A7K-2"]),
        ("a7k\u20132f", ["A7K-2F"]),
        ("A7K-F2", ["A7K-F2"]),
        ("A7K-10F12", ["A7K-10F12"]),
        ("A7K2", ["A7K2", "A7K-2"]),
        ("A7K1", ["A7K-1"]),
        ("A7K10", ["A7K-10"]),
        ("A7KF", ["A7KF", "A7K-F"]),
        ("A7K2F", ["A7K2F", "A7K2-F", "A7K-2F"]),
        ("4X4", ["4X4"]),
    ],
)
def test_readings(typed: str, expected: list[str]) -> None:
    """Case and a missing dash are forgiven; every id that could be meant is found, the exact one first."""
    assert [str(subject) for subject in readings(typed)] == expected


@pytest.mark.parametrize(
    "typed",
    [
        *("", "A7", "FOX", "234", "A0K", "A1K", "AI7", "AL7", "A7O", "90s", "80S", "Ä7K", "A7 K2", "A7KA7KA7K"),
        *("A7K-", "A7K-11", "A7K-0", "A7K-F1", "A7K-2-3", "A7K-2G", "-2", "4-K2-2", "fox-2", "A7K-2F2F"),
    ],
)
def test_no_ids(typed: str) -> None:
    """Words, numbers, look-alikes and broken endings are no ids."""
    assert not looks_like_id(typed)


@pytest.mark.parametrize(
    ("typed", "known", "expected"),
    [
        ("a7k-2", ["A7K-2", "A7K2"], ["A7K-2"]),
        ("a7k2", ["A7K-2", "A7K"], ["A7K-2"]),
        ("a7k2", ["A7K-2", "A7K2"], ["A7K2"]),
        ("a7k2f", ["A7K-2F", "A7K2-F", "A7K"], ["A7K-2F", "A7K2-F"]),
        ("a7k-2f", ["A7K-2F", "A7K2-F"], ["A7K-2F"]),
        ("b7k", ["A7K"], []),
        ("a7k2", ["A7K-2", "A7K-2"], ["A7K-2"]),
    ],
)
def test_matches(typed: str, known: list[str], expected: list[str]) -> None:
    """The exact id goes before those that differ in dashes; several of those are all given."""
    assert matches(typed, known) == expected


@given(
    st.sampled_from(["A7K", "B22", "Z9Z9", "2AAAAAAA"]),
    st.integers(0, 10),
    st.integers(0, 99),
    st.booleans(),
)
def test_every_id_is_read_back(base: str, number: int, final: int, dashed: bool) -> None:  # noqa: FBT001 - generated
    """What was given to a take is among the readings of what a person types for it."""
    made = Subject(base, number, final)
    typed = str(made).lower() if dashed else str(made).lower().replace("-", "")
    found = readings(typed)
    assert made in found
    assert not dashed or str(found[0]) == str(made)
    assert matches(typed, [str(made)]) == [str(made)]


@given(st.text(max_size=20))
def test_any_text_is_read(text: str) -> None:
    """No text breaks the reading of ids, and what is read says the same without dashes."""
    bare = normal(text).replace("-", "")
    assert all(str(subject).replace("-", "") == bare for subject in readings(text))


def test_words_are_counted_exactly() -> None:
    """The number of words of a length is the number of texts with a letter and a digit."""
    texts = map("".join, itertools.product(ALPHABET, repeat=3))
    valid = [text for text in texts if set(text) & set(LETTERS) and set(text) & set(DIGITS)]
    assert words(3) == len(valid) == 17_112
    assert len(ALPHABET) == 31
    assert not set(ALPHABET) & set("0O1IL")


@pytest.mark.parametrize(
    ("used", "expected"),
    [
        (0, 3),
        (8_555, 3),
        (8_556, 4),
        (8_556 + words(4) // 2 - 1, 4),
        (8_556 + words(4) // 2, 5),
        (10**18, 8),
    ],
)
def test_word_length(used: int, expected: int) -> None:
    """Words grow when half of a length's words are used, up to eight characters."""
    assert word_length(used) == expected


def test_every_word_is_drawn_once() -> None:
    """Each number of the source gives its own word, in the alphabet's order, with a letter and a digit."""
    drawn = [draw(2, lambda _, index=index: index) for index in range(words(2))]  # type: ignore[misc] # a default binds it
    assert len(set(drawn)) == words(2)
    assert drawn == sorted(drawn, key=lambda word: [ALPHABET.index(character) for character in word])
    assert all(set(word) & set(LETTERS) and set(word) & set(DIGITS) for word in drawn)


def test_draw_asks_once_within_bounds() -> None:
    """The source is asked once, for a number below the number of words; what it gives is a valid id."""
    asked: list[int] = []
    chance = random.Random(7)

    def below(limit: int) -> int:
        asked.append(limit)
        return chance.randrange(limit)

    drawn = [draw(length, below) for length in range(3, 9)]
    assert asked == [words(length) for length in range(3, 9)]
    assert [len(word) for word in drawn] == list(range(3, 9))
    assert all(looks_like_id(word) for word in drawn)
