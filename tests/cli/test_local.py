from __future__ import annotations

import argparse
import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from bot.cli.local import add_parser
from tests.cli.conftest import COMMAND, LONGEST_S, Dailies

PRACTICE = ("local", "--practice", "--as", "mina")


def card_of(transcript: str) -> str:
    """The id of the first card."""
    found = re.search(r"🎬 (\w+) ·", transcript)
    assert found, transcript
    return found[1]


def test_lines_from_a_pipe(dailies: Dailies, tmp_path: Path) -> None:
    """A draft is made, approved and finished by three lines; the end of the input waits for the final."""
    lines = '/clip a fox in snow\nwait\npress "Finish it"\n'
    run = dailies(*PRACTICE, "--folder", "clips", lines=lines, DAILIES_GRACE="0")
    assert (run.returncode, run.stderr) == (0, "")
    card = card_of(run.stdout)
    said = [
        "You are mina in #launch.",
        "mina> /clip a fox in snow",
        "(only you) 1 draft of 4 s at 480p: $0.32 held.",
        f"🎬 {card} · draft for mina",
        "“a fox in snow”",
        f"› {card}.mp4   @mina",  # noqa: RUF001 - the sign of a reply
        'mina> press "Finish it"',
        f"Final {card}-F is here · $0.75",
    ]
    places = [run.stdout.find(each) for each in said]
    assert -1 not in places, run.stdout
    assert places == sorted(places)
    beside, *others = (tmp_path / "clips").glob("*.jpg")
    assert (beside.name.startswith(f"{card}-F-beside-"), others) == (True, [])
    assert f"final {card}-F (720p, 5 s).]  {beside.name}" in run.stdout
    clips = sorted((tmp_path / "clips").glob("*.mp4"))
    assert [path.name for path in clips] == [f"{card}-F.mp4", f"{card}.mp4"]
    assert all(path.read_bytes()[4:8] == b"ftyp" for path in clips)
    assert "── PRACTICE ──" in run.stdout


def test_between_runs(dailies: Dailies, tmp_path: Path) -> None:
    """What was made in one run is known in the next: its card, its clip, its people."""
    first = dailies(*PRACTICE, lines="/clip a fox\n")
    card = card_of(first.stdout)
    second = dailies(*PRACTICE, lines=f"as bob\nreact 📌 {card}\n/clip show {card}\n")
    assert second.returncode == 0
    assert "bob> react 📌" in second.stdout
    assert f"{card} · draft for mina · ready" in second.stdout
    clips = tmp_path / "home" / "practice" / "local" / "clips"
    sheet, *others = clips.glob("*.jpg")
    assert (sheet.name.startswith(f"{card}-sheet-"), others) == (True, [])
    assert sorted(clips.iterdir()) == [sheet, clips / f"{card}.mp4"]
    third = dailies(*PRACTICE, lines=f"/clip hide {card}\n")
    assert (third.returncode, list(clips.iterdir())) == (0, [])


def test_wrong_lines(dailies: Dailies) -> None:
    """Every wrong line is answered with a sentence; nothing is held, and the rest goes on."""
    lines = "nonsense\n/clip a fox --ratio 5:4\nreact ✅ Z9Z\n/clip\n/dailies budget\nquit\n/clip a fox\n"
    run = dailies(*PRACTICE, lines=lines)
    assert run.returncode == 0
    assert "“nonsense” means nothing here." in run.stdout
    assert "There is no Z9Z here." in run.stdout
    assert "$50.00 left" in run.stdout
    assert "held." not in run.stdout
    assert "a fox\n(only you)" not in run.stdout.partition("mina> quit")[2]


WRONG = [
    (("local",), {}, "MUAPI_API_KEY is not set, so nothing could be made."),
    (("local",), {"MUAPI_API_KEY": "two words"}, "MUAPI_API_KEY: what is set is not one word"),
    (("local", "--practice", "--as", "two words"), {}, "A person's name has letters"),
    (("local", "--practice", "--in", "../up"), {}, "A channel's name has letters"),
    (("local", "--practice"), {"DAILIES_GRACE": "999"}, "DAILIES_GRACE: '999' is not a whole number"),
]


def test_a_clip_that_is_too_large_for_the_channel(
    dailies: Dailies, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is posted smaller, and says so."""
    monkeypatch.setattr("tests.cli.conftest.shorten_loops", lambda _: None)  # a repeated clip is not too large
    run = dailies(*PRACTICE, "--folder", "clips", "--largest", "60", lines="/clip a fox in snow\n")
    card = card_of(run.stdout)
    said = " ".join(run.stdout.split())
    assert "and this server takes 60 kB: here is a smaller copy" in said
    assert f"The original is kept as {card}." in said
    assert 20 * 1024 < (tmp_path / "clips" / f"{card}.mp4").stat().st_size <= 60 * 1024


def test_no_size(capsys: pytest.CaptureFixture[str]) -> None:
    """A largest clip of nothing is refused, with what is allowed."""
    parser = argparse.ArgumentParser()
    add_parser(parser.add_subparsers())
    assert parser.parse_args(["local", "--largest", "60"]).largest == 60 * 1024
    for wrong in ("0", "-1", "1.5", "much"):
        with pytest.raises(SystemExit):
            parser.parse_args(["local", f"--largest={wrong}"])
        assert f"{wrong!r} is not a whole number of kilobytes above 0" in capsys.readouterr().err


@pytest.mark.parametrize(("arguments", "settings", "said"), WRONG)
def test_wrong_start(dailies: Dailies, arguments: tuple[str, ...], settings: dict[str, str], said: str) -> None:
    """What it cannot start with is said in one line, with another exit status."""
    run = dailies(*arguments, lines="/clip a fox\n", **settings)
    assert (run.returncode, run.stderr.startswith(said), run.stderr.count("\n")) == (2, True, 1)


def test_interrupted(environment: Mapping[str, str], tmp_path: Path) -> None:
    """Ctrl-C in the middle of a rendering stops it gracefully, and says what is not finished."""
    slow = {**environment, "DAILIES_PROVIDER_SCALE": "2"}
    with subprocess.Popen(
        [*COMMAND, *PRACTICE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=tmp_path, env=slow
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write("/clip a fox\n")
        process.stdin.flush()
        while "held ·" not in process.stdout.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        rest = process.stdout.read()
    assert process.returncode == 0
    assert rest.endswith("Not finished: 1; the practice provider forgets them.\n")


def test_nobody_reads(environment: Mapping[str, str], tmp_path: Path) -> None:
    """When the reader of its output goes, the work is done to its end without a complaint."""
    with subprocess.Popen(
        [*COMMAND, *PRACTICE],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=environment,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.close()
        process.stdin.write("/clip a fox\n")
        process.stdin.close()
        assert process.stderr is not None
        assert (process.stderr.read(), process.wait()) == ("", 0)
    assert len(list((tmp_path / "home" / "practice" / "local" / "clips").glob("*.mp4"))) == 1


def test_its_output_finds_no_space(environment: Mapping[str, str], tmp_path: Path) -> None:
    """When neither its output nor its log can be written, the work is done to its end all the same."""
    log = tmp_path / "home" / "practice" / "dailies.log"
    log.parent.mkdir(parents=True)
    log.symlink_to("/dev/full")
    with (
        Path("/dev/full").open("wb") as full,
        subprocess.Popen(
            [*COMMAND, *PRACTICE],
            stdin=subprocess.PIPE,
            stdout=full,
            stderr=subprocess.PIPE,
            cwd=tmp_path,
            env=environment,
        ) as process,
    ):
        said = process.communicate(b"/clip a fox\n", timeout=LONGEST_S)[1]
    assert (process.returncode, said) == (0, b"")
    assert len(list((tmp_path / "home" / "practice" / "local" / "clips").glob("*.mp4"))) == 1


class Typist:
    """A person at a real terminal."""

    def __init__(self, process: subprocess.Popen[bytes], keyboard: int, terminal: int) -> None:
        self.process = process
        self._keyboard = keyboard
        self._terminal = terminal
        self._seen = b""

    def type(self, keys: str, *, until: str) -> None:
        """Press keys, and look until the terminal shows something new."""
        os.write(self._keyboard, keys.encode())
        self._look(lambda: until.encode() in self._seen)
        self._seen = self._seen.partition(until.encode())[2]

    def end(self, keys: str = "") -> int:
        """Press keys that end it; the exit status."""
        os.write(self._keyboard, keys.encode())
        self._look(lambda: self.process.poll() is not None)
        return int(self.process.returncode)

    def flags(self) -> int:
        """How the terminal treats keys: one by one or in lines, shown or not."""
        return int(termios.tcgetattr(self._terminal)[3])

    def _look(self, enough: Callable[[], bool]) -> None:
        deadline = time.monotonic() + LONGEST_S
        while not enough():
            assert time.monotonic() < deadline, self._seen.decode(errors="replace")
            if select.select([self._keyboard], [], [], 0.1)[0]:
                self._seen += os.read(self._keyboard, 65_536)


@pytest.fixture
def typist(environment: Mapping[str, str], tmp_path: Path) -> Iterator[Typist]:
    keyboard, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 30, 100, 0, 0))
    with subprocess.Popen(
        [*COMMAND, *PRACTICE],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        cwd=tmp_path,
        env={**environment, "TERM": "xterm"},
        start_new_session=True,
    ) as process:
        yield Typist(process, keyboard, terminal)
        process.kill()
    os.close(keyboard)
    os.close(terminal)


def test_at_a_terminal(typist: Typist, tmp_path: Path) -> None:
    """At a terminal the line can be edited while cards change in place; at its end the terminal is as it was."""
    before = typist.flags()
    typist.type("", until="mina #launch> ")
    assert typist.flags() & (termios.ICANON | termios.ECHO) == 0
    typist.type("/clip a foxx\x7f in snow\r", until="mina> /clip a fox in snow")
    typist.type("/clip sta", until="ready")
    typist.type("tus\r", until="Nothing is under way here.")
    typist.type("as jo\r", until="jo #launch> ")
    assert typist.end("\x04") == 0
    assert typist.flags() == before
    assert len(list((tmp_path / "home" / "practice" / "local" / "clips").glob("*.mp4"))) == 1


def test_interrupted_terminal(typist: Typist) -> None:
    """Ctrl-C at a terminal leaves it as it was."""
    before = typist.flags()
    typist.type("", until="mina #launch> ")
    typist.process.send_signal(signal.SIGINT)
    assert (typist.end(), typist.flags()) == (0, before)
