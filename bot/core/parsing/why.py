"""Why somebody wants something: a person's own words, which are shown as a quote and mention nobody."""

from __future__ import annotations

from bot.core.errors import Refusal

#: The longest reason, in characters.
WHY_CHARACTERS = 200


def read_why(verb: str, text: str) -> str:
    """The reason on one line; empty where none is given.

    Raises:
        Refusal: it is too long.
    """
    why = " ".join(text.split())
    if len(why) > WHY_CHARACTERS:
        sentence = f"{verb} takes a reason of at most {WHY_CHARACTERS} characters; yours has {len(why)}."
        raise Refusal(sentence)
    return why
