"""Reading one table of a catalogue file: every field is checked, every mistake is collected with its remedy."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from bot.core.money import ZERO, Money

#: What stands for a value that could not be read; a catalogue with problems is never used.
UNREADABLE = "?"


class Table:
    """One table of the file, read field by field; whatever was not asked for is a mistake too."""

    def __init__(self, data: object, place: str, problems: list[str]) -> None:
        """``place`` is where the table stands, in an owner's words: ``mini.price``."""
        self._place = place
        self._problems = problems
        self._asked: list[str] = []
        if not isinstance(data, Mapping):
            self.problem("is no table", "write it as a table of fields")
            data = {}
        self._data: Mapping[str, object] = data

    def __contains__(self, name: str) -> bool:
        """Whether the field is there."""
        return name in self._data

    def names(self) -> tuple[str, ...]:
        """The fields that are there, in the file's order."""
        return tuple(str(name) for name in self._data)

    def problem(self, what: str, remedy: str, *, field: str = "") -> None:
        """Note a mistake."""
        place = ".".join(part for part in (self._place, field) if part)
        self._problems.append(f"{place}: {what}; {remedy}.")

    def get(self, name: str) -> object:
        """The field as it stands, or ``None``."""
        self._asked.append(name)
        return self._data.get(name)

    def table(self, name: str) -> Table:
        """A table inside this one."""
        place = f"{self._place}.{name}" if self._place else name
        if name not in self._data:
            self.problem("is missing", "add the table", field=name)
            self._asked.append(name)
            return Table({}, place, [])
        return Table(self.get(name), place, self._problems)

    def text(self, name: str) -> str:
        """A word or a line that is not empty."""
        value = self.get(name)
        if isinstance(value, str) and value.strip():
            return value
        self.problem(said(value), "write a text in quotes", field=name)
        return UNREADABLE

    def flag(self, name: str) -> bool:
        """``true`` or ``false``."""
        value = self.get(name)
        if not isinstance(value, bool):
            self.problem(said(value), "write true or false", field=name)
        return value is True

    def whole(self, name: str, least: int, most: int) -> int:
        """A whole number, both ends included."""
        value = self.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        self.problem(said(value), f"write a whole number, {least} to {most:,}", field=name)
        return least

    def words(self, name: str) -> tuple[str, ...]:
        """A list of different texts, at least one."""
        value = self.get(name)
        good = isinstance(value, list) and all(isinstance(word, str) and word for word in value)
        if isinstance(value, list) and value and good and len(set(value)) == len(value):
            return tuple(value)
        self.problem(said(value), "write a list of different texts", field=name)
        return (UNREADABLE,)

    def money(self, name: str) -> Money:
        """An amount in dollars, greater than nothing: a text or an exact decimal."""
        value = self.get(name)
        try:
            amount = Money.usd(value) if isinstance(value, str | int | Decimal) else ZERO
        except (ValueError, TypeError):
            amount = ZERO
        if amount <= ZERO:
            self.problem(said(value), 'write dollars as a text, like "0.15"', field=name)
            return Money(1)
        return amount

    def finish(self) -> None:
        """Note every field that nobody asked for: a slip of the pen must not pass in silence."""
        for name in self.names():
            if name not in self._asked:
                known = ", ".join(dict.fromkeys(self._asked))
                self.problem("is no field here", f"remove it, or write one of {known}", field=name)


def said(value: object) -> str:
    """What stands in the file, in words."""
    return "is missing" if value is None else f"is {value!r}"
