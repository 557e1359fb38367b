"""A verb that was chosen, with what was given to it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.core.commands import Command
from bot.core.kinds import read_as
from bot.core.parsing.origin import Origin
from bot.core.parsing.typed.table import KINDS_OF


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A verb with what was given to it."""

    origin: Origin
    #: With its root: ``clip draft``, ``dailies budget set``.
    path: str
    #: By option, what is not empty.
    given: Mapping[str, str]
    #: Attached, by option.
    pictures: Mapping[str, str]
    #: The text of an attached list, if one is.
    listed: str | None
    models: tuple[str, ...]

    def text(self, name: str) -> str:
        """The text of an option; empty where it was not given."""
        return self.given.get(name, "")

    @property
    def verb(self) -> str:
        """Without its root."""
        return self.path.partition(" ")[2]

    def read(self, name: str, instead: Any) -> Any:
        """The value of an option that is of a kind; ``instead`` where it was not given.

        Raises:
            Refusal: it is not allowed.
        """
        kind = KINDS_OF[self.path][name]
        return read_as(kind, name, self.given[name]) if name in self.given else instead

    def named(self, *names: str) -> dict[str, str]:
        """Those of these options that were given."""
        return {name: self.given[name] for name in names if name in self.given}

    def make(self, kind: type[Command], **facts: Any) -> Command:
        """A command of whoever chose the verb."""
        return self.origin.make(kind, **facts)


Read = Callable[[Chosen], Command]


def alone(kind: type[Command], **facts: Any) -> Read:
    """The reader of a verb that stands alone."""
    return lambda chosen: chosen.make(kind, **facts)
