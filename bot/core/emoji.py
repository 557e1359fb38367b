"""What a reaction means, however the platform writes its emoji."""

from __future__ import annotations

import re
from enum import Enum

APPROVE = "✅"
REJECT = "❌"
AGAIN = "🔁"
KEEP = "📌"
APPLAUSE = "👍"
#: 1️⃣ to 🔟: the takes of a slate, in order.
KEYCAPS = (*(f"{digit}\ufe0f\u20e3" for digit in range(1, 10)), "🔟")


class ReactionMeaning(Enum):
    """What a reaction asks for."""

    #: The final of the card's take.
    APPROVE = "approve"
    #: The final of one take of a slate; ``number_of`` says which.
    PICK = "pick"
    #: Set aside, or cancel while it waits.
    REJECT = "reject"
    #: The same shot once more.
    AGAIN = "again"
    #: Keep the clip for ever.
    KEEP = "keep"
    #: Spends nothing; the first one on a card earns a hint.
    APPLAUSE = "applause"
    #: Spends nothing and says nothing.
    NOTHING = "nothing"


_MEANINGS = {
    APPROVE: ReactionMeaning.APPROVE,
    REJECT: ReactionMeaning.REJECT,
    AGAIN: ReactionMeaning.AGAIN,
    KEEP: ReactionMeaning.KEEP,
    APPLAUSE: ReactionMeaning.APPLAUSE,
    **dict.fromkeys(KEYCAPS, ReactionMeaning.PICK),
}
_NUMBER_NAMES = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "keycap_ten")
#: Slack's names, and the characters that mean the same as a canonical one.
_ALIASES = {
    "white_check_mark": APPROVE,
    "heavy_check_mark": APPROVE,
    "✔": APPROVE,
    "x": REJECT,
    "repeat": AGAIN,
    "pushpin": KEEP,
    "+1": APPLAUSE,
    "thumbsup": APPLAUSE,
    **dict(zip(_NUMBER_NAMES, KEYCAPS, strict=True)),
    **{keycap.replace("\ufe0f", ""): keycap for keycap in KEYCAPS},
}
#: Slack's ``::skin-tone-3``, the tone characters themselves, and the sign that asks for a coloured picture.
_DECORATION = re.compile("::skin-tone-[1-6]|[\U0001f3fb-\U0001f3ff]|\ufe0f")


def normalise(emoji: str) -> str:
    """The canonical character of an emoji that has a meaning here; any other without tone and U+FE0F.

    Takes characters (Discord) and names with or without colons (Slack: ``+1::skin-tone-3``).
    """
    plain = _DECORATION.sub("", emoji.strip()).strip(":")
    return _ALIASES.get(plain, plain)


def meaning_of(emoji: str) -> ReactionMeaning:
    """What a reaction asks for, whoever gave it."""
    return _MEANINGS.get(normalise(emoji), ReactionMeaning.NOTHING)


def number_of(emoji: str) -> int:
    """Which take a keycap picks, 1–10; 0 for any other emoji."""
    plain = normalise(emoji)
    return KEYCAPS.index(plain) + 1 if plain in KEYCAPS else 0
