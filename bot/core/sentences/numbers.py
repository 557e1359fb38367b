"""Figures, the same everywhere."""

from __future__ import annotations

from bot.core.money import Money

SHORTLY_S = 5
ROUGHLY_FROM_S = 20
MINUTES_FROM_S = 120


def count(number: int, noun: str) -> str:
    """``1 draft``, ``4 drafts``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def time_left(milliseconds: int) -> str:
    """``about 20 s left``, rounded so that it does not pretend to know better."""
    seconds = milliseconds / 1000
    if seconds < SHORTLY_S:
        return "any moment now"
    step = 5 if seconds < ROUGHLY_FROM_S else 10
    return f"about {max(step, round(seconds / step) * step)} s left"


def span(milliseconds: int) -> str:
    """A length of time: ``25 s``, ``2 min``, ``3 h``."""
    seconds = round(milliseconds / 1000)
    if seconds < MINUTES_FROM_S:
        return f"{seconds} s"
    return f"{seconds // 60} min" if seconds < 2 * 3600 else f"{seconds // 3600} h"


def left(amount: Money | None) -> str:
    """``$36.40 left``; nothing where there is no cap."""
    return "" if amount is None else f"{amount} left"


def joined(*parts: str) -> str:
    """The parts that say something, between dots."""
    return " · ".join(part for part in parts if part)


def seconds(milliseconds: int | None) -> str:
    """A clip's length as measured: ``10.0 s``; nothing before it is known."""
    return "" if milliseconds is None else f"{milliseconds / 1000:.1f} s"
