"""Which user groups somebody is in, as Slack says it at this moment."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping

from adapters.chat.remembered import Remembered
from adapters.slack.client import translated
from adapters.slack.teams import Teams
from bot.core.errors import ChatBusy, ChatError
from bot.core.ports import Clock

log = logging.getLogger(__name__)
#: Whoever leaves a group is out of it here after so long at the latest.
GOOD_S = 300.0
#: A list that takes longer is there for the next who asks: an answer to a person has two seconds in all.
WAIT_S = 1.0
MOST = 100

#: The groups of each person who is in one.
Members = Mapping[str, tuple[str, ...]]


class Groups:
    """The user groups of each workspace with their members, all of them by one request, remembered for some minutes."""

    def __init__(self, teams: Teams, clock: Clock) -> None:
        """``teams`` has the clients."""
        self._teams = teams
        self._known = Remembered(self._read, clock=clock, good_s=GOOD_S, most=MOST)
        self._without = set[str]()

    async def of(self, team: str, person: str) -> tuple[str, ...] | None:
        """The ids of the groups that the person is in.

        ``None``: not known just now, or never: without a plan that has groups, or without the permission.
        """
        try:
            async with asyncio.timeout(WAIT_S):
                members = await self._known.get(team)
        except (ChatError, TimeoutError) as error:
            log.warning("who is in which group of %s could not be read: %s", team, error or "it takes too long")
            return None
        return None if members is None else members.get(person, ())

    async def _read(self, team: str) -> Members | None:
        try:
            with translated():
                said = await self._teams.client_of(team).usergroups_list(include_users=True)
        except ChatBusy:
            raise
        except ChatError as error:
            if team not in self._without:
                self._without.add(team)
                log.warning("nobody of %s counts as a member of a user group: %s", team, error)
            return None
        self._without.discard(team)
        found: dict[str, tuple[str, ...]] = {}
        for group in said.get("usergroups") or ():
            for person in group.get("users") or ():
                found[person] = (*found.get(person, ()), group["id"])
        return found
