"""The speakable ids of slates, takes and finals: ``A7K``, ``A7K-2``, ``A7K-2F``, ``A7K-F2``.

A base is a word of letters and digits, at least one of each kind, without the look-alikes 0 O 1 I L.
Case is ignored when an id is typed, and so is a missing dash while only one id fits.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import accumulate

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ"
DIGITS = "23456789"
ALPHABET = LETTERS + DIGITS
#: The length of the first words; they grow when half of a length's words are used.
SHORTEST_CHARACTERS = 3
#: Hundreds of milliards of words; a longer text is no id.
LONGEST_CHARACTERS = 8

_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—−", "-"))  # noqa: RUF001 - phones turn a dash into any of these
_WORD = re.compile(
    rf"(?=[{ALPHABET}]*[{LETTERS}])(?=[{ALPHABET}]*[{DIGITS}])[{ALPHABET}]{{{SHORTEST_CHARACTERS},{LONGEST_CHARACTERS}}}"
)
_TAIL = re.compile(r"(10|[1-9])?(?:(F)([2-9]|[1-9][0-9])?)?")


@dataclass(frozen=True, slots=True)
class Subject:
    """An id, taken apart."""

    base: str
    #: 1–10 in a slate; 0 for a single take, or for the slate itself.
    number: int = 0
    #: The round of a final, from 1; 0 for a draft or a slate.
    round: int = 0

    def __str__(self) -> str:
        """The id as it is shown and stored."""
        number = str(self.number) if self.number else ""
        final = f"F{self.round if self.round > 1 else ''}" if self.round else ""
        return f"{self.base}-{number}{final}" if number or final else self.base


def take_id(base: str, number: int) -> str:
    """The id of a slate's take (1–10), or of a single take (0): ``A7K-2``, ``A7K``."""
    return str(Subject(base, number))


def final_id(draft_id: str, round: int) -> str:  # noqa: A002 - the product's word
    """The id of a draft's final in a round, from 1: ``A7K-2F``, ``A7K-2F2``, ``A7K-F``."""
    final = f"F{round}" if round > 1 else "F"
    return f"{draft_id}{final}" if "-" in draft_id else f"{draft_id}-{final}"


def normal(typed: str) -> str:
    """A typed id without blanks around it, in capitals, with plain dashes."""
    return typed.strip().translate(_DASHES).upper()


def readings(typed: str) -> tuple[Subject, ...]:
    """Every id that could be meant, the one exactly as typed first; empty when the text is no id.

    ``A7K2`` may be the slate ``A7K2`` or take 2 of ``A7K``; ``A7K-2`` is what it says.
    """
    text = normal(typed)
    base, dash, tail = text.partition("-")
    if dash:
        exact = _subject(base, tail) if tail else None
        return (exact,) if exact else ()
    longest = min(len(text), LONGEST_CHARACTERS)
    cuts = range(longest, SHORTEST_CHARACTERS - 1, -1)
    return tuple(found for cut in cuts if (found := _subject(text[:cut], text[cut:])))


def looks_like_id(text: str) -> bool:
    """Whether the text can be an id; whether there is such a thing only the rows know."""
    return bool(readings(text))


def matches(typed: str, known_ids: Iterable[str]) -> list[str]:
    """The known ids that are meant: the one that is typed exactly, else those that differ in dashes only."""
    text = normal(typed)
    known = sorted(set(known_ids))
    return [text] if text in known else [known_id for known_id in known if _bare(known_id) == _bare(text)]


def words(length: int) -> int:
    """How many words of this length there are: at least one letter and one digit each."""
    return _power(ALPHABET, length) - _power(LETTERS, length) - _power(DIGITS, length)


def word_length(used: int) -> int:
    """How long the next word is when ``used`` words were given: one longer whenever half of a length's are used."""
    length = SHORTEST_CHARACTERS
    room = words(length) // 2
    while used >= room and length < LONGEST_CHARACTERS:
        length += 1
        room += words(length) // 2
    return length


def draw(length: int, randbelow: Callable[[int], int]) -> str:
    """One of the words of a length (2 or more), each as likely as any other.

    ``randbelow(n)`` gives a whole number from 0 to n - 1 and is asked once.
    """
    index = randbelow(words(length))
    word = ""
    for _ in range(length):
        following = [_completions(word + character, length) for character in ALPHABET]
        ends = list(accumulate(following))
        place = bisect_right(ends, index)
        index -= ends[place] - following[place]
        word += ALPHABET[place]
    return word


def _completions(start: str, length: int) -> int:
    """How many words of a length begin so."""
    rest = length - len(start)
    without_letter = 0 if any(character in LETTERS for character in start) else _power(DIGITS, rest)
    without_digit = 0 if any(character in DIGITS for character in start) else _power(LETTERS, rest)
    return _power(ALPHABET, rest) - without_letter - without_digit


def _power(characters: str, length: int) -> int:
    """How many texts of a length these characters make."""
    return math.prod([len(characters)] * length)


def _subject(base: str, tail: str) -> Subject | None:
    end = _TAIL.fullmatch(tail)
    if end is None or not _WORD.fullmatch(base):
        return None
    number, final, later = end.groups()
    return Subject(base, int(number or 0), int(later or 1) if final else 0)


def _bare(known_id: str) -> str:
    return known_id.replace("-", "")
