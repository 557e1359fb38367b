"""The tables, derived from the row classes: one text for SQLite and PostgreSQL.

Text and whole numbers only. Enums have a named CHECK; STRICT tables refuse everything else that is no text or
no number. Nothing is deleted along with its parent, and a parent is looked for at the commit only.
"""

from __future__ import annotations

from typing import Any, cast

import sqlalchemy as sa

from bot.core.conditions import key_name, scalar, uniques
from bot.core.parents import PARENTS
from bot.core.ports.store import Row
from bot.core.rows import (
    TABLES,
    Alert,
    Attempt,
    Batch,
    Budget,
    Card,
    Change,
    Channel,
    ClipPicture,
    Inbound,
    Key,
    Line,
    Not,
    Note,
    Outbox,
    Post,
    Shot,
    Slate,
    Slot,
    Take,
    Unique,
    Vote,
    Workspace,
)
from storage.codec import Column, columns

NAMES: dict[type, str] = {
    Workspace: "workspaces",
    Channel: "channels",
    Shot: "shots",
    Card: "cards",
    Batch: "batches",
    Slate: "slates",
    Key: "keys",
    Take: "takes",
    ClipPicture: "clip_pictures",
    Attempt: "attempts",
    Slot: "slots",
    Budget: "budgets",
    Line: "ledger",
    Vote: "votes",
    Post: "posts",
    Outbox: "outbox",
    Alert: "alerts",
    Change: "changes",
    Inbound: "inbound",
    Note: "notes",
}

#: Compared and ordered byte by byte everywhere, as Python does.
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
NUMBER = sa.Integer().with_variant(sa.BigInteger(), "postgresql")

metadata = sa.MetaData()


def literal(value: object) -> str:
    """A plain value as SQL text."""
    plain = scalar(value)
    return str(plain) if isinstance(plain, int) else "'" + plain.replace("'", "''") + "'"


def predicate(unique: Unique) -> str | None:
    """The WHERE of a partial unique index; the same text on every database."""
    return " AND ".join(_clause(column, condition) for column, condition in unique.when.items()) or None


def _clause(column: str, condition: object) -> str:
    if isinstance(condition, Not):
        return f"{column} NOT IN ({_literals(condition.values)})"
    if isinstance(condition, tuple):
        return f"{column} IN ({_literals(condition)})"
    return f"{column} = {literal(condition)}"


def _literals(values: tuple[object, ...] | frozenset[object]) -> str:
    return ", ".join(sorted(literal(value) for value in values))


def _table(row: type[Row]) -> sa.Table:
    name = NAMES[row]
    table = sa.Table(
        name,
        metadata,
        *(_column(column) for column in columns(row)),
        sa.PrimaryKeyConstraint(*row.KEY, name=key_name(row)),
        *(_check(name, column) for column in columns(row) if column.allowed),
        *(_parent(name, column, parent) for column, parent in PARENTS.get(row, {}).items()),
        sqlite_strict=True,
    )
    for unique in uniques(row):
        where = None if (text := predicate(unique)) is None else sa.text(text)
        own = [table.c[column] for column in unique.columns]
        sa.Index(unique.name, *own, unique=True, sqlite_where=where, postgresql_where=where)
    for indexed in cast("tuple[tuple[str, ...], ...]", getattr(row, "INDEXES", ())):
        sa.Index(f"{name}_by_{'_'.join(indexed)}", *(table.c[column] for column in indexed))
    return table


def _column(column: Column) -> sa.Column[Any]:
    return sa.Column(column.name, NUMBER if column.number else TEXT, nullable=column.optional, autoincrement=False)


def _check(table: str, column: Column) -> sa.CheckConstraint:
    allowed = ", ".join(literal(value) for value in column.allowed)
    return sa.CheckConstraint(f"{column.name} IN ({allowed})", name=f"{table}_{column.name}_known")


def _parent(table: str, column: str, parent: type[Row]) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [column],
        [f"{NAMES[parent]}.{parent.KEY[0]}"],
        name=f"{table}_{column}_there",
        deferrable=True,
        initially="DEFERRED",
    )


TABLE: dict[type, sa.Table] = {row: _table(row) for row in cast("tuple[type[Row], ...]", TABLES)}
ROW: dict[str, type[Row]] = {name: cast("type[Row]", row) for row, name in NAMES.items()}
