"""The kinds of values that people type: each reads text, shows a value, and says what is allowed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from difflib import get_close_matches
from functools import cache
from typing import Any, Protocol, TypeVar
from zoneinfo import available_timezones

from bot.core.errors import Refusal
from bot.core.money import LARGEST_DOLLARS, Money

T = TypeVar("T")
T_co = TypeVar("T_co", covariant=True)

#: How much of a wrong value an answer repeats, in characters.
REPEATED_CHARACTERS = 60


class Kind(Protocol[T_co]):
    """A kind of value."""

    @property
    def allowed(self) -> str:
        """What is allowed, as it stands after "is": ``4 to 15``, ``on or off``."""
        ...

    @property
    def values(self) -> tuple[str, ...]:
        """Every allowed value where they can be listed, else none."""
        ...

    def read(self, text: str) -> T_co:
        """The value of a text without blanks around it.

        Raises:
            ValueError: it is not allowed.
            Refusal: it is not, and there is more to say than what is allowed.
        """
        ...


class Shown(Kind[Any], Protocol):
    """A kind whose values can be shown; for tables in which each line has a kind of its own."""

    def show(self, value: Any) -> str:
        """The value as a person reads it."""
        ...


def read_as(kind: Kind[T], name: str, text: str) -> T:
    """The value that was typed for ``name``, an option or a setting as the answer calls it.

    Raises:
        Refusal: names what was typed and what is allowed.
    """
    try:
        return kind.read(text.strip())
    except ValueError as error:
        given = f"you asked for {repeated(text)}" if text.strip() else "you gave no value"
        sentence = f"{name} is {kind.allowed}; {given}."
        raise Refusal(sentence, allowed=kind.values) from error


def repeated(text: str) -> str:
    """What was typed, on one line and not too much of it."""
    line = " ".join(text.split())
    return line if len(line) <= REPEATED_CHARACTERS else line[: REPEATED_CHARACTERS - 1] + "…"


def one_of(values: tuple[str, ...]) -> str:
    """``4:3, 16:9 or 1:1``."""
    *most, last = values
    return f"{', '.join(most)} or {last}" if most else last


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number within limits, both included."""

    least: int
    most: int
    #: What may follow the number, and stands after it when it is shown.
    unit: str = ""

    @property
    def allowed(self) -> str:
        """``4 to 15``."""
        return f"{self.least} to {self.most}"

    @property
    def values(self) -> tuple[str, ...]:
        """Every number."""
        return tuple(str(number) for number in range(self.least, self.most + 1))

    def read(self, text: str) -> int:
        """``5``, and ``5s`` where the unit is seconds."""
        unit = "(?: ?s(?:ec|ecs|econds?)?)?" if self.unit == "s" else ""
        digits = re.fullmatch(rf"([0-9]{{1,4}}){unit}", text, re.IGNORECASE)
        if digits is None or not self.least <= int(digits[1]) <= self.most:
            raise ValueError(text)
        return int(digits[1])

    def show(self, value: int) -> str:
        """``15 s``, ``2``."""
        return f"{value} {self.unit}".strip()


@dataclass(frozen=True, slots=True)
class Percent:
    """A whole percentage between nothing and all of it; or off, which is 0."""

    allowed: str = "a whole percentage from 1 to 99, like 80, or off"
    values: tuple[str, ...] = ()

    def read(self, text: str) -> int:
        """``80``, ``80%``, ``80 percent``; ``off``."""
        if text.lower() in ("off", "none", "no", "never"):
            return 0
        digits = re.fullmatch(r"([1-9][0-9]?) ?(?:%|percent|pct)?", text, re.IGNORECASE)
        if digits is None:
            raise ValueError(text)
        return int(digits[1])


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words."""

    values: tuple[str, ...]
    #: Characters that are read as a colon: ``9x16``.
    colons: str = ""

    @property
    def allowed(self) -> str:
        """``normal or high``."""
        return one_of(self.values)

    def read(self, text: str) -> str:
        """The word, however it is capitalised."""
        word = text.lower().translate(dict.fromkeys(map(ord, self.colons), ":"))
        if word not in self.values:
            raise ValueError(text)
        return word

    def show(self, value: str) -> str:
        """The word."""
        return value


@dataclass(frozen=True, slots=True)
class Switch:
    """On or off."""

    allowed: str = "on or off"
    values: tuple[str, ...] = ("on", "off")

    def read(self, text: str) -> bool:
        """``on``, ``off``, and what else people write for them."""
        words = {"on": True, "yes": True, "true": True, "off": False, "no": False, "false": False}
        if text.lower() not in words:
            raise ValueError(text)
        return words[text.lower()]

    def show(self, value: bool) -> str:  # noqa: FBT001 - the value of a switch is a boolean
        """``on`` or ``off``."""
        return "on" if value else "off"


_TIME = re.compile(r"(?P<hour>[0-9]{1,2})(?:[:.h](?P<minute>[0-9]{2}))?h? ?(?P<half>[ap]\.?m\.?)?", re.IGNORECASE)
#: What may be typed for no time.
_NO_TIME = ("off", "no", "none", "never")


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """A time of day to the minute, or none; kept as minutes after midnight."""

    allowed: str = "a time of day, like 17:00 or 5pm, or off"
    values: tuple[str, ...] = ()

    def read(self, text: str) -> int | None:
        """``17:00``, ``17``, ``5pm``, ``5:30 p.m.``, ``off``."""
        if text.lower() in _NO_TIME:
            return None
        found = _TIME.fullmatch(text)
        if found is None:
            raise ValueError(text)
        hour, minute, half = int(found["hour"]), int(found["minute"] or 0), (found["half"] or "")[:1].lower()
        hours = range(1, 13) if half else range(24)
        if hour not in hours or minute not in range(60):
            raise ValueError(text)
        if half:
            hour = hour % 12 + (12 if half == "p" else 0)
        return hour * 60 + minute

    def show(self, value: int | None) -> str:
        """``17:00``, ``off``."""
        return "off" if value is None else f"{value // 60:02d}:{value % 60:02d}"


@cache
def _zones() -> dict[str, str]:
    return {zone.casefold(): zone for zone in available_timezones()}


def _meant_zone(name: str) -> str | None:
    """The zone that was probably meant: one of this city, or one that is written nearly so."""
    cities = [zone for zone in sorted(_zones()) if zone.rpartition("/")[2] == name and "/" in zone]
    close = cities or get_close_matches(name, sorted(_zones()), n=1)
    return _zones()[close[0]] if close else None


@dataclass(frozen=True, slots=True)
class Zone:
    """A time zone by its IANA name."""

    allowed: str = "the IANA name of a zone, like Europe/Berlin"
    values: tuple[str, ...] = ()

    def read(self, text: str) -> str:
        """The name as IANA writes it, whatever its capitals; blanks are read as underscores."""
        name = text.replace(" ", "_").casefold()
        if name not in _zones():
            meant = _meant_zone(name)
            if meant is None:
                raise ValueError(text)
            sentence = f"There is no zone {repeated(text)}. Did you mean {meant}?"
            raise Refusal(sentence, allowed=(meant,))
        return _zones()[name]


_DOLLARS = re.compile(
    r"\$? ?((?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,12})(?:\.[0-9]{1,2})?|\.[0-9]{1,2}) ?(?:USD|US-?dollars?|dollars?|\$)?",
    re.IGNORECASE,
)
_FOREIGN = re.compile(r"[€£¥₹₽₩₿¢]|\b(?:EUR|GBP|JPY|CHF|CAD|AUD|INR|CNY|euros?|pounds?|yen|cents?)\b", re.IGNORECASE)
_FOREIGN_STUCK = re.compile(r"[0-9](?:EUR|GBP|JPY|CHF|CAD|AUD|INR|CNY)\b", re.IGNORECASE)
_COMMA_DECIMALS = re.compile(r"\$? ?[0-9]{1,3}(?:\.[0-9]{3})*,[0-9]{1,2} ?\$?")
_TOO_FINE = re.compile(r"\$? ?[0-9,]*\.[0-9]{3,}(?: ?(?:USD|dollars?))?", re.IGNORECASE)
_NEGATIVE = re.compile(r"(?:\$ ?)?[-−–—] ?\$? ?[0-9.]|\(\$?[0-9]")  # noqa: RUF001 - minus signs as typed
_HUGE = re.compile(r"\$? ?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.[0-9]{1,2})?")

#: What is wrong with an amount, in the order in which it is looked for, and the sentence that helps.
_WRONG_AMOUNTS: tuple[tuple[Callable[[str], object], str], ...] = (
    (_NEGATIVE.match, "cannot be negative; write 50"),
    (lambda text: _FOREIGN.search(text) or _FOREIGN_STUCK.search(text), "is in US dollars; write 50 or $50"),
    (_COMMA_DECIMALS.fullmatch, "has its cents after a point; write 50.00"),
    (_TOO_FINE.fullmatch, "is in whole cents; write 50.00"),
    (_HUGE.fullmatch, f"is at most ${LARGEST_DOLLARS:,}"),
)


@dataclass(frozen=True, slots=True)
class Amount:
    """Dollars, not negative, in whole cents: ``50``, ``$50``, ``50.00``, ``1,000``."""

    allowed: str = "an amount in dollars, like 50 or $50.00"
    values: tuple[str, ...] = ()

    def read(self, text: str) -> Money:
        """The amount, exactly; a refusal says what is wrong with any other."""
        found = _DOLLARS.fullmatch(text)
        dollars = Decimal(found[1].replace(",", "")) if found else None
        if dollars is not None and dollars <= LARGEST_DOLLARS:
            return Money.usd(dollars)
        for wrong, help_ in _WRONG_AMOUNTS:
            if wrong(text):
                sentence = f"An amount {help_}; you asked for {repeated(text)}."
                raise Refusal(sentence)
        raise ValueError(text)

    def show(self, value: Money) -> str:
        """``$5.00``."""
        return str(value)


@dataclass(frozen=True, slots=True)
class AmountOrOff:
    """Dollars, or off where no amount counts."""

    allowed: str = "an amount in dollars, like 5 or $5.00, or off"
    values: tuple[str, ...] = ()

    def read(self, text: str) -> Money | None:
        """The amount; ``None`` for off."""
        return None if text.lower() in ("off", "none", "no") else Amount().read(text)

    def show(self, value: Money | None) -> str:
        """``$5.00``, ``off``."""
        return "off" if value is None else str(value)
