from __future__ import annotations

import pytest

from adapters.slack.ids import channel_id, split, workspace_id
from bot.core.errors import ChatClosed


def test_ids() -> None:
    """A channel's id holds its team's, and gives both back."""
    assert workspace_id("T1") == "slack:T1"
    assert split(channel_id("T1", "C2")) == ("T1", "C2")


@pytest.mark.parametrize("wrong", ["local:launch", "slack:T1", "slack:/C2", "slack:T1/", ""])
def test_no_channel(wrong: str) -> None:
    """What is no channel of Slack's is said to be none."""
    with pytest.raises(ChatClosed, match="no channel of Slack's"):
        split(wrong)
