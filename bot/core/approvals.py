"""Who may do what, and when a draft has the approvals that its final needs."""

from __future__ import annotations

from collections.abc import Iterable

from bot.core.commands import Actor
from bot.core.policy import ChannelPolicy, WorkspacePolicy
from bot.core.rows import Meaning, Take, Vote

#: In a channel's approvers: whoever is an owner. Set when the last named approver is removed.
OWNERS = "owners"
#: In makers, approvers and owners: what follows is a group's id, and behind ``LABEL`` the name that it was given by.
GROUP, LABEL = "&", "|"


class Roles:
    """The roles of people in one channel, as they are set now. A bot has none, even where it is named."""

    def __init__(self, channel: ChannelPolicy, workspace: WorkspacePolicy, owners: tuple[str, ...]) -> None:
        """``owners`` are the installation's; the workspace's own go before them.

        Ids are compared without regard to case: they come from platforms, and from people who type them.
        """
        self._channel = channel
        self._named = _folded(channel.approvers) - {OWNERS}
        self._makers = _folded(channel.makers)
        self._owners = _folded(workspace.owners or owners)

    def owner(self, actor: Actor) -> bool:
        """Whether the person pays: is named, or is an administrator where nobody is named."""
        if actor.bot:
            return False
        if self._owners:
            return _among(self._owners, actor.id, actor.groups)
        return actor.admin and not actor.guest

    def maker(self, actor: Actor) -> bool:
        """Whether the person may order drafts."""
        return not actor.bot and (self.owner(actor) or self._may_make(actor, actor.id))

    def approver(self, actor: Actor) -> bool:
        """Whether the person's approvals count."""
        if actor.bot:
            return False
        return self._may_approve(actor, actor.id) or (self._owners_approve and self.owner(actor))

    def owner_voted(self, votes: Iterable[Vote]) -> bool:
        """Whether an owner is among the voters; of administrators, what they were when they voted."""
        return any(_among(self._owners, vote.person, vote.groups) if self._owners else vote.counted for vote in votes)

    def counting(self, votes: Iterable[Vote], draft: Take) -> list[Vote]:
        """The standing approvals of a draft that count, the earliest first.

        One for each person; the maker's own only at quorum one. Roles are those of now, except that only the
        platform knows its administrators and who is in which group: of these it counts what they were when they
        voted, or when their votes were last read again.
        """
        found: dict[str, Vote] = {}
        for vote in sorted(votes, key=lambda vote: (vote.at, vote.person)):
            if vote.meaning is not Meaning.APPROVE or not vote.standing:
                continue
            if vote.person == draft.person and self._channel.quorum > 1:
                continue
            if self._may_approve(vote, vote.person) or (self._administrators_approve and vote.counted):
                found.setdefault(vote.person, vote)
        return list(found.values())

    @property
    def _owners_approve(self) -> bool:
        """Owners make clips, and whoever makes clips approves them; unless the approvers are named one by one."""
        return not self._channel.approvers or OWNERS in self._channel.approvers

    @property
    def _administrators_approve(self) -> bool:
        return self._owners_approve and not self._owners

    def _may_make(self, who: Actor | Vote, person: str) -> bool:
        return not who.guest and (not self._makers or _among(self._makers, person, who.groups))

    def _may_approve(self, who: Actor | Vote, person: str) -> bool:
        """As far as the settings name people and groups."""
        if self._owners_approve and _among(self._owners, person, who.groups):
            return True
        if self._channel.approvers:
            return not who.guest and _among(self._named, person, who.groups)
        return self._may_make(who, person)


def _folded(named: Iterable[str]) -> frozenset[str]:
    return frozenset(id_of(each).casefold() for each in named)


def _among(named: frozenset[str], person: str, groups: Iterable[str] | None) -> bool:
    """Whether a person is named, or one of the groups that they are in; a group's id is nobody's name."""
    return not named.isdisjoint((person.casefold(), *(f"{GROUP}{group}".casefold() for group in groups or ())))


def id_of(named: str) -> str:
    """What a setting names, without the name that a group was given by."""
    return named.partition(LABEL)[0]


def groups_among(named: Iterable[str]) -> tuple[str, ...]:
    """Those that are groups."""
    return tuple(each for each in named if each.startswith(GROUP))


def people_among(named: Iterable[str]) -> tuple[str, ...]:
    """Those that are people; only they can be written to."""
    return tuple(each for each in named if not each.startswith(GROUP) and each != OWNERS)


def names(votes: Iterable[Vote]) -> str:
    """The voters, as the card says them: ``jo and ravi``."""
    *most, last = [vote.name for vote in votes] or [""]
    return f"{', '.join(most)} and {last}" if most else last
