"""How many orders a second are accepted: checked against every cap, held and on the disk."""

from __future__ import annotations

import statistics
import time
from pathlib import Path

from bot.core.clock import SystemClock
from bot.core.commands import Draft
from bot.core.fakes import MemoryStore
from bot.core.ports import Store
from bot.core.rows import Take
from storage import open_store
from tests.jobs.conftest import MINA, Office, make_office

ORDERS = 200
ROUNDS = 5


async def _orders_per_second(office: Office) -> float:
    """The median of several rounds of single drafts, one after the other."""
    rates = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        for _ in range(ORDERS):
            await office.handle(Draft, MINA, prompt="a fox in snow")
        rates.append(ORDERS / (time.perf_counter() - begun))
    return statistics.median(rates)


def _office(tmp_path: Path, store: Store) -> Office:
    """An office in which nobody's cap is ever full."""
    policy = make_office(tmp_path).kit.rules
    roomy = type(policy.workspace_cap)(amount=None)
    channel = type(policy.channel_policy)(cap=roomy)
    return make_office(tmp_path, store=store, workspace_cap=roomy, channel_policy=channel)


async def test_orders_accepted_per_second(tmp_path: Path) -> None:
    """On a SQLite file with every commit synced, beside the same work in memory."""
    store = await open_store(f"sqlite+aiosqlite:///{tmp_path}/bench.db", SystemClock())
    on_disk = _office(tmp_path, store)
    disk = await _orders_per_second(on_disk)
    assert len(await on_disk.rows(Take)) == ORDERS * ROUNDS
    await store.close()
    memory = await _orders_per_second(_office(tmp_path, MemoryStore(SystemClock())))
    print(f"\norders accepted per second: SQLite {disk:,.0f}, in memory {memory:,.0f}, ratio {disk / memory:.2f}")
