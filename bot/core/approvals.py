"""Who may do what, and when a draft has the approvals that its final needs."""

from __future__ import annotations

from collections.abc import Iterable

from bot.core.commands import Actor
from bot.core.policy import ChannelPolicy, WorkspacePolicy
from bot.core.rows import Meaning, Take, Vote

#: In a channel's approvers: whoever is an owner. Set when the last named approver is removed.
OWNERS = "owners"


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
        return actor.id.casefold() in self._owners if self._owners else actor.admin and not actor.guest

    def maker(self, actor: Actor) -> bool:
        """Whether the person may order drafts."""
        return not actor.bot and (self.owner(actor) or self._may_make(actor.id, guest=actor.guest))

    def approver(self, actor: Actor) -> bool:
        """Whether the person's approvals count."""
        if actor.bot:
            return False
        return self._may_approve(actor.id, guest=actor.guest) or (self._owners_approve and self.owner(actor))

    def owner_voted(self, votes: Iterable[Vote]) -> bool:
        """Whether an owner is among the voters; of administrators, what they were when they voted."""
        return any(vote.person.casefold() in self._owners if self._owners else vote.counted for vote in votes)

    def counting(self, votes: Iterable[Vote], draft: Take) -> list[Vote]:
        """The standing approvals of a draft that count, the earliest first.

        One for each person; the maker's own only at quorum one. Roles are those of now, except that only the
        platform knows its administrators: of them it counts what they were when they voted.
        """
        found: dict[str, Vote] = {}
        for vote in sorted(votes, key=lambda vote: (vote.at, vote.person)):
            if vote.meaning is not Meaning.APPROVE or not vote.standing:
                continue
            if vote.person == draft.person and self._channel.quorum > 1:
                continue
            if self._may_approve(vote.person, guest=vote.guest) or (self._administrators_approve and vote.counted):
                found.setdefault(vote.person, vote)
        return list(found.values())

    @property
    def _owners_approve(self) -> bool:
        """Owners make clips, and whoever makes clips approves them; unless the approvers are named one by one."""
        return not self._channel.approvers or OWNERS in self._channel.approvers

    @property
    def _administrators_approve(self) -> bool:
        return self._owners_approve and not self._owners

    def _may_make(self, person: str, *, guest: bool) -> bool:
        return not guest and (not self._makers or person.casefold() in self._makers)

    def _may_approve(self, person: str, *, guest: bool) -> bool:
        """As far as the settings name people."""
        if self._owners_approve and person.casefold() in self._owners:
            return True
        if self._channel.approvers:
            return not guest and person.casefold() in self._named
        return self._may_make(person, guest=guest)


def _folded(people: Iterable[str]) -> frozenset[str]:
    return frozenset(person.casefold() for person in people)


def names(votes: Iterable[Vote]) -> str:
    """The voters, as the card says them: ``jo and ravi``."""
    *most, last = [vote.name for vote in votes] or [""]
    return f"{', '.join(most)} and {last}" if most else last
