"""An installation from one database into another: every row and every cent, or nothing."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path

import pytest

from bot.core.errors import StoreError
from bot.core.fakes import FakeClock
from bot.core.money import Money
from bot.core.ports.store import Transaction
from bot.core.rows import TABLES, Budget, Inbound, Line, LineKind
from storage import migrate as migrating
from storage import moving, open_store
from storage.migrate import migrate
from storage.moving import Books, move
from storage.opening import database_at
from storage.sqlite import SqliteFile
from tests.storage.conftest import TAKE, furnish
from tests.storage.filling import ROWS, books_of, fill
from tests.storage.test_migrating import HEAD, LATER, upgraded, within

#: Every budget says what its ledger lines sum up to.
OWN = "FROM ledger WHERE ledger.scope = budgets.scope AND ledger.period_start = budgets.period_start"
BALANCE = (
    f"UPDATE budgets SET used = (SELECT coalesce(sum(ledger.amount), 0) {OWN}), "
    f"held = (SELECT coalesce(sum(ledger.held), 0) {OWN})"
)


def address(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


def filled(url: str) -> str:
    """A database of every kind of row, whose books balance."""
    database = database_at(url)
    migrate(database)
    within(database, fill)

    within(database, lambda connection: connection.exec_driver_sql(BALANCE))
    return url


@pytest.fixture(params=["sqlite to postgres", "postgres to sqlite", "sqlite to sqlite"])
def ways(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    """From a filled database to an empty one."""
    file = address(tmp_path / "source.db")
    match request.param:
        case "sqlite to postgres":
            return filled(file), request.getfixturevalue("postgres")
        case "postgres to sqlite":
            return filled(request.getfixturevalue("postgres")), address(tmp_path / "new folder" / "target.db")
        case _:
            return filled(file), address(tmp_path / "target.db")


async def test_everything_is_moved(ways: tuple[str, str], clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every table page by page, with the same books on both sides; the source stays as it was, and both are free."""
    monkeypatch.setattr(moving, "PAGE_ROWS", 5)
    source, target = ways
    before = within(database_at(source), books_of)
    books = await move(source, target, clock)
    assert set(books.rows.values()) == {ROWS}
    assert books.wrong == ()
    assert within(database_at(target), books_of) == before == within(database_at(source), books_of)
    for url in ways:
        await (await open_store(url, clock)).close()


async def test_a_target_that_is_not_empty(postgres_tables: str, tmp_path: Path, clock: FakeClock) -> None:
    """One row is enough for a refusal, and nothing is copied."""
    source = filled(address(tmp_path / "source.db"))
    store = await open_store(postgres_tables, clock)
    await store.transact(lambda tx: tx.add(Inbound(id="e", at=1)))
    await store.close()
    with pytest.raises(StoreError, match=r"is not empty: inbound has rows\. Name an empty one; nothing was copied"):
        await move(source, postgres_tables, clock)


async def test_a_target_of_another_program(postgres: str, tmp_path: Path, clock: FakeClock) -> None:
    """Its tables are not mixed with ours, even without a row."""
    source = filled(address(tmp_path / "source.db"))
    within(database_at(postgres), lambda connection: connection.exec_driver_sql("CREATE TABLE bookmarks (url TEXT)"))
    with pytest.raises(StoreError, match="the database of another program"):
        await move(source, postgres, clock)


async def test_either_end_in_use(postgres_tables: str, tmp_path: Path, clock: FakeClock) -> None:
    """A bot that runs on one of them is named."""
    source = filled(address(tmp_path / "source.db"))
    for url in (source, postgres_tables):
        store = await open_store(url, clock)
        with pytest.raises(StoreError, match="Another Dailies"):
            await move(source, postgres_tables, clock)
        await store.close()


async def test_sources_that_cannot_be_moved(postgres: str, tmp_path: Path, clock: FakeClock) -> None:
    """The same database at both ends, no database, an empty one, and one of an earlier version."""
    missing = address(tmp_path / "missing.db")
    with pytest.raises(StoreError, match="Both addresses name the database"):
        await move(missing, missing, clock)
    with pytest.raises(StoreError, match=r"missing.db is empty: there is nothing to move"):
        await move(missing, postgres, clock)
    with pytest.raises(StoreError, match="is empty: there is nothing to move"):
        await move(postgres, missing, clock)
    old = address(tmp_path / "old.db")
    await asyncio.to_thread(upgraded, SqliteFile(tmp_path / "old.db"), "head")
    within(database_at(old), lambda connection: connection.exec_driver_sql("DELETE FROM alembic_version"))
    within(database_at(old), lambda connection: connection.exec_driver_sql("DROP TABLE votes"))
    with pytest.raises(StoreError, match="the database of another program"):
        await move(old, postgres, clock)


async def test_a_source_of_an_earlier_version(
    postgres: str, tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is to be migrated first, for a move only reads it."""
    source = filled(address(tmp_path / "source.db"))
    later = Path(shutil.copytree(migrating.MIGRATIONS, tmp_path / "migrations"))
    (later / "versions" / "r9999_later.py").write_text(LATER.replace("HEAD", HEAD))
    monkeypatch.setattr(migrating, "MIGRATIONS", later)
    with pytest.raises(StoreError, match=r"this program those of 9999; run dailies migrate first"):
        await move(source, postgres, clock)


async def test_books_that_do_not_balance_are_not_moved(postgres: str, tmp_path: Path, clock: FakeClock) -> None:
    """What is wrong already is found on the old side, by the budget's name."""
    source = address(tmp_path / "source.db")
    store = await open_store(source, clock)

    async def work(tx: Transaction) -> None:
        await furnish(tx)
        await tx.add(TAKE)
        await tx.put(Budget(scope="channel:c", period_start=5, period_end=None, cap=None, used=Money(3), held=Money(2)))
        line = Line(id="l", take=TAKE.id, person="ada", stage=TAKE.stage, model="mini", takes=1,
                    scope="channel:c", period_start=5, kind=LineKind.HOLD,
                    amount=Money(2), held=Money(2), at=1, by="ada")  # fmt: skip
        await tx.add(line)

    await store.transact(work)
    await store.close()
    with pytest.raises(StoreError, match=r"The budget channel:c from 5 in .* is not what its ledger sums up to"):
        await move(source, postgres, clock)


async def test_a_copy_that_fails_leaves_an_empty_target(
    postgres: str, tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything is one transaction: after a failure in the last table no table has a row."""
    source = filled(address(tmp_path / "source.db"))
    copy, seen = moving._copy_table, []  # noqa: SLF001

    def fail(from_: object, into: object, table: object) -> None:
        seen.append(table)
        copy(from_, into, table)  # type: ignore[arg-type]
        if len(seen) == len(TABLES):
            raise StoreError

    with monkeypatch.context() as broken:
        broken.setattr(moving, "_copy_table", fail)
        with pytest.raises(StoreError):
            await move(source, postgres, clock)
    assert not any(within(database_at(postgres), books_of).values())
    assert (await move(source, postgres, clock)).rows["takes"] == ROWS


async def test_a_copy_that_differs_is_not_to_be_used(
    postgres: str, tmp_path: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The books of the new side are read from it, and compared."""
    source = filled(address(tmp_path / "source.db"))

    async def other(tx: Transaction) -> Books:
        return Books(rows={}, used=Money(tx.now), held=Money(id(tx)), open_takes={}, wrong=())

    monkeypatch.setattr(moving, "books_of", other)
    with pytest.raises(StoreError, match=r"differs from .*; do not use it"):
        await move(source, postgres, clock)
