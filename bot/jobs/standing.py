"""``budget show``: how each cap stands, as far as the person may see it."""

from __future__ import annotations

from dataclasses import replace

from bot.core.budgets import Purse
from bot.core.commands import Actor
from bot.core.ports import Store, Transaction
from bot.core.rows import Change
from bot.core.sentences.budgets import Standing
from bot.jobs.forecasting import forecast
from bot.jobs.spenders import spent_by_now

#: People that are named; the others are one line.
NAMED = 10
#: Changes that are shown, the newest first.
CHANGES = 3


async def standing(store: Store, purse: Purse, actor: Actor) -> Standing:
    """A cap with its forecast; members also see who has spent what of a channel's, and who has changed it."""
    now, seen = await store.transact(lambda tx: _forecast_and_changes(tx, purse, actor))
    if actor.guest or not purse.scope.id.startswith("channel:"):
        return seen
    return replace(seen, people=(await spent_by_now(store, purse, now, most=NAMED)).people)


async def _forecast_and_changes(tx: Transaction, purse: Purse, actor: Actor) -> tuple[int, Standing]:
    full_at = await forecast(tx, purse)
    if actor.guest:
        return tx.now, Standing(purse=purse, full_at=full_at)
    changes = await tx.rows(Change, scope=purse.scope.id, order=("-at", "id"), limit=CHANGES)
    return tx.now, Standing(purse=purse, full_at=full_at, changes=tuple(changes))
