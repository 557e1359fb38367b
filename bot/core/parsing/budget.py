"""``/dailies budget set 50 --period month --zone Europe/Berlin --envelope 20 --warn 70 --scope channel``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from bot.core.commands import BudgetSet, Command
from bot.core.errors import Refusal
from bot.core.kinds import Amount, Choice, Kind, Percent, Switch, Zone, one_of, read_as
from bot.core.money import ZERO, Money
from bot.core.parsing.origin import Origin
from bot.core.parsing.words import Given, nearest, scan
from bot.core.policy import Period

T = TypeVar("T")
SCOPES = ("channel", "workspace", "person")
#: Amounts in words: there is no cap; no part of it is set aside for finals.
NO_AMOUNT = ("none", "no", "off", "unlimited")

PERIODS = tuple(period.value for period in Period)
_EVERY = {"daily": "day", "weekly": "week", "monthly": "month", "forever": "none"}
_NAMES = {
    "period": "period",
    "per": "period",
    "zone": "zone",
    "timezone": "zone",
    "tz": "zone",
    "envelope": "envelope",
    "scope": "scope",
    "tell": "tell",
    "tell-at": "tell",
    "warn": "warn",
    "warn-at": "warn",
    "approve": "approve",
    "approve-at": "approve",
    "approve-from": "approve",
    "drafts-only": "drafts-only",
    "only-drafts": "drafts-only",
}
_OPTIONS = tuple(f"--{name}" for name in dict.fromkeys(_NAMES.values()))


def parse_budget_set(origin: Origin, text: str) -> Command:
    """The change of a cap; only what is given changes.

    Raises:
        Refusal: nothing was given, or an amount, an option or its value is not allowed.
    """
    found = scan(text, _NAMES)
    if found.strangers:
        raise _unknown_option(found.strangers[0])
    cap = read_cap(found.text)
    given = found.given
    if cap == NOT_SAID and not given.keys() - {"scope"}:
        sentence = "budget set needs an amount, as in budget set 50, or none for no cap."
        raise Refusal(sentence)
    scope = _value(Choice(SCOPES), given, "scope") or "channel"
    return origin.make(BudgetSet, scope=scope, amount=cap.amount, uncapped=cap.none, **read_changes(given, cap))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cap:
    """What was said of a cap's amount."""

    #: ``None``: nothing was said, or that there is none.
    amount: Money | None = None
    none: bool = False


NOT_SAID = Cap()


def read_cap(text: str) -> Cap:
    """An amount, or ``none`` for no cap; nothing where nothing is said.

    Raises:
        Refusal: neither.
    """
    if text.strip().lower() in NO_AMOUNT:
        return Cap(none=True)
    return Cap(amount=read_as(Amount(), "A cap", text)) if text.strip() else NOT_SAID


def read_changes(given: Mapping[str, Given], cap: Cap) -> dict[str, Any]:
    """What else of a cap changes, by the fields of ``BudgetSet``; ``cap`` is what the envelope has to fit in.

    Raises:
        Refusal: a value is not allowed.
    """
    return {
        "period": _period(given),
        "zone": _value(Zone(), given, "zone"),
        "envelope": _envelope(given, cap.amount, uncapped=cap.none),
        "tell": _value(Percent(), given, "tell"),
        "warn": _value(Percent(), given, "warn"),
        "approve": _value(Percent(), given, "approve"),
        "drafts_only": _value(Switch(), given, "drafts-only"),
    }


def _value(kind: Kind[T], given: Mapping[str, Given], name: str) -> T | None:
    return read_as(kind, given[name].typed, given[name].value) if name in given else None


def _period(given: Mapping[str, Given]) -> Period | None:
    if "period" not in given:
        return None
    value = given["period"].value.lower()
    return Period(read_as(Choice(PERIODS), given["period"].typed, _EVERY.get(value, value)))


def _envelope(given: Mapping[str, Given], amount: Money | None, *, uncapped: bool) -> Money | None:
    if "envelope" not in given:
        return None
    option = given["envelope"]
    envelope = ZERO if option.value.lower() in NO_AMOUNT else read_as(Amount(), option.typed, option.value)
    if uncapped and envelope:
        sentence = "The envelope is a part of a cap; without a cap there is none."
        raise Refusal(sentence)
    if amount is not None and envelope > amount:
        sentence = f"The envelope is at most the cap of {amount}; you asked for {envelope}."
        raise Refusal(sentence)
    return envelope


def _unknown_option(word: str) -> Refusal:
    meant = nearest(word, _NAMES)
    question = f" Did you mean --{meant}?" if meant else ""
    sentence = f"budget set takes {one_of(_OPTIONS)}; you gave --{word}.{question}"
    return Refusal(sentence, allowed=_OPTIONS)
