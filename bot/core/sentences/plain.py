"""What people and providers wrote, as it may stand in a sentence of ours.

A card's titles and lines are not quoted, so a renderer cannot tell our words in them from a label, a name or
a provider's reason. ``plain_view`` makes all of them harmless, at the one place where cards and lines are finished.
"""

from __future__ import annotations

import re
from dataclasses import replace

from bot.core.ports.chat import CardView
from bot.core.prompts import shorten

#: What a title and a line have room for.
TITLE_CHARACTERS = 250
LINE_CHARACTERS = 600
#: What a sentence has room for: a person's or channel's name, a variant's words, what was typed, a reason.
NAME_CHARACTERS = 40
LABEL_CHARACTERS = 30
TYPED_CHARACTERS = 40
REASON_CHARACTERS = 120

#: Slack and Discord write every mention of theirs, and Slack its links, in angle brackets; these only look like them.
_BRACKETS = str.maketrans({"<": "\u2039", ">": "\u203a"})
#: Discord reads these in plain text too; an invisible blank behind the @ keeps them words.
_CALLS_ALL = re.compile("@(?=everyone|here|channel)", re.IGNORECASE)


def plain(text: str, characters: int) -> str:
    """The text on one line, without control characters and without anything that mentions or links; shortened."""
    return shorten(_CALLS_ALL.sub("@\u200b", text.translate(_BRACKETS)), characters)


def plain_view(view: CardView) -> CardView:
    """The view with harmless titles and lines, and without empty lines; its quote is escaped where it is rendered."""
    lines = (plain(line, LINE_CHARACTERS) for line in view.lines)
    return replace(
        view,
        title=plain(view.title, TITLE_CHARACTERS),
        lines=tuple(line for line in lines if line),
        footer=plain(view.footer, LINE_CHARACTERS),
    )


def reason(text: str) -> str:
    """Why something happened, to stand inside a sentence: short, on one line, without the full stop."""
    return plain(text, REASON_CHARACTERS).rstrip(".")


def capital(text: str) -> str:
    """The text with a capital letter."""
    return text[:1].upper() + text[1:]


def sentence(text: str) -> str:
    """A clause as a sentence: with a capital letter and one full stop; nothing stays nothing."""
    clause = text.strip().rstrip(".")
    return capital(clause) + ("" if not clause or clause.endswith(("!", "?", "…")) else ".")
