"""Answers to cancel."""

from __future__ import annotations

from bot.core.money import Money
from bot.core.parsing.actions import action
from bot.core.ports.chat import Button
from bot.core.rows import Take
from bot.core.sentences.answers.ordering import Said
from bot.core.sentences.numbers import count
from bot.core.sentences.states import is_


def cancelled(subject: str, back: Money) -> str:
    """Dropped before it was ordered."""
    return f"{subject} is cancelled · {_back(back)}."


def cancelled_some(card: str, number: int, back: Money) -> str:
    """What waited of a slate."""
    return f"{count(number, 'take')} of {card} cancelled · {_back(back)}."


def _back(back: Money) -> str:
    return f"{back} is back" if back else "nothing was held"


def cancel_remembered(take: Take) -> str:
    """While the order is on its way."""
    return (
        f"{take.id} is being ordered this moment: if the provider has not taken it, it is cancelled; else it is kept, "
        "not posted."
    )


def cannot_stop(take: Take) -> Said:
    """While it renders."""
    money = take.held or take.charged
    text = f"{take.id} is already being made; {money} stays committed. It will be kept, not posted."
    return text, (Button(label="Post it anyway", action=action("rescue", take.id)),)


def cannot_cancel_unknown(take: Take) -> str:
    """While it is not known whether it was ordered."""
    return (
        f"{take.id} cannot be cancelled: whether the provider has it is not known yet. {take.held} stays held until "
        "it is."
    )


def will_be_kept(take: str) -> str:
    """Cancelled at the last moment."""
    return f"{take} is made and paid; it is kept and not posted if that is still possible."


def nothing_to_cancel(take: Take) -> str:
    """It has ended."""
    return f"{take.id} cannot be cancelled: it {is_(take)}."


def nothing_waits(card: str) -> str:
    """A slate of which nothing waits."""
    return f"Nothing of {card} waits any more. /clip cancel {card}-1 keeps what is being made from being posted."
