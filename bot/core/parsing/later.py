"""Verbs that the product has and this version has not: each is refused with what to use until it comes."""

from __future__ import annotations

from typing import NoReturn

from bot.core.errors import Refusal

#: (root, verb) → what to use instead. A verb that is built loses its line here.
LATER = {
    ("clip", "batch"): "order up to ten at once with a mug on {marble|oak}, or with --count",
    ("clip", "build"): "write the six parts as one prompt; /clip tips names them",
    ("clip", "link"): "/clip rescue with the id posts the clip again",
    ("dailies", "budget raise"): "/dailies budget set 60 sets the new cap at once",
    ("dailies", "budget ask"): "the answer to an order over the cap has the button Ask for more",
    ("dailies", "pause"): "/dailies budget set 0 stops new orders in this channel",
    ("dailies", "resume"): "/dailies budget set 50 lets this channel order again",
    ("dailies", "spend plot"): "/dailies spend report has the same figures",
    ("dailies", "settings look match"): "finals are a new roll of the same prompt",
    ("dailies", "settings hour"): "/clip status says what runs and waits",
}


def refuse_later(root: str, verb: str) -> NoReturn:
    """Refuse a verb in ``LATER``.

    Raises:
        Refusal: always; it says what to use instead.
    """
    sentence = f"{verb} is not available here yet; {LATER[root, verb]}."
    raise Refusal(sentence)
