"""A window as it came back: what its fields have, and which of them are at fault."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from bot.core.commands import OpenModal
from bot.core.errors import Refusal
from bot.core.modals import ModalRefused
from bot.core.parsing.origin import Origin

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What came back, and the errors that were found in it."""

    opened: OpenModal
    origin: Origin
    values: Mapping[str, str]
    #: What the fields had when the window was opened, where the chat says so.
    before: Mapping[str, str]
    pictures: tuple[str, ...]
    models: tuple[str, ...]
    #: By field, the first sentence that was said of it.
    errors: dict[str, str] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """What a field has, without blanks around it; empty where it did not come back."""
        return self.values.get(name, "").strip()

    def changed(self, name: str) -> str | None:
        """The new value of a field, empty where it was emptied; ``None`` where it is as it was."""
        if name not in self.values or self.text(name) == self.before.get(name, "").strip():
            return None
        return self.text(name)

    def read(self, name: str, read: Callable[[], T], instead: T) -> T:
        """What ``read`` makes of a field; where it refuses, the field is at fault, and ``instead`` stands for it."""
        try:
            return read()
        except Refusal as refusal:
            self.errors.setdefault(name, refusal.sentence)
            return instead

    def fits(self, name: str, check: Callable[[], object]) -> bool:
        """Whether ``check`` lets a field pass; where it refuses, the field is at fault."""
        try:
            check()
        except Refusal as refusal:
            self.errors.setdefault(name, refusal.sentence)
            return False
        return True

    def require_no_errors(self) -> None:
        """End here where a field is at fault.

        Raises:
            ModalRefused: with every field that is.
        """
        if self.errors:
            raise ModalRefused(self.errors)
