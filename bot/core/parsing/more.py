"""``/dailies budget raise 10 --scope workspace`` and ``/dailies budget ask 20 for the launch film``."""

from __future__ import annotations

import re

from bot.core.commands import AskMore, Command, RaiseCap
from bot.core.errors import Refusal
from bot.core.kinds import Amount, Choice, one_of, read_as
from bot.core.money import ZERO, Money
from bot.core.parsing.origin import Origin
from bot.core.parsing.why import read_why
from bot.core.parsing.words import Given, scan

#: What a raise by the verb is of; everybody's own cap is set, not raised.
SCOPES = ("channel", "workspace")
#: How an amount begins, a wrong one included.
_AMOUNT = re.compile(r"[-−–—(]?[$€£¥₹]? ?[-−–—]?\.?[0-9]")  # noqa: RUF001 - minus signs as typed


def parse_raise(origin: Origin, text: str) -> Command:
    """By how much a cap is raised, in whole cents and more than nothing.

    Raises:
        Refusal: no amount or a wrong one, or an option that there is not.
    """
    found = scan(text, {"scope": "scope"})
    if found.strangers:
        sentence = f"budget raise takes --scope {one_of(SCOPES)}; you gave --{found.strangers[0]}."
        raise Refusal(sentence, allowed=("--scope",))
    return read_raise(origin, found.text, found.given.get("scope"))


def read_raise(origin: Origin, amount: str, whose: Given | None) -> Command:
    """A raise of the channel's cap, or of the one that is said.

    Raises:
        Refusal: no amount or a wrong one, or there is no such cap to raise.
    """
    if not amount.strip():
        sentence = "budget raise needs an amount, as in budget raise 10."
        raise Refusal(sentence)
    by = _above_zero("A raise", amount)
    scope = read_as(Choice(SCOPES), whose.typed, whose.value) if whose else "channel"
    return origin.make(RaiseCap, by=by, scope="" if scope == "channel" else f"workspace:{origin.place.workspace}")


def parse_ask(origin: Origin, text: str) -> Command:
    """An amount, where the first word is one, and the reason in the person's own words.

    Raises:
        Refusal: the amount is wrong, or the reason too long.
    """
    first, _, rest = text.strip().partition(" ")
    if not _AMOUNT.match(first):
        return origin.make(AskMore, why=read_why("budget ask", text))
    return origin.make(AskMore, amount=read_more(first), why=read_why("budget ask", rest))


def read_more(text: str) -> Money:
    """How much more is asked for: whole cents, and more than nothing.

    Raises:
        Refusal: it is no such amount.
    """
    return _above_zero("What you ask for", text)


def _above_zero(name: str, text: str) -> Money:
    amount = read_as(Amount(), name, text)
    if amount == ZERO:
        sentence = f"{name} is more than $0.00, in whole cents, like 10 or $10.50."
        raise Refusal(sentence)
    return amount
