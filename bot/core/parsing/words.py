"""Takes the options out of a typed text: ``--ratio 9:16``, ``--ratio=9:16``, ``—no “motion blur”``."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

#: Longer words after dashes are no options.
OPTION_CHARACTERS = 30
#: How alike a word must be to an option to be taken for a slip: one or two letters of six.
_ALIKE = 0.75

#: Names shorter than this are like too many words, in characters.
_SUGGESTED_CHARACTERS = 4

#: Phones turn two hyphens into a dash.
_OPTION = re.compile(
    rf"(?<!\S)(?P<dash>--|[—–]-?)(?P<name>[A-Za-z][A-Za-z0-9_-]{{0,{OPTION_CHARACTERS - 1}}})(?P<end>=|(?=\s|\Z))"
)
_VALUE = re.compile(
    r"[ \t]*(?:[\"“”„](?P<double>[^\"“”„]*)[\"“”„]|['‘’](?P<single>[^'‘’]*)['‘’](?!\w)|(?P<word>\S+))"  # noqa: RUF001 - curly quotes are quotes
)
_REST_OF_LINE = re.compile(r"[ \t]*(?P<word>[^\n]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """An option that was given."""

    #: As it was typed, with plain dashes: what an answer calls it.
    typed: str
    #: Without quotes; empty when there was none.
    value: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """A text without its options."""

    text: str
    #: By the option's own name; of an option given twice, the last.
    given: Mapping[str, Given] = field(default_factory=dict)
    #: Words after two hyphens that are no options and stay in the text.
    strangers: tuple[str, ...] = ()


def scan(text: str, names: Mapping[str, str], *, wordy: Collection[str] = ()) -> Scanned:
    """Take out the options; ``names`` leads from every name and alias, in small letters, to the option's own name.

    A value ends at a blank unless it is quoted; of the options in ``wordy`` it ends at the next option or line.
    """
    given: dict[str, Given] = {}
    strangers: list[str] = []
    kept, place = "", 0
    for found in _OPTION.finditer(text):
        word = _name(found)
        if found.start() < place:
            continue
        if word not in names:
            # A dash before a word is often only a dash; two hyphens are meant.
            if found["dash"] == "--" or nearest(word, names):
                strangers.append(word)
            continue
        value, end = _value(text, found.end(), names, wordy=names[word] in wordy)
        given[names[word]] = Given(typed=f"--{word}", value=value)
        kept, place = _joined(kept, text[place : found.start()]), end
    return Scanned(text=_joined(kept, text[place:]) if given else text, given=given, strangers=tuple(strangers))


def nearest(word: str, names: Iterable[str]) -> str | None:
    """The name that was probably meant, if any is like the word."""
    candidates = [name for name in names if len(name) >= _SUGGESTED_CHARACTERS]
    close = get_close_matches(word.lower(), candidates, n=1, cutoff=_ALIKE)
    return close[0] if close else None


def _value(text: str, start: int, names: Mapping[str, str], *, wordy: bool) -> tuple[str, int]:
    """The value that begins at ``start`` and the place after it; empty when an option or the line's end comes first."""
    limit = next((found.start() for found in _OPTION.finditer(text, start) if _name(found) in names), len(text))
    found = _VALUE.match(text, start, limit)
    if wordy and (found is None or found["word"]):
        found = _REST_OF_LINE.match(text, start, limit)
    if found is None:
        return "", start
    quoted = next((value for name in ("double", "single") if (value := found.groupdict().get(name)) is not None), None)
    return (found["word"] if quoted is None else quoted).strip(), found.end()


def _name(option: re.Match[str]) -> str:
    return option["name"].lower().replace("_", "-")


def _joined(before: str, after: str) -> str:
    """Two pieces of a text between which an option stood, with one blank or the line break between them."""
    left, right = before.rstrip(" \t"), after.lstrip(" \t")
    touching = not left or not right or left.endswith("\n") or right[0] in "\n.,;:!?)"
    return left + right if touching else f"{left} {right}"
