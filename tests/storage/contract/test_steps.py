from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from bot.core.errors import Stale
from bot.core.fakes import FakeClock
from bot.core.lifecycle import STEPS, IllegalStep, State
from bot.core.money import Money
from bot.core.ports.store import Transaction
from bot.core.rows import Take
from bot.core.transacting import Transactor

MakeTake = Callable[..., Take]


async def test_a_step_writes_everything_and_counts_up(store: Transactor, clock: FakeClock, make_take: MakeTake) -> None:
    """A step replaces every field, sets the time of the new state and counts the version up."""
    old = make_take()
    await store.transact(lambda tx: tx.add(old))
    clock.jump(60)
    wanted = replace(old, state=State.ADMITTED, due_at=5, price=Money(7), label="oak", kept=True)
    written = await store.transact(lambda tx: tx.step(old, wanted))
    assert written == replace(wanted, ver=2, state_at=clock.now())
    assert await store.transact(lambda tx: tx.get(Take, "A7K")) == written


async def test_a_step_inside_a_state_keeps_its_time(store: Transactor, make_take: MakeTake) -> None:
    """A change without a new state keeps the time of the state and still counts the version up."""
    old = make_take()
    await store.transact(lambda tx: tx.add(old))
    written = await store.transact(lambda tx: tx.step(old, replace(old, hidden=True, state_at=99)))
    assert written == replace(old, hidden=True, ver=2)
    assert await store.transact(lambda tx: tx.get(Take, "A7K")) == written


@pytest.mark.parametrize(
    "changes", [{"ver": 2}, {"ver": 0}, {"state": State.ARMED}, {"id": "gone"}], ids=["newer", "older", "state", "id"]
)
async def test_a_step_from_another_version_or_state_is_stale(
    store: Transactor, make_take: MakeTake, changes: dict[str, object]
) -> None:
    """A take that is not what was read stays as it is, and the step says so."""
    take = make_take()
    await store.transact(lambda tx: tx.add(take))
    read = replace(take, **changes)  # type: ignore[arg-type]
    with pytest.raises(Stale, match=f"take {read.id} is no longer {read.state.value} in version {read.ver}"):
        await store.transact(lambda tx: tx.step(read, replace(read, state=State.CANCELLED)))
    assert await store.transact(lambda tx: tx.rows(Take)) == [take]


async def test_of_two_steps_from_the_same_reading_one_happens(store: Transactor, make_take: MakeTake) -> None:
    """The second step from an old reading is stale, though its step would be legal."""
    take = make_take()
    await store.transact(lambda tx: tx.add(take))
    await store.transact(lambda tx: tx.step(take, replace(take, state=State.ADMITTED)))
    with pytest.raises(Stale):
        await store.transact(lambda tx: tx.step(take, replace(take, state=State.CANCELLED)))


async def test_a_stale_step_leaves_the_transaction_usable(store: Transactor, make_take: MakeTake) -> None:
    """After a stale step the work may read again and go on from there."""
    take = make_take()

    async def work(tx: Transaction) -> Take:
        await tx.add(take)
        with pytest.raises(Stale):
            _ = await tx.step(replace(take, ver=9), replace(take, hidden=True))
        return await tx.step(take, replace(take, hidden=True))

    assert (await store.transact(work)).ver == 2
    assert (await store.transact(lambda tx: tx.rows(Take)))[0].hidden is True


@pytest.mark.parametrize("old", State)
async def test_only_the_lifecycles_steps_are_written(store: Transactor, make_take: MakeTake, old: State) -> None:
    """From each state, exactly the lifecycle's steps are taken; any other is a defect and nothing is written."""
    take = make_take(state=old)

    class Undo(Exception):
        pass

    async def work(tx: Transaction) -> None:
        await tx.add(take)
        for new in State:
            if new is old or new in STEPS[old]:
                continue
            with pytest.raises(IllegalStep):
                _ = await tx.step(take, replace(take, state=new))
        for new in STEPS[old]:
            moved = await tx.step(take, replace(take, state=new))
            assert moved.state is new
            await tx.delete(Take, take.id)
            await tx.add(take)
        raise Undo

    with pytest.raises(Undo):
        await store.transact(work)


async def test_a_step_does_not_change_who_it_is(store: Transactor, make_take: MakeTake) -> None:
    """A step of one take cannot write another."""
    with pytest.raises(ValueError, match="a step of A cannot write B"):
        await store.transact(lambda tx: tx.step(make_take("A"), make_take("B")))
