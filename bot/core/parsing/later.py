"""Verbs that the product has and this version has not: each is refused with what to use until it comes."""

from __future__ import annotations

from typing import NoReturn

from bot.core.errors import Refusal

#: (root, verb) → what to use instead. A verb that is built loses its line here.
LATER = {
    ("clip", "build"): "write the six parts as one prompt; /clip tips names them",
}


def refuse_later(root: str, verb: str) -> NoReturn:
    """Refuse a verb in ``LATER``.

    Raises:
        Refusal: always; it says what to use instead.
    """
    sentence = f"{verb} is not available here yet; {LATER[root, verb]}."
    raise Refusal(sentence)
