"""Answers around the owner: questions, raises, verdicts."""

from __future__ import annotations

from collections.abc import Sequence

from bot.core.budgets import Purse
from bot.core.money import Money
from bot.core.rows import Take
from bot.core.sentences.answers.purses import raised_to
from bot.core.sentences.numbers import listed
from bot.core.sentences.plain import NAME_CHARACTERS, capital, plain
from bot.core.sentences.states import is_


def owner_asked(channel: str, *, known: bool) -> str:
    """Ask for more."""
    where = f"#{plain(channel, NAME_CHARACTERS)}"
    if known:
        return f"Whoever looks after the budget of {where} has been asked. Your order keeps its place for 72 hours."
    return f"Nobody looks after the budget of {where} yet, so the question stands in the channel for 72 hours."


def owner_was_asked(subject: str) -> str:
    """Ask for more, pressed again."""
    return f"The owner has been asked for {subject} already; one question is enough."


def not_waiting(take: Take) -> str:
    """The first answer won."""
    return f"{take.id} no longer waits for an answer: it {is_(take)}."


def declined(subject: str) -> str:
    """The owner's no."""
    return f"{subject} is declined; its maker is told."


def allowed(subject: str, raised: Sequence[Purse]) -> str:
    """The owner's yes."""
    if not raised:
        return f"{subject} is ordered; the cap stays as it is."
    return f"{capital(listed(raised_to(purse) for purse in raised))}. {subject} is ordered."


def question_is_old(take: Take) -> str:
    """A button of an earlier incident."""
    return f"That question is settled: {take.id} {is_(take)}."


def released(takes: str, back: Money) -> str:
    """It was lost."""
    return f"Released: {takes} · {back} is back. What turns up within a day is booked and delivered after all."


def written_off(takes: str, charged: Money) -> str:
    """It was made."""
    return f"Written off: {takes} · {charged} charged. A clip that turns up within a day is delivered."


def looking_again(takes: str) -> str:
    """Check again."""
    return f"Looking again for {takes}; you are told only if that settles it."


def asked_one_by_one(number: int) -> str:
    """One by one."""
    return f"{number} questions come, one for each take."


def goes_on(channel: str) -> str:
    """After an overrun."""
    return f"Ordering in #{plain(channel, NAME_CHARACTERS)} goes on."


def looks_after(channel: str, name: str) -> str:
    """The new budget contact."""
    return f"{plain(name, NAME_CHARACTERS)} looks after the budget of #{plain(channel, NAME_CHARACTERS)} now."
