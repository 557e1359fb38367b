"""The workspaces in which the app is installed: with which client each is spoken to, and who the bot is there."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf

from adapters.chat.remembered import Remembered
from adapters.slack.client import ClientOf, translated
from bot.core.errors import ChatError
from bot.core.ports import Clock

#: Who the bot is changes only with its token. Asking anew now and then would hold up an acknowledgement each time.
GOOD_S = inf
#: One process serves few workspaces.
MOST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """What a token is for."""

    team: str
    #: The organisation (Enterprise Grid), or nothing.
    enterprise: str
    bot_user: str
    bot: str


class Teams:
    """Who the bot is in each workspace."""

    def __init__(self, client_of: ClientOf, clock: Clock) -> None:
        """``client_of`` gives each workspace's own client."""
        self.client_of = client_of
        self._known = Remembered(self._read, clock=clock, good_s=GOOD_S, most=MOST)

    async def installed(self, team: str) -> Installed:
        """What the token is for that ``client_of`` has for this workspace.

        Raises:
            ChatError: Slack does not say.
        """
        return await self._known.get(team)

    async def _read(self, team: str) -> Installed:
        with translated():
            said = await self.client_of(team).auth_test()
        found = Installed(
            team=said.get("team_id") or "",
            enterprise=said.get("enterprise_id") or "",
            bot_user=said.get("user_id") or "",
            bot=said.get("bot_id") or "",
        )
        if not (found.team and found.bot_user):
            msg = "Slack does not say what the bot token is for"
            raise ChatError(msg)
        return found
