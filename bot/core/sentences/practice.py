"""The mark of practice, by which nobody takes its amounts for money."""

from __future__ import annotations

from dataclasses import replace

from bot.core.homes import Home, HomeLine, HomePart
from bot.core.ports.chat import CardView
from bot.core.sentences.numbers import joined

MARK = "PRACTICE · $0.00"
PLAY_MONEY = "play money, nothing is charged"


def marked(view: CardView) -> CardView:
    """A card, a line or a clip's message with the mark; its footer, where the amounts are, says what they are."""
    return replace(view, title=answered(view.title), footer=joined(view.footer, PLAY_MONEY) if view.footer else "")


def at_home(shown: Home) -> Home:
    """A person's home with the mark above everything."""
    return replace(
        shown, parts=(HomePart(title=MARK, lines=(HomeLine(text=f"All of it is {PLAY_MONEY}."),)), *shown.parts)
    )


def answered(text: str) -> str:
    """An answer with the mark; silence stays silence."""
    return f"{MARK} · {text}" if text else ""
