"""``/dailies pause --everywhere the client calls`` and ``/dailies resume``."""

from __future__ import annotations

import re

from bot.core.commands import Command, Pause, Resume
from bot.core.errors import Refusal
from bot.core.kinds import repeated
from bot.core.parsing.origin import Origin
from bot.core.parsing.why import read_why

_EVERYWHERE = re.compile(r"(?<!\S)(?:--|[—–]-?)everywhere(?!\S)", re.IGNORECASE)


def parse_pause(origin: Origin, text: str) -> Command:
    """Everything but ``--everywhere`` is the reason, in the person's own words.

    Raises:
        Refusal: the reason is too long.
    """
    why, everywhere = _EVERYWHERE.subn(" ", text)
    return origin.make(Pause, everywhere=bool(everywhere), why=read_why("pause", why))


def parse_resume(origin: Origin, text: str) -> Command:
    """Nothing, or ``--everywhere``.

    Raises:
        Refusal: anything else.
    """
    rest, everywhere = _EVERYWHERE.subn(" ", text)
    if rest.strip():
        sentence = f"resume stands alone, or with --everywhere; you added {repeated(rest)}."
        raise Refusal(sentence, allowed=("--everywhere",))
    return origin.make(Resume, everywhere=bool(everywhere))
