"""Slack's ids as the rows have them: ``slack:T1`` for a workspace, ``slack:T1/C2`` for a channel."""

from __future__ import annotations

from bot.core.errors import ChatClosed

PLATFORM = "slack"


def workspace_id(team: str) -> str:
    """The id of a workspace: ``slack:T1``."""
    return f"{PLATFORM}:{team}"


def channel_id(team: str, channel: str) -> str:
    """The id of a channel: ``slack:T1/C2``."""
    return f"{PLATFORM}:{team}/{channel}"


def split(channel: str) -> tuple[str, str]:
    """The team and the channel that a channel's id is made of.

    Raises:
        ChatClosed: it is no channel of Slack's.
    """
    platform, _, rest = channel.partition(":")
    team, slash, own = rest.partition("/")
    if platform != PLATFORM or not (team and slash and own):
        msg = f"{channel} is no channel of Slack's"
        raise ChatClosed(msg)
    return team, own
