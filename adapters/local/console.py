"""What a session is read from and shown on: a terminal, or any files."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import termios
import tty
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass

from rich.console import Console as Terminal

from adapters.local import reading
from adapters.local.editor import LineEditor
from adapters.local.live import LiveScreen
from adapters.local.screen import Screen, Transcript

INPUT = 0
#: Lines that were typed ahead while one is being carried out.
MOST_LINES_AHEAD = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Console:
    """Lines that come in, and the screen that shows what they bring about."""

    screen: Screen
    lines: AsyncIterator[str]
    #: A person types into it and sees each key.
    typed: bool = False


@contextlib.contextmanager
def opened(*, mark: str = "") -> Iterator[Console]:
    """The standard input and output: cards change in place on a terminal, else all of it is a plain transcript.

    Needs a running event loop.
    """
    if not sys.stdout.isatty():
        sys.stdout.reconfigure(errors="replace")  # type: ignore[union-attr]  # a text file, as at every start
        with _piped():
            yield Console(screen=Transcript(sys.stdout, mark=mark), lines=reading.lines(INPUT))
        return
    editor = LineEditor() if os.isatty(INPUT) else None
    screen = LiveScreen(Terminal(highlight=False, markup=False, emoji=False), editor=editor, mark=mark)
    with _each_key(editor), _drawn(screen):
        if editor is None:
            yield Console(screen=screen, lines=reading.lines(INPUT))
        else:
            with _typed(editor, screen) as lines:
                yield Console(screen=screen, lines=lines, typed=True)


@contextlib.contextmanager
def _piped() -> Iterator[None]:
    """Whoever reads the output may go before its end, or have no space; no reason to complain while all ends."""
    try:
        yield
    finally:
        try:
            sys.stdout.flush()
        except OSError:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.stdout.fileno())
            os.close(nowhere)


@contextlib.contextmanager
def _drawn(screen: LiveScreen) -> Iterator[None]:
    screen.start()
    try:
        yield
    finally:
        screen.stop()


@contextlib.contextmanager
def _each_key(editor: LineEditor | None) -> Iterator[None]:
    """The terminal gives every key at once and shows none; Ctrl-C stays what it is."""
    if editor is None:
        yield
        return
    before = termios.tcgetattr(INPUT)
    tty.setcbreak(INPUT)
    try:
        yield
    finally:
        termios.tcsetattr(INPUT, termios.TCSADRAIN, before)


@contextlib.contextmanager
def _typed(editor: LineEditor, screen: LiveScreen) -> Iterator[AsyncIterator[str]]:
    """Lines as they are typed; keys are taken in whatever else goes on."""
    finished: asyncio.Queue[str | None] = asyncio.Queue()
    loop = asyncio.get_running_loop()

    def take_in() -> None:
        sent = os.read(INPUT, reading.READ_BYTES)
        for line in editor.feed(sent):
            if finished.qsize() < MOST_LINES_AHEAD:
                finished.put_nowait(line)
        if editor.ended or not sent:
            loop.remove_reader(INPUT)
            finished.put_nowait(None)
        screen.refresh()

    loop.add_reader(INPUT, take_in)
    try:
        yield _until_none(finished)
    finally:
        loop.remove_reader(INPUT)


async def _until_none(finished: asyncio.Queue[str | None]) -> AsyncIterator[str]:
    while (line := await finished.get()) is not None:
        yield line
