"""What the local channel is shown on: a plain transcript, or a terminal that is drawn anew."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Protocol, TextIO

from adapters.local.cells import fold
from adapters.local.entries import Entry
from adapters.local.names import channel_name
from adapters.local.rendering import WIDTH_COLUMNS, prompt, rendered, rule, stands_alone
from bot.core.commands import Actor

#: Stands in the rule above every card while nothing costs anything.
PRACTICE = "PRACTICE"


#: A card that changes is printed when it has been still for so long, in seconds.
STILL_S = 1.0
#: It is put off so often at most, when it does not come to rest.
MOST_PUT_OFF = 12

#: With what the action of such a button begins.
UNDO = "undo:"

#: Calls back once, after so many seconds.
Later = Callable[[float, Callable[[], None]], object]


class Screen(Protocol):
    """Where messages, and what people type, are seen. Nothing here blocks for long."""

    #: Seconds between edits that only bring the time left up to date; ``None``: no such edits.
    progress_every_s: float | None

    def look_at(self, channel: str) -> None:
        """From now on this channel's cards need not say where they stand."""
        ...

    def prompt(self, actor: Actor, channel: str) -> None:
        """Who types the next line, and where."""
        ...

    def typed(self, actor: Actor, line: str) -> None:
        """A person has typed a line."""
        ...

    def show(self, channel: str, entry: Entry) -> None:
        """A message was posted, or shows something else."""
        ...

    def settle(self) -> None:
        """Whatever still changes is to be seen as it is now."""
        ...

    def gone(self, channel: str, message: str) -> None:
        """A message was taken down."""
        ...

    def note(self, text: str) -> None:
        """The program itself says something, to whoever runs it."""
        ...


class NoScreen:
    """Nobody looks."""

    progress_every_s: float | None = None

    def look_at(self, channel: str) -> None:
        """Do nothing."""

    def prompt(self, actor: Actor, channel: str) -> None:
        """Do nothing."""

    def typed(self, actor: Actor, line: str) -> None:
        """Do nothing."""

    def show(self, channel: str, entry: Entry) -> None:
        """Do nothing."""

    def settle(self) -> None:
        """Do nothing."""

    def gone(self, channel: str, message: str) -> None:
        """Do nothing."""

    def note(self, text: str) -> None:
        """Do nothing."""


class Transcript:
    """Plain text, one thing below the other.

    A card is printed anew when it looks different: at once when it offers an Undo that it did not, which has its
    time, else when it has been still for a while, so that a slate of ten does not fill the page in its first second.
    """

    progress_every_s: float | None = None

    def __init__(self, *files: TextIO, mark: str = "", later: Later | None = None) -> None:
        """Write to each of the files; ``mark`` stands in every card's rule; ``later`` calls back after some seconds."""
        self._files = list(files)
        self._mark = mark
        self._later = later or _on_this_loop
        self._channel = ""
        self._printed: dict[tuple[str, str], Entry] = {}
        #: What is printed when it has come to rest; how often anything changed; how often it was put off.
        self._moving: dict[tuple[str, str], Entry] = {}
        self._changes = 0
        self._put_off = 0

    def look_at(self, channel: str) -> None:
        """Cards of other channels say where they stand."""
        self._channel = channel

    def prompt(self, actor: Actor, channel: str) -> None:
        """Nothing; it is seen with the line."""

    def typed(self, actor: Actor, line: str) -> None:
        """``mina> /clip a fox in snow``, below an empty line."""
        self._print(["", *prompt(actor.name, line, guest=actor.guest)])

    def show(self, channel: str, entry: Entry) -> None:
        """Print the message, or let it come to rest first."""
        before = self._printed.get((channel, entry.id))
        if before is None or not stands_alone(entry) or _undoes(entry) - _undoes(before):
            self._show(channel, entry)
            return
        self._moving[channel, entry.id] = entry
        self._changes += 1
        self._later(STILL_S, partial(self._when_still, self._changes))

    def settle(self) -> None:
        """Print what has not come to rest yet."""
        self._put_off = 0
        moving, self._moving = self._moving, {}
        for (channel, _), entry in moving.items():
            self._show(channel, entry)

    def gone(self, channel: str, message: str) -> None:
        """What is printed stays; the answer to whoever took it down says so."""
        self._moving.pop((channel, message), None)
        self._printed.pop((channel, message), None)

    def note(self, text: str) -> None:
        """Print it."""
        self._print(fold(text, WIDTH_COLUMNS))

    def _when_still(self, since: int) -> None:
        """Print what moves, unless it has moved again and has not been put off too often."""
        self._put_off += 1
        if since == self._changes or self._put_off >= MOST_PUT_OFF:
            self.settle()

    def _show(self, channel: str, entry: Entry) -> None:
        self._moving.pop((channel, entry.id), None)
        before, lines = self._printed.get((channel, entry.id)), rendered(entry)
        if before and rendered(before) == lines:
            return
        self._printed[channel, entry.id] = entry
        elsewhere = f"#{channel_name(channel)}" if channel != self._channel else ""
        above = [rule(elsewhere, self._mark)] if stands_alone(entry) or elsewhere else []
        self._print([*above, *lines])

    def _print(self, lines: Sequence[str]) -> None:
        text = "".join(f"{line}\n" for line in lines)
        for file in tuple(self._files):
            try:
                file.write(text)
                file.flush()
            except BrokenPipeError:
                self._files.remove(file)  # Nobody reads it any more; the work goes on.
            except OSError:
                continue  # Its disk is full: what it holds back is written with what comes next.


def _undoes(entry: Entry) -> set[str]:
    """What can be undone by its buttons."""
    return {button.action for button in entry.view.buttons if button.action.startswith(UNDO)}


def _on_this_loop(seconds: float, callback: Callable[[], None]) -> object:
    return asyncio.get_running_loop().call_later(seconds, callback)
