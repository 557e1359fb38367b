from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.core.errors import Conflict, StoreError, Taken
from bot.core.ports.store import Transaction
from bot.core.rows import Inbound, Key
from storage import SqlStore
from storage.translation import translate


def failing(database: Path, prepare: str, statement: str) -> DBAPIError:
    """What SQLAlchemy raises when SQLite refuses the statement."""
    engine = sa.create_engine(f"sqlite:///{database}", poolclass=sa.pool.NullPool, connect_args={"timeout": 0})
    with engine.connect() as connection:
        connection.exec_driver_sql(prepare)
        with pytest.raises(DBAPIError) as failed:
            connection.exec_driver_sql(statement)
    return failed.value


BIG = "INSERT INTO inbound (id, at) VALUES (hex(zeroblob(100000)), 1)"


@pytest.mark.parametrize(
    ("prepare", "statement", "sentence"),
    [
        ("PRAGMA max_page_count = 1", BIG, "the disk is full; free some space"),
        ("PRAGMA query_only = ON", BIG, "it cannot be written; the file, its folder or its disk is read-only"),
        ("SELECT 1", "SELECT colour", "no such column: colour"),
    ],
    ids=["full", "read-only", "other"],
)
def test_sqlites_errors_are_sentences(database: Path, prepare: str, statement: str, sentence: str) -> None:
    """Each error says what is wrong and what to do, and nothing of the statement."""
    error = translate(failing(database, prepare, statement))
    assert type(error) is StoreError
    assert str(error) == f"The database cannot be used: {sentence}. Nothing was written."


def test_a_locked_database_is_a_sentence(database: Path) -> None:
    """Another program that writes is named as the cause."""
    other = sqlite3.connect(database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    error = translate(failing(database, "SELECT 1", "BEGIN IMMEDIATE"))
    other.close()
    assert "it is locked by another program; close whatever has it open" in str(error)


def test_what_cannot_be_said_has_its_class() -> None:
    """An error without a text is named by its class."""
    assert "cannot be used: ValueError." in str(translate(OperationalError("x", {}, ValueError())))


class PostgresError(Exception):
    """What psycopg raises, as far as it is read."""

    def __init__(self, sqlstate: str, constraint: str | None = None) -> None:
        """Carry the server's code, and the constraint's name if there is one."""
        super().__init__("the server's text")
        self.sqlstate = sqlstate
        self.diag = type("Diagnostics", (), {"constraint_name": constraint})


@pytest.mark.parametrize("sqlstate", ["40001", "40P01"])
def test_postgresqls_conflicts_are_conflicts(sqlstate: str) -> None:
    """A deadlock and a serialisation failure may be run again."""
    assert isinstance(translate(OperationalError("x", {}, PostgresError(sqlstate))), Conflict)


def test_postgresql_names_the_index_itself() -> None:
    """The name that the server gives is taken as it is."""
    error = translate(DBAPIError("x", {}, PostgresError("23505", "one_hold")), row=Inbound(id="e", at=1))
    assert isinstance(error, Taken)
    assert error.constraint == "one_hold"


@pytest.mark.parametrize("row", [Inbound(id="e", at=2**63), Inbound(id="\ud800", at=1)], ids=["number", "text"])
async def test_what_no_database_holds_is_a_store_error(sql_store: SqlStore, row: Inbound) -> None:
    """A number beyond 64 bits and half a letter are refused, and the store goes on."""
    with pytest.raises(StoreError, match="beyond what the database can hold"):
        await sql_store.transact(lambda tx: tx.add(row))
    await sql_store.transact(lambda tx: tx.add(Inbound(id="e", at=1)))


async def test_values_never_appear_in_the_errors(sql_store: SqlStore) -> None:
    """Neither the error nor its cause quotes what was to be written."""
    secret = "a fox in snow"
    await sql_store.transact(lambda tx: tx.add(Inbound(id=secret, at=1)))
    with pytest.raises(Taken) as taken:
        await sql_store.transact(lambda tx: tx.add(Inbound(id=secret, at=2)))
    assert secret not in str(taken.value) + str(taken.value.__cause__)


def giving_way(store: SqlStore, times: int) -> Callable[[], None]:
    """Let the store's next writes fail as PostgreSQL's do after a deadlock."""
    engine = store.engine.sync_engine
    left = [times]

    def fail(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith("INSERT") and left[0]:
            left[0] -= 1
            raise OperationalError(statement, {}, PostgresError("40P01"))

    sa.event.listen(engine, "before_cursor_execute", fail)
    return lambda: sa.event.remove(engine, "before_cursor_execute", fail)


@pytest.mark.parametrize("times", [1, 6])
async def test_a_deadlock_runs_the_whole_work_again(sql_store: SqlStore, times: int) -> None:
    """The closure is run again up to six times, each from a clean start, and calls back once."""
    runs: list[int] = []
    called: list[int] = []

    async def work(tx: Transaction) -> int:
        runs.append(await tx.count(Key))
        tx.after(lambda: called.append(1))
        await tx.put(Key(id="main"))
        return len(runs)

    stop = giving_way(sql_store, times)
    assert await sql_store.transact(work) == times + 1
    assert runs == [0] * (times + 1)
    assert called == [1]
    stop()


async def test_seven_deadlocks_in_a_row_are_an_error(sql_store: SqlStore) -> None:
    """After the sixth repeat the conflict comes out, and nothing was written."""
    stop = giving_way(sql_store, 7)
    with pytest.raises(StoreError, match="met on the same rows"):
        await sql_store.transact(lambda tx: tx.put(Key(id="main")))
    stop()
    assert await sql_store.transact(lambda tx: tx.count(Key)) == 0
