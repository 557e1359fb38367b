"""T1b: who gets a slot, when, and at which price."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.core.commands import Confirm, DirectFinal, OrderOptions
from bot.core.errors import OutcomeUnknown
from bot.core.lifecycle import State
from bot.core.money import ZERO, Money
from bot.core.ports import Job, JobStatus, Transaction
from bot.core.rows import Asked, Budget, Channel, Key, Shot, Slot, Take, Workspace
from bot.jobs import admission
from bot.jobs.admission import admit
from bot.jobs.line import in_line
from tests.jobs.conftest import JO, LAUNCH, MINA, RAVI, TEAM, Office, make_office

RUNNING = JobStatus(job=Job.RUNNING, said="processing")


def endless(tmp_path: Path, **rules: Any) -> Office:
    """An office whose jobs never end."""
    office = make_office(tmp_path, **rules)
    office.provider.script.always("poll", RUNNING)
    return office


async def flying(office: Office) -> list[Take]:
    return await office.rows(Take, state=State.RENDERING, order=("submitted_at", "id"))


async def turn(office: Office) -> list[str]:
    """The prompts of those who wait, in turn."""
    takes, _ = await in_line(office.store, "muapi")
    shots = {shot.id: shot.prompt for shot in await office.rows(Shot)}
    return [shots[take.shot] for take in takes]


async def change(office: Office, table: Any, *key: Any, **changes: Any) -> None:
    async def work(tx: Transaction) -> None:
        row = await tx.lock(table, *key)
        assert row is not None
        if table is Take:
            await tx.step(row, replace(row, **changes))
        else:
            await tx.put(replace(row, **changes))

    await office.store.transact(work)


@pytest.mark.parametrize("slots", [1, 3, 5, 10])
async def test_no_more_run_than_there_are_slots(tmp_path: Path, slots: int) -> None:
    """However many wait; one that ends lets the next in."""
    office = make_office(tmp_path, slots=slots)
    await office.order("a mug", count=10)
    await office.order("a fox", count=4)
    most = 0
    for _ in range(120):
        await office.work(2)
        rows = await office.rows(Slot)
        most = max(most, len(rows))
        assert {row.take for row in rows} == {
            take.id for take in await office.rows(Take, state=(State.ADMITTED, State.SUBMITTING, State.RENDERING))
        }
    assert most == slots
    assert {take.state for take in await office.rows(Take)} == {State.DELIVERED}


async def test_finals_go_first(tmp_path: Path) -> None:
    """A draft that has waited longer lets them pass."""
    office = endless(tmp_path, slots=1)
    await office.order("first")
    await office.work(1)
    await office.order("draft")
    await office.handle(DirectFinal, MINA, prompt="final", options=OrderOptions())
    card = (await office.rows(Take, state=State.ASKED))[0]
    await office.handle(Confirm, MINA, subject=card.id, yes=True)
    assert await turn(office) == ["final", "draft"]


async def test_the_channel_with_fewest_in_flight_goes_next(tmp_path: Path) -> None:
    """A channel that orders much does not keep another waiting."""
    office = endless(tmp_path, slots=2)
    await office.order("first", MINA, LAUNCH)
    await office.work(1)
    await office.order("second", JO, LAUNCH)
    await office.order("other", RAVI, TEAM)
    await office.store.transact(lambda tx: _shrink(tx, 1))
    assert await turn(office) == ["other", "second"]


async def _shrink(tx: Transaction, slots: int) -> None:
    key = await tx.lock(Key, "muapi")
    assert key is not None
    await tx.put(replace(key, slots=slots))


async def test_the_person_with_fewest_in_flight_goes_next(tmp_path: Path) -> None:
    """Within a channel."""
    office = endless(tmp_path, slots=1)
    await office.order("first", MINA)
    await office.work(1)
    await office.order("mina's", MINA)
    await office.order("jo's", JO)
    assert await turn(office) == ["jo's", "mina's"]


async def test_single_takes_go_before_slates(tmp_path: Path) -> None:
    """And slates before batches; among equals the one that has waited longest."""
    office = endless(tmp_path, slots=1)
    await office.order("first", JO)
    await office.work(1)
    batch = (await office.order("batch", MINA))[0]
    await change(office, Take, batch.id, lane=2)
    await office.clock.advance(1)
    await office.order("slate", MINA, count=2)
    await office.clock.advance(1)
    await office.order("single", MINA)
    await office.clock.advance(1)
    await office.order("later single", MINA)
    assert await turn(office) == ["single", "later single", "slate", "slate", "batch"]


async def test_a_batch_leaves_one_slot(tmp_path: Path) -> None:
    """It takes at most all slots but one, and another's take gets the last one."""
    office = endless(tmp_path, slots=3)
    takes = await office.order("batch", MINA, count=5)
    for take in takes:
        await change(office, Take, take.id, lane=2)
    await office.work(2)
    assert len(await flying(office)) == 2
    await office.order("single", JO)
    await office.work(1)
    assert len(await flying(office)) == 3


async def test_an_unknown_of_a_batch_is_one_of_its_slots(tmp_path: Path) -> None:
    """It keeps its slot for a while, and the last slot is another's all the same."""
    office = endless(tmp_path, slots=3)
    takes = await office.order("batch", MINA, count=5)
    for take in takes:
        await change(office, Take, take.id, lane=2)
    office.provider.script.add("submit", OutcomeUnknown("no answer"))
    await office.work(2)
    assert (len(await flying(office)), len(await office.rows(Slot))) == (1, 2)
    await office.order("single", JO)
    await office.work(1)
    assert len(await office.rows(Slot)) == 3


async def test_a_batch_runs_on_a_single_slot(tmp_path: Path) -> None:
    """One slot leaves none to others, and is not left idle."""
    office = endless(tmp_path, slots=1)
    takes = await office.order("batch", MINA, count=2)
    for take in takes:
        await change(office, Take, take.id, lane=2)
    await office.work(2)
    assert len(await flying(office)) == 1


@pytest.mark.parametrize(("table", "key"), [(Channel, "local:launch"), (Workspace, "local")])
async def test_what_is_paused_waits_with_its_hold(tmp_path: Path, table: Any, key: str) -> None:
    """A paused channel or workspace: queued, held, not ordered; another channel's take goes on."""
    office = endless(tmp_path)
    await office.order("first", RAVI, TEAM)
    await office.work(1)
    waiting = (await office.order("waits"))[0]
    await change(office, table, key, paused_by="dana")
    await office.work(60)
    waiting = await office.take(waiting.id)
    assert (waiting.state, waiting.held) == (State.QUEUED, waiting.price)
    await change(office, table, key, paused_by=None)
    await office.order("rings", RAVI, TEAM)
    await office.work(1)
    assert (await office.take(waiting.id)).state is State.RENDERING


async def test_a_stopped_scope_waits(tmp_path: Path) -> None:
    """After an overrun nothing of the scope is admitted."""
    office = endless(tmp_path)
    take = (await office.order())[0]
    budget = await office.budget()
    await change(office, Budget, budget.scope, budget.period_start, stopped_by="overrun:X")
    await office.work(60)
    assert (await office.take(take.id)).state is State.QUEUED


def dearer(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on every price is twice what it was."""
    usual = admission._price_now  # noqa: SLF001

    async def doubled(kit: Any, tx: Transaction, take: Take) -> Money:
        price = await usual(kit, tx, take)
        return price + price

    monkeypatch.setattr(admission, "_price_now", doubled)


async def test_a_price_that_rose_tops_up_the_hold(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The take is admitted at today's price, booked in the ledger."""
    take = (await office.order())[0]
    dearer(monkeypatch)
    await office.work(1)
    after = await office.take(take.id)
    assert (after.state, after.price, after.held) == (State.RENDERING, Money.usd("0.64"), Money.usd("0.64"))
    assert (await office.budget()).held == Money.usd("0.64")
    await office.require_balanced()


async def test_a_price_that_rose_above_the_cap_waits_for_the_owner(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Asked, with what it holds; the next in the line is not held up."""
    take = (await office.order())[0]
    budget = await office.budget()
    await change(office, Budget, budget.scope, budget.period_start, cap=Money.usd("0.50"))
    dearer(monkeypatch)
    await office.work(1)
    after = await office.take(take.id)
    assert (after.state, after.asked, after.held) == (State.ASKED, Asked.CAP, take.price)
    await office.work(73 * 3600)
    assert (await office.take(take.id)).held == ZERO
    await office.require_balanced()


async def test_a_price_that_fell_keeps_its_hold(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """The charge is what the provider says in any case."""

    async def cheap(kit: Any, tx: Transaction, take: Take) -> Money:
        del kit, tx, take
        return Money.usd("0.01")

    take = (await office.order())[0]
    monkeypatch.setattr(admission, "_price_now", cheap)
    await office.work(1)
    assert (await office.take(take.id)).held == take.price


async def test_a_top_up_is_checked_where_it_is_booked(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A take that was held last month is topped up last month, on locks in their order."""
    waiting = (await office.order())[0]
    held = await office.budget()
    await change(office, Key, "muapi", slots=0)
    await office.work(1)
    await office.clock.advance(29 * 24 * 3600)
    await office.order("a fox in december")
    assert (await office.budget()).period_start != held.period_start
    await change(office, Budget, held.scope, held.period_start, cap=Money.usd("0.50"))
    await change(office, Key, "muapi", slots=5)
    dearer(monkeypatch)
    await office.worker.advance(waiting.id)
    assert (await office.take(waiting.id)).state is State.ASKED
    await office.require_balanced()


async def test_nobody_waits_for_a_key_that_is_not_there(office: Office) -> None:
    """Before the first order there is no key."""
    assert await admit(office.kit, "muapi") is None


async def test_a_slot_is_given_once(office: Office) -> None:
    """Two looks at the queue at the same time give what is free, not more."""
    await office.order("a mug", count=8)
    await asyncio.gather(*(admit(office.kit, "muapi") for _ in range(4)))
    assert len(await office.rows(Slot)) == 5
