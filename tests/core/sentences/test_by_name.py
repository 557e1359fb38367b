"""Commands in sentences, for chats whose commands have options by name."""

from __future__ import annotations

import re

import pytest

from bot.core.parsing.typed import OPTIONS
from bot.core.sentences.by_name import by_name
from bot.core.sentences.guides import HELP

NAMED = re.compile(r"(?<![\w:])([a-z][a-z0-9-]*):(?=[\w<])")


@pytest.mark.parametrize(
    ("typed", "named"),
    [
        ("Try /clip a fox in snow: a 4 s draft, $0.32.", "Try /clip draft a fox in snow: a 4 s draft, $0.32."),
        ("A daily summary: /dailies settings hour 17:00", "A daily summary: /dailies settings set hour:17:00"),
        (
            "Write /dailies settings and what changes, as in /dailies settings ratio=9:16 quorum=2.",
            "Write /dailies settings set, as in /dailies settings set ratio:9:16 quorum:2.",
        ),
        ("/dailies budget ask 10 asks for more.", "/dailies budget ask 10 asks for more."),
        ("/dailies budget shows those", "/dailies budget show shows those"),
        ("write /clip image: a fox --image https://a.b", "write /clip image a fox image:https://a.b"),
        ("Write /clip remix A7K-2: and the new prompt.", "Write /clip remix A7K-2 and the new prompt."),
        ("/dailies resume --everywhere", "/dailies resume everywhere:True"),
        ("as in /dailies savings 2026-11.", "as in /dailies savings period:2026-11."),
        ("Now it is:\n“/clip a fox --count 4”", "Now it is:\n“/clip a fox --count 4”"),
    ],
)
def test_commands_in_sentences(typed: str, named: str) -> None:
    """Each is said as it is given there; what a person wrote stays as it is."""
    assert by_name(typed) == named


@pytest.mark.parametrize("root", HELP)
def test_help(root: str) -> None:
    """Every command and every option that the help names is there, and nothing is told by dashes."""
    said = [by_name(line) for line in HELP[root]]
    options = {option for path, names in OPTIONS.items() if path.startswith(root) for option in names}
    for line in said:
        assert "--" not in line
        for command in re.findall(r"/((?:clip|dailies) [a-z]+(?: [a-z]+)?)", line):
            assert command in OPTIONS or command.rsplit(" ", 1)[0] in OPTIONS, line
        assert set(NAMED.findall(line)) <= options, line
