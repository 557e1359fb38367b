"""Arabic letters as they are joined, and text turned around: what HarfBuzz does where it is there."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable
from functools import cache

_FORMS = (*range(0xFB50, 0xFDF0), *range(0xFE70, 0xFEFD))
_KINDS = ("<isolated>", "<final>", "<initial>", "<medial>")


def joined(text: str) -> str:
    """The text with each letter in the form that its neighbours ask for; ``text`` runs as it is spoken."""
    forms = _forms()
    text = _ligatures(text)
    letters = [place for place, one in enumerate(text) if not unicodedata.combining(one)]
    found = list(text)
    for number, place in enumerate(letters):
        own = forms.get(text[place], {})
        before = forms.get(text[letters[number - 1]], {}) if number else {}
        after = forms.get(text[letters[number + 1]], {}) if number + 1 < len(letters) else {}
        to_before = "<initial>" in before and "<final>" in own
        to_after = "<initial>" in own and "<final>" in after
        kind = _KINDS[2 * to_after + to_before]
        found[place] = own.get(kind, text[place])
    return "".join(found)


def turned(text: str, signs: Callable[[str], Iterable[str]]) -> str:
    """The text from its end to its start, sign by sign, with its brackets turned round."""
    return "".join(_mirrored(sign) for sign in reversed(list(signs(text))))


def _mirrored(sign: str) -> str:
    if len(sign) != 1 or not unicodedata.mirrored(sign):
        return sign
    return _MIRRORED.get(sign, sign)


_PAIRS = ("()", "[]", "{}", "<>", "«»", "‹›", "≤≥", "⟨⟩")  # noqa: RUF001  # they are what is meant
_MIRRORED = {pair[place]: pair[1 - place] for pair in _PAIRS for place in (0, 1)}


def _ligatures(text: str) -> str:
    """Lam and alef are written as one."""
    for letters, ligature in _alefs().items():
        text = text.replace(letters, ligature)
    return text


@cache
def _forms() -> dict[str, dict[str, str]]:
    """By letter, and by ligature as it stands alone: its forms."""
    found: dict[str, dict[str, str]] = {}
    alone = _alefs()
    for code in _FORMS:
        kind, *letters = unicodedata.decomposition(chr(code)).split() or [""]
        spelt = "".join(chr(int(letter, 16)) for letter in letters)
        if kind in _KINDS and (len(spelt) == 1 or spelt in alone):
            found.setdefault(alone.get(spelt, spelt), {}).setdefault(kind, chr(code))
    return found


@cache
def _alefs() -> dict[str, str]:
    return {
        "".join(chr(int(letter, 16)) for letter in unicodedata.decomposition(chr(code)).split()[1:]): chr(code)
        for code in range(0xFEF5, 0xFEFC, 2)
    }
