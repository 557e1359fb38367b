# ruff: noqa: RUF001 - the sign of a reply stands in what is expected
from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from dataclasses import replace

import pytest

from adapters.local import NoScreen, Screen, Transcript
from adapters.local.entries import Entry, Kind
from adapters.local.screen import MOST_PUT_OFF
from bot.core.commands import Actor
from bot.core.ports import Button, CardView
from tests.adapters.local.conftest import LAUNCH, MakeEntry

MINA = Actor(id="mina", name="mina")
RULE = "─" * 60


class Alarms:
    """Calls back when the test says so."""

    def __init__(self) -> None:
        self.set: list[tuple[float, Callable[[], None]]] = []

    def __call__(self, seconds: float, callback: Callable[[], None]) -> object:
        self.set.append((seconds, callback))
        return None

    def ring(self, number: int = 1) -> None:
        """Let the oldest alarms ring."""
        for _ in range(number):
            self.set.pop(0)[1]()


@pytest.fixture
def alarms() -> Alarms:
    return Alarms()


@pytest.fixture
def file() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def transcript(file: io.StringIO, alarms: Alarms) -> Transcript:
    made = Transcript(file, later=alarms)
    made.look_at(LAUNCH)
    return made


def saying(entry: Entry, title: str, *buttons: str) -> Entry:
    view = CardView(title=title, buttons=tuple(Button(label=each, action=f"{each}:A7K") for each in buttons))
    return replace(entry, view=view)


def printed(file: io.StringIO) -> list[str]:
    lines = file.getvalue().splitlines()
    file.seek(0)
    file.truncate()
    return lines


def test_one_below_the_other(transcript: Transcript, file: io.StringIO, make_entry: MakeEntry) -> None:
    """Typed lines stand below an empty one, cards below a rule, everything else where it comes."""
    transcript.typed(MINA, "/clip a fox")
    transcript.show(LAUNCH, make_entry(Kind.ANSWER, "launch/1", title="held", to="mina"))
    transcript.show(LAUNCH, make_entry(Kind.CARD, "launch/2"))
    transcript.show(LAUNCH, make_entry(Kind.CLIP, "launch/3", file="/clips/A7K.mp4", thread="launch/2"))
    transcript.note("Stopping.")
    assert printed(file) == ["", "mina> /clip a fox", "(only you) held", RULE, "A7K", "› A7K.mp4", "Stopping."]


def test_comes_to_rest(transcript: Transcript, file: io.StringIO, alarms: Alarms, make_entry: MakeEntry) -> None:
    """A card that changes is printed when it has come to rest, as it is then."""
    card = make_entry()
    transcript.show(LAUNCH, saying(card, "waiting"))
    assert printed(file) == [RULE, "waiting"]
    for title in ("ordered", "rendering"):
        transcript.show(LAUNCH, saying(card, title))
    alarms.ring()
    assert printed(file) == []
    alarms.ring()
    assert printed(file) == [RULE, "rendering"]
    assert alarms.set == []


def test_never_at_rest(transcript: Transcript, file: io.StringIO, alarms: Alarms, make_entry: MakeEntry) -> None:
    """A card that never comes to rest is printed from time to time."""
    card = make_entry()
    transcript.show(LAUNCH, saying(card, "waiting"))
    for number in range(MOST_PUT_OFF + 1):
        transcript.show(LAUNCH, saying(card, f"version {number}"))
    printed(file)
    alarms.ring(MOST_PUT_OFF)
    assert printed(file) == [RULE, f"version {MOST_PUT_OFF}"]


def test_undo(transcript: Transcript, file: io.StringIO, make_entry: MakeEntry) -> None:
    """A card that offers an Undo is printed at once, so that it is seen in time; other buttons can wait."""
    card = make_entry()
    transcript.show(LAUNCH, saying(card, "ready", "promote"))
    transcript.show(LAUNCH, saying(card, "armed", "promote", "undo"))
    transcript.show(LAUNCH, saying(card, "ordered", "promote", "cancel"))
    assert printed(file) == [RULE, "ready      [promote]", RULE, "armed      [promote] [undo]"]
    transcript.settle()
    assert printed(file) == [RULE, "ordered      [promote] [cancel]"]


def test_looks_the_same(transcript: Transcript, file: io.StringIO, alarms: Alarms, make_entry: MakeEntry) -> None:
    """A card that looks as it was printed last is not printed again."""
    card = make_entry()
    transcript.show(LAUNCH, saying(card, "ready"))
    transcript.show(LAUNCH, replace(saying(card, "busy"), nonce="other"))
    transcript.show(LAUNCH, saying(card, "ready"))
    alarms.ring(2)
    assert printed(file) == [RULE, "ready"]


def test_elsewhere(file: io.StringIO, alarms: Alarms, make_entry: MakeEntry) -> None:
    """What stands in another channel says so; practice is marked on every card."""
    transcript = Transcript(file, mark="PRACTICE", later=alarms)
    transcript.look_at("local:team")
    transcript.show(LAUNCH, make_entry())
    transcript.show(LAUNCH, make_entry(Kind.LINE, "launch/2", title="hello"))
    transcript.look_at(LAUNCH)
    transcript.show(LAUNCH, make_entry(Kind.CARD, "launch/3"))
    rules = [line.rstrip("─ ") for line in printed(file) if line.startswith("──")]
    assert rules == ["── #launch · PRACTICE", "── #launch · PRACTICE", "── PRACTICE"]


def test_gone(transcript: Transcript, file: io.StringIO, make_entry: MakeEntry) -> None:
    """What was taken down is not printed any more; posted again it is new."""
    transcript.show(LAUNCH, make_entry())
    transcript.show(LAUNCH, saying(make_entry(), "changed"))
    transcript.gone(LAUNCH, "launch/1")
    transcript.settle()
    assert printed(file) == [RULE, "A7K"]
    transcript.show(LAUNCH, make_entry())
    assert printed(file) == [RULE, "A7K"]


def test_several_files(alarms: Alarms) -> None:
    """The same goes to each of the files."""
    files = (io.StringIO(), io.StringIO())
    Transcript(*files, later=alarms).note("hello")
    assert [each.getvalue() for each in files] == ["hello\n"] * 2


async def test_on_the_loop(file: io.StringIO, make_entry: MakeEntry, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without another clock the running loop's is used."""
    monkeypatch.setattr("adapters.local.screen.STILL_S", 0)
    transcript = Transcript(file)
    transcript.show(LAUNCH, make_entry())
    transcript.show(LAUNCH, saying(make_entry(), "changed"))
    await asyncio.sleep(0.01)
    assert "changed" in printed(file)


def test_nobody_looks(make_entry: MakeEntry) -> None:
    """Where nobody looks nothing is drawn."""
    screen: Screen = NoScreen()
    screen.look_at(LAUNCH)
    screen.prompt(MINA, LAUNCH)
    screen.typed(MINA, "help")
    screen.show(LAUNCH, make_entry())
    screen.settle()
    screen.gone(LAUNCH, "launch/1")
    screen.note("hello")
    assert screen.progress_every_s is None
