"""Figures and lists, the same everywhere."""

from __future__ import annotations

from collections.abc import Iterable

from bot.core.money import ZERO, Money

SHORTLY_S = 5
ROUGHLY_FROM_S = 20
MINUTES_FROM_S = 120
SECONDS_PER_MINUTE = 60
SECONDS_PER_HOUR = 3600
HOURS_FROM_S = 2 * SECONDS_PER_HOUR


def count(number: int, noun: str) -> str:
    """``1 draft``, ``4 drafts``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def time_left(milliseconds: int) -> str:
    """``about 20 s left``, rounded so that it does not pretend to know better."""
    seconds = milliseconds / 1000
    if seconds < SHORTLY_S:
        return "any moment now"
    if seconds >= MINUTES_FROM_S:
        return f"about {round(seconds / SECONDS_PER_MINUTE)} min left"
    step = 5 if seconds < ROUGHLY_FROM_S else 10
    return f"about {round(seconds / step) * step} s left"


def span(milliseconds: int) -> str:
    """A length of time: ``25 s``, ``2 min``, ``3 h``."""
    seconds = round(milliseconds / 1000)
    if seconds < MINUTES_FROM_S:
        return f"{seconds} s"
    if seconds < HOURS_FROM_S:
        return f"{seconds // SECONDS_PER_MINUTE} min"
    return f"{seconds // SECONDS_PER_HOUR} h"


def left(amount: Money | None, over: Money = ZERO) -> str:
    """``$36.40 left``, ``$0.00 left, $3.00 over the cap``; nothing where there is no cap."""
    if amount is None:
        return ""
    return f"{amount} left, {over} over the cap" if over else f"{amount} left"


def dollars(amount: Money) -> str:
    """``$10``, ``$10.50``: as a button says it."""
    return str(amount).removesuffix(".00")


def joined(*parts: str) -> str:
    """The parts that say something, between dots."""
    return " · ".join(part for part in parts if part)


def spaced(*parts: str) -> str:
    """The parts that say something, between blanks."""
    return " ".join(part for part in parts if part)


def listed(items: Iterable[str]) -> str:
    """``A7K-1, A7K-2 and A7K-4``."""
    *most, last = [*items] or [""]
    return f"{', '.join(most)} and {last}" if most else last
