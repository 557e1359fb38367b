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
#: Every chat makes a link of it; with an invisible blank in it none does.
_ADDRESS = re.compile("(?<=https:)(?=//)|(?<=http:)(?=//)", re.IGNORECASE)
_BLANK = "\u200b"


def plain(text: str, characters: int) -> str:
    """The text on one line, without control characters and without anything that mentions or links; shortened."""
    return unlinked(_on_one_line(text, characters))


def unlinked(text: str) -> str:
    """What a person wrote, with addresses that read the same and lead nowhere."""
    return _ADDRESS.sub(_BLANK, text)


def plain_view(view: CardView) -> CardView:
    """The view with harmless titles and lines, and without empty lines; its quote is escaped where it is rendered.

    An address in them is ours, the chat's own of a message: what people wrote went through ``plain`` before.
    """
    lines = (_on_one_line(line, LINE_CHARACTERS) for line in view.lines)
    return replace(
        view,
        title=_on_one_line(view.title, TITLE_CHARACTERS),
        lines=tuple(line for line in lines if line),
        footer=_on_one_line(view.footer, LINE_CHARACTERS),
    )


def _on_one_line(text: str, characters: int) -> str:
    return shorten(_CALLS_ALL.sub(f"@{_BLANK}", text.translate(_BRACKETS)), characters)


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
