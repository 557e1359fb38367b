"""Migrations of filled databases, from every version, on both databases; and databases that are not migrated."""

from __future__ import annotations

import asyncio
import shutil
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory

from bot.core.errors import StoreError
from storage import migrate as migrating
from storage.databases import Database
from storage.migrate import Versions, migrate, migrations, versions
from storage.opening import database_at
from storage.schema import metadata
from storage.sqlite import SqliteFile
from tests.storage.filling import ROWS, Books, books_of, fill, tables_of

REVISIONS = [each.revision for each in ScriptDirectory.from_config(migrations()).walk_revisions()]
HEAD = REVISIONS[0]
#: A later version: a column more, and a table that SQLite has to build anew.
LATER = '''
"""What a later version changes."""

import sqlalchemy as sa
from alembic import op

from storage.migrations.columns import NUMBER

revision = "9999"
down_revision = "HEAD"


def upgrade() -> None:
    """Count the wishes, and let a take be without a label."""
    op.add_column("budgets", sa.Column("wishes", NUMBER, nullable=False, server_default="0"))
    with op.batch_alter_table("takes", table_kwargs={"sqlite_strict": True}) as takes:
        takes.alter_column("label", existing_type=sa.Text(), nullable=True)
'''


@pytest.fixture(params=["sqlite", "postgres"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """An empty database of each kind."""
    if request.param == "sqlite":
        return SqliteFile(tmp_path / "dailies.db")
    return database_at(request.getfixturevalue("postgres"))


@pytest.fixture(params=["sqlite", "postgres"])
def migrated(request: pytest.FixtureRequest) -> Database:
    """A database of this version, of each kind, without rows."""
    if request.param == "sqlite":
        return SqliteFile(request.getfixturevalue("database"))
    return database_at(request.getfixturevalue("postgres_tables"))


def within(database: Database, work: Any) -> Any:
    """Do something in a transaction."""
    engine = database.migrating_engine()
    try:
        with engine.begin() as connection:
            return work(connection)
    finally:
        engine.dispose()


def upgraded(database: Database, revision: str) -> None:
    """The database as that version made it."""

    def upgrade(connection: sa.Connection) -> None:
        config = migrations()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)

    within(database, upgrade)


def sizes(books: Books) -> dict[str, int]:
    return {name: number for name, number in books.items() if isinstance(number, int)}


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_filled_database_of_every_version(empty: Database, revision: str) -> None:
    """Every row is still there after the migrations, and every sum of money is the same."""
    upgraded(empty, revision)
    within(empty, fill)
    before = within(empty, books_of)
    assert set(sizes(before).values()) == {ROWS}
    assert migrate(empty) == Versions(found=revision, wanted=HEAD)
    after = within(empty, books_of)
    assert {name: after[name] for name in before} == before
    assert migrate(empty).current


def test_lines_learn_from_their_takes(empty: Database) -> None:
    """Each line is told its take's maker, stage and model, and whether the take began or ceased to cost by it."""
    upgraded(empty, "0003")
    within(empty, fill)
    booked = [(0, "hold", 5), (1, "settle", 0), (2, "adjust", 7), (3, "hold", 5), (4, "release", -5), (5, "adjust", 5)]

    def write(connection: sa.Connection) -> list[str]:
        tables = {table.name: table for table in tables_of(connection)}
        ledger, takes = tables["ledger"], tables["takes"]
        connection.execute(sa.delete(ledger))
        first, second = connection.execute(sa.select(takes.c.id).order_by(takes.c.created_at).limit(2)).scalars()
        for number, (at, kind, amount) in enumerate(booked):
            values = {"take": first if number < 3 else second, "scope": "channel:c", "period_start": 0, "held": 0}
            texts = {"reason": "", "evidence": str(number), "by": "x"}
            connection.execute(
                sa.insert(ledger).values(id=f"{9 - number}", kind=kind, amount=amount, at=at, **values, **texts)
            )
        return [first, second]

    takes = within(empty, write)
    migrate(empty)

    def read(connection: sa.Connection) -> Any:
        tables = {table.name: table for table in tables_of(connection)}
        ledger, of = tables["ledger"], tables["takes"]
        query = sa.select(ledger.c.takes, ledger.c.take, ledger.c.person, ledger.c.stage, ledger.c.model)
        wanted = sa.select(of.c.id, of.c.person, of.c.stage, of.c.model)
        return connection.execute(query.order_by(ledger.c.at)).fetchall(), connection.execute(wanted).fetchall()

    lines, known = within(empty, read)
    assert [line.takes for line in lines] == [1, 0, 0, 1, -1, 1]
    assert {line.take for line in lines} == set(takes)
    assert {tuple(line)[1:] for line in lines} <= {tuple(take) for take in known}


def test_an_open_question_may_be_put_anew(empty: Database) -> None:
    """The buttons of earlier versions say not when it was put, and answer nothing any more."""
    upgraded(empty, "0003")
    within(empty, fill)

    def takes(connection: sa.Connection) -> sa.Table:
        return next(table for table in tables_of(connection) if table.name == "takes")

    def ask(connection: sa.Connection) -> None:
        connection.execute(sa.update(takes(connection)).values(state="asked", asked="cap", asked_owner_at=5))

    within(empty, ask)
    migrate(empty)

    def read(connection: sa.Connection) -> Any:
        return connection.execute(sa.select(takes(connection).c.asked_owner_at).distinct()).scalars().all()

    assert within(empty, read) == [None]


def test_a_filled_database_and_a_later_version(
    empty: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next migration, which builds a table anew that others hang from, loses nothing; older programs refuse it."""
    migrate(empty)
    within(empty, fill)
    before = within(empty, books_of)
    later = Path(shutil.copytree(migrating.MIGRATIONS, tmp_path / "migrations"))
    (later / "versions" / "r9999_later.py").write_text(LATER.replace("HEAD", HEAD))
    with monkeypatch.context() as program:
        program.setattr(migrating, "MIGRATIONS", later)
        assert migrate(empty) == Versions(found=HEAD, wanted="9999")
    assert within(empty, books_of) == before
    (budgets,) = [table for table in within(empty, tables_of) if table.name == "budgets"]
    assert "wishes" in budgets.c
    for look in (migrate, versions):
        with pytest.raises(StoreError, match=r"written by a later version of Dailies \(9999\); install that one"):
            look(empty)


def test_a_migration_that_fails_leaves_everything(
    empty: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of a migration is none: its tables and rows are as they were."""
    migrate(empty)
    within(empty, fill)
    before = within(empty, books_of)
    later = Path(shutil.copytree(migrating.MIGRATIONS, tmp_path / "migrations"))
    (later / "versions" / "r9999_later.py").write_text(LATER.replace("HEAD", HEAD) + '    op.drop_table("nothing")\n')
    monkeypatch.setattr(migrating, "MIGRATIONS", later)
    with pytest.raises(StoreError, match="Nothing was written"):
        migrate(empty)
    assert within(empty, books_of) == before
    assert versions(empty) == Versions(found=HEAD, wanted="9999")


def test_migrations_lead_to_the_schema(migrated: Database) -> None:
    """Autogenerate finds nothing to do after the migrations, on either database."""

    def differences(connection: sa.Connection) -> Any:
        options = {"compare_type": True, "include_object": lambda _, name, *__: name != migrating.VERSION_TABLE}
        return compare_metadata(MigrationContext.configure(connection, opts=options), metadata)

    assert within(migrated, differences) == []


def test_looking_changes_nothing(empty: Database) -> None:
    """What is to do can be asked before it is done."""
    assert versions(empty) == Versions(found=None, wanted=HEAD)
    assert within(empty, tables_of) == []


async def test_two_that_migrate_at_once(empty: Database) -> None:
    """One of them makes the tables, the other waits and finds them made."""
    found = await asyncio.gather(*(asyncio.to_thread(migrate, empty) for _ in range(3)))
    assert sorted(str(each.found) for each in found) == sorted([HEAD, HEAD, "None"])


def test_the_database_of_another_program(empty: Database) -> None:
    """Another program's tables are never mixed with ours."""
    within(empty, lambda connection: connection.exec_driver_sql("CREATE TABLE bookmarks (url TEXT)"))
    with pytest.raises(StoreError, match="is the database of another program; name another one"):
        migrate(empty)
    assert [table.name for table in within(empty, tables_of)] == ["bookmarks"]


@pytest.mark.parametrize(
    ("damage", "missing"),
    [("DROP TABLE votes", "the table votes"), ("ALTER TABLE budgets DROP COLUMN used_finals", "budgets.used_finals")],
)
def test_a_database_that_lacks_something(empty: Database, damage: str, missing: str) -> None:
    """A table or column that this version has and the database has not is damage, and is named."""
    migrate(empty)
    within(empty, lambda connection: connection.exec_driver_sql(damage))
    with pytest.raises(StoreError, match=f"is damaged: {missing} is missing; restore the last backup"):
        migrate(empty)


def test_a_server_that_only_takes_questions(postgres: str) -> None:
    """A replica is found out when the store is opened, not at the first order."""
    database = database_at(postgres)
    migrate(database)
    read_only = database_at(f"{postgres}&options=-c%20default_transaction_read_only%3Don")
    with pytest.raises(StoreError, match="it takes no changes: the server is a replica, or set to read-only"):
        migrate(read_only)


def test_a_database_that_lacks_letters(postgres_server: str, postgres: str) -> None:
    """An encoding that cannot hold every text is refused by name."""
    name = f"latin{postgres.partition('@/t')[2][:8]}"
    from tests.conftest import run_on  # noqa: PLC0415  # a conftest of another folder

    run_on(postgres_server, f"CREATE DATABASE {name} ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0")
    with pytest.raises(StoreError, match="has the encoding LATIN1; make one with the encoding UTF8"):
        migrate(database_at(f"postgresql+psycopg://postgres@/{name}?host={postgres_server}"))
    run_on(postgres_server, f"DROP DATABASE {name}")
