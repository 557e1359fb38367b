"""Answers to votes."""

from __future__ import annotations

from bot.core.lifecycle import ENDED_WITHOUT_CLIP, State
from bot.core.money import Money
from bot.core.rows import Take
from bot.core.sentences.plain import NAME_CHARACTERS, plain
from bot.core.sentences.states import is_

#: Their jobs may still turn up, so nothing invites to order another.
_MAY_TURN_UP = (State.RELEASED, State.WRITTEN_OFF)


def approvals(draft: str, given: int, quorum: int, price: Money, *, own_only: bool) -> str:
    """A vote that was counted."""
    own = " Your own draft needs the others' approvals." if own_only else ""
    return f"{draft}: {given} of {quorum} approvals · final {price}.{own}"


def armed(final: Take, grace_s: int) -> str:
    """The vote that completed the quorum."""
    when = f"in {grace_s} s" if grace_s else "now"
    return f"{final.draft} is approved: {final.id} is ordered {when} · {final.price} held. Undo is on the card."


def final_already(final: Take) -> str:
    """A vote for a draft that has its final."""
    if final.state is State.DELIVERED:
        return f"{final.id} is in the channel already; nothing more is ordered. React 🔁 on it for another roll."
    return f"{final.id} {is_(final)}; nothing more is ordered."


def final_under_way(final: Take) -> str:
    """🔁 on a final while one is under way."""
    return f"{final.id} {is_(final)}, and it is the one. Nothing more is ordered."


def vote_taken_back(draft: str) -> str:
    """A vote that no longer stands."""
    return f"Your approval of {draft} is taken back."


def disarmed(final: Take) -> str:
    """Undone in time."""
    return f"{final.id} is not ordered · {final.price} is back."


def too_late_to_undo(final: Take) -> str:
    """The grace is over, or there never was a final."""
    return f"There is nothing to undo: {final.id} {is_(final)}."


def set_aside(draft: str, by: str) -> str:
    """A vote for a draft that was rejected."""
    return (
        f"{draft} was set aside by {plain(by, NAME_CHARACTERS)}; it can be finished once that rejection (❌) is taken "
        "back."
    )


def rejected(take: str) -> str:
    """❌."""
    return f"{take} is set aside. Take your ❌ back to undo that."


def no_longer_rejected(take: str) -> str:
    """❌ taken back."""
    return f"{take} is no longer set aside."


def is_final_already(take: str) -> str:
    """A vote for a final."""
    return f"{take} is a final; there is nothing to promote. React 🔁 for another roll."


def not_promotable(take: Take) -> str:
    """A vote for a draft without a clip."""
    if take.state not in ENDED_WITHOUT_CLIP:
        return f"{take.id} {is_(take)}; vote when you have seen it."
    again = "" if take.state in _MAY_TURN_UP else f" /clip again {take.id} makes a new one."
    return f"{take.id} has no clip: it {is_(take)}.{again}"


def was_hidden(take: str) -> str:
    """A vote for a draft that was taken down."""
    return f"{take} was taken down. /clip rescue {take} posts it again."


def votes_are_gone(take: str) -> str:
    """A yes to a final whose votes were taken back."""
    return f"{take} is not ordered: its approvals were taken back meanwhile."
