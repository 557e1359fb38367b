"""Polls without news: no row is read and none is written."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.commands import Cancel
from bot.core.lifecycle import State
from bot.core.ports import Job, JobStatus, Transaction, Work
from bot.core.rows import Take
from bot.jobs.engine import Wake
from tests.jobs.conftest import MINA, Office

RUNNING = JobStatus(job=Job.RUNNING, said="processing")


async def rendering(office: Office) -> Take:
    """A take whose job runs, at the time of its next poll."""
    office.provider.script.always("poll", RUNNING)
    take = (await office.order())[0]
    await office.work(60)
    return await office.take(take.id)


async def poll(office: Office, take: Take) -> Wake:
    """Let the take's alarm ring at its time."""
    result = await office.worker.advance(take.id)
    assert isinstance(result, Wake)
    await office.clock.advance(max(0, result.at - office.clock.now()) / 1000)
    return result


def count_transactions(office: Office, monkeypatch: pytest.MonkeyPatch) -> list[Work[object]]:
    """Every work that the store is given from now on."""
    works: list[Work[object]] = []
    transact = office.store.transact

    async def counted(work: Work[object]) -> object:
        works.append(work)
        return await transact(work)

    monkeypatch.setattr(office.store, "transact", counted)
    return works


async def test_an_unchanged_poll_neither_reads_nor_writes(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the first, polls of a job that goes on need no transaction."""
    take = await rendering(office)
    await poll(office, take)
    works, before = count_transactions(office, monkeypatch), len(office.provider.script.called("poll"))
    for _ in range(3):
        await poll(office, take)
    assert works == []
    assert len(office.provider.script.called("poll")) == before + 3


async def test_the_first_poll_after_a_start_reads_nothing(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its row was read when the takes were taken up."""
    take = await rendering(office)
    await office.sweep.take_up()
    await office.clock.advance(60)
    works = count_transactions(office, monkeypatch)
    await poll(office, take)
    assert works == []


async def test_what_a_poll_finds_is_judged_by_the_row_as_it_is(office: Office) -> None:
    """A take that was cancelled since its row was read is paid and kept, not posted."""
    take = await rendering(office)
    await poll(office, take)
    await office.handle(Cancel, MINA, subject=take.id)
    office.provider.script.always("poll", None)
    await office.work(600)
    assert (await office.take(take.id)).state is State.SHELVED
    assert office.chat.files == {}


async def test_a_row_that_has_left_is_left_alone(office: Office) -> None:
    """A job that another has brought to its end since is polled once more at most, and booked once."""
    take = await rendering(office)
    await poll(office, take)

    async def end(tx: Transaction) -> None:
        row = await tx.lock(Take, take.id)
        assert row is not None
        await tx.step(row, replace(row, state=State.UNKNOWN))

    await office.store.transact(end)
    office.provider.script.always("poll", None)
    await office.worker.advance(take.id)
    assert (await office.take(take.id)).state is State.UNKNOWN
    assert (await office.budget()).held == take.price


async def test_who_rings_before_the_time_has_the_row_read(office: Office) -> None:
    """And the job is not asked after before its time."""
    take = await rendering(office)
    result = await office.worker.advance(take.id)
    assert isinstance(result, Wake)
    polls = len(office.provider.script.called("poll"))
    await office.store.transact(lambda tx: _due(tx, take, result.at + 5_000))
    assert await office.worker.advance(take.id) == Wake(result.at + 5_000)
    assert len(office.provider.script.called("poll")) == polls


async def _due(tx: Transaction, take: Take, at: int) -> None:
    row = await tx.lock(Take, take.id)
    assert row is not None
    await tx.step(row, replace(row, due_at=at))
