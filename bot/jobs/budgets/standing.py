"""``budget show``: how each cap stands, as far as the person may see it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.core.budgets import Purse
from bot.core.commands import Actor
from bot.core.periods import Reach
from bot.core.ports import Store, Transaction
from bot.core.rows import Change
from bot.core.sentences.budgets import Standing
from bot.jobs.budgets.changes import OF_MONEY
from bot.jobs.budgets.pace import full_at_pace
from bot.jobs.budgets.spenders import spent_by_now
from bot.jobs.spending.reading import Extent, extent

#: People that are named; the others are one line.
NAMED = 10
#: Changes of money that are shown, the newest first.
CHANGES = 3


async def standing(store: Store, purse: Purse, actor: Actor) -> Standing:
    """A cap with its forecast; members also see who has spent what of a channel's, and who has changed it."""
    of, changes = await store.transact(lambda tx: _begin(tx, purse, actor))
    seen = Standing(purse=purse, full_at=await full_at_pace(store, purse, of), changes=changes)
    if actor.guest or not purse.scope.id.startswith("channel:"):
        return seen
    return replace(seen, people=(await spent_by_now(store, of, most=NAMED)).people)


async def _begin(tx: Transaction, purse: Purse, actor: Actor) -> tuple[Extent, tuple[Change, ...]]:
    of = await extent(tx, purse, Reach.PERIOD)
    if actor.guest:
        return of, ()
    return of, tuple(await tx.rows(Change, **_of_money(purse), order=("-at", "id"), limit=CHANGES))


def _of_money(purse: Purse) -> dict[str, Any]:
    """Of a channel all that is set is logged, of a workspace and its people only what is about money."""
    scope = purse.scope.id
    return {"scope": scope, "what": OF_MONEY} if scope.startswith("channel:") else {"scope": scope}
