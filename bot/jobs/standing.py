"""``budget show``: how each cap stands, as far as the person may see it."""

from __future__ import annotations

from bot.core.budgets import Purse
from bot.core.commands import Actor
from bot.core.ports import Transaction
from bot.core.rows import Change
from bot.core.sentences.budgets import Standing
from bot.jobs.forecasting import forecast
from bot.jobs.spenders import spent

#: People that are named; the others are one line.
NAMED = 10
#: Changes that are shown, the newest first.
CHANGES = 3


async def standing(tx: Transaction, purse: Purse, actor: Actor) -> Standing:
    """A cap with its forecast; members also see who has spent what of a channel's, and who has changed it."""
    full = await forecast(tx, purse)
    if actor.guest:
        return Standing(purse=purse, full_at=full)
    changes = await tx.rows(Change, scope=purse.scope.id, order=("-at", "id"), limit=CHANGES)
    people = (await spent(tx, purse, most=NAMED)).people if _is_shared(purse) else ()
    return Standing(purse=purse, full_at=full, people=people, changes=tuple(changes))


def _is_shared(purse: Purse) -> bool:
    return purse.scope.id.startswith("channel:")
