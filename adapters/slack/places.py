"""Where something was said, as Slack says it at this moment."""

from __future__ import annotations

import logging
from typing import Any

from slack_sdk.errors import SlackApiError

from adapters.chat.remembered import Remembered
from adapters.slack.client import code_of, translated
from adapters.slack.ids import channel_id, workspace_id
from adapters.slack.teams import Teams
from bot.core.commands import Place
from bot.core.errors import ChatError, Refusal
from bot.core.ports import Clock
from bot.core.sentences import talk

log = logging.getLogger(__name__)
#: A channel that is renamed has its new name here after so long at the latest.
GOOD_S = 300.0
MOST = 5_000
#: What Slack says of private channels that the bot is not in.
UNSEEN = frozenset({"channel_not_found", "missing_scope"})
#: The name of a channel that may not be read.
UNSEEN_NAME = "this-channel"


class Places:
    """The channels of each workspace, each remembered for some minutes. A thread is its channel's."""

    def __init__(self, teams: Teams, clock: Clock) -> None:
        """``teams`` has the clients."""
        self._teams = teams
        self._known = Remembered(self._read, clock=clock, good_s=GOOD_S, most=MOST)

    async def place(self, team: str, channel: str) -> Place:
        """The channel, in the workspace in which the app is installed.

        Raises:
            Refusal: Slack does not say what it is.
        """
        if not channel or channel[0] in "DUW":
            return direct(team, channel)
        try:
            return await self._known.get((team, channel))
        except ChatError as error:
            log.warning("channel %s of %s could not be read: %s", channel, team, error)
            raise Refusal(talk.place_unknown()) from error

    def forget(self, team: str, channel: str) -> None:
        """Ask anew the next time: the bot may see now what it could not."""
        self._known.forget((team, channel))

    async def _read(self, key: tuple[str, str]) -> Place:
        team, channel = key
        said = await self._seen(team, channel)
        return Place(
            workspace=workspace_id(team),
            channel=channel_id(team, channel),
            name=str(said.get("name") or UNSEEN_NAME),
            direct=bool(said.get("is_im") or said.get("is_mpim")),
        )

    async def _seen(self, team: str, channel: str) -> dict[str, Any]:
        """What Slack says of a channel; nothing of one that it does not show to the bot."""
        with translated():
            try:
                said = await self._teams.client_of(team).conversations_info(channel=channel)
            except SlackApiError as error:
                if code_of(error) in UNSEEN:
                    return {}
                raise
        found: dict[str, Any] = said.get("channel") or {}
        return found


def direct(team: str, channel: str) -> Place:
    """A conversation with one person, or the app's own home: nothing is ordered there."""
    own = channel_id(team, channel or "home")
    return Place(workspace=workspace_id(team), channel=own, name="direct message", direct=True)
