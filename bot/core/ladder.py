"""A cap's ladder: which steps it has, which of them are reached, and whether they rise."""

from __future__ import annotations

from itertools import pairwise

from bot.core.budgets import Purse
from bot.core.errors import Refusal
from bot.core.policy import Ladder

#: The last step of every ladder, in percent: nothing more is ordered.
FULL = 100


def steps(ladder: Ladder) -> tuple[int, ...]:
    """Every step in percent of the cap, the lowest first; ``FULL`` is always the last."""
    return tuple(sorted({FULL, *filter(None, (ladder.tell, ladder.warn, ladder.approve))}))


def reached(purse: Purse) -> tuple[int, ...]:
    """The steps that are reached, the lowest first; none without a cap, nor of a cap of nothing."""
    return tuple(step for step in steps(purse.scope.policy.ladder) if purse.budget.cap and purse.reached(step))


def drafts_only(purse: Purse) -> bool:
    """Whether finals are the owner's to approve now, because the step that warns is reached and that is set."""
    ladder = purse.scope.policy.ladder
    return ladder.drafts_only and purse.reached(ladder.warn)


def owner_approves(purse: Purse) -> bool:
    """Whether the owner approves each order now."""
    return purse.reached(purse.scope.policy.ladder.approve)


def require_rising(ladder: Ladder) -> None:
    """Each step that is set is above those before it, and drafts alone go on only from a step that there is.

    Raises:
        Refusal: names the two steps, or the one that is missing.
    """
    named = (("tell", ladder.tell), ("warn", ladder.warn), ("approve", ladder.approve))
    given = [(name, step) for name, step in named if step is not None]
    for (lower, least), (higher, most) in pairwise(given):
        if least >= most:
            sentence = (
                f"--{higher} has to be above --{lower}: they would be {most} % and {least} %. Set both, or one off."
            )
            raise Refusal(sentence)
    if ladder.drafts_only and ladder.warn is None:
        sentence = "--drafts-only begins at --warn, which is off: set --warn too, as in --warn 80 --drafts-only on."
        raise Refusal(sentence)
