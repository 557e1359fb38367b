"""The audit: silent on books that agree, and one finding for each thing that does not."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot.core.errors import ArchiveError
from bot.core.fakes import FakeClock
from bot.core.lifecycle import State
from bot.core.money import ZERO, Money
from bot.core.ports import Accepted, Store, Transaction
from bot.core.rows import (
    Attempt,
    AttemptKind,
    Budget,
    ClipPicture,
    Key,
    Line,
    LineKind,
    Outcome,
    PictureKind,
    Post,
    PostState,
    Slot,
    Take,
)
from bot.jobs.answers import Answer
from bot.jobs.audit import Audited, Severity, audit, money, reading
from bot.jobs.audit.findings import REMEDIES
from storage import open_store
from tests.jobs.acts import votes
from tests.jobs.conftest import ON_BOTH_STORES, Office, make_office

CHANNEL = "channel:local:launch"
HOUR_S = 3600.0
CENT = Money.usd("0.01")

Plant = Callable[[Office, Take], Awaitable[None]]


@pytest.fixture
async def office(kind_of_store: str, no_rows: Path, tmp_path: Path) -> AsyncIterator[Office]:
    """An office in which faults may be planted: nothing checks its books at the end."""
    clock, store = FakeClock(), None
    if kind_of_store == "sql":
        store = await open_store(f"sqlite+aiosqlite:///{shutil.copy(no_rows, tmp_path / 'dailies.db')}", clock)
    made = make_office(tmp_path, store=store, clock=clock)
    yield made
    await made.store.close()


async def audited(office: Office, **how: Any) -> Audited:
    return await audit(office.store, archive=office.archive, answers=office.kit.answers, **how)


async def codes(office: Office, **how: Any) -> list[str]:
    return [finding.code for finding in (await audited(office, **how)).findings]


async def delivered(office: Office) -> Take:
    """A draft and its final, both in the channel."""
    (take,) = await office.order()
    await office.work()
    await votes(office, take.id)
    await office.work()
    return await office.take(take.id)


async def rendering(office: Office) -> Take:
    """A draft that the provider is making."""
    (take,) = await office.order()
    await office.work(1)
    made = await office.take(take.id)
    assert made.state is State.RENDERING
    return made


async def change(office: Office, take: Take, **changes: Any) -> None:
    """Write something else into a take's row."""

    async def work(tx: Transaction) -> None:
        row = await tx.lock(Take, take.id)
        assert row is not None
        await tx.step(row, replace(row, **changes))

    await office.store.transact(work)


async def write(office: Office, *rows: Any) -> None:
    async def work(tx: Transaction) -> None:
        for row in rows:
            await (tx.add(row) if isinstance(row, Line) else tx.put(row))

    await office.store.transact(work)


@ON_BOTH_STORES
async def test_books_that_agree(office: Office) -> None:
    """After a story with a final, a refusal and an order over the cap nothing is found, files hashed or not."""
    take = await delivered(office)
    await office.order("a fox on {ice|moss|sand}")
    await office.work()
    found = await audited(office, hashed=True)
    assert found == Audited(takes=5, findings=())
    assert await office.take(f"{take.id}-F")
    assert await codes(office) == []


async def test_an_office_without_a_take(office: Office) -> None:
    """Nothing was made, nothing is found."""
    assert await audited(office) == Audited(takes=0, findings=())


async def test_pages(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every take is looked at once, also where more than a page was written in one millisecond."""
    monkeypatch.setattr(reading, "PAGE", 2)
    said: list[str] = []

    async def tell(text: str) -> None:
        said.append(text)

    monkeypatch.setattr("bot.jobs.audit.walk.SAID_EVERY", 5)
    await office.order("a mug on {oak|ice|moss|sand|steel}")
    await office.order()
    await office.work()
    found = await audited(office, tell=tell)
    assert found == Audited(takes=6, findings=())
    assert said == ["5 takes looked at"]


async def used(office: Office, _take: Take) -> None:
    budget = await office.budget()
    await write(office, replace(budget, used=budget.used + CENT))


async def held(office: Office, _take: Take) -> None:
    budget = await office.budget()
    await write(office, replace(budget, held=budget.held - CENT))


async def finals(office: Office, _take: Take) -> None:
    budget = await office.budget()
    await write(office, replace(budget, used_finals=ZERO))


async def no_budget(office: Office, take: Take) -> None:
    (line,) = await office.rows(Line, take=take.id, scope=CHANNEL, kind=LineKind.HOLD)
    await write(office, replace(line, id="x", scope="channel:else", amount=ZERO, held=ZERO, kind=LineKind.ADJUST))
    await write(office, *[replace(line, id="y", scope="channel:else", kind=LineKind.ADJUST, reason="y", held=ZERO)])


async def take_says(office: Office, take: Take) -> None:
    await change(office, take, charged=take.charged + CENT)


async def over_cap(office: Office, _take: Take) -> None:
    await write(office, replace(await office.budget(), cap=CENT, cap_version=2))


async def stopped(office: Office, take: Take) -> None:
    await write(office, replace(await office.budget(), cap=CENT, stopped_by=f"overrun:{take.id}"))


async def overrun(office: Office, take: Take) -> None:
    await change(office, take, overrun=True)
    await write(office, replace(await office.budget(), cap=CENT))


async def no_post(office: Office, take: Take) -> None:
    for post in await office.rows(Post, take=take.id):
        await office.store.transact(lambda tx, gone=post: tx.delete(Post, gone.nonce))  # type: ignore[misc]


async def endless_post(office: Office, take: Take) -> None:
    (post,) = await office.rows(Post, take=take.id)
    await write(office, replace(post, state=PostState.SENDING))


async def no_file(office: Office, take: Take) -> None:
    await change(office, take, clip=None)


async def file_gone(office: Office, take: Take) -> None:
    await office.archive.delete(take.clip or "")


async def file_cut(office: Office, take: Take) -> None:
    office.archive.files[take.clip or ""] = b"half"


async def picture(office: Office, take: Take, size: int = 4) -> None:
    """A picture of the clip, that is in the archive with 4 bytes."""
    row = ClipPicture(
        take=take.id, kind=PictureKind.STRIP, name="2026-11/a.strip.jpg", size=size, sha256="", created_at=1
    )
    await write(office, row)
    office.archive.files[row.name] = b"jpeg"


async def picture_gone(office: Office, take: Take) -> None:
    await picture(office, take)
    del office.archive.files["2026-11/a.strip.jpg"]


async def picture_cut(office: Office, take: Take) -> None:
    await picture(office, take, size=5)


async def picture_unreadable(office: Office, take: Take) -> None:
    await picture(office, take)
    office.archive.script.add("size_of", None, ArchiveError("its disk does not answer"))


async def archive_dead(office: Office, take: Take) -> None:
    del take
    office.archive.script.add("size_of", ArchiveError("its disk does not answer"))


async def idle_slot(office: Office, take: Take) -> None:
    await write(office, Slot(take=take.id, key=take.key))


async def late_slot(office: Office, take: Take) -> None:
    await write(office, Slot(take=take.id, key=take.key, free_at=1))


async def many_slots(office: Office, take: Take) -> None:
    (key,) = await office.rows(Key)
    await write(office, replace(key, slots=0), Slot(take=take.id, key=take.key, free_at=office.clock.now() + 1_000))


def attempt(take: Take, kind: AttemptKind) -> Attempt:
    return Attempt(id="x", take=take.id, kind=kind, owner="dead", started_at=1, expires_at=2)


async def endless_submit(office: Office, take: Take) -> None:
    for accepted in await office.rows(Attempt, take=take.id, kind=AttemptKind.SUBMIT):
        await write(office, replace(accepted, outcome=Outcome.CLOSED))
    await write(office, attempt(take, AttemptKind.SUBMIT))


async def endless_upload(office: Office, take: Take) -> None:
    await write(office, attempt(take, AttemptKind.POST))


async def orphaned_answer(office: Office, take: Take) -> None:
    await office.kit.answers.write(Answer(attempt="nobody", take=take.id, verdict=Accepted(job="j")))


async def booked_answer(office: Office, take: Take) -> None:
    (done,) = await office.rows(Attempt, take=take.id, kind=AttemptKind.SUBMIT)
    await office.kit.answers.write(Answer(attempt=done.id, take=take.id, verdict=Accepted(job=take.job)))


async def unknown_answer(office: Office, take: Take) -> None:
    """As after a restore: the rows hold the order for lost, and what the provider said to it is on the disk."""
    (done,) = await office.rows(Attempt, take=take.id, kind=AttemptKind.SUBMIT)
    await write(office, replace(done, outcome=Outcome.UNKNOWN))
    await office.kit.answers.write(Answer(attempt=done.id, take=take.id, verdict=Accepted(job=take.job)))


async def broken_answer(office: Office, take: Take) -> None:
    await orphaned_answer(office, take)
    for path in Path(office.kit.answers._folder).glob("*.json"):  # noqa: SLF001
        path.write_text("{")


SERIOUS, NOTICE = Severity.SERIOUS, Severity.NOTICE
FAULTS: list[tuple[Plant, str, Severity]] = [
    (used, "budget_sum", SERIOUS),
    (held, "budget_sum", SERIOUS),
    (finals, "budget_sum", SERIOUS),
    (take_says, "take_sum", SERIOUS),
    (over_cap, "over_cap", NOTICE),
    (stopped, "over_cap", NOTICE),
    (overrun, "over_cap", NOTICE),
    (no_post, "not_posted", SERIOUS),
    (endless_post, "post_expired", SERIOUS),
    (no_file, "no_clip", SERIOUS),
    (file_gone, "clip_missing", SERIOUS),
    (file_cut, "clip_size", SERIOUS),
    (archive_dead, "archive_unreadable", SERIOUS),
    (picture_gone, "picture_missing", NOTICE),
    (picture_cut, "picture_missing", NOTICE),
    (picture_unreadable, "archive_unreadable", SERIOUS),
    (idle_slot, "slot_idle", SERIOUS),
    (late_slot, "slot_idle", NOTICE),
    (many_slots, "slots_exceeded", NOTICE),
    (endless_submit, "submit_expired", SERIOUS),
    (endless_upload, "post_expired", NOTICE),
    (orphaned_answer, "answer_waits", SERIOUS),
    (unknown_answer, "answer_waits", SERIOUS),
    (booked_answer, "answer_waits", NOTICE),
    (broken_answer, "answer_unreadable", SERIOUS),
]


@pytest.mark.parametrize(("plant", "code", "severity"), FAULTS, ids=[fault[0].__name__ for fault in FAULTS])
async def test_a_planted_fault(office: Office, plant: Plant, code: str, severity: Severity) -> None:
    """Each fault in the rows or on the disk is found, as what it is, and nothing else with it."""
    await plant(office, await delivered(office))
    found = (await audited(office)).findings
    assert {(finding.code, finding.severity) for finding in found} == {(code, severity)}
    assert all(finding.says and finding.subject and finding.remedy == REMEDIES[code] for finding in found)


async def test_what_is_booked_meanwhile(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """A final that is ordered while the audit is under way is no finding, nor is a budget that never stands still."""
    take = await delivered(office)
    (other,) = await office.order()
    await office.work()
    meanwhile = iter([True])

    async def budgets_later(store: Store) -> AsyncIterator[Budget]:
        if next(meanwhile, False):
            await votes(office, other.id)
        async for budget in reading.budgets_of(store):
            yield budget

    monkeypatch.setattr(money, "budgets_of", budgets_later)
    assert await codes(office) == []
    assert (await office.take(f"{other.id}-F")).held
    monkeypatch.setattr(money, "READINGS", 0)
    await finals(office, take)
    assert await codes(office) == []


async def test_lines_without_a_budget(office: Office) -> None:
    """Lines of a scope that has no budget are found, by the scope."""
    await no_budget(office, await delivered(office))
    found = [finding for finding in (await audited(office)).findings if finding.code == "budget_missing"]
    assert [finding.subject for finding in found] == ["channel:else"]


async def test_damaged_bytes(office: Office) -> None:
    """Bytes of the right number that are others are found when files are read, and only then."""
    take = await delivered(office)
    office.archive.files[take.clip or ""] = bytes(take.clip_size or 0)
    assert await codes(office) == []
    assert await codes(office, hashed=True) == ["clip_damaged"]


async def test_an_order_without_its_slot(office: Office) -> None:
    """What renders without a slot is found; a job that late evidence has brought needs none."""
    take = await rendering(office)
    assert await codes(office) == []
    await office.store.transact(lambda tx: tx.delete(Slot, take.id))
    assert await codes(office) == ["no_slot"]
    await change(office, take, late=True)
    assert await codes(office) == []


async def test_time_that_runs_out(office: Office) -> None:
    """A job that nobody asks after any more is overdue, and its money held for over a day."""
    await rendering(office)
    await office.clock.advance(1.5 * HOUR_S)
    assert await codes(office) == []
    await office.clock.advance(24 * HOUR_S)
    assert await codes(office) == ["hold_old", "overdue"]


async def test_a_clip_that_is_not_archived(office: Office) -> None:
    """Within six hours of the end of its address a paid clip that is not archived is serious."""
    take = await rendering(office)
    ends = office.clock.now() + round(7 * HOUR_S * 1000)
    await change(office, take, state=State.FETCHING, output_url="https://x/y", url_expires_at=ends)
    await office.store.transact(lambda tx: tx.delete(Slot, take.id))
    assert await codes(office) == []
    await office.clock.advance(1.5 * HOUR_S)
    assert await codes(office) == ["not_archived"]
    await office.clock.advance(6 * HOUR_S)
    (found,) = (await audited(office)).findings
    assert "has ended" in found.says


async def test_an_unknown_that_nobody_asked_about(office: Office) -> None:
    """An unknown past the time of its question is serious; one whose owner was asked waits for a person."""
    take = await rendering(office)
    await change(office, take, state=State.UNKNOWN, job=None)
    await office.clock.advance(15 * 60)
    assert "not_asked" in await codes(office)
    await change(office, take, state=State.UNKNOWN, job=None, question_at=office.clock.now())
    assert "not_asked" not in await codes(office)


async def test_what_waits_for_a_paused_key(office: Office) -> None:
    """A take that waits for credit is not overdue, however long."""
    await office.order()
    (key,) = await office.rows(Key)
    await office.clock.advance(26 * HOUR_S)
    assert "overdue" in await codes(office)
    await write(office, replace(key, paused_for="credit", paused_until=1))
    assert "overdue" not in await codes(office)


async def test_the_serious_first(office: Office) -> None:
    """What matters most stands first."""
    take = await delivered(office)
    await over_cap(office, take)
    await file_gone(office, take)
    assert [finding.severity for finding in (await audited(office)).findings] == [SERIOUS, NOTICE]


@pytest.mark.parametrize("kind_of_store", ["sql"])
async def test_what_a_damaged_database_lets_in(office: Office, tmp_path: Path) -> None:
    """Two live finals of a round, a job named twice and a hold booked twice are found without the indexes too."""
    take = await delivered(office)
    with sqlite3.connect(tmp_path / "dailies.db", isolation_level=None) as connection:
        for index in ("one_live_final", "one_take_per_job", "one_hold"):
            connection.execute(f"DROP INDEX {index}")
        columns = ", ".join(row[1] for row in connection.execute("PRAGMA table_info(takes)") if row[1] != "id")
        twin = f"INSERT INTO takes (id, {columns}) SELECT id || '2', {columns} FROM takes WHERE id = ?"
        connection.execute(twin, (f"{take.id}-F",))
        columns = ", ".join(row[1] for row in connection.execute("PRAGMA table_info(ledger)") if row[1] != "id")
        twin = f"INSERT INTO ledger (id, {columns}) SELECT id || '2', {columns} FROM ledger WHERE take = ? LIMIT 1"
        connection.execute(twin, (take.id,))
    connection.close()
    assert {"two_finals", "job_twice", "lines_twice", "take_sum"} <= set(await codes(office))
