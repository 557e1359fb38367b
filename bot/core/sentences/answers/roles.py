"""Answers to those who may not."""

from __future__ import annotations

from bot.core.money import Money
from bot.core.sentences.numbers import dollars
from bot.core.sentences.plain import NAME_CHARACTERS, plain


def makers_only(channel: str, *, guest: bool) -> str:
    """A person who may not order."""
    if guest:
        return f"Guests and people of other organisations cannot order clips in {_channel(channel)}."
    return (
        f"Clips in {_channel(channel)} are ordered by the makers that its settings name, and you are not one of them."
    )


def approvers_only(channel: str) -> str:
    """A person who may not order finals."""
    return f"Finals in {_channel(channel)} are ordered by its approvers, and you are not one of them."


def pick_shown(channel: str, *, guest: bool) -> str:
    """A vote that does not count."""
    who = "members" if guest else "the approvers that its settings name"
    return f"Finals in {_channel(channel)} are approved by {who}. Your pick is shown."


def groups_unknown() -> str:
    """What is said when groups were named and the platform does not say who is in one."""
    return (
        "Who is in a group is not known here at the moment: while that is so, only those who are named by themselves "
        "count. Groups need a plan that has them, and the permission usergroups:read."
    )


def owners_only(channel: str) -> str:
    """What only owners decide."""
    return f"In {_channel(channel)} only an owner decides that."


def ask_instead(amount: Money | None) -> str:
    """What a maker can do about a cap; ``amount`` is how much more they had in mind, if that is known."""
    if amount is None:
        return "/dailies budget ask 10 asks for more."
    return f"/dailies budget ask {dollars(amount).removeprefix('$')} asks for it."


def owners_decide() -> str:
    """What only owners decide, of a budget that spans channels."""
    return "Only an owner decides that."


def not_yours(take: str) -> str:
    """What only the maker, an approver or an owner may do."""
    return f"Only its maker, an approver or an owner can do that to {take}."


def makers_yes(subject: str, maker: str) -> str:
    """A yes that only the person who asked for it gives."""
    return f"Only {plain(maker, NAME_CHARACTERS)}, who asked for {subject}, can confirm it."


def not_in_private() -> str:
    """Orders need a channel."""
    return "Clips are ordered in a channel, because a cap belongs to one; nothing can be ordered in private."


def place_not_added() -> str:
    """A second workspace or server."""
    return "I am not set up for this place yet: the operator adds it first. Nothing can be ordered here until then."


def _channel(name: str) -> str:
    return f"#{plain(name, NAME_CHARACTERS)}"
