"""One installation of the bot: a home, its settings, and a process of the console script now and then."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.drills.processes.provider import DAILIES, Provider

PATIENCE_S = 120.0
LOOK_S = 0.02
READ_BYTES = 65_536
OURS = ("DAILIES_", "MUAPI_", "SLACK_", "DISCORD_")
#: What each verb says when its signal handlers are in place: in the log of the one, on the screen of the other.
READY = {"run": "working off what is open", "local": "You are mina"}

#: After what a process is to prepare for itself: the console script in its place.
BEGIN = "\nimport os, sys\nos.execv(sys.argv[1], sys.argv[1:])\n"

Row = dict[str, Any]


@dataclass
class Running:
    """A process of the console script; what it says is read at once, so that it never waits for a reader."""

    process: subprocess.Popen[bytes]
    verb: str
    at: float = field(default_factory=time.monotonic)
    _said: bytearray = field(default_factory=bytearray)

    def __post_init__(self) -> None:
        """Begin to read."""
        threading.Thread(target=self._read, daemon=True).start()

    def type(self, line: str) -> None:
        """Type a line; a process that has ended does not read it."""
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(f"{line}\n".encode())
            self.process.stdin.flush()

    def hang_up(self) -> None:
        """The end of the input."""
        assert self.process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.close()

    def send(self, number: signal.Signals) -> None:
        """Send a signal."""
        self.process.send_signal(number)

    def may_write(self, *, may: bool) -> None:
        """Let its disk be full, or have space again: no file takes another byte of it."""
        limit = resource.RLIM_INFINITY if may else 0
        with contextlib.suppress(ProcessLookupError):
            resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

    def text(self) -> str:
        """Everything that it has said."""
        return bytes(self._said).decode(errors="replace")

    def is_ready(self) -> bool:
        """Whether it is past its start."""
        return READY[self.verb] in self.text()

    def wait_until(self, moment: Callable[[], bool], *, patience_s: float = PATIENCE_S) -> bool:
        """Until the moment, or its own end; whether the moment came."""
        end = time.monotonic() + patience_s
        while not moment():
            if self.process.poll() is not None:
                return moment()
            assert time.monotonic() < end, f"nothing came of {self.verb}:\n{self.text()[-4000:]}"
            time.sleep(LOOK_S)
        return True

    def ended(self, *, patience_s: float = PATIENCE_S) -> int:
        """Its exit status, waited for."""
        self.hang_up()
        try:
            return self.process.wait(patience_s)
        except subprocess.TimeoutExpired:
            self.kill()
            msg = f"{self.verb} does not end:\n{self.text()[-4000:]}"
            raise AssertionError(msg) from None

    def kill(self) -> None:
        """As the power cut does."""
        self.process.kill()
        self.hang_up()
        self.process.wait()

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as out:
            while said := os.read(out.fileno(), READ_BYTES):
                self._said += said


@dataclass
class Installation:
    """What stays when its process ends."""

    home: Path
    provider: Provider
    settings: Mapping[str, str] = field(default_factory=dict)

    def start(self, verb: str, *, preparing: str = "") -> Running:
        """The real console script; ``preparing`` is done in its process before it begins."""
        words = ("local", "--as", "mina") if verb == "local" else (verb,)
        process = subprocess.Popen(
            [*((sys.executable, "-c", preparing + BEGIN) if preparing else ()), *DAILIES, *words],
            cwd=self.home.parent,
            env=self.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        return Running(process=process, verb=verb)

    def environment(self) -> dict[str, str]:
        """None of our settings but this installation's."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        own = {
            "DAILIES_HOME": str(self.home),
            "DAILIES_PROVIDER_SCALE": str(self.provider.scale),
            "DAILIES_GRACE": "0",
            "MUAPI_BASE_URL": self.provider.base_url,
            "MUAPI_API_KEY": self.provider.key,
        }
        return kept | own | dict(self.settings)

    def rows(self, query: str, *values: object) -> list[Row]:
        """What the database says now, read beside the bot; nothing while there is none."""
        try:
            with closing(sqlite3.connect(f"file:{self.home / 'dailies.db'}?mode=ro", uri=True, timeout=10)) as database:
                database.row_factory = sqlite3.Row
                return [dict(row) for row in database.execute(query, values)]
        except sqlite3.OperationalError as error:
            if "no such table" in str(error) or "unable to open" in str(error):
                return []
            raise

    def takes(self, *states: str) -> list[Row]:
        """Takes, with their prompts; those in one of the states, or all."""
        takes = self.rows("SELECT takes.*, shots.prompt FROM takes JOIN shots ON shots.id = takes.shot")
        return [take for take in takes if not states or take["state"] in states]

    def clips(self) -> list[Path]:
        """The files that the channel can see, but for the pictures of its cards and finals."""
        files = (self.home / "local" / "clips").glob("*")
        return sorted(path for path in files if path.suffix != ".jpg" and not path.name.endswith(".jpg.part"))
