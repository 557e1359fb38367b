"""A thousand orders at once against a cap that has room for a hundred."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest

from bot.core.clock import SystemClock
from bot.core.commands import Actor, Draft
from bot.core.fakes import FakeClock
from bot.core.lifecycle import State
from bot.core.money import ZERO, Money, total
from bot.core.rows import Asked, Line, Take
from storage import open_store
from tests.drills.schedule import MakeStore
from tests.jobs.acts import types
from tests.jobs.conftest import DANA, Office, make_office

ROOT = Path(__file__).parents[2]
PRICE = Money.usd("0.32")
PROCESSES = 4
PATIENCE_S = 300.0


@pytest.fixture
def orders(*, drill: bool) -> int:
    """How many there are at once; the cap has room for a tenth of them."""
    return 1000 if drill else 120


async def set_cap(office: Office, orders: int) -> None:
    cap = PRICE * (orders // 10)
    await types(office, f"/dailies budget set {cap.decimal}", DANA)


async def require_filled(office: Office, orders: int) -> None:
    """A tenth is held to the cent of the cap, all others wait for the owner with nothing held, and the books agree."""
    room = orders // 10
    takes = await office.rows(Take)
    held = [take for take in takes if take.state is State.QUEUED]
    asked = [take for take in takes if take.state is State.ASKED and take.asked is Asked.CAP]
    assert (len(takes), len(held), len(asked)) == (orders, room, orders - room)
    assert {take.held for take in held} == {PRICE}
    assert {take.held for take in asked} == {ZERO}
    channel, workspace = await office.budget(), await office.budget("workspace:local")
    assert channel.cap == channel.used == channel.held == workspace.used == workspace.held == PRICE * room
    lines = await office.rows(Line)
    assert len(lines) == room * 3
    people = [line for line in lines if line.scope.startswith("person:")]
    assert total(line.amount for line in people) == PRICE * room
    await office.require_balanced()


async def test_many_orders_at_once_fill_a_cap_exactly(make_store: MakeStore, tmp_path: Path, orders: int) -> None:
    """In one process, of many people, on each database: a tenth fits and is held, and not a cent more or less."""
    clock = FakeClock()
    office = make_office(tmp_path, store=await make_store(tmp_path, clock), clock=clock)
    await set_cap(office, orders)
    people = [Actor(id=f"person-{number}", name="somebody") for number in range(7)]
    await asyncio.gather(
        *(office.handle(Draft, people[number % 7], prompt="a fox in snow") for number in range(orders))
    )
    await require_filled(office, orders)
    await office.store.close()


async def ordering(database: str, number: int, orders: int) -> asyncio.subprocess.Process:
    """One of the processes."""
    return await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.drills.processes.ordering", database, str(number), str(orders)),
        cwd=ROOT,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )


async def word(process: asyncio.subprocess.Process) -> bytes:
    """The next line that the process says."""
    assert process.stdout is not None
    return await process.stdout.readline()


@pytest.mark.long
async def test_processes_that_order_at_once_fill_a_cap_exactly(
    postgres_tables: str, tmp_path: Path, orders: int
) -> None:
    """Four processes on one server, each with its own connections: together not a cent more or less than the cap."""
    store = await open_store(postgres_tables, SystemClock(), alone=False)
    office = make_office(tmp_path, store=store)
    await set_cap(office, orders)
    processes = [await ordering(postgres_tables, number, orders // PROCESSES) for number in range(PROCESSES)]
    try:
        assert [await word(process) for process in processes] == [b"ready\n"] * PROCESSES
        for process in processes:
            assert process.stdin is not None
            process.stdin.write(b"go\n")
        async with asyncio.timeout(PATIENCE_S):
            assert [await word(process) for process in processes] == [b"done\n"] * PROCESSES
            assert [await process.wait() for process in processes] == [0] * PROCESSES
    finally:
        for process in processes:
            if process.returncode is None:
                process.kill()
                await process.wait()
    await require_filled(office, orders)
    await store.close()
