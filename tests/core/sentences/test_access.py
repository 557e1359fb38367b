from __future__ import annotations

import pytest

from bot.core.sentences import access
from bot.core.sentences.plain import reason

LONG = "x" * 80


@pytest.mark.parametrize(
    ("said", "how"),
    [
        (access.invite("dailies"), "/invite @dailies"),
        (access.invite("dailies", access.where("launch")), "/invite @dailies"),
        (access.may_not_join("dailies", access.where("launch")), "/invite @dailies"),
        (access.unseen("dailies"), "/invite @dailies"),
        (access.archived(access.where("launch")), "may unarchive it"),
        (access.archived(), "may unarchive it"),
        (access.restricted(), "an admin allows"),
        (access.unreachable(), "an admin sees"),
        (access.files_refused(), "an admin allows"),
        (access.lacks_permission("files:write"), "files:write; the operator installs it again"),
        (access.lacks_permission(""), "the operator installs it again"),
        (access.token_refused("SLACK_BOT_TOKEN"), "sets SLACK_BOT_TOKEN"),
        (access.not_installed(), "an admin installs it"),
    ],
)
def test_says_how_to_allow_it(said: str, how: str) -> None:
    """Each reason says how to mend it, and stands whole inside a card's sentence."""
    assert how in said
    assert reason(said) == said
    assert access.not_ordered(said) == f"{said}. Nothing was ordered."


def test_names() -> None:
    """A channel's name is shortened and mentions nobody; one that is not known is this channel."""
    assert access.where("") == "this channel"
    assert access.where("launch <!channel>") == "#launch \u2039!channel\u203a"
    assert len(access.where(LONG)) <= 41
