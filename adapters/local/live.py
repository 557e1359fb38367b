"""A terminal on which cards change in place, above the line that is being typed."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console, Group
from rich.live import Live
from rich.text import Text

from adapters.local.cells import fold, harmless
from adapters.local.editor import LineEditor
from adapters.local.entries import Entry
from adapters.local.names import channel_name
from adapters.local.rendering import WIDTH_COLUMNS, prompt, rendered, rule, stands_alone
from bot.core.commands import Actor

#: How often the time left may be brought up to date, in seconds.
PROGRESS_EVERY_S = 1.0
#: A card that has not changed for so long is printed for good; it comes back when it changes again.
SETTLED_AFTER_S = 4.0
#: Rows that are filled with the line being typed, and all that it may need with its name and the line above it.
TYPED_ROWS = 3
SPARE_ROWS = 6


@dataclass(frozen=True, slots=True)
class _Pane:
    """A card in the region that is drawn anew."""

    lines: Sequence[str]
    changed_at: float


class LiveScreen:
    """Cards that change are drawn in place; whatever stands still is printed above them."""

    progress_every_s: float | None = PROGRESS_EVERY_S

    def __init__(self, console: Console, *, editor: LineEditor | None, mark: str = "") -> None:
        """``editor`` holds the line being typed, if anybody types; ``mark`` stands in every card's rule."""
        self._console = console
        self._editor = editor
        self._mark = mark
        self._channel = ""
        self._prompt = ""
        self._panes: dict[tuple[str, str], _Pane] = {}
        self._live = Live(console=console, auto_refresh=False, transient=True)

    def start(self) -> None:
        """Begin to draw."""
        self._live.start()

    def stop(self) -> None:
        """Print what still stood in the region, and leave the terminal as it was."""
        self._settle(list(self._panes))
        self._editor = None
        self.refresh()
        self._live.stop()

    def look_at(self, channel: str) -> None:
        """Cards of other channels say where they stand."""
        self._channel = channel

    def prompt(self, actor: Actor, channel: str) -> None:
        """Who types now, and where."""
        self._prompt = f"{actor.name}{' (guest)' if actor.guest else ''} #{channel_name(channel)}> "
        self.refresh()

    def typed(self, actor: Actor, line: str) -> None:
        """Print the finished line above."""
        self._print(["", *prompt(actor.name, line, guest=actor.guest, width=self._width)])

    def show(self, channel: str, entry: Entry) -> None:
        """Draw a card in place; print anything else above."""
        lines = self._above(channel, entry) + rendered(entry, width=self._width)
        if not stands_alone(entry):
            self._print(lines)
            return
        self._panes.pop((channel, entry.id), None)
        self._panes[channel, entry.id] = _Pane(lines, asyncio.get_running_loop().time())
        self.refresh()
        asyncio.get_running_loop().call_later(SETTLED_AFTER_S, self._settle_still)

    def settle(self) -> None:
        """Nothing; every change is drawn at once."""

    def gone(self, channel: str, message: str) -> None:
        """Draw it no more."""
        self._panes.pop((channel, message), None)
        self.refresh()

    def note(self, text: str) -> None:
        """Print it above."""
        self._print(fold(text, self._width))

    def refresh(self) -> None:
        """Draw the region as it is now."""
        self._live.update(self._region(), refresh=True)

    def _region(self) -> Group:
        """The cards that change, and the line being typed."""
        lines = self._visible()
        cards = [Text("\n".join(lines), no_wrap=True, overflow="crop")] if lines else []
        if self._editor is None:
            return Group(*cards)
        return Group(*cards, Text(""), _typing(self._prompt, self._editor, self._width * TYPED_ROWS))

    @property
    def _width(self) -> int:
        return min(WIDTH_COLUMNS, self._console.width)

    def _above(self, channel: str, entry: Entry) -> list[str]:
        elsewhere = f"#{channel_name(channel)}" if channel != self._channel else ""
        return [rule(elsewhere, self._mark)] if stands_alone(entry) or elsewhere else []

    def _settle_still(self) -> None:
        """Print the cards that have not changed for a while."""
        before = asyncio.get_running_loop().time() - SETTLED_AFTER_S
        self._settle([key for key, pane in self._panes.items() if pane.changed_at <= before])

    def _visible(self) -> list[str]:
        """The lines of the cards that changed last, as many cards as the terminal has rows for; one at least."""
        rows = max(1, self._console.height - SPARE_ROWS)
        lines: list[str] = []
        for pane in reversed(self._panes.values()):
            if lines and len(lines) + len(pane.lines) > rows:
                break
            lines = [*pane.lines, *lines]
        return lines[:rows]

    def _settle(self, keys: Sequence[tuple[str, str]]) -> None:
        panes = [self._panes.pop(key) for key in keys]
        # Printing draws the region once more: it must not have what is printed any more.
        self.refresh()
        for pane in panes:
            self._print(pane.lines)

    def _print(self, lines: Sequence[str]) -> None:
        self._live.console.print(Text("\n".join(lines)), soft_wrap=True)


def _typing(start: str, editor: LineEditor, room: int) -> Text:
    """The line being typed, with its cursor; of a very long one what is around it."""
    first = max(0, editor.cursor + 1 - room)
    text, cursor = editor.text[first : first + room], editor.cursor - first
    shown = Text(start + ("…" if first else ""), style="bold", overflow="fold")
    shown.append(harmless(text[:cursor]), style="not bold")
    shown.append(harmless(text[cursor : cursor + 1]) or " ", style="not bold reverse")
    return shown.append(harmless(text[cursor + 1 :]), style="not bold")
