from __future__ import annotations

import asyncio
import io
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from rich.console import Console

from adapters.local.editor import LineEditor
from adapters.local.entries import Kind
from adapters.local.live import SETTLED_AFTER_S, LiveScreen
from bot.core.commands import Actor
from bot.core.ports import CardView
from tests.adapters.local.conftest import LAUNCH, MakeEntry

MINA = Actor(id="mina", name="mina")
RULE = "─" * 60


class Terminal:
    """What a person sees: printed lines, and the region below them that is drawn anew."""

    def __init__(self, *, typed: bool = True, height: int = 24, mark: str = "") -> None:
        self.file = io.StringIO()
        console = Console(
            file=self.file, force_terminal=True, width=80, height=height, highlight=False, markup=False, emoji=False
        )
        self.editor = LineEditor() if typed else None
        self.screen = LiveScreen(console, editor=self.editor, mark=mark)
        self.screen.start()
        self.screen.look_at(LAUNCH)

    def lines(self) -> list[str]:
        """The lines as they stand: what a cursor that moves up has written over is gone."""
        shown: list[str] = [""]
        at = 0
        for piece in re.split(r"(\x1b\[[0-9;?]*[A-Za-z]|\r|\n)", self.file.getvalue()):
            if piece == "\n":
                at += 1
                shown += [""] * (at + 1 - len(shown))
            elif piece == "\x1b[1A":
                at -= 1
            elif piece == "\x1b[2K":
                shown[at] = ""
            elif not piece.startswith(("\x1b", "\r")):
                shown[at] += piece
        while shown and not shown[-1]:
            shown.pop()
        return [line.rstrip() for line in shown]


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    made = Terminal()
    yield made
    made.screen.stop()


async def test_in_place(terminal: Terminal, make_entry: MakeEntry) -> None:
    """A card is drawn in place, above the line being typed; everything else is printed above it."""
    terminal.screen.prompt(MINA, LAUNCH)
    terminal.screen.show(LAUNCH, make_entry(title="waiting"))
    terminal.screen.show(LAUNCH, make_entry(title="rendering, about 20 s left"))
    terminal.screen.show(LAUNCH, make_entry(Kind.ANSWER, "launch/2", title="held", to="mina"))
    terminal.screen.typed(MINA, "/clip a fox")
    terminal.screen.note("hello")
    terminal.screen.show(LAUNCH, make_entry(title="rendering, about 10 s left"))
    assert terminal.lines() == [
        "(only you) held",
        "",
        "mina> /clip a fox",
        "hello",
        RULE,
        "rendering, about 10 s left",
        "",
        "mina #launch>",
    ]
    assert terminal.screen.progress_every_s == 1.0


async def test_keys(terminal: Terminal, make_entry: MakeEntry) -> None:
    """The line being typed is seen while cards change; its escapes are not obeyed, its end is what is seen of it."""
    assert terminal.editor is not None
    terminal.screen.prompt(Actor(id="guest:zed", name="zed", guest=True), "local:team")
    terminal.editor.feed(b"/clip a fox")
    terminal.screen.show(LAUNCH, make_entry())
    assert terminal.lines()[-1] == "zed (guest) #team> /clip a fox"
    terminal.editor.feed(b" " + b"x" * 5_000 + b" the end")
    terminal.screen.refresh()
    assert "…x" in "".join(terminal.lines()[-5:])
    assert terminal.lines()[-1].endswith("the end")
    assert len(terminal.lines()) < 9


async def test_settled(make_entry: MakeEntry, monkeypatch: pytest.MonkeyPatch) -> None:
    """A card that has been still for a while is printed once, and comes back when it changes again."""
    monkeypatch.setattr("adapters.local.live.SETTLED_AFTER_S", 0.02)
    terminal = Terminal()
    terminal.screen.prompt(MINA, LAUNCH)
    terminal.screen.show(LAUNCH, make_entry(title="ready"))
    await asyncio.sleep(0.05)
    assert terminal.lines() == [RULE, "ready", "", "mina #launch>"]
    terminal.screen.show(LAUNCH, make_entry(title="approved"))
    terminal.screen.stop()
    assert terminal.lines() == [RULE, "ready", RULE, "approved"]
    await asyncio.sleep(0.05)
    assert SETTLED_AFTER_S > 1


async def test_low_terminal(make_entry: MakeEntry) -> None:
    """A terminal that is too low for all shows the cards that changed last; every card is printed in the end."""
    terminal = Terminal(height=10)
    for number in range(4):
        terminal.screen.show(LAUNCH, make_entry(id=f"launch/{number}", title=f"card {number}"))
    assert [line for line in terminal.lines() if line.startswith("card")] == ["card 2", "card 3"]
    terminal.screen.show(LAUNCH, make_entry(id="launch/0", title="tall", lines=("line",) * 20))
    assert len(terminal.lines()) <= 10
    terminal.screen.settle()
    terminal.screen.stop()
    titles = [line for line in terminal.lines() if line.startswith(("card", "tall"))]
    assert titles == ["card 1", "card 2", "card 3", "tall"]


async def test_without_keys(make_entry: MakeEntry) -> None:
    """Where nobody types there is no line for it; other channels and practice are named in the rule."""
    terminal = Terminal(typed=False, mark="PRACTICE")
    terminal.screen.prompt(MINA, LAUNCH)
    terminal.screen.show("local:team", make_entry())
    terminal.screen.show("local:team", make_entry(Kind.LINE, "team/2", title="hello"))
    assert [line.rstrip("─ ") for line in terminal.lines()] == [
        "── #team · PRACTICE",
        "hello",
        "── #team · PRACTICE",
        "A7K",
    ]
    terminal.screen.gone("local:team", "launch/1")
    assert len(terminal.lines()) == 2
    terminal.screen.stop()


async def test_harmless(terminal: Terminal, make_entry: MakeEntry) -> None:
    """Markup and escapes in what a person wrote are shown, not obeyed."""
    entry = make_entry()
    terminal.screen.show(LAUNCH, replace(entry, view=CardView(title="[red]a\x1b[31m :fox:")))
    terminal.screen.note("[bold]b")
    assert terminal.lines()[0] == "[bold]b"
    assert "[red]a␛[31m :fox:" in terminal.lines()
