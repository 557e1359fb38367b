"""After a restore: nothing that may have been ordered since is ordered again, whatever the rows say."""

from __future__ import annotations

from dataclasses import replace

from bot.core.errors import KeyRefused, ServerFault, Transient
from bot.core.fakes.script import After
from bot.core.lifecycle import State
from bot.core.money import ZERO
from bot.core.ports import Accepted, History, HistoryRow, Transaction
from bot.core.rows import AttemptKind, Channel, Key, Outcome, Slot, Take
from bot.jobs.answers import Answer
from bot.jobs.audit import audit
from bot.jobs.restored import MARGIN_MS, Restored, go_on, make_safe, read_since
from tests.jobs.acts import types, votes
from tests.jobs.conftest import JO, RAVI, Office
from tests.jobs.worker.conftest import Crash, attempts, bills, crashes, ordered, outcomes, posts, restart, row_for


async def restored(office: Office) -> tuple[Office, Restored]:
    """The office as a start finds it after these rows were restored; what was done to them."""
    done = await make_safe(office.store, key="muapi", backup_at=office.clock.now())
    return await restart(office), done


async def test_what_waited_is_cancelled(any_office: Office) -> None:
    """What was queued or had its slot is cancelled with its money back, and never ordered; what renders goes on."""
    await any_office.order("a mug on {oak|ice|moss|sand|steel|tin|wax}")
    await any_office.work(0)
    waiting = sorted(take.id for take in await any_office.rows(Take) if take.state is State.QUEUED)
    office, done = await restored(any_office)
    assert done == Restored(cancelled=tuple(waiting), unknown=())
    assert len(waiting) == 2
    await office.work(3600)
    assert bills(office) == 5
    for take_id in waiting:
        take = await office.take(take_id)
        assert (take.state, take.held, take.charged) == (State.CANCELLED, ZERO, ZERO)
        assert "restored from a backup" in take.problem
    assert not await office.rows(Slot)
    await office.require_balanced()


async def test_what_had_its_slot_is_cancelled(any_office: Office) -> None:
    """An admitted take gives its slot and its money back."""
    any_office.provider.script.add("balance", Crash())
    await any_office.order()
    await crashes(any_office)
    office, _ = await restored(any_office)
    await office.work(3600)
    assert (posts(office), await office.rows(Slot)) == (0, [])
    assert [take.state for take in await office.rows(Take)] == [State.CANCELLED]


async def test_what_was_being_ordered_is_unknown(any_office: Office) -> None:
    """An order that was on its way keeps its money; its job is found in the history, and it is posted once."""
    any_office.provider.script.add("submit", After(Crash()))
    (take,) = await any_office.order()
    await crashes(any_office)
    office, done = await restored(any_office)
    assert done == Restored(cancelled=(), unknown=(take.id,))
    row = await office.take(take.id)
    assert (row.state, row.held) == (State.UNKNOWN, take.price)
    (attempt,) = await attempts(office, take)
    office.provider.script.always("find_recent", History(rows=(row_for(attempt, "job-1"),), complete=True))
    await office.work(3600)
    assert (await office.take(take.id)).state is State.DELIVERED
    assert bills(office) == 1
    await office.require_balanced()


async def test_what_waited_to_be_repeated_is_unknown(any_office: Office) -> None:
    """After a 5xx the repeat may have been sent since: it is not sent again, and the owner is asked."""
    any_office.provider.script.add("submit", ServerFault("502"))
    take = await ordered(any_office, State.SUBMITTING)
    assert await outcomes(any_office, take) == [Outcome.CLOSED]
    office, _ = await restored(any_office)
    await office.work(3600)
    assert (await office.take(take.id)).state is State.UNKNOWN
    assert posts(office) == 1
    assert any(take.id in line for line in office.lines("dana"))


async def test_an_answer_that_waits_is_taken_in(any_office: Office) -> None:
    """What the provider said to an order that the backup knows of is on the disk, and is read at the start."""
    any_office.provider.script.add("submit", Crash())
    (take,) = await any_office.order()
    await crashes(any_office)
    (attempt,) = await attempts(any_office, take)
    await any_office.kit.answers.write(Answer(attempt=attempt.id, take=take.id, verdict=Accepted(job="job-9")))
    office, _ = await restored(any_office)
    assert (await office.take(take.id)).state is State.RENDERING


async def test_an_answer_that_the_backup_does_not_know_is_kept(any_office: Office) -> None:
    """The only proof of a job that was made since stays on the disk, and the audit names it."""
    await any_office.kit.answers.write(Answer(attempt="later", take="A7K", verdict=Accepted(job="job-9")))
    office, _ = await restored(any_office)
    assert await office.kit.answers.waiting() == ["later"]
    found = await audit(office.store, archive=office.archive, answers=office.kit.answers)
    assert [(finding.code, finding.subject) for finding in found.findings] == [("answer_waits", "A7K")]


async def test_votes_that_may_have_ordered_a_final(any_office: Office) -> None:
    """An approval that stands is used up: only one given anew counts, and then as before."""
    (take,) = await any_office.order()
    await any_office.work()
    await need_two(any_office)
    await votes(any_office, take.id, JO)
    office, _ = await restored(any_office)
    await go_on(office.store, office.engine.wake)
    await votes(office, take.id, RAVI)
    await office.work()
    assert bills(office) == 1
    await votes(office, take.id, JO, given=False)
    await votes(office, take.id, JO)
    await office.work()
    assert bills(office) == 2
    await office.require_balanced()


async def need_two(office: Office) -> None:
    """Two approvals for a final."""

    async def work(tx: Transaction) -> None:
        for channel in await tx.rows(Channel):
            await tx.put(replace(channel, policy=replace(channel.policy, quorum=2)))

    await office.store.transact(work)


async def test_nothing_is_ordered_before_the_operator_says_so(any_office: Office) -> None:
    """New orders wait with their money held, through restarts, for ever; then they start by themselves."""
    office, _ = await restored(any_office)
    (take,) = await office.order()
    await office.work(3600 * 26)
    office = await restart(office)
    await office.work(3600)
    assert (await office.take(take.id)).state is State.QUEUED
    assert "restored from a backup" in (await types(office, "/clip status")).text
    assert await go_on(office.store, office.engine.wake) == 1
    await office.work(3600)
    assert (await office.take(take.id)).state is State.DELIVERED
    assert await go_on(office.store, office.engine.wake) == 0


async def test_a_key_that_is_refused_meanwhile_changes_nothing(any_office: Office) -> None:
    """No other pause takes the place of this one, and none of them ends it."""
    await any_office.order("a mug on {oak|ice|moss|sand|steel|tin}")
    await any_office.work(0)
    office, _ = await restored(any_office)
    office.provider.script.add("poll", KeyRefused("401"), Transient("502"))
    await office.work(3600)
    (key,) = await office.rows(Key)
    assert key.paused_for == "restored"


async def test_restored_twice(any_office: Office) -> None:
    """A second restore before the operator's word keeps the older time, and finds nothing left to do."""
    await ordered(any_office, State.RENDERING)
    await restored(any_office)
    (before,) = await any_office.rows(Key)
    await any_office.clock.advance(60)
    _, done = await restored(any_office)
    assert done == Restored(cancelled=(), unknown=())
    assert await any_office.rows(Key) == [before]


async def test_the_history_since(any_office: Office) -> None:
    """Jobs that no take has are named, with whether the list could be read back to the backup."""
    assert await read_since(any_office.store, any_office.provider, "muapi") is None
    take = await ordered(any_office, State.RENDERING)
    (attempt,) = await attempts(any_office, take, AttemptKind.SUBMIT)
    office, _ = await restored(any_office)
    stranger = HistoryRow(job="job-7", endpoint=None, payload=None, created_at=5)
    rows = (row_for(attempt, "job-1"), stranger)
    office.provider.script.add("find_recent", History(rows=rows, complete=True), Transient("502"))
    seen = await read_since(office.store, office.provider, "muapi")
    assert seen is not None
    assert (seen.complete, seen.strangers) == (True, (stranger,))
    (key,) = await office.rows(Key)
    assert office.provider.script.called("find_recent")[-1]["since"] == (key.paused_at or 0) - MARGIN_MS
    seen = await read_since(office.store, office.provider, "muapi")
    assert seen is not None
    assert not seen.complete
