"""Who somebody is in a workspace, as Slack says it at this moment."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import Any

from slack_sdk.errors import SlackApiError

from adapters.chat.remembered import Remembered
from adapters.slack.client import code_of, translated
from adapters.slack.groups import Groups
from adapters.slack.ids import PLATFORM
from adapters.slack.teams import Teams
from bot.core.commands import Actor
from bot.core.errors import ChatError, Refusal
from bot.core.ports import Clock
from bot.core.sentences import talk

log = logging.getLogger(__name__)
#: A person who becomes a guest, or an administrator, is one here after so long at the latest.
GOOD_S = 300.0
#: For votes that are read again: within the grace of a final, so that whoever has left after voting orders nothing.
VOTER_GOOD_S = 10.0
MOST = 5_000
#: What Slack says of people whom it does not show to this workspace: they are no members of it.
HIDDEN = frozenset({"user_not_found", "user_not_visible"})
#: Slack's own; it has no account that says so.
SLACKBOT = "USLACKBOT"


class People:
    """The people of each workspace, each remembered for some minutes."""

    def __init__(self, teams: Teams, clock: Clock) -> None:
        """``teams`` has the clients."""
        self._teams = teams
        self._known = Remembered(self._read, clock=clock, good_s=GOOD_S, most=MOST)
        self._groups = Groups(teams, clock)

    async def actor(self, team: str, person: str) -> Actor:
        """The person, for the workspace in which the app is installed.

        Raises:
            Refusal: Slack does not say who it is; whoever is not known does nothing.
        """
        try:
            return await self.known(team, person)
        except ChatError as error:
            log.warning("who %s is in %s could not be read: %s", person, team, error)
            raise Refusal(talk.person_unknown()) from error

    async def known(self, team: str, person: str) -> Actor:
        """The same, for whoever is not asking for anything just now.

        Raises:
            ChatError: Slack does not say who it is.
        """
        return await self._found(team, person, GOOD_S)

    async def voter(self, team: str, person: str) -> Actor:
        """The same, for a vote that is read again: whoever has left some seconds ago is seen to have.

        Raises:
            ChatError: Slack does not say who it is.
        """
        return await self._found(team, person, VOTER_GOOD_S)

    async def in_workspace(self, workspace: str, person: str) -> Actor:
        """The same by the workspace's id in the rows.

        Raises:
            ChatError: Slack does not say who it is.
        """
        return await self.known(workspace.removeprefix(f"{PLATFORM}:"), person)

    async def _found(self, team: str, person: str, good_s: float) -> Actor:
        known = self._known.get((team, person), good_s=good_s)
        found, groups = await asyncio.gather(known, self._groups.of(team, person))
        return replace(found, groups=groups)

    async def _read(self, key: tuple[str, str]) -> Actor:
        team, person = key
        with translated():
            try:
                said = await self._teams.client_of(team).users_info(user=person)
            except SlackApiError as error:
                if code_of(error) in HIDDEN:
                    return Actor(id=person, name=person, guest=True)
                raise
        user: dict[str, Any] = said.get("user") or {}
        if user.get("id") != person:
            msg = f"Slack does not say who {person} is"
            raise ChatError(msg)
        guest = _is_guest(user) or await self._is_stranger(user, team)
        admin = any(user.get(each) for each in ("is_admin", "is_owner", "is_primary_owner"))
        bot = bool(user.get("is_bot")) or person == SLACKBOT
        return Actor(id=person, name=_name(user), guest=guest, admin=admin and not guest, bot=bot)

    async def _is_stranger(self, user: dict[str, Any], team: str) -> bool:
        """Whether the person belongs to neither the workspace nor its organisation."""
        grid = user.get("enterprise_user") or {}
        if team in (user.get("team_id"), *grid.get("teams", ())):
            return False
        ours = (await self._teams.installed(team)).enterprise
        return not ours or grid.get("enterprise_id") != ours


def _is_guest(user: dict[str, Any]) -> bool:
    return any(user.get(each) for each in ("is_restricted", "is_ultra_restricted", "is_stranger", "deleted"))


def _name(user: dict[str, Any]) -> str:
    profile = user.get("profile") or {}
    names = (profile.get("display_name"), profile.get("real_name"), user.get("real_name"), user.get("name"))
    return next((str(name) for name in names if name), str(user["id"]))
