"""Answers while nothing can be ordered."""

from __future__ import annotations

from bot.core.sentences.numbers import span
from bot.core.sentences.plain import NAME_CHARACTERS, plain, reason
from bot.core.sentences.states import who_paused


def ordering_paused(channel: str, by: str) -> str:
    """Paused by a person; everywhere, where no channel is named."""
    who = who_paused(by, _where(channel))
    return f"Not ordered: {who}. What is submitted goes on; what waits keeps its place."


def paused(channel: str) -> str:
    """An owner's pause."""
    return (
        f"Ordering {_where(channel)} is paused. What is queued or approved waits with its money held; what is "
        f"submitted goes on. {_resume(channel)} lets it go on."
    )


def paused_already(channel: str, by: str) -> str:
    """A pause of what is paused."""
    who = plain(by, NAME_CHARACTERS)
    return f"Ordering {_where(channel)} is paused already, by {who}. {_resume(channel)} lets it go on."


def not_paused(channel: str, elsewhere: str | None = None) -> str:
    """A resume of what is not paused; ``elsewhere`` is who has paused everywhere, where somebody has."""
    if elsewhere:
        who = plain(elsewhere, NAME_CHARACTERS)
        return f"Ordering {_where(channel)} is paused everywhere by {who}: {_resume('')} ends that."
    return f"Ordering {_where(channel)} is not paused; nothing was changed."


def resumed(channel: str, elsewhere: str | None) -> str:
    """The end of a pause; ``elsewhere`` is who has paused everywhere, where somebody has."""
    if elsewhere:
        who = plain(elsewhere, NAME_CHARACTERS)
        return f"Ordering {_where(channel)} may go on, but everywhere it is paused by {who}: {_resume('')} ends that."
    return f"Ordering {_where(channel)} goes on; what waited starts by itself."


def _where(channel: str) -> str:
    return f"in #{plain(channel, NAME_CHARACTERS)}" if channel else "everywhere"


def _resume(channel: str) -> str:
    return "/dailies resume" if channel else "/dailies resume --everywhere"


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
