from __future__ import annotations

import re
import sqlite3
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from bot.core.conditions import uniques
from bot.core.rows import TABLES, Budget, Take
from storage import statements
from storage.migrate import migrate
from storage.schema import NAMES, TABLE, metadata
from storage.sqlite import SqliteFile
from storage.statements import Write

#: Between a table's parts: a comma outside brackets, and the brackets around them all.
PARTS = re.compile(r" ?, (?![^(]*\))| \( | \) ")
POSTGRES = postgresql.dialect()  # type: ignore[no-untyped-call]


def described(path: Path) -> dict[str, list[str]]:
    """Every table and index of a file, in the database's own words, without layout.

    The parts are sorted: a column that a migration adds comes last in its table, and rows are read by name.
    """
    connection = sqlite3.connect(path)
    found = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql NOT NULL AND name != 'alembic_version'")
    # A table that was built anew has its name in quotes.
    plain = (
        (name, re.sub(r"\s+", " ", sql).strip().replace(f'TABLE "{name}"', f"TABLE {name}")) for name, sql in found
    )
    words = {name: sorted(PARTS.split(sql)) for name, sql in plain}
    connection.close()
    return words


def test_migrations_lead_to_the_schema(no_rows: Path) -> None:
    """Autogenerate finds nothing to do after the migrations."""
    engine = sa.create_engine(f"sqlite:///{no_rows}", poolclass=sa.pool.NullPool)
    with engine.connect() as connection:
        options = {"compare_type": True, "include_object": lambda _, name, *__: name != "alembic_version"}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, metadata) == []


def test_migrations_say_what_the_schema_says(no_rows: Path, tmp_path: Path) -> None:
    """What autogenerate does not compare is the same too: checks, conditions of indexes, STRICT, parents."""
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'straight.db'}", poolclass=sa.pool.NullPool)
    metadata.create_all(engine)
    assert described(no_rows) == described(tmp_path / "straight.db")


def test_every_row_class_has_its_table() -> None:
    """Each field is a column of the same name, in the same order; each unique index is there by its name."""
    assert set(TABLE) == set(TABLES)
    for row, table in TABLE.items():
        assert [field.name for field in fields(row)] == list(table.c.keys())
        named = {index.name for index in table.indexes if index.unique}
        assert named == {unique.name for unique in uniques(row)}


def test_every_table_can_be_made_on_postgresql() -> None:
    """The same schema is text for PostgreSQL: BIGINT, byte order, and the same partial indexes."""
    made = " ".join(str(CreateTable(table).compile(dialect=POSTGRES)) for table in metadata.sorted_tables)
    assert " INTEGER" not in made
    assert "STRICT" not in made
    assert 'TEXT COLLATE "C"' in made
    final = next(index for index in TABLE[Take].indexes if index.name == "one_live_final")
    assert "ON takes (draft, round) WHERE stage = 'final' AND late = 0" in str(
        CreateIndex(final).compile(dialect=POSTGRES)
    )


@pytest.mark.parametrize(
    ("statement", "text"),
    [
        (statements.one(Take, lock=True), "FOR NO KEY UPDATE"),
        (statements.locking(Budget, ()), "ORDER BY budgets.scope, budgets.period_start FOR NO KEY UPDATE"),
        (statements.write(Take, Write.CLAIM, 1), "ON CONFLICT DO NOTHING"),
        (statements.write(TABLES[0], Write.PUT, 2), 'ON CONFLICT ("id") DO UPDATE SET'),
        (statements.step(), 'AND takes.state = %(old_state)s::VARCHAR COLLATE "C" AND takes.ver = %(old_ver)s::BIGINT'),
        (statements.many(Take, (), (("due_at", False),), limited=True), "NULLS FIRST"),
        (statements.many(Take, (), (("due_at", True),), limited=True), "NULLS LAST"),
        (statements.summed(Take, "price", ()), "CAST(coalesce(sum(takes.price)"),
    ],
    ids=["lock", "lock all", "claim", "put", "step", "first", "last", "sum"],
)
def test_every_statement_can_be_sent_to_postgresql(statement: Any, text: str) -> None:
    """The statements are text for PostgreSQL, with its row locks."""
    assert text in str(statement.compile(dialect=POSTGRES))


INBOUND = "INSERT INTO inbound (id, at) VALUES (?, ?)"
BUDGET = "INSERT INTO budgets VALUES ('channel:c', 1, NULL, ?, 1, 0, 0, 0, NULL)"
SLOT = "INSERT INTO outbox VALUES ('o', 'c', NULL, '', '{}', NULL, ?, 1, 0, 0)"


@pytest.mark.parametrize(
    ("sql", "values", "message"),
    [
        (INBOUND, ("e", "noon"), "cannot store TEXT value in INTEGER column inbound.at"),
        (INBOUND, ("e", 1.5), "cannot store REAL value in INTEGER column inbound.at"),
        (INBOUND, (b"e", 1), "cannot store BLOB value in TEXT column inbound.id"),
        (INBOUND, ("e", None), "NOT NULL constraint failed: inbound.at"),
        (BUDGET, (0.1,), "cannot store REAL value in INTEGER column budgets.cap"),
        (SLOT, (9,), "CHECK constraint failed: outbox_rank_known"),
    ],
    ids=["text", "fraction", "bytes", "nothing", "money", "enum"],
)
def test_the_database_itself_refuses_what_is_no_row(
    database: Path, sql: str, values: tuple[object, ...], message: str
) -> None:
    """STRICT tables, NOT NULL and named checks stand behind the types."""
    connection = sqlite3.connect(database)
    with pytest.raises(sqlite3.IntegrityError, match=re.escape(message)):
        connection.execute(sql, values)
    connection.close()


def test_nothing_is_deleted_along_with_its_parent(database: Path) -> None:
    """No foreign key cascades, and each waits for the commit."""
    words = " ".join(part for parts in described(database).values() for part in parts)
    assert "CASCADE" not in words
    assert words.count("REFERENCES") == words.count("DEFERRABLE INITIALLY DEFERRED") > 0


def test_migrating_again_changes_nothing(database: Path) -> None:
    """A file of this version is left as it is."""
    before = described(database)
    migrate(SqliteFile(database))
    assert described(database) == before


def test_tables_have_the_products_names() -> None:
    """The tables are called as the documentation calls them."""
    words = "workspaces channels shots slates takes attempts keys slots budgets ledger votes cards posts outbox alerts"
    assert set(NAMES.values()) == {*words.split(), "inbound", "changes", "batches", "clip_pictures", "notes"}
