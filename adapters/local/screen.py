"""What the local channel is shown on: a plain transcript, or a terminal that is drawn anew."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TextIO

from adapters.local.cells import fold
from adapters.local.entries import Entry
from adapters.local.names import channel_name
from adapters.local.rendering import WIDTH_COLUMNS, prompt, rendered, rule, stands_alone
from bot.core.commands import Actor

#: Stands in the rule above every card while nothing costs anything.
PRACTICE = "PRACTICE"


class Screen(Protocol):
    """Where messages, and what people type, are seen. Nothing here blocks for long."""

    #: Seconds between edits that only bring the time left up to date; ``None``: no such edits.
    progress_every_s: float | None

    def look_at(self, channel: str) -> None:
        """From now on this channel's cards need not say where they stand."""
        ...

    def typed(self, actor: Actor, line: str) -> None:
        """A person has typed a line."""
        ...

    def show(self, channel: str, entry: Entry) -> None:
        """A message was posted, or shows something else."""
        ...

    def gone(self, channel: str, message: str) -> None:
        """A message was taken down."""
        ...

    def note(self, text: str) -> None:
        """The program itself says something, to whoever runs it."""
        ...


class NoScreen:
    """Nobody looks."""

    progress_every_s = None

    def look_at(self, channel: str) -> None:
        """Do nothing."""

    def typed(self, actor: Actor, line: str) -> None:
        """Do nothing."""

    def show(self, channel: str, entry: Entry) -> None:
        """Do nothing."""

    def gone(self, channel: str, message: str) -> None:
        """Do nothing."""

    def note(self, text: str) -> None:
        """Do nothing."""


class Transcript:
    """Plain text, one thing below the other; a card is printed anew when it looks different."""

    progress_every_s = None

    def __init__(self, *files: TextIO, mark: str = "") -> None:
        """Write to each of the files; ``mark`` stands in every card's rule."""
        self._files = files
        self._mark = mark
        self._channel = ""
        self._printed: dict[tuple[str, str], Sequence[str]] = {}

    def look_at(self, channel: str) -> None:
        """Cards of other channels say where they stand."""
        self._channel = channel

    def typed(self, actor: Actor, line: str) -> None:
        """``mina> /clip a fox in snow``, below an empty line."""
        self._print(["", *prompt(actor.name, line, guest=actor.guest)])

    def show(self, channel: str, entry: Entry) -> None:
        """Print the message, unless it looks as when it was printed last."""
        lines = rendered(entry)
        if self._printed.get((channel, entry.id)) == lines:
            return
        self._printed[channel, entry.id] = lines
        elsewhere = f"#{channel_name(channel)}" if channel != self._channel else ""
        above = [rule(elsewhere, self._mark)] if stands_alone(entry) or elsewhere else []
        self._print([*above, *lines])

    def gone(self, channel: str, message: str) -> None:
        """What is printed stays; the answer to whoever took it down says so."""
        self._printed.pop((channel, message), None)

    def note(self, text: str) -> None:
        """Print it."""
        self._print(fold(text, WIDTH_COLUMNS))

    def _print(self, lines: Sequence[str]) -> None:
        text = "".join(f"{line}\n" for line in lines)
        for file in self._files:
            file.write(text)
            file.flush()
