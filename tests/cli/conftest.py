"""What the tests of the console share: the script itself, in a place of its own."""

from __future__ import annotations

import io
import logging
import os
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog

from bot.__main__ import main
from tests.conftest import shorten_loops

COMMAND = (sys.executable, "-m", "bot")
#: More than any of these runs needs.
LONGEST_S = 90.0

Dailies = Callable[..., "Run"]


def clean(home: Path) -> dict[str, str]:
    """An environment with that home, a fast provider, and none of our settings or keys."""
    ours = ("DAILIES_", "MUAPI_", "SLACK_", "DISCORD_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    python = str(Path(__file__).parents[2])
    return kept | {"DAILIES_HOME": str(home), "DAILIES_PROVIDER_SCALE": "0.02", "PYTHONPATH": python}


@pytest.fixture
def environment(tmp_path: Path) -> Mapping[str, str]:
    """The environment of a test of its own."""
    return clean(tmp_path / "home")


@dataclass(frozen=True, slots=True)
class Run:
    """What a run of the console script came to."""

    returncode: int
    stdout: str
    stderr: str


def dailies_here(*arguments: str, lines: str, folder: Path, environment: Mapping[str, str]) -> Run:
    """Run the console script in this process to its end, with lines in a pipe, as if it were alone."""
    said = [io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2)]
    with pytest.MonkeyPatch.context() as patch, _piped(lines), redirect_stdout(said[0]), redirect_stderr(said[1]):
        for name in os.environ:
            patch.delenv(name)
        for name, value in environment.items():
            patch.setenv(name, value)
        patch.chdir(folder)
        shorten_loops(patch)
        try:
            status = main(arguments)
        except SystemExit as exit_:  # argparse
            status = int(exit_.code or 0)
        finally:
            _forget_logging()
    return Run(status, *(each.buffer.getvalue().decode() for each in said))


@contextmanager
def _piped(lines: str) -> Iterator[None]:
    """The lines are the standard input."""
    read, write = os.pipe()
    before = os.dup(0)
    os.dup2(read, 0)
    os.write(write, lines.encode())
    for end in (read, write):
        os.close(end)
    try:
        yield
    finally:
        os.dup2(before, 0)
        os.close(before)


def _forget_logging() -> None:
    """Other tests find the log as it was at the start."""
    structlog.reset_defaults()
    for handler in [each for each in logging.getLogger().handlers if type(each).__module__ == "bot.logs"]:
        logging.getLogger().removeHandler(handler)


@pytest.fixture
def dailies(environment: Mapping[str, str], tmp_path: Path) -> Dailies:
    """Runs the console script to its end, with lines to read."""

    def run(*arguments: str, lines: str = "", **settings: str) -> Run:
        return dailies_here(*arguments, lines=lines, folder=tmp_path, environment={**environment, **settings})

    return run
