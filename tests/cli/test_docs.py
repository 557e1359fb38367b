"""The operator's page says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from bot.cli.codes import EXIT_CODES
from bot.jobs.audit.findings import REMEDIES

PAGE = (Path(__file__).parents[2] / "docs" / "operating.md").read_text()


def test_every_finding_is_explained() -> None:
    """Each code of the audit has its line, and no line is of a code that is not there."""
    table = PAGE.partition("| code | severity")[2].partition("## ")[0]
    first = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    named = [code for cell in first for code in re.findall(r"`(\w+)`", cell)]
    assert sorted(named) == sorted(REMEDIES)


def test_every_exit_status_is_explained() -> None:
    """The page and ``--help`` have the same statuses."""
    assert re.findall(r"(?m)^\| (\d+) \|", PAGE) == re.findall(r"(?m)^  (\d+)", EXIT_CODES)
