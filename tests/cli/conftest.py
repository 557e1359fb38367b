"""What the tests of the console share: the script itself, run as a process in a place of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

COMMAND = (sys.executable, "-m", "bot")
#: More than any of these runs needs.
LONGEST_S = 90.0

Dailies = Callable[..., "subprocess.CompletedProcess[str]"]


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


@pytest.fixture
def dailies(environment: Mapping[str, str], tmp_path: Path) -> Dailies:
    """Runs the console script to its end, with lines to read."""

    def run(*arguments: str, lines: str = "", **settings: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*COMMAND, *arguments],
            input=lines,
            capture_output=True,
            text=True,
            encoding="utf-8",
            cwd=tmp_path,
            env={**environment, **settings},
            timeout=LONGEST_S,
            check=False,
        )

    return run
