"""A prompt as text: what is let through, and how a card shows it."""

from __future__ import annotations

import re
import unicodedata

from bot.core.errors import Refusal

#: In characters; the provider's own limit.
PROMPT_LIMIT = 20_000
#: How much of a prompt a card shows, in characters.
SHOWN_CHARACTERS = 200
#: A cut moves back to a blank when one is that near, in characters.
_NEAR_CHARACTERS = 20

_LINE_ENDS = re.compile("\r\n?|[\u0085\u2028\u2029]")
#: Control characters, halves of surrogate pairs (they cannot be stored), and what turns the direction of text.
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u202a-\u202e\u2066-\u2069]")
_JOINER = "\u200d"


def clean(text: str) -> str:
    """The text without control characters; line breaks and tabs stay."""
    return _UNWANTED.sub("", _LINE_ENDS.sub("\n", text))


def check(prompt: str) -> str:
    """The prompt, trimmed and without control characters.

    Raises:
        Refusal: nothing is left, or it is longer than ``PROMPT_LIMIT``.
    """
    trimmed = clean(prompt).strip()
    if not trimmed:
        sentence = "The prompt is empty; write what the clip shows, as in: a fox in snow."
        raise Refusal(sentence)
    if len(trimmed) > PROMPT_LIMIT:
        sentence = f"The prompt has {len(trimmed):,} characters; at most {PROMPT_LIMIT:,} fit."
        raise Refusal(sentence)
    return trimmed


def shorten(prompt: str, characters: int = SHOWN_CHARACTERS) -> str:
    """The prompt on one line, at most ``characters`` long (2 or more), with an ellipsis where it was cut."""
    line = " ".join(clean(prompt).split())
    if len(line) <= characters:
        return line
    cut = characters - 1
    blank = line.rfind(" ", cut - _NEAR_CHARACTERS, cut + 1) if cut > _NEAR_CHARACTERS else -1
    cut = blank if blank > 0 else _boundary(line, cut)
    return line[:cut].rstrip() + "…"


def _boundary(line: str, cut: int) -> int:
    """The nearest place at or before ``cut`` that does not take an accent or half an emoji away from its letter."""
    place = cut
    while place > 0 and holds_together(line, place):
        place -= 1
    return place or cut


def holds_together(text: str, place: int) -> bool:
    """Whether a cut before the character at ``place`` (above 0) would tear an accent or an emoji apart."""
    return _attached(text[place]) or text[place - 1] == _JOINER


def _attached(character: str) -> bool:
    tone = "\U0001f3fb" <= character <= "\U0001f3ff"
    return tone or character == _JOINER or unicodedata.category(character) in {"Mn", "Me", "Mc"}
