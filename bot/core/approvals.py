"""Who may do what, and when a draft has the approvals that its final needs."""

from __future__ import annotations

from collections.abc import Iterable

from bot.core.commands import Actor
from bot.core.policy import ChannelPolicy, WorkspacePolicy
from bot.core.rows import Meaning, Take, Vote

#: In a channel's approvers: whoever is an owner. Set when the last named approver is removed.
OWNERS = "owners"


class Roles:
    """The roles of people in one channel, as they are set now."""

    def __init__(self, channel: ChannelPolicy, workspace: WorkspacePolicy, owners: tuple[str, ...]) -> None:
        """``owners`` are the installation's; the workspace's own go before them."""
        self._channel = channel
        self._owners = workspace.owners or owners

    def owner(self, actor: Actor) -> bool:
        """Whether the person pays: is named, or is an administrator where nobody is named."""
        if actor.bot:
            return False
        return actor.id in self._owners if self._owners else actor.admin and not actor.guest

    def maker(self, actor: Actor) -> bool:
        """Whether the person may order drafts."""
        return self.owner(actor) or self._may_make(actor.id, guest=actor.guest or actor.bot)

    def approver(self, actor: Actor) -> bool:
        """Whether the person's approvals count."""
        return self._may_approve(actor.id, guest=actor.guest or actor.bot) or (self._by_owners() and self.owner(actor))

    def counting(self, votes: Iterable[Vote], draft: Take) -> list[Vote]:
        """The standing approvals of a draft that count: one for each person, the maker's own only at quorum one."""
        found: dict[str, Vote] = {}
        for vote in sorted(votes, key=lambda vote: (vote.at, vote.person)):
            if vote.meaning is not Meaning.APPROVE or not vote.standing:
                continue
            if vote.person == draft.person and self._channel.quorum > 1:
                continue
            if self._may_approve(vote.person, guest=vote.guest) or (self._by_owners() and vote.counted):
                found.setdefault(vote.person, vote)
        return list(found.values())

    def _by_owners(self) -> bool:
        return OWNERS in self._channel.approvers

    def _may_make(self, person: str, *, guest: bool) -> bool:
        return not guest and (not self._channel.makers or person in self._channel.makers)

    def _may_approve(self, person: str, *, guest: bool) -> bool:
        if self._by_owners():
            return person in self._owners
        if self._channel.approvers:
            return not guest and person in self._channel.approvers
        return self._may_make(person, guest=guest) or (not guest and person in self._owners)


def unused(votes: Iterable[Vote]) -> list[Vote]:
    """The votes that have armed no final yet."""
    return [vote for vote in votes if vote.used_by is None]


def names(votes: Iterable[Vote]) -> str:
    """The voters, as the card says them: ``jo and ravi``."""
    people = [vote.name for vote in votes]
    return people[0] if len(people) == 1 else f"{', '.join(people[:-1])} and {people[-1]}" if people else ""
