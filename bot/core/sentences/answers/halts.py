"""Answers while nothing can be ordered."""

from __future__ import annotations

from bot.core.sentences.numbers import span
from bot.core.sentences.plain import NAME_CHARACTERS, plain, reason


def ordering_paused(channel: str, by: str) -> str:
    """Paused by a person."""
    who, where = plain(by, NAME_CHARACTERS), plain(channel, NAME_CHARACTERS)
    return f"Ordering in #{where} is paused by {who}. What is submitted goes on; what waits keeps its place."


def scope_stopped(scope: str, by: str) -> str:
    """Stopped by an overrun; ``by`` names the take behind a colon."""
    take = by.partition(":")[2]
    where = plain(scope, NAME_CHARACTERS)
    return f"Ordering is stopped for {where}: {take} cost more than was held for it. An owner lets it go on."


def clock_behind(milliseconds: int) -> str:
    """The machine's clock jumped back."""
    return (
        f"Nothing is ordered now: this machine's clock is {span(milliseconds)} behind what was already written. "
        "The operator sets it right."
    )


def ordering_stopped() -> str:
    """The rows cannot be read or written: fail closed."""
    return (
        "Nothing was done: my records cannot be read or written right now, so ordering is stopped. "
        "The operator has to look."
    )


def chat_failed(why: str) -> str:
    """The chat could not be asked."""
    return f"Nothing was ordered: the chat did not answer ({reason(why)}). Say it again in a moment."


def defect() -> str:
    """A fault of ours that nobody foresaw; its transaction was rolled back."""
    return "Something went wrong on my side, and nothing was changed by it. The operator finds it in the log."
