"""People who act at the same moment: each waits at one budget before the first goes on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import sqlalchemy as sa

from bot.core.notices import Notice
from bot.core.ports import Transaction
from bot.core.rows import Budget
from bot.core.transacting import Transactor
from storage import SqlStore
from tests.jobs.conftest import Office

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


async def meet(office: Office, budget: Budget, *acts: Callable[[], Coroutine[Any, Any, Notice]]) -> list[Notice]:
    """Let each act begin when the one before it waits for the budget, and all go on together, in their order."""
    held, go = asyncio.Event(), asyncio.Event()

    async def hold(tx: Transaction) -> None:
        await tx.lock(Budget, budget.scope, budget.period_start)
        held.set()
        await go.wait()

    holding = asyncio.create_task(office.store.transact(hold))
    await held.wait()
    before, tasks = _begun(office), []
    for number, act in enumerate(acts, start=1):
        tasks.append(asyncio.create_task(act()))
        while await _waiting(office, before) < number:  # noqa: ASYNC110  # a database says to nobody that one waits
            await asyncio.sleep(0)
    go.set()
    await holding
    return await asyncio.gather(*tasks)


async def _waiting(office: Office, before: int) -> int:
    """How many transactions wait: for a row on PostgreSQL, elsewhere for their turn."""
    if not isinstance(office.store, SqlStore) or office.store.engine.dialect.name == "sqlite":
        return _begun(office) - before
    async with office.store.engine.connect() as connection:
        return int((await connection.execute(sa.text(WAITING))).scalar_one())


def _begun(office: Office) -> int:
    assert isinstance(office.store, Transactor)
    return office.store.tally.transactions
