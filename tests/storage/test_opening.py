from __future__ import annotations

import errno
import os
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from bot.core.errors import StoreError
from bot.core.fakes import FakeClock
from bot.core.lifecycle import Stage
from bot.core.money import Money
from bot.core.ports.store import Transaction
from bot.core.rows import Inbound, Line, LineKind, Take
from bot.core.transacting import Transactor
from storage import SqlStore, migrate, open_store, sqlite
from storage.opening import database_path
from storage.sqlite import SqliteFile

MakeTake = Callable[..., Take]


def address(path: Path) -> str:
    return f"sqlite+aiosqlite:///{path}"


async def seen(store: SqlStore) -> list[Inbound]:
    return await store.transact(lambda tx: tx.rows(Inbound))


async def test_a_first_start_makes_everything(tmp_path: Path, clock: FakeClock) -> None:
    """The folder, the file, the tables and the lock file are made, for nobody else to read."""
    path = tmp_path / "new home" / "100% Übung" / "dailies.db"
    store = await open_store(address(path), clock)
    await store.transact(lambda tx: tx.add(Inbound(id="e1", at=1)))
    await store.close()
    assert (path.parent.stat().st_mode & 0o777) == 0o700
    assert sorted(file.name for file in path.parent.iterdir()) == ["dailies.db", "dailies.db.lock"]
    again = await open_store(address(path), clock)
    assert await seen(again) == [Inbound(id="e1", at=1)]
    await again.close()


@pytest.mark.parametrize("scheme", ["sqlite", "sqlite+aiosqlite", "sqlite+pysqlite"])
def test_every_way_to_write_sqlite(scheme: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The driver in the address is not needed, and a relative path is one from here."""
    monkeypatch.chdir(tmp_path)
    assert database_path(f"{scheme}:///home/dailies.db") == tmp_path / "home" / "dailies.db"
    assert database_path(f"{scheme}:////var/dailies.db") == Path("/var/dailies.db")


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("dailies.db", "This is not a database address: one begins with sqlite:///"),
        ("mysql://host/db", "Databases of mysql are not supported"),
        ("sqlite+aiosqlite://", "names no file"),
        ("sqlite:///:memory:", "names no file"),
    ],
)
async def test_addresses_that_are_none(url: str, sentence: str, clock: FakeClock) -> None:
    """An address that is not one of a SQLite file is refused by name."""
    with pytest.raises(StoreError, match=sentence):
        await open_store(url, clock)


async def test_how_the_connection_is_set(sql_store: SqlStore) -> None:
    """Commits survive a power cut, parents are checked, writers wait for a while."""
    async with sql_store.engine.connect() as connection:
        settings = [
            (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar_one()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]
    assert settings == ["wal", 2, 1, 5_000]


async def test_every_transaction_locks_from_its_beginning(sql_store: SqlStore, database: Path) -> None:
    """Even a transaction that has only read keeps every other writer out until it ends."""
    other = sqlite3.connect(database, isolation_level=None, timeout=0)

    async def work(tx: Transaction) -> None:
        await tx.count(Inbound)
        with pytest.raises(sqlite3.OperationalError, match="database is locked"):
            other.execute("BEGIN IMMEDIATE")

    await sql_store.transact(work)
    other.execute("BEGIN IMMEDIATE")
    other.close()


async def test_another_programs_lock_is_a_sentence(
    database: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A database that another program keeps locked is said to be so, and works again afterwards."""
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_MS", 1)
    store = await open_store(address(database), clock)
    other = sqlite3.connect(database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="locked by another program"):
        await seen(store)
    other.close()
    assert await seen(store) == []
    await store.close()


async def test_the_newest_time_is_found_in_the_rows(
    database: Path, clock: FakeClock, make_take: MakeTake, furnished: Callable[[Transactor], Any]
) -> None:
    """After a restart with a clock set back, time goes on from the newest take or ledger line."""
    store = await open_store(address(database), clock)
    await furnished(store)
    hold = Line(
        id="l",
        take="A7K",
        person="ada",
        stage=Stage.DRAFT,
        model="mini",
        takes=1,
        scope="channel:c",
        period_start=0,
        kind=LineKind.HOLD,
        amount=Money(1),
        held=Money(1),
        at=clock.now() + 5_000,
        by="ada",
    )

    async def work(tx: Transaction) -> None:
        await tx.add(make_take(created_at=tx.now, state_at=tx.now + 3_000))
        await tx.add(hold)

    await store.transact(work)
    await store.close()
    again = await open_store(address(database), clock)
    assert again.behind_ms == 5_000
    assert (await again.transact(lambda tx: tx.get(Line, "l"))) == hold
    await again.close()


async def test_a_file_that_is_no_database(tmp_path: Path, clock: FakeClock) -> None:
    """A file of other bytes is refused and left as it is."""
    path = tmp_path / "dailies.db"
    path.write_bytes(b"not a database at all, but long enough to be looked at" * 40)
    with pytest.raises(StoreError, match="it is no SQLite database; restore the last backup, or name another file"):
        await open_store(address(path), clock)
    assert path.read_bytes().startswith(b"not a database")


async def test_the_database_of_another_program(tmp_path: Path, clock: FakeClock) -> None:
    """Another program's tables are never mixed with ours."""
    path = tmp_path / "other.db"
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE bookmarks (url TEXT)")
    other.close()
    with pytest.raises(StoreError, match="is the database of another program; name another one"):
        await open_store(address(path), clock)


async def test_a_database_of_a_later_version(database: Path, clock: FakeClock) -> None:
    """An older program does not touch what a later one has written."""
    with sqlite3.connect(database) as later:
        later.execute("UPDATE alembic_version SET version_num = '9999'")
    later.close()
    with pytest.raises(StoreError, match=r"written by a later version of Dailies \(9999\); install that one"):
        await open_store(address(database), clock)


async def test_a_damaged_database(database: Path, clock: FakeClock) -> None:
    """Pages that were overwritten are found when the store is opened."""
    with database.open("r+b") as file:
        file.seek(3 * 4096)
        file.write(b"\xff" * 8 * 4096)
    with pytest.raises(StoreError, match="damaged"):
        await open_store(address(database), clock)


async def test_a_folder_that_cannot_be_made(tmp_path: Path, clock: FakeClock) -> None:
    """A file in the folder's place is named."""
    (tmp_path / "home").write_text("a file")
    with pytest.raises(StoreError, match=r"The folder .*home cannot be made: File exists"):
        await open_store(address(tmp_path / "home" / "dailies.db"), clock)


async def test_a_lock_file_that_cannot_be_made(tmp_path: Path, clock: FakeClock) -> None:
    """A folder in the lock file's place is named."""
    (tmp_path / "dailies.db.lock").mkdir()
    with pytest.raises(StoreError, match=r"The lock file .* cannot be made: Is a directory"):
        await open_store(address(tmp_path / "dailies.db"), clock)


async def test_a_lock_file_that_cannot_be_written(
    database: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without room for the process id the store is not opened, and the lock is free again."""

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as disk:
        disk.setattr(os, "pwrite", full)
        with pytest.raises(StoreError, match="cannot be written: No space left on device"):
            await open_store(address(database), clock)
    await (await open_store(address(database), clock)).close()


async def test_a_folder_that_goes_away(tmp_path: Path, clock: FakeClock) -> None:
    """When the file cannot be opened any more, each transaction says so."""
    home = tmp_path / "home"
    store = await open_store(address(home / "dailies.db"), clock)
    await store.engine.dispose()
    shutil.rmtree(home)
    with pytest.raises(StoreError, match="it cannot be opened; the folder must be there and be writable"):
        await seen(store)
    await store.close()


async def test_a_connection_that_cannot_roll_back_is_thrown_away(sql_store: SqlStore) -> None:
    """The error that came first comes out, and the next transaction has a new connection."""

    def fail(_connection: object) -> None:
        text = "the disk is gone"
        raise sa.exc.OperationalError(text, {}, sqlite3.OperationalError())

    async def work(tx: Transaction) -> None:
        await tx.add(Inbound(id="e1", at=1))
        raise LookupError

    sa.event.listen(sql_store.engine.sync_engine, "rollback", fail)
    with pytest.raises(LookupError):
        await sql_store.transact(work)
    sa.event.remove(sql_store.engine.sync_engine, "rollback", fail)
    assert await seen(sql_store) == []


async def test_a_second_store_is_refused_in_the_same_process_too(database: Path, clock: FakeClock) -> None:
    """The lock names its file and process and the way out; it is free again after close, or a failed opening."""
    store = await open_store(address(database), clock)
    link = database.with_name("link.db")
    link.symlink_to(database)
    sentence = rf"\(process {os.getpid()}\) is using this database: it holds .*dailies.db.lock. Stop that one first"
    for path in (database, link):
        with pytest.raises(StoreError, match=sentence):
            await open_store(address(path), clock)
    await store.close()
    await (await open_store(address(link), clock)).close()


@pytest.mark.parametrize("place", ["storage.opening.migrate", "storage.opening.statements.newest"])
async def test_a_failed_opening_lets_go_of_the_lock(
    database: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    """Whatever fails while opening, the next try finds no lock in its way."""

    def fail(*_: object) -> None:
        raise StoreError(place)

    with monkeypatch.context() as broken:
        broken.setattr(place, fail)
        with pytest.raises(StoreError, match=place):
            await open_store(address(database), clock)
    await (await open_store(address(database), clock)).close()


async def test_a_first_question_that_fails_is_a_sentence(
    database: Path, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error while the newest time is read is translated like any other."""
    monkeypatch.setattr("storage.opening.statements.newest", lambda: sa.select(sa.text("colour")))
    with pytest.raises(StoreError, match="The database cannot be used: no such column: colour"):
        await open_store(address(database), clock)


def test_a_migration_that_leaves_orphans_is_undone(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Foreign keys are off while tables are rebuilt and checked before the commit; nothing remains of a failure."""
    with sqlite3.connect(database) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0000'")
        connection.execute("INSERT INTO slots VALUES ('nobody', 'main', NULL)")
    connection.close()
    monkeypatch.setattr("storage.migrate.command.upgrade", lambda *_: None)
    monkeypatch.setattr(migrate, "_require_ours", lambda *_: None)
    with pytest.raises(StoreError, match="holds rows whose parents are gone; it was left as it was"):
        migrate.migrate(SqliteFile(database))


async def test_a_second_close_is_no_error(database: Path, clock: FakeClock) -> None:
    """Closing twice lets go once."""
    store = await open_store(address(database), clock)
    await store.close()
    await store.close()
