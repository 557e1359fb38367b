"""Answers to ids that name nothing, or too much."""

from __future__ import annotations

from collections.abc import Iterable

from bot.core.sentences.plain import TYPED_CHARACTERS, plain


def no_such_take(typed: str) -> str:
    """An id that nothing has here."""
    return f"There is no {plain(typed, TYPED_CHARACTERS)} here. /clip status lists what is under way."


def which(ids: Iterable[str]) -> str:
    """Several fit."""
    return f"Which one? {', '.join(ids)}"


def which_number(card: str, number: int) -> str:
    """✅ on a slate, or a number that the card does not have."""
    if number == 1:
        return f"{card} is a single draft: react with ✅ to finish it."
    return f"Which one of {card}? React with its number, 1 to {number}."
